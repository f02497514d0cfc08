"""Editions: the region's figures of each window, in parts that are written once and never changed."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, ForeignKey, Integer, LargeBinary, SmallInteger, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.edition import Part, PartTable
from hub.persistence.schema import Base, table_of

_ID = 16  # bytes


class EditionRow(Base):
    __tablename__ = "edition"

    window_id: Mapped[bytes] = mapped_column(ForeignKey("reporting_window.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agencies: Mapped[bytes] = mapped_column(LargeBinary)  # who is new in it: each id, and a byte of its discipline


class EditionTableRow(Base):
    __tablename__ = "edition_table"

    window_id: Mapped[bytes] = mapped_column(ForeignKey("reporting_window.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    discipline: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # 0: the region
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # wire TableKind
    contributors: Mapped[int] = mapped_column(Integer)
    figures: Mapped[bytes] = mapped_column(LargeBinary)  # `hub.domain.edition.PartTable.packed`


_EDITION, _TABLE = table_of(EditionRow), table_of(EditionTableRow)


def add_part(connection: Connection, part: Part) -> None:
    """Store what an edition adds."""
    key = {"window_id": part.window_id, "number": part.number}
    agencies = b"".join(agency_id + bytes([discipline]) for agency_id, discipline in part.agencies.items())
    connection.execute(insert(_EDITION), key | {"made_at": part.made_at, "agencies": agencies})
    rows = [
        key | {"discipline": discipline, "kind": kind, "contributors": each.contributors, "figures": each.packed}
        for (discipline, kind), each in part.tables.items()
    ]
    if rows:  # none where no agency's tables are whole
        connection.execute(insert(_TABLE), rows)


def part_count(connection: Connection, window_id: bytes) -> int:
    """Tell how many editions of a window there are."""
    return len(connection.execute(select(_EDITION.c.number).where(_EDITION.c.window_id == window_id)).all())


def counted_agencies(connection: Connection) -> dict[bytes, frozenset[bytes]]:
    """Give which agencies are in an edition of each window."""
    found: dict[bytes, frozenset[bytes]] = defaultdict(frozenset)
    for window_id, agencies in connection.execute(select(_EDITION.c.window_id, _EDITION.c.agencies)):
        found[bytes(window_id)] |= _agencies(bytes(agencies)).keys()
    return found


def load_parts(connection: Connection, window_ids: Collection[bytes] | None = None) -> dict[bytes, list[Part]]:
    """Fetch the parts of these windows, or of all, each in order; a window without one is left out."""
    tables: dict[tuple[bytes, int], dict[tuple[int, int], PartTable]] = defaultdict(dict)
    wanted, parts = select(_TABLE), select(_EDITION).order_by(_EDITION.c.number)
    if window_ids is not None:
        wanted = wanted.where(_TABLE.c.window_id.in_(window_ids))
        parts = parts.where(_EDITION.c.window_id.in_(window_ids))
    for row in connection.execute(wanted):
        table = PartTable.unpacked(row.contributors, bytes(row.figures))
        tables[bytes(row.window_id), row.number][row.discipline, row.kind] = table
    found: dict[bytes, list[Part]] = defaultdict(list)
    for row in connection.execute(parts):
        key = (bytes(row.window_id), row.number)
        found[key[0]].append(Part(*key, row.made_at, _agencies(bytes(row.agencies)), tables[key]))
    return found


def _agencies(packed: bytes) -> dict[bytes, int]:
    each = range(0, len(packed), _ID + 1)
    return {packed[at : at + _ID]: packed[at + _ID] for at in each}
