"""Which records of a class are past their time, and which a legal hold keeps.

Times are clear columns, so that nothing is opened for it. Records whose link to a member or an incident stands only in
their sealed body are all kept while a hold on a member or an incident is in force.

Source: DESIGN.md 6, "At rest".
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from node.domain.retention import Hold, HoldScope, RecordClass
from node.persistence.data_keys import DataKeyRow, KeyKind
from node.persistence.erasing import find_about
from node.persistence.schema import Base, table_of
from node.vault.vault import Vault

_KEY = table_of(DataKeyRow)
_ENCOUNTER_INDEX = "encounter.member"
_KINDS = {
    RecordClass.FOLLOW_UP: KeyKind.FOLLOW_UP,
    RecordClass.PEER_REQUEST: KeyKind.PEER_REQUEST,
    RecordClass.DISCLOSURE: KeyKind.DISCLOSURE,
}


def find_due(connection: Connection, vault: Vault, record_class: RecordClass, before: datetime) -> list[bytes]:
    """Find the subjects of a class whose time counts from before a moment, and that are not erased."""
    find = _FIND.get(record_class)
    if find is not None:
        return find(connection, vault, before)
    kind = _KINDS[record_class]
    query = select(_KEY.c.subject_id).where(_KEY.c.kind == int(kind), _alive(), _KEY.c.made_at < before)
    return [bytes(id_) for id_ in connection.execute(query).scalars()]


def find_held(
    connection: Connection, vault: Vault, record_class: RecordClass, ids: Sequence[bytes], holds: Iterable[Hold]
) -> set[bytes]:
    """Tell which of some subjects of a class a hold keeps."""
    held: set[bytes] = set()
    for hold in holds:
        if hold.scope is HoldScope.EVERYTHING or hold.subject_id is None or record_class in _KINDS:
            return set(ids)
        held |= _KEPT[hold.scope](connection, vault, hold.subject_id)
    return held & set(ids)


def _alive() -> ColumnElement[bool]:
    return _KEY.c.wrapped.is_not(None)


def _encounters(connection: Connection, vault: Vault, before: datetime) -> list[bytes]:
    table = Base.metadata.tables.get("encounter")
    if table is None:
        return []
    query = select(table.c.id).join(_KEY, _KEY.c.subject_id == table.c.id)
    return [bytes(id_) for id_ in connection.execute(query.where(_alive(), table.c.occurred_at < before)).scalars()]


def _notes(connection: Connection, vault: Vault, before: datetime) -> list[bytes]:
    notes, table = Base.metadata.tables.get("note"), Base.metadata.tables.get("encounter")
    if notes is None or table is None:
        return []
    query = select(notes.c.encounter_id).join(table, table.c.id == notes.c.encounter_id)
    return [bytes(id_) for id_ in connection.execute(query.where(table.c.occurred_at < before).distinct()).scalars()]


def _members(connection: Connection, vault: Vault, before: datetime) -> list[bytes]:
    table = Base.metadata.tables["member"]
    query = select(table.c.id).join(_KEY, _KEY.c.subject_id == table.c.id).where(_alive(), table.c.recorded_at < before)
    found = [bytes(id_) for id_ in connection.execute(query).scalars()]
    seen = _seen_since(connection, before)
    return [id_ for id_ in found if vault.blind(_ENCOUNTER_INDEX, id_.hex()) not in seen]


def _seen_since(connection: Connection, moment: datetime) -> set[bytes]:
    """What the members are found by who had an encounter since."""
    table = Base.metadata.tables.get("encounter")
    if table is None:
        return set()
    query = select(table.c.member_index).where(table.c.occurred_at >= moment, table.c.member_index.is_not(None))
    return {bytes(index) for index in connection.execute(query.distinct()).scalars()}


def _of_member(connection: Connection, vault: Vault, member_id: bytes) -> set[bytes]:
    about = find_about(connection, vault, member_id)
    return {member_id, *(id_ for ids in about.values() for id_ in ids)}


def _of_incident(connection: Connection, vault: Vault, incident_id: bytes) -> set[bytes]:
    """The incident's encounters, and the members that they are about."""
    table, members = Base.metadata.tables.get("encounter"), Base.metadata.tables["member"]
    if table is None:
        return set()
    rows = connection.execute(select(table.c.id, table.c.member_index).where(table.c.incident_id == incident_id)).all()
    indexes = {bytes(row.member_index) for row in rows if row.member_index is not None}
    held = {bytes(row.id) for row in rows}
    if indexes:
        every = (bytes(id_) for id_ in connection.execute(select(members.c.id)).scalars())
        held |= {id_ for id_ in every if vault.blind(_ENCOUNTER_INDEX, id_.hex()) in indexes}
    return held


_Find = Callable[[Connection, Vault, datetime], list[bytes]]
_FIND: dict[RecordClass, _Find] = {
    RecordClass.ENCOUNTER: _encounters,
    RecordClass.NOTE: _notes,
    RecordClass.MEMBER: _members,
}
_KEPT: dict[HoldScope, Callable[[Connection, Vault, bytes], set[bytes]]] = {
    HoldScope.MEMBER: _of_member,
    HoldScope.INCIDENT: _of_incident,
}
