"""Changes the on-call rota; each change stands in the audit trail.

Source: DOMAIN.md 2.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.access.roles import Action, Role
from common.access.users import User
from common.audit.entry import Entry
from common.errors import InvalidRequest, NotFound
from common.ids import new_id
from node.domain.rota import Change, Duty, Shift, Weekly, pieces_between
from node.persistence import rota as rows
from node.persistence.audit import TRAIL
from node.use_cases.on_duty import on_call_now as on_call_now

MOST_TURNS = 500
_LONGEST_CHANGE = timedelta(days=60)
_AROUND = timedelta(days=8)


def check_may_be_on_call(user: User) -> None:
    """Raise InvalidRequest when a user cannot be on call: it takes a supporter or a coordinator who is active."""
    if not user.is_active or user.roles.isdisjoint({Role.SUPPORTER, Role.COORDINATOR}):
        raise InvalidRequest(f"user: {user.name} is no active supporter or coordinator, and cannot be on call")


def set_weekly(
    connection: Connection,
    by: str,
    now: datetime,
    *,
    weekday: int,
    starts: time,
    ends: time,
    duty: Duty,
    user_id: bytes,
    valid_from: date,
) -> bytes:
    """Add a weekly turn, and give its id."""
    if len(rows.load_rota(connection, now).turns) >= MOST_TURNS:
        raise InvalidRequest(f"rota: {MOST_TURNS} weekly turns are the most; remove some")
    turn = Weekly(new_id(now), weekday, starts, ends, duty, user_id, valid_from)
    rows.add_turn(connection, turn)
    _record(connection, by, now, turn.id, "done: weekly turn set")
    return turn.id


def remove_weekly(connection: Connection, by: str, now: datetime, turn_id: bytes) -> None:
    """Take a weekly turn away."""
    rows.remove_turn(connection, turn_id)
    _record(connection, by, now, turn_id, "done: weekly turn removed")


def set_once(
    connection: Connection,
    by: str,
    now: datetime,
    starts: datetime,
    ends: datetime,
    duty: Duty,
    user_id: bytes | None,
) -> bytes:
    """Say who has a duty for one stretch of time, or that nobody has; give the change's id."""
    if not timedelta() < ends - starts <= _LONGEST_CHANGE:
        raise InvalidRequest(f"until: must be after `from`, by {_LONGEST_CHANGE.days} days at most")
    change = Change(rows.next_change_id(connection, now), starts, ends, duty, user_id)
    rows.add_change(connection, change)
    _record(connection, by, now, change.id, "done: changed for one time")
    return change.id


def swap(
    connection: Connection,
    by: str,
    now: datetime,
    zone: ZoneInfo,
    duty: Duty,
    at: datetime,
    to: bytes,
    back: datetime | None,
) -> list[Shift]:
    """Give the shift at a time to somebody else; take theirs at another time for it. Gives the shifts as they are now.

    Raises:
        NotFound: nobody, or somebody else than is meant, has that duty then.
    """
    given = _shift_at(connection, at, zone, duty, None)
    moved = [(given, to)]
    if back is not None:
        moved.append((_shift_at(connection, back, zone, duty, to), given.user_id))
    for shift, user_id in moved:
        set_once(connection, by, now, shift.starts, shift.ends, duty, user_id)
    return [Shift(shift.starts, shift.ends, duty, user_id) for shift, user_id in moved]


def _shift_at(connection: Connection, at: datetime, zone: ZoneInfo, duty: Duty, whose: bytes | None) -> Shift:
    around = pieces_between(rows.load_rota(connection, at - _AROUND), at - _AROUND, at + _AROUND, zone)
    found = [each for each in around if each.duty is duty and each.starts <= at < each.ends]
    found = [each for each in found if whose is None or each.user_id == whose]
    if not found:
        raise NotFound(f"rota: nobody who is meant has the duty {duty.value} at {at.astimezone(zone):%Y-%m-%d %H:%M}")
    return found[0]


def _record(connection: Connection, by: str, now: datetime, changed: bytes, outcome: str) -> None:
    TRAIL.record(connection, now, Entry(by, Action.CHANGE_ROTA.value, f"rota {changed.hex()}", outcome))
