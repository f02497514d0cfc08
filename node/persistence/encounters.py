"""Encounters and every version of them, each encounter under its own key.

Clear are ids, times, state and version; what it was about stands in the body alone. Who wrote a version stands in the
trail too: the column beside it serves as a shortcut.

Source: DESIGN.md 6, "At rest"; DOMAIN.md 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, literal, select, tuple_, update

from common.storage.bulk import insert_all
from common.storage.columns import UtcDateTime
from node.domain.encounter import Encounter, EncounterState
from node.persistence.bodies import Flagged, Opened, Sealed, differs, open_bodies
from node.persistence.data_keys import wrapped_of
from node.persistence.encounter_bodies import encounter_of
from node.persistence.encounter_tables import ENCOUNTER, NEWEST, TABLE, VERSION
from node.vault.vault import Vault

_PLACE = (ENCOUNTER.c.occurred_at, ENCOUNTER.c.id)
_NEWEST_FIRST = tuple(column.desc() for column in _PLACE)


@dataclass(frozen=True)
class StoredEncounter:
    """One version of an encounter as it is stored; flagged where it cannot be believed."""

    id: bytes
    version: int
    state: EncounterState
    recorded_at: datetime
    written_at: datetime
    author: bytes
    occurred_at: datetime
    supporter_id: bytes
    encounter: Encounter | Flagged


@dataclass(frozen=True)
class Written:
    """A version that is to be stored."""

    sealed: Sealed
    encounter: Encounter
    state: EncounterState = EncounterState.CURRENT
    import_key: bytes | None = None


@dataclass(frozen=True)
class Span:
    """Which encounters are listed, by what stands clear.

    Args:
        since: the earliest time of occurrence; `until` the first one that is too late.
        has_void: voided ones too.
        after: (time of occurrence, id) of the last one of the page before.
    """

    since: datetime | None = None
    until: datetime | None = None
    supporter_id: bytes | None = None
    member_id: bytes | None = None
    incident_id: bytes | None = None
    has_void: bool = False
    after: tuple[datetime, bytes] | None = None


def add_encounters(
    connection: Connection, vault: Vault, written: Sequence[Written], author: bytes, now: datetime
) -> None:
    """Store new encounters, each with its first version."""
    at, about = UtcDateTime.number(now), _Indexes(vault)
    rows = [
        (
            each.sealed.id,
            UtcDateTime.number(each.encounter.occurred_at),
            each.encounter.supporter_id,
            about[each.encounter.member_id],
            each.encounter.incident_id,
            each.sealed.version,
            each.state.value,
            at,
            each.import_key,
        )
        for each in written
    ]
    insert_all(connection, ENCOUNTER, rows)
    _add_versions(connection, written, author, now)


def add_version(connection: Connection, vault: Vault, written: Written, author: bytes, now: datetime) -> None:
    """Store an encounter's next version; the ones before it stay."""
    connection.execute(update(ENCOUNTER).where(ENCOUNTER.c.id == written.sealed.id), _columns(vault, written))
    _add_versions(connection, [written], author, now)


def find_encounter(connection: Connection, vault: Vault, encounter_id: bytes) -> StoredEncounter | None:
    """Find an encounter by id, in its newest version."""
    rows = connection.execute(_newest().where(ENCOUNTER.c.id == encounter_id)).all()
    return next(iter(_opened(connection, vault, rows)), None)


def find_encounters(connection: Connection, vault: Vault, ids: Sequence[bytes]) -> list[StoredEncounter]:
    """Fetch some hundred encounters by id, each in its newest version."""
    rows = connection.execute(_newest().where(ENCOUNTER.c.id.in_(ids))).all()
    return _opened(connection, vault, rows)


def list_versions(connection: Connection, vault: Vault, encounter_id: bytes) -> list[StoredEncounter]:
    """List every version of an encounter, the first one first; each is checked against the trail."""
    query = select(VERSION).where(VERSION.c.encounter_id == encounter_id).order_by(VERSION.c.version)
    rows = connection.execute(query).all()
    head = connection.execute(select(ENCOUNTER).where(ENCOUNTER.c.id == encounter_id)).one_or_none()
    if head is None:
        return []
    stored = [Sealed(encounter_id, row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, stored, is_newest=False)
    return [_version(head, row, body) for row, body in zip(rows, bodies, strict=True)]


def rows_of_page(connection: Connection, vault: Vault, span: Span, limit: int) -> Sequence[Row[Any]]:
    """Read one page, the newest first; nothing is opened yet."""
    return connection.execute(in_span(_newest(), vault, span).limit(limit)).all()


def rows_of(connection: Connection, ids: Sequence[bytes]) -> Sequence[Row[Any]]:
    """Read a page whose encounters are known by id, the newest first; nothing is opened yet."""
    return connection.execute(_newest().where(ENCOUNTER.c.id.in_(ids)).order_by(*_NEWEST_FIRST)).all()


def in_span(query: Select[Any], vault: Vault, span: Span) -> Select[Any]:
    """Narrow a query over encounters by what stands clear, and put the newest first: an index gives that order."""
    table, place = ENCOUNTER, _PLACE
    wanted = {"supporter_id": span.supporter_id, "incident_id": span.incident_id}
    if span.member_id is not None:
        wanted["member_index"] = member_index(vault, span.member_id)
    for column, value in wanted.items():
        if value is not None:
            query = query.where(table.c[column] == value)
    if span.since is not None:
        query = query.where(table.c.occurred_at >= span.since)
    if span.until is not None:
        query = query.where(table.c.occurred_at < span.until)
    if not span.has_void:
        query = query.where(table.c.state == EncounterState.CURRENT.value)
    if span.after is not None:
        at, id_ = (literal(value, column.type) for value, column in zip(span.after, place, strict=True))
        query = query.where(tuple_(*place) < tuple_(at, id_))
    return query.order_by(*_NEWEST_FIRST)


def open_page(connection: Connection, vault: Vault, rows: Sequence[Row[Any]]) -> list[StoredEncounter]:
    """Open the rows that are shown, and check them against the trail."""
    return _opened(connection, vault, rows)


def member_index(vault: Vault, member_id: bytes) -> bytes:
    """Give what a member's encounters are found by."""
    return vault.blind("encounter.member", member_id.hex())


class _Indexes(dict[bytes | None, bytes | None]):
    """What members' encounters are found by, each worked out once."""

    def __init__(self, vault: Vault) -> None:
        super().__init__({None: None})
        self._vault = vault

    def __missing__(self, member_id: bytes | None) -> bytes | None:
        assert member_id is not None
        self[member_id] = index = member_index(self._vault, member_id)
        return index


def _newest() -> Select[Any]:
    key = wrapped_of(ENCOUNTER.c.id)
    return select(ENCOUNTER, VERSION.c.written_at, VERSION.c.author, VERSION.c.body, key).select_from(NEWEST)


def _columns(vault: Vault, written: Written) -> dict[str, Any]:
    told = written.encounter
    return {
        "occurred_at": told.occurred_at,
        "supporter_id": told.supporter_id,
        "member_index": None if told.member_id is None else member_index(vault, told.member_id),
        "incident_id": told.incident_id,
        "version": written.sealed.version,
        "state": written.state.value,
    }


def _add_versions(connection: Connection, written: Sequence[Written], author: bytes, now: datetime) -> None:
    at = UtcDateTime.number(now)
    rows = [(each.sealed.id, each.sealed.version, at, author, each.sealed.body) for each in written]
    insert_all(connection, VERSION, rows)


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(bytes(row.id), row.version, bytes(row.body))


def _opened(connection: Connection, vault: Vault, rows: Sequence[Row[Any]]) -> list[StoredEncounter]:
    wrapped = {bytes(row.id): row.wrapped for row in rows}
    bodies = open_bodies(connection, vault, TABLE, [_sealed(row) for row in rows], wrapped=wrapped)
    return [_version(row, row, _as_beside(vault, row, body)) for row, body in zip(rows, bodies, strict=True)]


def _as_beside(vault: Vault, row: Row[Any], body: Opened) -> Opened:
    """Flag a body that says something else than the columns beside it."""
    if isinstance(body, Flagged):
        return body
    encounter, state = encounter_of(body)
    expected = _columns(vault, Written(_sealed(row), encounter, state))
    return body if all(row._mapping[name] == value for name, value in expected.items()) else differs()


def _version(head: Row[Any], row: Row[Any], body: Opened) -> StoredEncounter:
    encounter, state = (body, EncounterState(head.state)) if isinstance(body, Flagged) else encounter_of(body)
    return StoredEncounter(
        bytes(head.id),
        row.version,
        state,
        head.recorded_at,
        row.written_at,
        bytes(row.author),
        head.occurred_at,
        bytes(head.supporter_id),
        encounter,
    )
