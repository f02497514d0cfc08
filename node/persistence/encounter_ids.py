"""Which encounters there are, by what stands clear of them: nothing is opened.

Source: DESIGN.md 6, "At rest".
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, func, literal, select

from common.short_ids import ID_DIGITS
from node.persistence.encounter_tables import ENCOUNTER


def list_ids(connection: Connection, last_digits: str, supporter_id: bytes | None, limit: int) -> list[bytes]:
    """List the ids that end in these hex digits, of one supporter or of all: what a few typed digits may mean."""
    query = select(ENCOUNTER.c.id).where(_ends_in(last_digits))
    if supporter_id is not None:
        query = query.where(ENCOUNTER.c.supporter_id == supporter_id)
    return [bytes(id_) for id_ in connection.execute(query.limit(limit)).scalars()]


def find_last_id(connection: Connection, supporter_id: bytes) -> bytes | None:
    """Find what a supporter logged last."""
    query = select(ENCOUNTER.c.id).where(ENCOUNTER.c.supporter_id == supporter_id).order_by(ENCOUNTER.c.id.desc())
    id_ = connection.execute(query.limit(1)).scalar_one_or_none()
    return None if id_ is None else bytes(id_)


def find_occurred_at(connection: Connection, encounter_id: bytes) -> datetime | None:
    """Tell when an encounter occurred, without opening it."""
    query = select(ENCOUNTER.c.occurred_at).where(ENCOUNTER.c.id == encounter_id)
    return connection.execute(query).scalar_one_or_none()


def known_import_keys(connection: Connection, keys: Iterable[bytes]) -> set[bytes]:
    """Tell which rows were imported before."""
    return _those_in(connection, ENCOUNTER.c.import_key, keys)


def known_ids(connection: Connection, ids: Iterable[bytes]) -> set[bytes]:
    """Tell which encounters are of this node."""
    return _those_in(connection, ENCOUNTER.c.id, ids)


def _ends_in(digits: str) -> ColumnElement[bool]:
    """Compare bytes where the digits are whole ones: at 100,000 ids as hex, each comparison would be felt."""
    if len(digits) == ID_DIGITS:
        return ENCOUNTER.c.id == bytes.fromhex(digits)
    if len(digits) % 2 == 0:
        return func.substr(ENCOUNTER.c.id, -(len(digits) // 2)) == literal(bytes.fromhex(digits), LargeBinary)
    return func.lower(func.hex(ENCOUNTER.c.id)).like(f"%{digits}")


def _those_in(connection: Connection, column: Column[Any], values: Iterable[bytes]) -> set[bytes]:
    wanted, known, cut = list(values), set[bytes](), 5_000
    for first in range(0, len(wanted), cut):
        query = select(column).where(column.in_(wanted[first : first + cut]))
        known |= {bytes(value) for value in connection.execute(query).scalars()}
    return known
