"""Notices to people: how each wants them, a test of it, and what was sent or waits."""

from datetime import time
from typing import Any

from sqlalchemy import Connection

from common.access import users
from common.access.person import Person
from common.access.roles import Action, Role
from common.errors import InvalidRequest, WrongState
from common.notify.catalogue import Kind
from common.notify.notice import Event, Notice
from common.notify.preference import CHOICES, Preference, Way, check_mail, check_pager
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed import iso
from node.operations.typed_times import time_said
from node.persistence.access import ACCESS
from node.persistence.people_notices import QUEUE, about, find_preference, save_preference
from node.use_cases.people_notices import Announcer
from node.use_cases.standing_notices import announce_due

Arguments = dict[str, Any]
SEE_ALL = frozenset({Role.COORDINATOR, Role.OPERATOR})
TOLD_KINDS = tuple(kind for kind in Kind if kind is not Kind.TEST)


def settings(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Change what was said of how this person is told; gives what holds then."""
    now = node.clock.now()

    def write(connection: Connection) -> Preference:
        held = find_preference(connection, node.vault, person.user_id)
        chosen = _changed(node, held, arguments)
        if chosen != held:
            save_preference(connection, node.vault, person.user_id, chosen, now)
        return chosen

    return _shown(node.write("notice_preference", write))


def send_test(node: OpenNode, person: Person, _: Arguments) -> Any:
    """Send a test to this person, by every way that they have."""
    now = node.clock.now()
    event = Event(Kind.TEST, about(node.vault, Kind.TEST.value, person.user_id.hex(), now.isoformat()), now)

    def write(connection: Connection) -> list[Way]:
        ways = list(find_preference(connection, node.vault, person.user_id).ways_for(Kind.TEST))
        QUEUE.add(connection, event, 0, [(person.user_id, way, now) for way in ways], now)
        return ways

    ways = node.write("notices", write)
    if not ways:
        raise WrongState("you have no address yet: set one for mail or for a pager first")
    return {"ways": [way.value for way in ways]}


def list_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """List notices, the newest first: this person's own; everybody's, for a coordinator or an operator."""
    limit = arguments.get("limit", 100)
    if type(limit) is not int or not 1 <= limit <= 10_000:
        raise InvalidRequest("limit: must be 1 to 10,000")
    sees_all = not person.roles.isdisjoint(SEE_ALL)

    def read(connection: Connection) -> Any:
        names = {user.id: user.name for user in users.list_users(ACCESS, connection)}
        found = QUEUE.list_(connection, limit)
        return [_row(node, each, names) for each in found if sees_all or each.recipient == person.user_id]

    return node.read(read)


def announce_by_itself(node: OpenNode) -> None:
    """Announce what has become due, as the scheduler does."""
    now, announcer = node.clock.now(), Announcer(node.vault, node.settings.zone)
    node.write("notices_due", lambda connection: announce_due(connection, announcer, now))


OPERATIONS: dict[str, Guarded] = {
    "notice_settings": Guarded(Action.SET_OWN_NOTICES, settings),
    "notice_test": Guarded(Action.SET_OWN_NOTICES, send_test),
    "notice_list": Guarded(Action.SET_OWN_NOTICES, list_),
}


def _changed(node: OpenNode, held: Preference, arguments: Arguments) -> Preference:
    mail, pager, quiet = held.mail, held.pager, (held.quiet_from, held.quiet_until)
    if arguments.get("mail") is not None:
        mail = check_mail(str(arguments["mail"])) if arguments["mail"] else ""
    if arguments.get("pager") is not None:
        allowed = node.settings.allowed_pager_hosts
        pager = check_pager(str(arguments["pager"]), allowed) if arguments["pager"] else ""
    if arguments.get("quiet") is not None:
        quiet = _quiet(arguments["quiet"])
    ways = dict(held.ways)
    for kind, choice in (arguments.get("ways") or {}).items():
        known = read_word(Kind, kind, "kind")
        if known is Kind.TEST or choice not in CHOICES:
            raise InvalidRequest(f"way of {known}: must be one of {', '.join(CHOICES)}")
        ways[known] = CHOICES[choice]
    return Preference(mail, pager, ways, *quiet)


def _quiet(said: Any) -> tuple[time, time] | tuple[None, None]:
    if said == "":
        return None, None
    begins, _, ends = str(said)[:40].partition("-")
    return time_said(begins, "quiet"), time_said(ends, "quiet")


def _shown(held: Preference) -> dict[str, Any]:
    words = {ways: word for word, ways in CHOICES.items()}
    quiet = "" if held.quiet_from is None else f"{held.quiet_from:%H:%M}-{held.quiet_until:%H:%M}"
    ways = {kind.value: words.get(held.ways.get(kind, tuple(Way)), "both") for kind in TOLD_KINDS}
    return {"mail": held.mail, "pager": held.pager, "quiet": quiet, "ways": ways}


def _row(node: OpenNode, notice: Notice, names: dict[bytes, str]) -> dict[str, Any]:
    return {
        "created_at": iso(node, notice.created_at),
        "kind": notice.event.kind.value,
        "to": names.get(notice.recipient, "nobody"),
        "way": notice.way.value,
        "state": notice.state.value,
        "attempts": notice.attempts,
        "trouble": notice.trouble,
        "ended_at": iso(node, notice.ended_at),
        "next_try_at": iso(node, None if notice.ended_at else notice.due_at),
    }
