"""Members, each sealed under its own key, and the blind index that finds them.

Clear are the id, the version, the state and the time; everything else stands in the body.

Source: DESIGN.md 6, "At rest".
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.bulk import insert_all
from common.storage.columns import UtcDateTime
from node.domain.encounter import RecipientClass
from node.domain.member import Member, MemberState
from node.domain.name_search import folded, indexed_terms, wanted_terms
from node.persistence.bodies import Flagged, Opened, Sealed, differs, open_bodies
from node.persistence.schema import Base, table_of
from node.vault.vault import Vault

TABLE = "member"
_CUT = 500  # ids or terms in one query


class MemberRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("state IN ('current', 'former')", name="state"),
        CheckConstraint("version >= 1", name="version"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MemberTermRow(Base):
    __tablename__ = "member_term"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    member_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, index=True)


_MEMBER, _TERM = table_of(MemberRow), table_of(MemberTermRow)


@dataclass(frozen=True)
class StoredMember:
    """A member as it is stored; flagged where it cannot be believed."""

    id: bytes
    version: int
    recorded_at: datetime
    member: Member | Flagged


def content_of(member: Member) -> dict[str, Any]:
    """Give a member's body."""
    supervisor = None if member.supervisor_id is None else member.supervisor_id.hex()
    content = asdict(member) | {"supervisor_id": supervisor}
    return {name: value for name, value in content.items() if value not in (None, "")}


def add_members(connection: Connection, vault: Vault, made: Sequence[tuple[Sealed, Member]], now: datetime) -> None:
    """Store new members, and the terms they are found by."""
    rows = [_row(vault, sealed, member) | {"id": sealed.id, "recorded_at": now} for sealed, member in made]
    connection.execute(insert(_MEMBER), rows)
    _add_terms(connection, vault, ((sealed.id, member) for sealed, member in made))


def save_member(connection: Connection, vault: Vault, sealed: Sealed, member: Member) -> None:
    """Store a member's next version in place of the last one."""
    connection.execute(update(_MEMBER).where(_MEMBER.c.id == sealed.id), _row(vault, sealed, member))
    connection.execute(delete(_TERM).where(_TERM.c.member_id == sealed.id))
    _add_terms(connection, vault, [(sealed.id, member)])


def find_members(connection: Connection, vault: Vault, ids: Iterable[bytes]) -> dict[bytes, StoredMember]:
    """Fetch members by id."""
    return {each.id: each for each in _opened(connection, vault, select(_MEMBER).where(_MEMBER.c.id.in_(list(ids))))}


def find_by_code(connection: Connection, vault: Vault, code: str) -> StoredMember | None:
    """Find a member by code."""
    query = select(_MEMBER).where(_MEMBER.c.code_index == code_index(vault, code))
    return next(iter(_opened(connection, vault, query)), None)


def search_members(
    connection: Connection,
    vault: Vault,
    terms: Sequence[str],
    state: MemberState | None,
    after: bytes | None,
    limit: int,
) -> list[StoredMember]:
    """List members whose name has all these terms, in the order in which they were recorded; all, without a term.

    Args:
        after: the last member of the page before; None: from the first.
    """
    query = select(_MEMBER)
    for term in terms:
        index = _TERM.alias()
        query = query.join(index, (index.c.member_id == _MEMBER.c.id) & (index.c.term == _blind(vault, term)))
    if state is not None:
        query = query.where(_MEMBER.c.state == state.value)
    if after is not None:
        query = query.where(_MEMBER.c.id > after)
    return _opened(connection, vault, query.order_by(_MEMBER.c.id).limit(limit))


def find_named(connection: Connection, vault: Vault, names: Iterable[str]) -> dict[str, list[StoredMember]]:
    """Find the members of each of many names, in two queries for some hundred names; a name that none has is left out.

    Args:
        names: as `folded` gives them.
    """
    terms = {name: [_blind(vault, term) for term in wanted_terms(name)] for name in names}
    having = _having(connection, {term for each in terms.values() for term in each})
    ids = {name: set.intersection(*(having.get(term, set()) for term in each)) for name, each in terms.items() if each}
    wanted = sorted(set[bytes]().union(*ids.values()))
    stored = dict[bytes, StoredMember]()
    for first in range(0, len(wanted), _CUT):
        stored |= find_members(connection, vault, wanted[first : first + _CUT])
    named: dict[str, list[StoredMember]] = {}
    for name, among in ids.items():
        members = [stored[id_] for id_ in sorted(among)]
        same = [m for m in members if not isinstance(m.member, Flagged) and folded(m.member.name) == name]
        if same:
            named[name] = same
    return named


def code_index(vault: Vault, code: str) -> bytes:
    """Give what a code is found by."""
    return vault.blind("member.code", code)


def _blind(vault: Vault, term: str) -> bytes:
    return vault.blind("member.name", term)


def _having(connection: Connection, terms: Iterable[bytes]) -> dict[bytes, set[bytes]]:
    """Tell which members have each term."""
    wanted, found = list(terms), dict[bytes, set[bytes]]()
    for first in range(0, len(wanted), _CUT):
        query = select(_TERM.c.term, _TERM.c.member_id).where(_TERM.c.term.in_(wanted[first : first + _CUT]))
        for term, member_id in connection.execute(query):
            found.setdefault(bytes(term), set()).add(bytes(member_id))
    return found


def _row(vault: Vault, sealed: Sealed, member: Member) -> dict[str, Any]:
    index = code_index(vault, member.code)
    return {"code_index": index, "version": sealed.version, "state": member.state.value, "body": sealed.body}


def _add_terms(connection: Connection, vault: Vault, members: Iterable[tuple[bytes, Member]]) -> None:
    rows = [(_blind(vault, term), id_) for id_, each in members for term in indexed_terms(each.name)]
    insert_all(connection, _TERM, sorted(rows))


def _opened(connection: Connection, vault: Vault, query: Select[Any]) -> list[StoredMember]:
    rows = connection.execute(query).all()
    stored = [Sealed(bytes(row.id), row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, stored)
    return [
        StoredMember(sealed.id, sealed.version, row.recorded_at, _member(vault, row, body))
        for row, sealed, body in zip(rows, stored, bodies, strict=True)
    ]


def _member(vault: Vault, row: Row[Any], body: Opened) -> Member | Flagged:
    if isinstance(body, Flagged):
        return body
    recipient, supervisor = body.get("recipient_class"), body.get("supervisor_id")
    values = body | {
        "recipient_class": None if recipient is None else RecipientClass(recipient),
        "supervisor_id": None if supervisor is None else bytes.fromhex(supervisor),
        "state": MemberState(body["state"]),
    }
    member = Member(**values)
    is_same = member.state.value == row.state and code_index(vault, member.code) == bytes(row.code_index)
    return member if is_same else differs()
