"""Retention: what is past its time is erased, unless a legal hold keeps it; and the holds themselves.

1. A run erases class by class what is past its time; a note goes alone, a member with everything about them.
2. A preview tells what a run would erase now, and what holds keep.

Source: DESIGN.md 6, "At rest".
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import InvalidRequest, NotFound
from common.ids import new_id
from node.domain.retention import LONGEST_DAYS, SHORTEST_DAYS, Hold, HoldReason, HoldScope, RecordClass
from node.persistence import retention
from node.persistence.audit import TRAIL
from node.persistence.due_records import find_due, find_held
from node.persistence.erasing import find_about, remove_rows
from node.use_cases.erasure import erase
from node.vault.vault import Vault

ITSELF = "retention"  # who acts, in the trail
_TABLES = {
    RecordClass.ENCOUNTER: "encounter",
    RecordClass.MEMBER: "member",
    RecordClass.FOLLOW_UP: "follow-up",
    RecordClass.PEER_REQUEST: "request",
    RecordClass.DISCLOSURE: "disclosure",
}


@dataclass(frozen=True)
class Due:
    """What of one class is past its time."""

    record_class: RecordClass
    days: int
    ids: list[bytes]
    held: int


def set_rule(connection: Connection, actor: str, record_class: RecordClass, days: int | None, now: datetime) -> None:
    """Set how many days a class is kept; None: for ever.

    Raises:
        InvalidRequest: days out of range.
    """
    if days is not None and not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise InvalidRequest(f"days: {SHORTEST_DAYS} to {LONGEST_DAYS:,}, or `for-ever`")
    retention.set_rule(connection, record_class, days, now)
    told = f"{record_class.value}: {'for ever' if days is None else f'{days} days'}"
    TRAIL.record(connection, now, Entry(actor, Action.KEEP_RECORD.value, told))


def find_all_due(connection: Connection, vault: Vault, now: datetime) -> list[Due]:
    """Find what is past its time in each class that has a rule (2)."""
    holds = retention.list_holds(connection, in_force=True)
    found = []
    for record_class, days in retention.list_rules(connection).items():
        ids = find_due(connection, vault, record_class, now - timedelta(days=days))
        held = find_held(connection, vault, record_class, ids, holds)
        found.append(Due(record_class, days, [id_ for id_ in ids if id_ not in held], len(held)))
    return found


def erase_due(connection: Connection, vault: Vault, now: datetime, actor: str = ITSELF) -> dict[RecordClass, int]:
    """Erase what is past its time (1); tell how many of each class."""
    erased = {}
    for due in find_all_due(connection, vault, now):
        if due.record_class is RecordClass.NOTE:
            remove_rows(connection, "note", "encounter_id", due.ids)
            subjects = [f"note of encounter {id_.hex()}" for id_ in due.ids]
            lines = (Entry(actor, Action.ERASE_RECORD.value, subject) for subject in subjects)
            TRAIL.record_all(connection, now, lines)
        elif due.ids:
            erase(connection, actor, _with_what_goes_along(connection, vault, due), now)
        erased[due.record_class] = len(due.ids)
    return erased


def place_hold(
    connection: Connection, actor: str, scope: HoldScope, subject_id: bytes | None, reason: HoldReason, now: datetime
) -> Hold:
    """Place a legal hold; in force at once."""
    hold = Hold(new_id(now), scope, subject_id, reason, now, actor)
    retention.add_hold(connection, hold)
    TRAIL.record(connection, now, Entry(actor, Action.KEEP_RECORD.value, f"hold on {_subject(hold)}, {reason.value}"))
    return hold


def lift_hold(connection: Connection, actor: str, hold_id: bytes, now: datetime) -> Hold:
    """Lift a legal hold; raises NotFound where none is in force under this id."""
    found = [hold for hold in retention.list_holds(connection, in_force=True) if hold.id == hold_id]
    if not found:
        raise NotFound("there is no such hold in force: `holdfast node hold list` shows them")
    retention.lift_hold(connection, hold_id, actor, now)
    TRAIL.record(connection, now, Entry(actor, Action.KEEP_RECORD.value, f"lift hold on {_subject(found[0])}"))
    return replace(found[0], lifted_at=now, lifted_by=actor)


def _subject(hold: Hold) -> str:
    return hold.scope.value if hold.subject_id is None else f"{hold.scope.value} {hold.subject_id.hex()}"


def _with_what_goes_along(connection: Connection, vault: Vault, due: Due) -> list[tuple[str, bytes]]:
    subjects = [(_TABLES[due.record_class], id_) for id_ in due.ids]
    if due.record_class is RecordClass.MEMBER:
        for id_ in due.ids:
            about = find_about(connection, vault, id_)
            subjects += [(table, other) for table, others in about.items() for other in others]
    return subjects
