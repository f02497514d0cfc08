"""What left: shown, verified, exported."""

from pathlib import Path
from typing import Any

from common.errors import AlreadyExists, InvalidRequest
from common.ledger.verification import LedgerSummary
from node.opened import OpenNode
from node.operations.with_hub import needs_hub, nothing_without_hub
from node.use_cases import egress


def show(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give what left, or waits to leave, in plain words."""
    first, limit = int(arguments.get("first", 1)), int(arguments.get("limit", 1000))
    if first < 1 or not 1 <= limit <= 10_000:
        raise InvalidRequest("first: must be 1 or more; limit: must be 1 to 10,000")
    return [
        vars(leaf) | {"created_at": leaf.created_at.isoformat() if leaf.created_at else None}
        for leaf in node.read(lambda connection: list(egress.show(connection, first, limit)))
    ]


@nothing_without_hub
def verify(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Verify every stream's ledger; with `longest`, only those that have no more reports than that."""
    every, longest = bool(arguments.get("every_checkpoint", True)), arguments.get("longest")
    key, most = node.bound_key.public_key(), None if longest is None else int(longest)
    found = node.read(lambda connection: egress.verify(connection, key, every_checkpoint=every, longest=most))
    return [
        {
            "stream": verified.stream_number,
            "stream_id": verified.stream_id.hex(),
            "verified": verified.summary is not None,
            "first_bad": verified.first_bad,
            "reason": verified.reason,
            "unread": verified.unread,
            **_summary(verified.summary),
        }
        for verified in found
    ]


@needs_hub
def export(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Write one stream's ledger to a new file."""
    key, number = node.bound_key.public_key(), arguments.get("stream")
    path = Path(str(arguments["file"]))
    try:
        file = path.open("x", encoding="ascii")
    except FileExistsError:
        raise AlreadyExists(f"the file {path.name!r} exists already: name another") from None
    except OSError as error:
        raise InvalidRequest(f"file: cannot be written: {error.strerror}") from None
    try:
        with file:
            stream = node.read(lambda connection: egress.export(connection, key, file, number))
    except BaseException as error:
        path.unlink()  # made by this very call, and half a ledger proves nothing
        if isinstance(error, OSError):
            raise InvalidRequest(f"file: cannot be written: {error.strerror}") from None
        raise
    return {"stream": stream.number, "leaves": stream.head}


def _summary(summary: LedgerSummary | None) -> dict[str, Any]:
    if summary is None:
        return {}
    return {
        "leaves": summary.leaves,
        "root": summary.root.hex(),
        "checkpoints": summary.checkpoints,
        "receipts": summary.receipts,
        "receipted": summary.receipted,
    }
