"""The hub's audit trail: listed, verified; and the access review."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.checkpoint import checkpoint_note, read_note
from common.audit.entry import Entry
from common.audit.export import trail_key, trail_lines
from common.audit.review import review_access
from common.audit.shown import shown_entry
from common.audit.verification import Proved, verify_trail
from common.ledger import LedgerBroken, SignatureInvalid
from common.ledger.checkpoint import SignedCheckpoint
from common.rpc.local import Operation
from common.storage.files import write_new
from hub.asking import actor
from hub.operations.answering import check_if_signed_in, get_allowed
from hub.operations.typed import time_typed
from hub.persistence.access import ACCESS
from hub.persistence.audit import TRAIL

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
_PAGE = 500
_REVIEWED = timedelta(days=90)


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on the audit trail."""
    return {
        "audit": partial(_list, hub),
        "audit verify": partial(_verify, hub),
        "audit export": partial(_export, hub),
        "audit review": partial(_review, hub),
    }


async def _list(hub: "Hub", arguments: Arguments) -> Any:
    await check_if_signed_in(hub, Action.SEE_AUDIT)
    after = int(arguments.get("after", 0))
    return await hub.reader.read(
        lambda connection: [shown_entry(*line) for line in TRAIL.read(connection, after, _PAGE)]
    )


async def _export(hub: "Hub", arguments: Arguments) -> Any:
    """Write the whole trail to a new file that its key verifies elsewhere; the file's last line tells of the export."""
    await check_if_signed_in(hub, Action.SEE_AUDIT)
    path, key, by = Path(str(arguments["file"])), hub.ledger_key.public_key(), actor()
    await hub.writer.submit(lambda tx, now: TRAIL.record(tx.connection, now, Entry(by, "audit export")))

    def read(connection: Connection) -> SignedCheckpoint | None:
        write_new(path, trail_lines(key, TRAIL.read_hashed(connection), TRAIL.read_checkpoints(connection)))
        return TRAIL.last_checkpoint(connection)

    last = await hub.reader.read(read)
    return {"lines": 0 if last is None else last.size, "key": trail_key(key)}


async def _verify(hub: "Hub", arguments: Arguments) -> Any:
    await check_if_signed_in(hub, Action.VERIFY_LEDGER)
    key, kept = hub.ledger_key.public_key(), arguments.get("checkpoint")

    def read(connection: Connection) -> tuple[Proved, str | None]:
        note = None if kept is None else read_note(key, str(kept).encode())
        proved = verify_trail(TRAIL.read_hashed(connection), TRAIL.read_checkpoints(connection), key, note)
        last = TRAIL.last_checkpoint(connection)
        return proved, None if last is None else checkpoint_note(key, last)

    try:
        proved, newest = await hub.reader.read(read)
    except LedgerBroken as broken:
        return {"verified": False, "first_bad": broken.sequence, "reason": broken.reason}
    except SignatureInvalid as foreign:
        return {"verified": False, "first_bad": None, "reason": str(foreign)}
    return {"verified": True, **vars(proved), "checkpoint": newest, "key": trail_key(key)}


async def _review(hub: "Hub", arguments: Arguments) -> Any:
    await get_allowed(hub, Action.REVIEW_ACCESS)
    now, since, until = hub.clock.now(), arguments.get("since"), arguments.get("until")
    first: datetime = now - _REVIEWED if since is None else time_typed(since, "since")
    last: datetime = now + timedelta(seconds=1) if until is None else time_typed(until, "until")
    return await hub.reader.read(lambda connection: review_access(ACCESS, connection, first, last))
