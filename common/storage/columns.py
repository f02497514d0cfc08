"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept as whole microseconds since 1970 in UTC: exact, ordered, alike on both databases.

    Refuses a time without a zone: what it means would depend on the machine that reads it.
    """

    impl = BigInteger
    cache_ok = True

    @staticmethod
    def number(value: datetime | None) -> int | None:
        """Give what is stored for a moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return self.number(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND
