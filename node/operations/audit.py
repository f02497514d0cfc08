"""The audit trail: shown, verified, exported, and the access review."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.audit.checkpoint import checkpoint_note, read_note
from common.audit.entry import Entry
from common.audit.export import trail_key, trail_lines
from common.audit.review import review_access
from common.audit.shown import shown_entry
from common.audit.verification import Proved, verify_trail
from common.errors import InvalidRequest
from common.ledger import LedgerBroken, SignatureInvalid
from common.ledger.checkpoint import SignedCheckpoint
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.outside_files import write_outside
from node.operations.plain import time_of
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL

_PAGE = 5000
_REVIEWED = timedelta(days=90)


def show(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """List lines of the trail, some at a time, in order."""
    user, since = arguments.get("user"), arguments.get("since")
    wanted: dict[str, Any] = {
        "actor": None if user is None else f"user {user}",
        "subject": arguments.get("subject"),
        "since": None if since is None else time_of(since, "since"),
    }
    after, limit = int(arguments.get("after", 0)), min(int(arguments.get("limit", _PAGE)), _PAGE)
    return node.read(lambda connection: [shown_entry(*line) for line in TRAIL.read(connection, after, limit, **wanted)])


def export(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """List lines as `show` does, for a file; that they leave is recorded, with the first of them."""
    if int(arguments.get("after", 0)) == 0:
        now, entry = node.clock.now(), Entry(f"user {person.name}", "audit export")
        node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
    return show(node, person, arguments)


def export_file(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Write the whole trail to a new file that its key verifies elsewhere; the file's last line tells of the export."""
    now, entry, key = node.clock.now(), Entry(f"user {person.name}", "audit export"), node.bound_key.public_key()
    node.write("audit", lambda connection: TRAIL.record(connection, now, entry))

    def read(connection: Connection) -> SignedCheckpoint | None:
        lines = trail_lines(key, TRAIL.read_hashed(connection), TRAIL.read_checkpoints(connection))
        write_outside(node, str(arguments["file"]), lines)
        return TRAIL.last_checkpoint(connection)

    last = node.read(read)
    return {"lines": 0 if last is None else last.size, "key": trail_key(key)}


def verify(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """Prove the trail from its first line, and against the checkpoint that an auditor kept."""
    key, kept = node.bound_key.public_key(), arguments.get("checkpoint")

    def read(connection: Connection) -> tuple[Proved, str | None]:
        note = None if kept is None else read_note(key, str(kept).encode())
        proved = verify_trail(TRAIL.read_hashed(connection), TRAIL.read_checkpoints(connection), key, note)
        last = TRAIL.last_checkpoint(connection)
        return proved, None if last is None else checkpoint_note(key, last)

    try:
        proved, newest = node.read(read)
    except LedgerBroken as broken:
        return {"verified": False, "first_bad": broken.sequence, "reason": broken.reason}
    except SignatureInvalid as foreign:
        return {"verified": False, "first_bad": None, "reason": str(foreign)}
    return {"verified": True, **vars(proved), "checkpoint": newest, "key": trail_key(key)}


def review(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Sum up who may do what, what changed about it, and what each person did; the last 90 days, if not told."""
    now, since, until = node.clock.now(), arguments.get("since"), arguments.get("until")
    first: datetime = now - _REVIEWED if since is None else time_of(since, "since")
    last: datetime = now + timedelta(seconds=1) if until is None else time_of(until, "until")
    if first >= last:
        raise InvalidRequest("since: must be before the end of the period")
    entry = Entry(f"user {person.name}", Action.REVIEW_ACCESS.value)
    node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
    return node.read(lambda connection: review_access(ACCESS, connection, first, last))


OPERATIONS: dict[str, Guarded] = {
    "audit_show": Guarded(Action.SEE_AUDIT, show),
    "audit_export": Guarded(Action.SEE_AUDIT, export),
    "audit_export_file": Guarded(Action.SEE_AUDIT, export_file, is_long=True),
    "audit_verify": Guarded(Action.VERIFY_LEDGER, verify, is_long=True),
    "audit_review": Guarded(Action.REVIEW_ACCESS, review),
}
