"""The resource directory: entries added, changed, checked, ended; every version stays.

Source: DOMAIN.md 3, "Also at the node".
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.errors import AlreadyExists, NotFound, WrongState
from node.domain.local_number import RESOURCE, code_of
from node.domain.resource import LIFELINE, Resource
from node.persistence import resources
from node.persistence.audit import TRAIL
from node.persistence.bodies import to_json
from node.use_cases.doing import NOBODY, SCHEDULER, Doing


def add(connection: Connection, doing: Doing, told: Resource) -> Resource:
    """Add an entry; it is given its number here.

    Raises:
        AlreadyExists: one of this name is offered already.
    """
    for other in resources.list_resources(connection):
        if other.is_offered(_utc_day(doing)) and other.name.casefold() == told.name.casefold():
            raise AlreadyExists(f"{other.code} is called so already: `holdfast node resource edit {other.code}`")
    return _save(connection, doing, replace(told, number=resources.next_number(connection), version=1))


def edit(connection: Connection, doing: Doing, number: int, changes: Mapping[str, Any]) -> Resource:
    """Change some fields of an entry, or say that it was checked.

    Raises:
        NotFound: there is no such entry.
        WrongState: it has ended, or nothing would change.
    """
    held = get_resource(connection, number)
    if held.ended_on is not None:
        raise WrongState(f"{held.code} has ended: add it anew, if it is there again")
    changed = replace(held, **changes)
    if changed == held:
        raise WrongState(f"{held.code} says that already: nothing was changed")
    return _save(connection, doing, replace(changed, version=held.version + 1))


def end(connection: Connection, doing: Doing, number: int, ended_on: date) -> Resource:
    """Offer an entry no longer; it stays on record; raises as `edit` does."""
    return edit(connection, doing, number, {"ended_on": ended_on})


def get_resource(connection: Connection, number: int) -> Resource:
    """Fetch an entry in its newest version; raises NotFound."""
    versions = resources.list_versions(connection, number)
    if not versions:
        raise NotFound(f"there is no resource {code_of(RESOURCE, number)}: `holdfast node resource list` shows them")
    return versions[-1]


def offer_lifeline(connection: Connection, doing: Doing, today: date) -> Resource | None:
    """Put the national crisis line into a directory that was never written to; None: it was."""
    if resources.next_number(connection) > 1:
        return None
    by_node = replace(doing, actor=SCHEDULER, user_id=NOBODY)
    return _save(connection, by_node, replace(LIFELINE, number=1, checked_on=today))


def altered(connection: Connection, listed: Iterable[Resource]) -> frozenset[int]:
    """Tell which entries, each in its newest version, are not as the audit trail tells of them (TRUST.md t03)."""
    by_subject = {_subject(each): each for each in listed}
    known = TRAIL.written_of(connection, by_subject)
    last: dict[str, int] = {}
    for subject, version in known:
        last[subject] = max(version, last.get(subject, 0))
    return frozenset(
        each.number
        for subject, each in by_subject.items()
        if each.version != last.get(subject) or known[subject, each.version] != _digest(each)
    )


def _save(connection: Connection, doing: Doing, resource: Resource) -> Resource:
    resources.add_version(connection, resource, doing.user_id, doing.now)
    subject, digest = _subject(resource), _digest(resource)
    entry = Entry(doing.actor, doing.action.value, subject, version=resource.version, digest=digest)
    TRAIL.record(connection, doing.now, entry)
    return resource


def _subject(resource: Resource) -> str:
    return f"resource {resource.code}"


def _digest(resource: Resource) -> bytes:
    return sha256(to_json({name: str(value) for name, value in vars(resource).items()})).digest()


def _utc_day(doing: Doing) -> date:
    return doing.now.date()
