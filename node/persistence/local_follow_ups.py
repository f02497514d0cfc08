"""Local follow-ups and every version of each, sealed under its own key; and what they are listed and counted by.

Clear are ids, times, state and version, and the region's reference. A change is stored only on the version before it.

Source: DESIGN.md 6, "At rest"; DOMAIN.md 3.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    insert,
    select,
    tuple_,
    update,
)

from node.domain.local_follow_up import LocalFollowUp, Outcome, Stale, State
from node.persistence.bodies import Flagged, Opened, Sealed, differs, open_bodies
from node.persistence.local_follow_up_tables import FOLLOW_UP, TABLE, VERSION
from node.vault.vault import Vault

_NAMES = tuple(field.name for field in fields(LocalFollowUp))[2:]  # without id and version
_CLEAR = ("number", "supporter_id", "due_at", "opened_at", "encounter_id", "incident_id", "step", "hub_reference")
_IDS = ("member_id", "supporter_id", "encounter_id", "incident_id")
_MOMENTS = ("due_at", "opened_at", "ended_at")


@dataclass(frozen=True)
class StoredFollowUp:
    """One version as it is stored; flagged where it cannot be believed."""

    id: bytes
    version: int
    supporter_id: bytes | None
    due_at: datetime
    written_at: datetime
    author: bytes
    follow_up: LocalFollowUp | Flagged


@dataclass(frozen=True)
class Pressing:
    """Narrows a list to what is due by a moment, or belongs to none of these supporters."""

    due_by: datetime
    owners: Collection[bytes]


def content_of(follow_up: LocalFollowUp) -> dict[str, Any]:
    """Give a version's body."""
    plain = {name: _plain(getattr(follow_up, name)) for name in _NAMES}
    return {name: value for name, value in plain.items() if value is not None}


def add_follow_ups(
    connection: Connection, vault: Vault, made: Sequence[tuple[Sealed, LocalFollowUp]], author: bytes, now: datetime
) -> None:
    """Store new ones, each with its first version."""
    connection.execute(insert(FOLLOW_UP), [_columns(vault, each) | {"id": each.id} for _, each in made])
    _add_versions(connection, [sealed for sealed, _ in made], author, now)


def save_follow_up(
    connection: Connection, vault: Vault, sealed: Sealed, follow_up: LocalFollowUp, author: bytes, now: datetime
) -> None:
    """Store the next version of one; raises Stale when another change was stored meanwhile."""
    before = (FOLLOW_UP.c.id == follow_up.id) & (FOLLOW_UP.c.version == follow_up.version - 1)
    changed = connection.execute(update(FOLLOW_UP).where(before), _columns(vault, follow_up))
    if changed.rowcount != 1:
        raise Stale("this check-in was changed meanwhile: nothing was done; look at it again")
    _add_versions(connection, [sealed], author, now)


def find_follow_up(connection: Connection, vault: Vault, follow_up_id: bytes) -> StoredFollowUp | None:
    """Find one by id, in its newest version."""
    return next(iter(_opened(connection, vault, _newest().where(FOLLOW_UP.c.id == follow_up_id))), None)


def find_follow_ups(connection: Connection, vault: Vault, ids: Iterable[bytes]) -> dict[bytes, StoredFollowUp]:
    """Fetch several by id."""
    return {
        each.id: each
        for each in _opened(
            connection, vault, _newest().where(FOLLOW_UP.c.id.in_(list(ids))).order_by(FOLLOW_UP.c.number)
        )
    }


def list_follow_ups(
    connection: Connection,
    vault: Vault,
    *,
    supporter_id: bytes | None = None,
    is_unassigned: bool = False,
    incident_id: bytes | None = None,
    hub_reference: str | None = None,
    encounter_id: bytes | None = None,
    has_ended: bool = False,
    after: bytes | None = None,
    pressing: Pressing | None = None,
    limit: int | None = 500,
) -> list[StoredFollowUp]:
    """List those that are open, the first due first; with `has_ended`, the others too; `after` the one of an id."""
    wanted: list[ColumnElement[bool]] = [] if has_ended else [FOLLOW_UP.c.state == State.OPEN.value]
    named = {"supporter_id": supporter_id, "incident_id": incident_id, "hub_reference": hub_reference}
    wanted += [FOLLOW_UP.c[name] == v for name, v in (named | {"encounter_id": encounter_id}).items() if v is not None]
    if is_unassigned:
        wanted.append(FOLLOW_UP.c.supporter_id.is_(None))
    if pressing is not None:
        is_nobodys = FOLLOW_UP.c.supporter_id.is_(None) | FOLLOW_UP.c.supporter_id.not_in(list(pressing.owners))
        wanted.append((FOLLOW_UP.c.due_at <= pressing.due_by) | is_nobodys)
    if after is not None:
        last = FOLLOW_UP.alias()
        place = select(last.c.due_at, last.c.number).where(last.c.id == after)
        wanted.append(tuple_(FOLLOW_UP.c.due_at, FOLLOW_UP.c.number) > place.scalar_subquery())
    return _opened(
        connection,
        vault,
        _newest().where(VERSION.c.body != b"", *wanted).order_by(FOLLOW_UP.c.due_at, FOLLOW_UP.c.number).limit(limit),
    )


def find_id(connection: Connection, number: int) -> bytes | None:
    """Find what is called by a number."""
    found = connection.execute(select(FOLLOW_UP.c.id).where(FOLLOW_UP.c.number == number)).scalar_one_or_none()
    return None if found is None else bytes(found)


def numbers_of(connection: Connection, ids: Iterable[bytes]) -> list[int]:
    """Give what some are called by, in order."""
    query = select(FOLLOW_UP.c.number).where(FOLLOW_UP.c.id.in_(list(ids))).order_by(FOLLOW_UP.c.number)
    return list(connection.execute(query).scalars())


def last_number(connection: Connection) -> int:
    """Give the highest number there is; 0 without any."""
    return connection.execute(select(func.max(FOLLOW_UP.c.number))).scalar_one() or 0


def list_versions(connection: Connection, vault: Vault, follow_up_id: bytes) -> list[StoredFollowUp]:
    """List every version of one, the first one first; each is checked against the trail."""
    query = select(VERSION).where(VERSION.c.follow_up_id == follow_up_id).order_by(VERSION.c.version)
    rows = connection.execute(query).all()
    stored = [Sealed(follow_up_id, row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, stored, is_newest=False)
    opened = map(_follow_up, stored, bodies)
    return [_stored(follow_up_id, row, each, {}) for row, each in zip(rows, opened, strict=True)]


def steps_there(connection: Connection, vault: Vault, incident_id: bytes, member_id: bytes) -> dict[int, bytes]:
    """Tell which check-ins of an incident there are for a member, ended ones too: their ids by step."""
    of_one = (FOLLOW_UP.c.incident_id == incident_id) & (FOLLOW_UP.c.member_index == member_index(vault, member_id))
    query = select(FOLLOW_UP.c.step, FOLLOW_UP.c.id).where(of_one, FOLLOW_UP.c.step.is_not(None))
    return {step: bytes(id_) for step, id_ in connection.execute(query)}


def count_open(connection: Connection) -> Mapping[bytes | None, int]:
    """Count the open ones of each supporter; None: of nobody."""
    query = select(FOLLOW_UP.c.supporter_id, func.count()).where(FOLLOW_UP.c.state == State.OPEN.value)
    counted = connection.execute(query.group_by(FOLLOW_UP.c.supporter_id))
    return {None if who is None else bytes(who): count for who, count in counted}


def list_ids_of_member(connection: Connection, vault: Vault, member_id: bytes) -> list[bytes]:
    """List the ids of everything about a member: what is erased with them."""
    query = select(FOLLOW_UP.c.id).where(FOLLOW_UP.c.member_index == member_index(vault, member_id))
    return [bytes(id_) for id_ in connection.execute(query).scalars()]


def member_index(vault: Vault, member_id: bytes) -> bytes:
    """Give what a member's check-ins are found by: not what their encounters are found by."""
    return vault.blind("local_follow_up.member", member_id.hex())


def _newest() -> Select[Any]:
    joined = FOLLOW_UP.join(
        VERSION, (VERSION.c.follow_up_id == FOLLOW_UP.c.id) & (VERSION.c.version == FOLLOW_UP.c.version)
    )
    return select(FOLLOW_UP, VERSION.c.written_at, VERSION.c.author, VERSION.c.body).select_from(joined)


def _columns(vault: Vault, each: LocalFollowUp) -> dict[str, Any]:
    index = None if each.member_id is None else member_index(vault, each.member_id)
    clear = {name: getattr(each, name) for name in _CLEAR}
    return clear | {"version": each.version, "state": each.state.value, "member_index": index}


def _add_versions(connection: Connection, sealed: Iterable[Sealed], author: bytes, now: datetime) -> None:
    rows = [
        {"follow_up_id": each.id, "version": each.version, "written_at": now, "author": author, "body": each.body}
        for each in sealed
    ]
    connection.execute(insert(VERSION), rows)


def _opened(connection: Connection, vault: Vault, query: Select[Any]) -> list[StoredFollowUp]:
    rows = connection.execute(query).all()
    sealed = [Sealed(bytes(row.id), row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, sealed)
    opened = map(_follow_up, sealed, bodies)
    return [
        _stored(bytes(row.id), row, _as_beside(vault, row, each), row._mapping)
        for row, each in zip(rows, opened, strict=True)
    ]


def _follow_up(sealed: Sealed, body: Opened) -> LocalFollowUp | Flagged:
    if isinstance(body, Flagged):
        return body
    values = body | {name: bytes.fromhex(body[name]) for name in _IDS if name in body}
    values |= {name: datetime.fromisoformat(body[name]) for name in _MOMENTS if name in body}
    values = {"member_id": None, "supporter_id": None} | values | {"state": State(body["state"])}
    outcome = body.get("outcome")
    return LocalFollowUp(
        id=sealed.id, version=sealed.version, **(values | {"outcome": None if outcome is None else Outcome(outcome)})
    )


def _as_beside(vault: Vault, row: Row[Any], opened: LocalFollowUp | Flagged) -> LocalFollowUp | Flagged:
    """Flag a body that says something else than the columns beside it."""
    if isinstance(opened, Flagged):
        return opened
    is_same = all(row._mapping[name] == value for name, value in _columns(vault, opened).items())
    return opened if is_same else differs()


def _stored(id_: bytes, row: Row[Any], opened: LocalFollowUp | Flagged, beside: Any) -> StoredFollowUp:
    """Give a version; of a flagged one, the owner and the day that stand beside it: it stays on a list."""
    told = beside if isinstance(opened, Flagged) else {n: getattr(opened, n) for n in ("supporter_id", "due_at")}
    owner, due_at = told.get("supporter_id"), told.get("due_at", row.written_at)
    return StoredFollowUp(id_, row.version, owner, due_at, row.written_at, bytes(row.author), opened)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value
