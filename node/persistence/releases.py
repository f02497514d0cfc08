"""Drawn releases. In the clear stand the figures as they may leave, and nothing else; why one is withheld is sealed.

1. Figures are written once: the database itself refuses to change or to delete them.
2. The sealed body has the reasons, the tables that could not be released, what a month carries over to its quarter,
   whether zeros are withheld, and a digest of the figures: what somebody altered all the same is flagged.
3. A release belongs to nobody: erasing a person changes none.

Source: DESIGN.md 6, "At rest"; 7; TRUST.md t02, t03.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    String,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Figures, Reason
from common.storage.columns import UtcDateTime
from node.domain.release import Release, SetAside, State
from node.persistence.bodies import Flagged, Sealed, differs, open_bodies
from node.persistence.schema import Base, table_of
from node.vault.vault import Vault

TABLE = "drawn_release"
_STATES = ",".join(f"'{state.value}'" for state in State)
_WITHHELD = -1


class DrawnReleaseRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(why IS NULL) = (state != 'set_aside')", name="why_set_aside"),
        {"sqlite_with_rowid": False},
    )

    window_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("reporting_window.id"), primary_key=True)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str | None] = mapped_column(String(20))
    body: Mapped[bytes] = mapped_column(LargeBinary)  # empty where it is set aside


class ReleaseFiguresRow(Base):
    __tablename__ = "release_figures"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("drawn_release.window_id"), primary_key=True)
    table: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # wire TableKind
    catalogue: Mapped[int] = mapped_column(Integer)  # the version by which the places are read
    figures: Mapped[bytes] = mapped_column(LargeBinary)  # int32 for each place, in order; -1 is withheld


_RELEASE, _FIGURES = table_of(DrawnReleaseRow), table_of(ReleaseFiguresRow)


@dataclass(frozen=True)
class Kept:
    """What only a coordinator sees of a release.

    Args:
        reasons: why each withheld figure is.
        refused: tables that could not be released, with the reason.
        flagged: how many records could not be believed, and did not count.
        carried: true counts that the quarter of this month needs, as they were when its contacts counted.
        zeros_withheld: a count of zero is withheld like a small one. Bodies of before this could be do not say it.
        is_least: no less could have been withheld; bodies of before this was kept do not say it.
    """

    reasons: Mapping[Cell, Reason]
    refused: Mapping[int, str]
    flagged: int = 0
    carried: Mapping[Cell, int] = field(default_factory=dict)
    zeros_withheld: bool = False
    is_least: bool = True


@dataclass(frozen=True)
class StoredRelease:
    """A release as it is stored; flagged where it cannot be believed."""

    release: Release
    catalogue: int
    figures: Figures
    kept: Kept | Flagged

    @property
    def zeros_withheld(self) -> bool:
        """Tell whether a count of zero is withheld in it like a small one."""
        return not isinstance(self.kept, Flagged) and self.kept.zeros_withheld


def content_of(kept: Kept, figures: Figures, catalogue: int) -> dict[str, Any]:
    """Give the body of a release."""
    return {
        "reasons": [[cell.table, cell.row, cell.column, reason.value] for cell, reason in sorted(kept.reasons.items())],
        "refused": {str(table): reason for table, reason in sorted(kept.refused.items())},
        "flagged": kept.flagged,
        "carried": [[*cell[1:], count] for cell, count in sorted(kept.carried.items()) if count],
        "zeros_withheld": kept.zeros_withheld,
        "is_least": kept.is_least,
        "digest": _digest(pack(figures), catalogue),
    }


def add_release(
    connection: Connection, release: Release, sealed: Sealed | None, figures: Figures, catalogue: int
) -> None:
    """Store a release with its figures; without any where it is set aside."""
    why = None if release.why is None else release.why.value
    body = b"" if sealed is None else sealed.body
    row = vars(release) | {"state": release.state.value, "why": why, "body": body}
    connection.execute(insert(_RELEASE), row)
    rows = [
        {"window_id": release.window_id, "table": table, "catalogue": catalogue, "figures": packed}
        for table, packed in pack(figures).items()
    ]
    if rows:
        connection.execute(insert(_FIGURES), rows)


def set_state(connection: Connection, window_id: bytes, before: State, after: State, now: datetime) -> bool:
    """Change a release's state; False when it is not as it was seen."""
    seen = (_RELEASE.c.window_id == window_id) & (_RELEASE.c.state == before.value)
    changed = update(_RELEASE).where(seen).values(state=after.value, changed_at=now)
    return connection.execute(changed).rowcount == 1


def list_states(connection: Connection) -> dict[bytes, Release]:
    """Give what became of every window that is drawn or set aside; nothing is opened."""
    return {bytes(row.window_id): _release(row) for row in connection.execute(select(_RELEASE))}


def has_figures(connection: Connection, window_id: bytes) -> bool:
    """Tell whether any table of a window may leave."""
    return connection.execute(select(_FIGURES.c.table).where(_FIGURES.c.window_id == window_id)).first() is not None


def list_releases(connection: Connection, vault: Vault, window_id: bytes | None = None) -> dict[bytes, StoredRelease]:
    """Give every release that has figures, or the one of a window."""
    query = select(_RELEASE).where(_RELEASE.c.state != State.SET_ASIDE.value)
    of = select(_FIGURES).order_by(_FIGURES.c.table)
    if window_id is not None:
        query, of = query.where(_RELEASE.c.window_id == window_id), of.where(_FIGURES.c.window_id == window_id)
    rows, packed = connection.execute(query).all(), dict[bytes, dict[int, bytes]]()
    catalogues = dict[bytes, int]()
    for row in connection.execute(of):
        packed.setdefault(bytes(row.window_id), {})[row.table] = bytes(row.figures)
        catalogues[bytes(row.window_id)] = row.catalogue
    sealed = [Sealed(bytes(row.window_id), 1, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, sealed)
    return {
        each.id: _stored(row, body, packed.get(each.id, {}), catalogues.get(each.id, 0))
        for row, each, body in zip(rows, sealed, bodies, strict=True)
    }


def zeros_withheld_in(stored: Iterable[StoredRelease]) -> frozenset[bytes]:
    """Give the windows in whose releases a count of zero is withheld."""
    return frozenset(each.release.window_id for each in stored if each.zeros_withheld)


def pack(figures: Figures) -> dict[int, bytes]:
    """Write the figures of one window, table by table."""
    packed = dict[int, bytes]()
    for table in sorted({cell.table for cell in figures}):
        [window] = {cell.window for cell in figures if cell.table == table}
        counts = [figures[cell] for cell in TABLES[table].cells(window)]
        packed[table] = struct.pack(f">{len(counts)}i", *(_WITHHELD if count is None else count for count in counts))
    return packed


def unpack(window_id: bytes, table: int, packed: bytes) -> dict[Cell, int | None]:
    """Read the figures of one table; raises ValueError where they are not of the declared places."""
    cells = TABLES[table].cells(window_id) if table in TABLES else []
    if len(packed) != 4 * len(cells):
        raise ValueError("not the declared places")
    counts = struct.unpack(f">{len(cells)}i", packed)
    return {cell: None if count == _WITHHELD else count for cell, count in zip(cells, counts, strict=True)}


def _stored(
    row: Row[Any], body: dict[str, Any] | Flagged, packed: Mapping[int, bytes], catalogue: int
) -> StoredRelease:
    window_id, kept = bytes(row.window_id), body if isinstance(body, Flagged) else _kept(bytes(row.window_id), body)
    if not isinstance(body, Flagged) and body["digest"] != _digest(packed, catalogue):
        kept = differs()
    try:
        figures = {
            cell: count for table, some in packed.items() for cell, count in unpack(window_id, table, some).items()
        }
    except ValueError:
        figures, kept = {}, differs()
    return StoredRelease(_release(row), catalogue, figures, kept)


def _kept(window_id: bytes, body: dict[str, Any]) -> Kept:
    reasons = {Cell(window_id, *place): Reason(reason) for *place, reason in body["reasons"]}
    carried = {Cell(window_id, *place): count for *place, count in body["carried"]}
    refused = {int(table): reason for table, reason in body["refused"].items()}
    told = (body.get("zeros_withheld", False), body.get("is_least", True))
    return Kept(reasons, refused, body["flagged"], carried, *told)


def _digest(packed: Mapping[int, bytes], catalogue: int) -> str:
    digest = sha256(struct.pack(">H", catalogue))
    for table, figures in sorted(packed.items()):
        digest.update(struct.pack(">HI", table, len(figures)) + figures)
    return digest.hexdigest()


def _release(row: Row[Any]) -> Release:
    why = None if row.why is None else SetAside(row.why)
    return Release(bytes(row.window_id), row.drawn_at, State(row.state), row.changed_at, why)
