"""Necessary disclosures, every version sealed under the disclosure's own key; and notices before a first session.

Clear are ids, times, state and version: not the reason, not who was told.

Source: DESIGN.md 6, "At rest"; DOMAIN.md 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from node.domain.disclosure_notice import (
    ClosedBecause,
    Danger,
    Disclosure,
    DisclosureState,
    FirstSessionNotice,
    NoticeWay,
    ToldTo,
)
from node.domain.disclosure_reason import DisclosureReason
from node.persistence.bodies import Flagged, Opened, Sealed, differs, open_bodies
from node.persistence.disclosure_tables import DISCLOSURE, FIRST, FIRST_NOTICE, TABLE, VERSION
from node.vault.vault import Vault

_IDS = ("member_id", "encounter_id")
_MOMENTS = ("disclosed_at", "recorded_at", "notice_due_at", "notice_given_at", "closed_at")


@dataclass(frozen=True)
class StoredDisclosure:
    """One version as it is stored; flagged where it cannot be believed."""

    id: bytes
    version: int
    written_at: datetime
    author: bytes
    disclosure: Disclosure | Flagged


def content_of(disclosure: Disclosure) -> dict[str, Any]:
    """Give a version's body."""
    plain = {name: _plain(value) for name, value in vars(disclosure).items() if name not in ("id", "version")}
    return {name: value for name, value in plain.items() if value is not None}


def save_disclosure(
    connection: Connection, vault: Vault, sealed: Sealed, disclosure: Disclosure, author: bytes, now: datetime
) -> None:
    """Store a new disclosure, or its next version; the ones before it stay."""
    columns = _columns(vault, disclosure)
    if disclosure.version == 1:
        connection.execute(insert(DISCLOSURE), columns | {"id": disclosure.id})
    else:
        connection.execute(update(DISCLOSURE).where(DISCLOSURE.c.id == disclosure.id), columns)
    row = {"disclosure_id": sealed.id, "version": sealed.version, "written_at": now, "author": author}
    connection.execute(insert(VERSION), row | {"body": sealed.body})


def find_disclosure(connection: Connection, vault: Vault, disclosure_id: bytes) -> StoredDisclosure | None:
    """Find one by id, in its newest version."""
    return next(iter(_opened(connection, vault, _newest().where(DISCLOSURE.c.id == disclosure_id))), None)


def list_disclosures(connection: Connection, vault: Vault, *, has_closed: bool = False) -> list[StoredDisclosure]:
    """List those that are open, in the order of recording; with `has_closed`, the others too."""
    query = _newest().order_by(DISCLOSURE.c.number)
    if not has_closed:
        query = query.where(DISCLOSURE.c.state == DisclosureState.OPEN.value)
    found = _opened(connection, vault, query)
    return [each for each in found if not (isinstance(each.disclosure, Flagged) and each.disclosure.is_erased)]


def find_id(connection: Connection, number: int) -> bytes | None:
    """Find what is called by a number."""
    found = connection.execute(select(DISCLOSURE.c.id).where(DISCLOSURE.c.number == number)).scalar_one_or_none()
    return None if found is None else bytes(found)


def last_number(connection: Connection) -> int:
    """Give the highest number there is; 0 without any."""
    return connection.execute(select(func.max(DISCLOSURE.c.number))).scalar_one() or 0


def list_versions(connection: Connection, vault: Vault, disclosure_id: bytes) -> list[StoredDisclosure]:
    """List every version of one, the first one first."""
    query = select(VERSION).where(VERSION.c.disclosure_id == disclosure_id).order_by(VERSION.c.version)
    rows = connection.execute(query).all()
    stored = [Sealed(disclosure_id, row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, stored, is_newest=False)
    return [_stored(row, each, _disclosure(each, body)) for row, each, body in zip(rows, stored, bodies, strict=True)]


def notices_owed(connection: Connection) -> list[datetime]:
    """Give until when each written notice is owed, the first one first: no more than that."""
    query = select(DISCLOSURE.c.owed_by).where(DISCLOSURE.c.owed_by.is_not(None)).order_by(DISCLOSURE.c.owed_by)
    return list(connection.execute(query).scalars())


def add_first_notice(
    connection: Connection, vault: Vault, sealed: Sealed, notice: FirstSessionNotice, now: datetime
) -> None:
    """Store that a person was told in writing before the first session, in place of one that was altered."""
    index = member_index(vault, notice.member_id)
    connection.execute(delete(FIRST).where(FIRST.c.member_index == index))
    row = {"id": sealed.id, "member_index": index, "recorded_at": now}
    connection.execute(insert(FIRST), row | {"body": sealed.body})


def first_notice_content(notice: FirstSessionNotice) -> dict[str, Any]:
    """Give its body."""
    return {name: _plain(value) for name, value in vars(notice).items()}


def has_first_notice(connection: Connection, vault: Vault, member_ids: Iterable[bytes]) -> set[bytes]:
    """Tell which of some members were told in writing before the first session; what was altered counts for nobody."""
    by_index = {member_index(vault, member_id): member_id for member_id in member_ids}
    rows = connection.execute(select(FIRST).where(FIRST.c.member_index.in_(list(by_index)))).all()
    bodies = open_bodies(connection, vault, FIRST_NOTICE, [Sealed(bytes(row.id), 1, bytes(row.body)) for row in rows])
    about = ((by_index[bytes(row.member_index)], body) for row, body in zip(rows, bodies, strict=True))
    return {id_ for id_, body in about if not isinstance(body, Flagged) and body["member_id"] == id_.hex()}


def list_ids_of_member(connection: Connection, vault: Vault, member_id: bytes) -> list[bytes]:
    """List the ids of a member's disclosures and notices: what is erased with them."""
    index = member_index(vault, member_id)
    tables = (DISCLOSURE, FIRST)
    queries = [select(table.c.id).where(table.c.member_index == index) for table in tables]
    return [bytes(id_) for query in queries for id_ in connection.execute(query).scalars()]


def member_index(vault: Vault, member_id: bytes) -> bytes:
    """Give what a member's disclosures are found by."""
    return vault.blind("disclosure.member", member_id.hex())


def _newest() -> Select[Any]:
    joined = DISCLOSURE.join(
        VERSION, (VERSION.c.disclosure_id == DISCLOSURE.c.id) & (VERSION.c.version == DISCLOSURE.c.version)
    )
    return select(DISCLOSURE, VERSION.c.written_at, VERSION.c.author, VERSION.c.body).select_from(joined)


def _columns(vault: Vault, told: Disclosure) -> dict[str, Any]:
    return {
        "number": told.number,
        "state": told.state.value,
        "recorded_at": told.recorded_at,
        "owed_by": told.notice_due_at if told.owes_notice else None,
        "member_index": None if told.member_id is None else member_index(vault, told.member_id),
        "version": told.version,
    }


def _opened(connection: Connection, vault: Vault, query: Select[Any]) -> list[StoredDisclosure]:
    rows = connection.execute(query).all()
    sealed = [Sealed(bytes(row.id), row.version, bytes(row.body)) for row in rows]
    opened = map(_disclosure, sealed, open_bodies(connection, vault, TABLE, sealed))
    return [
        _stored(row, each, _as_beside(vault, row, told)) for row, each, told in zip(rows, sealed, opened, strict=True)
    ]


def _disclosure(sealed: Sealed, body: Opened) -> Disclosure | Flagged:
    if isinstance(body, Flagged):
        return body
    values: dict[str, Any] = (
        dict.fromkeys(_IDS) | body | {name: bytes.fromhex(body[name]) for name in _IDS if name in body}
    )
    values |= {name: datetime.fromisoformat(body[name]) for name in _MOMENTS if name in body}
    values |= {
        "reason": DisclosureReason(body["reason"]),
        "told_to": tuple(map(ToldTo, body["told_to"])),
        "danger": Danger(**body["danger"]),
        "state": DisclosureState(body["state"]),
        "notice_way": NoticeWay(body["notice_way"]) if "notice_way" in body else None,
        "closed_because": ClosedBecause(body["closed_because"]) if "closed_because" in body else None,
    }
    return Disclosure(id=sealed.id, version=sealed.version, **values)


def _as_beside(vault: Vault, row: Row[Any], opened: Disclosure | Flagged) -> Disclosure | Flagged:
    if isinstance(opened, Flagged):
        return opened
    is_same = all(row._mapping[name] == value for name, value in _columns(vault, opened).items())
    return opened if is_same else differs()


def _stored(row: Row[Any], sealed: Sealed, opened: Disclosure | Flagged) -> StoredDisclosure:
    return StoredDisclosure(sealed.id, sealed.version, row.written_at, bytes(row.author), opened)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Danger):
        return vars(value)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, datetime) else value
