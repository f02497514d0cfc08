"""The roster of supporters, each sealed under its own key; clear are the state and the times of a pause.

A roster is small: it is read whole.

Source: DESIGN.md 6, "At rest"; DOMAIN.md 3.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Integer, LargeBinary, Row, Select, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.supporter import Supporter, Topic, Training
from node.persistence.bodies import Flagged, Opened, Sealed, differs, open_bodies
from node.persistence.schema import Base, table_of
from node.vault.vault import Vault

TABLE = "supporter"
_DAYS = ("selected_on", "designated_on", "ended_on")
_MOMENTS = ("paused_since", "paused_until")


class SupporterRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    version: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)


_SUPPORTER = table_of(SupporterRow)


@dataclass(frozen=True)
class StoredSupporter:
    """A supporter as it is stored; flagged where it cannot be believed."""

    id: bytes
    version: int
    recorded_at: datetime
    supporter: Supporter | Flagged


def content_of(supporter: Supporter) -> dict[str, Any]:
    """Give a supporter's body."""
    plain = {name: _plain(value) for name, value in vars(supporter).items()}
    plain["trainings"] = [{name: _plain(value) for name, value in asdict(each).items()} for each in supporter.trainings]
    return {name: value for name, value in plain.items() if value not in (None, "", [])}


def add_supporters(
    connection: Connection, vault: Vault, made: Sequence[tuple[Sealed, Supporter]], now: datetime
) -> None:
    """Store new supporters."""
    rows = [_row(vault, sealed, each) | {"id": sealed.id, "recorded_at": now} for sealed, each in made]
    connection.execute(insert(_SUPPORTER), rows)


def save_supporter(connection: Connection, vault: Vault, sealed: Sealed, supporter: Supporter) -> None:
    """Store a supporter's next version in place of the last one."""
    changed = update(_SUPPORTER).where(_SUPPORTER.c.id == sealed.id)
    connection.execute(changed, _row(vault, sealed, supporter))


def list_supporters(connection: Connection, vault: Vault) -> list[StoredSupporter]:
    """List the whole roster, in the order in which it was recorded."""
    return _opened(connection, vault, select(_SUPPORTER).order_by(_SUPPORTER.c.id))


def find_supporter(connection: Connection, vault: Vault, supporter_id: bytes) -> StoredSupporter | None:
    """Find a supporter by id."""
    query = select(_SUPPORTER).where(_SUPPORTER.c.id == supporter_id)
    return next(iter(_opened(connection, vault, query)), None)


def find_by_code(connection: Connection, vault: Vault, code: str) -> StoredSupporter | None:
    """Find a supporter by code."""
    query = select(_SUPPORTER).where(_SUPPORTER.c.code_index == _code_index(vault, code))
    return next(iter(_opened(connection, vault, query)), None)


def _code_index(vault: Vault, code: str) -> bytes:
    return vault.blind("supporter.code", code)


def _row(vault: Vault, sealed: Sealed, supporter: Supporter) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(supporter, name) for name in _MOMENTS}
    return row | {
        "code_index": _code_index(vault, supporter.code),
        "version": sealed.version,
        "body": sealed.body,
    }


def _opened(connection: Connection, vault: Vault, query: Select[Any]) -> list[StoredSupporter]:
    rows = connection.execute(query).all()
    stored = [Sealed(bytes(row.id), row.version, bytes(row.body)) for row in rows]
    bodies = open_bodies(connection, vault, TABLE, stored)
    return [
        StoredSupporter(sealed.id, sealed.version, row.recorded_at, _supporter(vault, row, body))
        for row, sealed, body in zip(rows, stored, bodies, strict=True)
    ]


def _supporter(vault: Vault, row: Row[Any], body: Opened) -> Supporter | Flagged:
    if isinstance(body, Flagged):
        return body
    values: dict[str, Any] = body | {
        "trainings": tuple(map(_training, body.get("trainings", ()))),
        "languages": tuple(body.get("languages", ())),
        "member_id": bytes.fromhex(body["member_id"]) if "member_id" in body else None,
    }
    values |= {name: date.fromisoformat(body[name]) for name in _DAYS if name in body}
    values |= {name: datetime.fromisoformat(body[name]) for name in _MOMENTS if name in body}
    supporter = Supporter(**values)
    expected = _row(vault, Sealed(bytes(row.id), row.version, row.body), supporter)
    is_same = all(row._mapping[name] == expected[name] for name in (*_MOMENTS, "code_index"))
    return supporter if is_same else differs()


def _training(plain: dict[str, Any]) -> Training:
    days = {name: date.fromisoformat(plain[name]) for name in ("completed_on", "expires_on") if plain.get(name)}
    return Training(**(plain | {"topic": Topic(plain["topic"]), "expires_on": None} | days))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date
