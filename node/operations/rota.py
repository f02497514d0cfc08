"""The on-call rota: shown, set, swapped, with the hours that nobody has."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from common.access import users
from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest, NotFound
from common.short_ids import SHORTEST_PREFIX
from node.domain.rota import LONGEST_VIEW, Duty, Rota, Shift, gaps, shifts_between
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed_times import day_said, moment_said, time_said, weekday_said
from node.persistence.access import ACCESS
from node.persistence.rota import load_rota
from node.use_cases import rota as use_case

Arguments = dict[str, Any]
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BACK = timedelta(days=8)


def show(node: OpenNode, _: Person, arguments: Arguments) -> Any:
    """Give the weekly turns, the shifts of some days, and the hours that nobody has."""
    start, end = _window(node, arguments)

    def read(connection: Connection) -> Any:
        rota, names = load_rota(connection, start - _BACK), _names(connection)
        shifts = shifts_between(rota, start, end, node.settings.zone)
        return {
            "turns": _turns(rota, names),
            "shifts": [_shift(node, each, names) for each in shifts],
            "gaps": [_gap(node, *each) for each in gaps(shifts, start, end)],
        }

    return node.read(read)


def now(node: OpenNode, _: Person, __: Arguments) -> Any:
    """Give who is on call now."""
    moment = node.clock.now()

    def read(connection: Connection) -> Any:
        names = _names(connection)
        shifts = use_case.on_call_now(connection, moment, node.settings.zone)
        return [_shift(node, each, names) for each in shifts]

    return node.read(read)


def set_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Set a weekly turn, or who has a duty for one stretch of time."""
    duty = read_word(Duty, arguments.get("duty") or Duty.FIRST.value, "duty")
    moment, zone = node.clock.now(), node.settings.zone

    def write(connection: Connection) -> bytes:
        user_id = None if arguments.get("nobody") else _user(connection, arguments.get("user"))
        if arguments.get("weekday"):
            if user_id is None:
                raise InvalidRequest("user: a weekly turn is somebody's; `rota remove` takes one away")
            first = arguments.get("valid_from")
            return use_case.set_weekly(
                connection, f"user {person.name}", moment,
                weekday=weekday_said(arguments["weekday"]),
                starts=time_said(arguments.get("starts"), "from"), ends=time_said(arguments.get("ends"), "until"),
                duty=duty, user_id=user_id,
                valid_from=day_said(first, "valid-from") if first else moment.astimezone(zone).date(),
            )  # fmt: skip
        starts, ends = (moment_said(arguments.get(name), says, zone) for name, says in _SPAN)
        return use_case.set_once(connection, f"user {person.name}", moment, starts, ends, duty, user_id)

    return {"id": node.write("rota", write).hex()}


def remove(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Take a weekly turn away."""
    moment = node.clock.now()

    def write(connection: Connection) -> bytes:
        said = str(arguments.get("id", "")).strip().lower()
        turns = [turn.id for turn in load_rota(connection, moment).turns]
        found = [turn_id for turn_id in turns if len(said) >= SHORTEST_PREFIX and turn_id.hex().endswith(said)]
        if len(found) != 1:
            raise NotFound("rota: there is no such weekly turn: `holdfast node rota show` lists them")
        turn_id = found[0]
        use_case.remove_weekly(connection, f"user {person.name}", moment, turn_id)
        return turn_id

    return {"id": node.write("rota", write).hex()}


def swap(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Give the shift at one time to somebody else, and perhaps take one of theirs for it."""
    duty = read_word(Duty, arguments.get("duty") or Duty.FIRST.value, "duty")
    moment, zone = node.clock.now(), node.settings.zone
    at = moment_said(arguments.get("at"), "at", zone)
    back = moment_said(arguments["back"], "back", zone) if arguments.get("back") else None

    def write(connection: Connection) -> list[Shift]:
        to = _user(connection, arguments.get("to"))
        return use_case.swap(connection, f"user {person.name}", moment, zone, duty, at, to, back)

    changed = node.write("rota", write)
    names = node.read(_names)
    return [_shift(node, each, names) for each in changed]


def find_gaps(node: OpenNode, _: Person, arguments: Arguments) -> Any:
    """Give the hours of the coming days in which nobody is on call."""
    start, end = _window(node, arguments)
    shifts = node.read(
        lambda connection: shifts_between(load_rota(connection, start - _BACK), start, end, node.settings.zone)
    )
    return [_gap(node, *each) for each in gaps(shifts, start, end)]


OPERATIONS: dict[str, Guarded] = {
    "rota_show": Guarded(Action.SEE_ROTA, show),
    "rota_now": Guarded(Action.SEE_ROTA, now),
    "rota_gaps": Guarded(Action.SEE_ROTA, find_gaps),
    "rota_set": Guarded(Action.CHANGE_ROTA, set_),
    "rota_remove": Guarded(Action.CHANGE_ROTA, remove),
    "rota_swap": Guarded(Action.CHANGE_ROTA, swap),
}
_SPAN = (("starts", "from"), ("ends", "until"))


def _window(node: OpenNode, arguments: Arguments) -> tuple[datetime, datetime]:
    days = arguments.get("days", 14)
    if type(days) is not int or not 1 <= days <= LONGEST_VIEW.days:
        raise InvalidRequest(f"days: must be 1 to {LONGEST_VIEW.days}")
    start = node.clock.now()
    if arguments.get("first"):
        start = moment_said(arguments["first"], "first", node.settings.zone)
    return start, start + timedelta(days=days)


def _user(connection: Connection, said: Any) -> bytes:
    user = users.get(ACCESS, connection, str(said or ""))
    use_case.check_may_be_on_call(user)
    return user.id


def _names(connection: Connection) -> dict[bytes, str]:
    return {user.id: user.name for user in users.list_users(ACCESS, connection)}


def _turns(rota: Rota, names: dict[bytes, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": turn.id.hex(),
            "weekday": _WEEKDAYS[turn.weekday],
            "from": _clock(turn.starts),
            "until": _clock(turn.ends),
            "duty": turn.duty.value,
            "who": names.get(turn.user_id, "?"),
            "valid_from": _day(turn.valid_from),
        }
        for turn in rota.turns
    ]


def _shift(node: OpenNode, shift: Shift, names: dict[bytes, str]) -> dict[str, Any]:
    return _span(node, shift.starts, shift.ends) | {
        "duty": shift.duty.value, "who": names.get(shift.user_id, "?")
    }  # fmt: skip


def _gap(node: OpenNode, starts: datetime, ends: datetime) -> dict[str, Any]:
    first, last = (each.astimezone(node.settings.zone) for each in (starts, ends))
    until = f"-{last:%H:%M}" if first.date() == last.date() else f" until {_day_of(last)} {last:%H:%M}"
    says = f"nobody is on call {_day_of(first)} {first:%H:%M}{until}"
    return _span(node, starts, ends) | {"says": says}


def _span(node: OpenNode, starts: datetime, ends: datetime) -> dict[str, Any]:
    return {name: each.astimezone(node.settings.zone).isoformat() for name, each in (("from", starts), ("until", ends))}


def _day_of(moment: datetime) -> str:
    return f"{_WEEKDAYS[moment.weekday()]} {moment.day} {moment:%b}"


def _clock(wall: time) -> str:
    return f"{wall:%H:%M}"


def _day(day: date) -> str:
    return day.isoformat()
