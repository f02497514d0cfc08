"""The resource directory: everybody reads it, without an account too; a coordinator keeps it.

Source: DOMAIN.md 3.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from common.text import clean_line
from node.domain.encounter import Referral
from node.domain.local_number import RESOURCE, read_number
from node.domain.resource import LIFELINE, LONGEST, LONGEST_LANGUAGE, MOST_LANGUAGES, Resource, check_kind
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed import flag_of, list_of, today_of
from node.operations.typed_times import day_said
from node.persistence import resources
from node.use_cases import resources as use_case
from node.use_cases.doing import Doing

Arguments = dict[str, Any]
ALTERED = "altered: it is not what was written; call it before you give it on, then `holdfast node resource edit` it"


def add(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Add an entry."""
    told = Resource(number=0, version=1, **({"kind": None, "name": "", "reach": ""} | _fields(node, arguments)))
    for field in ("kind", "name", "reach"):
        if not getattr(told, field):
            raise InvalidRequest(f"{field}: must be said")
    doing = Doing.of(person, Action.CHANGE_RESOURCES, node.clock.now())
    return _shown(node, node.write("resources", lambda connection: use_case.add(connection, doing, told)))


def edit(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Change some fields of an entry, or say that it was checked."""
    number, changes = read_number(RESOURCE, arguments.get("resource"), "resource"), _fields(node, arguments)
    if any(changes.get(field) == "" for field in ("name", "reach")):
        raise InvalidRequest("name, reach: must be said")
    doing = Doing.of(person, Action.CHANGE_RESOURCES, node.clock.now())
    return _shown(node, node.write("resources", lambda connection: use_case.edit(connection, doing, number, changes)))


def end(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Offer an entry no longer."""
    number, today = read_number(RESOURCE, arguments.get("resource"), "resource"), today_of(node)
    doing = Doing.of(person, Action.CHANGE_RESOURCES, node.clock.now())
    return _shown(node, node.write("resources", lambda connection: use_case.end(connection, doing, number, today)))


def list_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """List what is offered; of one kind, in one language, or to be checked. A new directory has the crisis line."""
    is_wanted = _wanted(arguments)
    today, doing = today_of(node), Doing.of(person, Action.SEE_RESOURCES, node.clock.now())
    has_ended, is_unchecked = flag_of(arguments, "ended"), flag_of(arguments, "unchecked")

    def read(connection: Connection) -> tuple[list[Resource], frozenset[int]]:
        use_case.offer_lifeline(connection, doing, today)  # every pack there is is of the United States
        listed = resources.list_resources(connection)
        return listed, use_case.altered(connection, listed)

    listed, altered = node.write("resources", read)
    return [
        _shown(node, each) | _flag(each, altered)
        for each in listed
        if (has_ended or each.is_offered(today)) and is_wanted(each) and (not is_unchecked or each.needs_check(today))
    ]


def offered(node: OpenNode, arguments: Arguments) -> Any:
    """List what is offered to somebody without an account; an entry that was altered is left out, never shown."""
    is_wanted, today = _wanted(arguments), today_of(node)

    def read(connection: Connection) -> tuple[list[Resource], frozenset[int]]:
        listed = resources.list_resources(connection)
        if not listed:  # nobody wrote to it yet: `list_` stores what is told here
            return [replace(LIFELINE, number=1, checked_on=today)], frozenset()
        return listed, use_case.altered(connection, listed)

    listed, altered = node.read(read)
    told = ("kind", "name", "reach", "hours", "languages", "confidential")
    found = [each for each in listed if each.is_offered(today) and each.number not in altered and is_wanted(each)]
    return [{field: shown[field] for field in told} for shown in (_shown(node, each) for each in found)]


def show(node: OpenNode, _: Person, arguments: Arguments) -> Any:
    """Give one entry, with its versions."""
    number = read_number(RESOURCE, arguments.get("resource"), "resource")

    def read(connection: Connection) -> Any:
        newest = use_case.get_resource(connection, number)
        return (
            _shown(node, newest)
            | _flag(newest, use_case.altered(connection, [newest]))
            | {"versions": [_shown(node, each) for each in resources.list_versions(connection, number)]}
        )

    return node.read(read)


OPERATIONS: dict[str, Guarded] = {
    "resource_add": Guarded(Action.CHANGE_RESOURCES, add),
    "resource_edit": Guarded(Action.CHANGE_RESOURCES, edit),
    "resource_end": Guarded(Action.CHANGE_RESOURCES, end),
    "resource_list": Guarded(Action.SEE_RESOURCES, list_),
    "resource_show": Guarded(Action.SEE_RESOURCES, show),
}
OPEN = {"resources_offered": offered}


def _wanted(arguments: Arguments) -> Callable[[Resource], bool]:
    """Read of which kind, and in which language, entries are wanted; nothing said: all."""
    said, language = arguments.get("kind"), arguments.get("language")
    kind = None if said is None else check_kind(read_word(Referral, said, "kind"))
    spoken = None if language is None else clean_line(language, "language", LONGEST_LANGUAGE).casefold()

    def is_wanted(resource: Resource) -> bool:
        is_spoken = spoken is None or spoken in map(str.casefold, resource.languages)
        return is_spoken and (kind is None or resource.kind is kind)

    return is_wanted


def _fields(node: OpenNode, arguments: Arguments) -> dict[str, Any]:
    found: dict[str, Any] = {
        field: clean_line(arguments[field], field, longest)
        for field, longest in LONGEST.items()
        if arguments.get(field) is not None
    }
    if arguments.get("kind") is not None:
        found["kind"] = check_kind(read_word(Referral, arguments["kind"], "kind"))
    if arguments.get("languages") is not None:
        said = list_of(arguments["languages"], "language")
        if len(said) > MOST_LANGUAGES:
            raise InvalidRequest(f"language: at most {MOST_LANGUAGES}")
        found["languages"] = tuple(clean_line(each, "language", LONGEST_LANGUAGE, 1) for each in said)
    if arguments.get("confidential") is not None:
        found["is_confidential"] = flag_of(arguments, "confidential")
    if arguments.get("checked") is not None:
        found["checked_on"] = _checked_on(node, arguments["checked"])
    return found


def _checked_on(node: OpenNode, said: Any) -> Any:
    day = today_of(node) if said == "today" else day_said(said, "checked")
    if day > today_of(node):
        raise InvalidRequest("checked: lies in the future")
    return day


def _flag(resource: Resource, altered: Collection[int]) -> dict[str, Any]:
    return {"flag": ALTERED if resource.number in altered else None}


def _shown(node: OpenNode, resource: Resource) -> dict[str, Any]:
    today = today_of(node)
    return {
        "resource": resource.code,
        "kind": resource.kind.value,
        "name": resource.name,
        "reach": resource.reach,
        "hours": resource.hours,
        "languages": list(resource.languages),
        "confidential": resource.is_confidential,
        "checked_on": None if resource.checked_on is None else resource.checked_on.isoformat(),
        "needs_check": resource.needs_check(today),
        "ended_on": None if resource.ended_on is None else resource.ended_on.isoformat(),
        "version": resource.version,
    }
