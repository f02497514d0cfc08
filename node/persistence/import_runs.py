"""The imports of an agency's own sheets: which file, by whom, when, and what came of it. No name, no text of it.

Source: TRUST.md d09.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Integer, LargeBinary, Row, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of


class ImportRunRow(Base):
    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("length(file_digest) = 32", name="file_digest_length"),
        CheckConstraint("imported >= 0 AND already_there >= 0 AND refused >= 0", name="counts"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: it runs, or was cut off
    author: Mapped[bytes] = mapped_column(LargeBinary)  # a user's id
    file_digest: Mapped[bytes] = mapped_column(LargeBinary, index=True)  # SHA-256
    reading_digest: Mapped[bytes] = mapped_column(LargeBinary)  # of what the map reads: columns, order of dates
    imported: Mapped[int] = mapped_column(Integer)
    already_there: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)


_RUN = table_of(ImportRunRow)


@dataclass(frozen=True)
class ImportRun:
    """One import, so far."""

    id: bytes
    begun_at: datetime
    author: bytes
    file_digest: bytes
    reading_digest: bytes
    imported: int = 0
    already_there: int = 0
    refused: int = 0
    finished_at: datetime | None = None


def add_run(connection: Connection, run: ImportRun) -> None:
    """Store an import that begins."""
    connection.execute(insert(_RUN), _columns(run) | {"id": run.id})


def save_run(connection: Connection, run: ImportRun) -> None:
    """Store what came of an import so far."""
    connection.execute(update(_RUN).where(_RUN.c.id == run.id), _columns(run))


def list_runs(connection: Connection, limit: int) -> list[ImportRun]:
    """List imports, the newest first."""
    rows = connection.execute(select(_RUN).order_by(_RUN.c.id.desc()).limit(limit)).all()
    return [_run(row) for row in rows]


def list_of_file(connection: Connection, file_digest: bytes) -> Sequence[ImportRun]:
    """List the imports of one very file, the newest first."""
    rows = connection.execute(select(_RUN).where(_RUN.c.file_digest == file_digest).order_by(_RUN.c.id.desc())).all()
    return [_run(row) for row in rows]


def _columns(run: ImportRun) -> dict[str, Any]:
    return {name: value for name, value in vars(run).items() if name != "id"}


def _run(row: Row[Any]) -> ImportRun:
    return ImportRun(**dict(row._mapping))
