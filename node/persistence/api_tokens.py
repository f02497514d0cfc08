"""Tokens of the JSON interface, and which check-ins were made by which."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, LargeBinary, Row, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.api_token import ApiToken, Permission
from node.persistence.schema import Base, table_of


class ApiTokenRow(Base):
    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("length(id) = 16", name="id_length"), {"sqlite_with_rowid": False})

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(40), unique=True)  # as names are compared
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    permissions: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiCheckInRow(Base):
    __tablename__ = "api_check_in"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("local_follow_up.id"), primary_key=True)
    token_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("api_token.id"))
    key_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # of the token and the caller's own key
    asked_index: Mapped[bytes | None] = mapped_column(LargeBinary)  # of what was asked for; NULL once it is erased


_TOKEN, _CHECK_IN = table_of(ApiTokenRow), table_of(ApiCheckInRow)


@dataclass(frozen=True)
class MadeCheckIn:
    """Which check-in a call made.

    Args:
        asked_index: what was asked for, blindly; None once the check-in is erased.
    """

    id: bytes
    token_id: bytes
    key_index: bytes
    asked_index: bytes | None


def add_token(connection: Connection, token: ApiToken, name_key: str, found_by: bytes) -> None:
    """Store a new token."""
    row = vars(token) | {"permissions": " ".join(sorted(token.permissions)), "name_key": name_key}
    connection.execute(insert(_TOKEN), row | {"token_hash": found_by})


def find_token(connection: Connection, found_by: bytes) -> ApiToken | None:
    """Find a token by its hash, also one that is over."""
    return _one(connection.execute(select(_TOKEN).where(_TOKEN.c.token_hash == found_by)).one_or_none())


def find_token_by_name(connection: Connection, name_key: str) -> ApiToken | None:
    """Find a token by its name, also one that is over."""
    return _one(connection.execute(select(_TOKEN).where(_TOKEN.c.name_key == name_key)).one_or_none())


def list_tokens(connection: Connection) -> list[ApiToken]:
    """List every token, by name."""
    return [_token(row) for row in connection.execute(select(_TOKEN).order_by(_TOKEN.c.name_key))]


def change_token(connection: Connection, token_id: bytes, **changes: datetime) -> None:
    """Note when a token was used, or removed."""
    connection.execute(update(_TOKEN).where(_TOKEN.c.id == token_id).values(**changes))


def add_made(connection: Connection, made: MadeCheckIn) -> None:
    """Store which check-in a call made."""
    connection.execute(insert(_CHECK_IN), vars(made))


def find_made(connection: Connection, key_index: bytes) -> MadeCheckIn | None:
    """Find what was made under a caller's key."""
    return _made(connection.execute(select(_CHECK_IN).where(_CHECK_IN.c.key_index == key_index)).one_or_none())


def find_made_by(connection: Connection, token_id: bytes, check_in_id: bytes) -> MadeCheckIn | None:
    """Find a check-in among those that one token made."""
    of_one = (_CHECK_IN.c.id == check_in_id) & (_CHECK_IN.c.token_id == token_id)
    return _made(connection.execute(select(_CHECK_IN).where(of_one)).one_or_none())


def _made(row: Row[Any] | None) -> MadeCheckIn | None:
    if row is None:
        return None
    asked = None if row.asked_index is None else bytes(row.asked_index)
    return MadeCheckIn(bytes(row.id), bytes(row.token_id), bytes(row.key_index), asked)


def _one(row: Row[Any] | None) -> ApiToken | None:
    return None if row is None else _token(row)


def _token(row: Row[Any]) -> ApiToken:
    may = frozenset(Permission(each) for each in row.permissions.split())
    moments = (row.made_at, row.made_by, row.until, row.used_at, row.removed_at)
    return ApiToken(bytes(row.id), row.name, may, *moments)
