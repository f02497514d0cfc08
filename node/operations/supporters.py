"""The roster of supporters: kept by the coordinator; each supporter pauses themselves."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.codes import code, word
from common.errors import InvalidRequest
from common.text import clean_line
from common.wire.v1.codes_pb2 import Language
from node.domain.moments import read_day, start_of
from node.domain.supporter import LONGEST_NAME, LONGEST_PROVIDER, Supporter, Topic, Training
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.own_encounters import own_supporter
from node.persistence.bodies import Flagged
from node.persistence.local_follow_ups import count_open
from node.persistence.members import find_members
from node.persistence.supporters import StoredSupporter, list_supporters
from node.use_cases import supporters
from node.use_cases.members import get_by_code, record_reads

_DAYS = ("selected_on", "designated_on", "ended_on")
_MOST_LANGUAGES = 20
Changed = Callable[[Connection, StoredSupporter], StoredSupporter]


def add(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Record a supporter."""
    actor, now = f"user {person.name}", node.clock.now()

    def write(connection: Connection) -> Any:
        fields = _fields(node, connection, said)
        if said.get("member") is not None:
            member = get_by_code(connection, node.vault, str(said["member"]))
            fields["member_id"] = member.id
            if "name" not in fields and not isinstance(member.member, Flagged):
                fields["name"] = member.member.name
        if "name" not in fields:
            raise InvalidRequest("name: say a name, or the code of the member who it is")
        given = [Supporter("", **fields)]
        (made,) = supporters.add_supporters(connection, node.vault, actor, Action.CHANGE_ROSTER, given, now)
        return _shown(node, connection, made)

    return node.write("supporter", write)


def list_(node: OpenNode, _: Person, said: dict[str, Any]) -> Any:
    """List the roster."""
    today = _today(node)

    def read(connection: Connection) -> Any:
        loads = count_open(connection)
        rows = [_shown(node, connection, each, loads) for each in list_supporters(connection, node.vault)]
        return [row for row in rows if said.get("ended") or not row.get("ended_on") or row["ended_on"] > str(today)]

    return node.read(read)


def show(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Show all that is known of a supporter."""
    now = node.clock.now()

    def write(connection: Connection) -> Any:
        stored = supporters.get_by_name(connection, node.vault, str(said["supporter"]))
        member_id = None if isinstance(stored.supporter, Flagged) else stored.supporter.member_id
        record_reads(connection, f"user {person.name}", Action.SEE_ROSTER, [member_id] if member_id else [], now)
        return _shown(node, connection, stored)

    return node.write("supporter", write)


def train(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Record a training that a supporter completed: one `topic`, or several at once."""
    today, hours = _today(node), said.get("hours")
    if hours is not None and (isinstance(hours, bool) or not isinstance(hours, int | float)):
        raise InvalidRequest("hours: must be a number")
    completed, expires = said.get("completed"), said.get("expires")
    topic = said.get("topic")
    trainings = [
        Training(
            topic=read_word(Topic, each, "topic"),
            completed_on=today if completed is None else read_day(completed, "completed", today),
            expires_on=None if expires is None else read_day(expires, "expires", today, is_to_come=True),
            hours=None if hours is None else float(hours),
            provider=clean_line(said.get("provider") or "", "provider", LONGEST_PROVIDER),
        )
        for each in (topic if isinstance(topic, list) and topic else [topic])
    ]
    if trainings[0].completed_on > today:
        raise InvalidRequest("completed: lies in the future")
    actor, now = f"user {person.name}", node.clock.now()
    return _changed(
        node, said, lambda connection, of: supporters.train(connection, node.vault, actor, of.id, trainings, now)
    )


def pause_self(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Pause the own availability: nobody asks why."""
    return _pause(node, person, Action.PAUSE_SELF, said, own_supporter(node, person, Action.PAUSE_SELF))


def pause_other(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Pause a supporter who asked the coordinator for it."""
    return _pause(node, person, Action.CHANGE_ROSTER, said, None)


def resume_self(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """End the own pause."""
    return _resume(node, person, Action.PAUSE_SELF, said, own_supporter(node, person, Action.PAUSE_SELF))


def resume_other(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """End a supporter's pause."""
    return _resume(node, person, Action.CHANGE_ROSTER, said, None)


def edit(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Change fields of a supporter: dates, the cap, languages, the end."""
    actor, now = f"user {person.name}", node.clock.now()

    def change(connection: Connection, of: StoredSupporter) -> StoredSupporter:
        fields = _fields(node, connection, said)
        if not fields:
            raise InvalidRequest("say what is to be changed")
        return supporters.change_supporter(connection, node.vault, actor, of.id, fields, now)

    return _changed(node, said, change)


OPERATIONS: dict[str, Guarded] = {
    "supporter_add": Guarded(Action.CHANGE_ROSTER, add),
    "supporters": Guarded(Action.SEE_ROSTER, list_),
    "supporter_show": Guarded(Action.SEE_ROSTER, show),
    "supporter_train": Guarded(Action.CHANGE_ROSTER, train),
    "supporter_edit": Guarded(Action.CHANGE_ROSTER, edit),
    "supporter_pause": Guarded(Action.CHANGE_ROSTER, pause_other),
    "supporter_resume": Guarded(Action.CHANGE_ROSTER, resume_other),
    "pause": Guarded(Action.PAUSE_SELF, pause_self),
    "resume": Guarded(Action.PAUSE_SELF, resume_self),
}


def _pause(node: OpenNode, person: Person, action: Action, said: dict[str, Any], own: bytes | None) -> Any:
    actor, now, zone = f"user {person.name}", node.clock.now(), node.settings.zone
    until = None
    if said.get("until") is not None:
        until = start_of(read_day(said["until"], "until", _today(node), is_to_come=True), zone)

    def change(connection: Connection, of: StoredSupporter) -> StoredSupporter:
        return supporters.pause(connection, node.vault, actor, action, of.id, until, now)

    return _changed(node, said, change, own)


def _resume(node: OpenNode, person: Person, action: Action, said: dict[str, Any], own: bytes | None) -> Any:
    actor, now = f"user {person.name}", node.clock.now()

    def change(connection: Connection, of: StoredSupporter) -> StoredSupporter:
        return supporters.resume(connection, node.vault, actor, action, of.id, now)

    return _changed(node, said, change, own)


def _changed(node: OpenNode, said: dict[str, Any], change: Changed, own: bytes | None = None) -> Any:
    def write(connection: Connection) -> Any:
        if own is None:
            stored = supporters.get_by_name(connection, node.vault, str(said["supporter"]))
        else:
            stored = supporters.get_supporter(connection, node.vault, own)
        return _shown(node, connection, change(connection, stored))

    return node.write("supporter", write)


def _fields(node: OpenNode, connection: Connection, said: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: read_day(said[name], name, _today(node)) for name in _DAYS if said.get(name) is not None
    }
    if said.get("name") is not None:
        fields["name"] = clean_line(said["name"], "name", LONGEST_NAME, 1)
    if said.get("cap") is not None:
        fields["cap"] = _cap(said["cap"])
    if said.get("languages"):
        given = said["languages"] if isinstance(said["languages"], list) else [said["languages"]]
        spoken = [word(Language, code(Language, str(each)[:40], "languages")) for each in given[:_MOST_LANGUAGES]]
        fields["languages"] = tuple(dict.fromkeys(spoken))
    return fields


def _cap(said: object) -> int | None:
    if said == "none":
        return None
    text = str(said)
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise InvalidRequest("cap: a number of open follow-ups, or none")
    return int(text)


def _today(node: OpenNode) -> date:
    return node.clock.now().astimezone(node.settings.zone).date()


def _shown(
    node: OpenNode, connection: Connection, stored: StoredSupporter, loads: Mapping[bytes | None, int] | None = None
) -> dict[str, Any]:
    loads = count_open(connection) if loads is None else loads
    each, now, zone, today = stored.supporter, node.clock.now(), node.settings.zone, _today(node)
    head = {"id": stored.id.hex(), "version": stored.version}
    if isinstance(each, Flagged):
        return head | {"code": stored.id.hex()[:8], "name": None, "flagged": each.because}
    member = find_members(connection, node.vault, [each.member_id]).get(each.member_id) if each.member_id else None
    is_code = member is not None and not isinstance(member.member, Flagged)
    days = {name: None if getattr(each, name) is None else getattr(each, name).isoformat() for name in _DAYS}
    until = each.paused_until if each.is_paused(now) else None
    return (
        head
        | days
        | {
            "code": each.code,
            "name": each.name,
            "flagged": None,
            "member": member.member.code if is_code else None,  # type: ignore[union-attr]
            "availability": each.availability(now, today).value,
            "paused_until": None if until is None else until.astimezone(zone).isoformat(),
            "open_follow_ups": loads.get(stored.id, 0),
            "cap": each.cap,
            "languages": list(each.languages),
            "topics_lacking": [topic.value for topic in each.topics_lacking(today)],
            "trainings": [
                {
                    "topic": training.topic.value,
                    "completed_on": training.completed_on.isoformat(),
                    "expires_on": None if training.expires_on is None else training.expires_on.isoformat(),
                    "hours": training.hours,
                    "provider": training.provider,
                    "in_date": training.is_in_date(today),
                }
                for training in each.trainings
            ],
        }
    )
