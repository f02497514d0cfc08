"""Who of the agency's supporters was at an incident, sealed under each supporter's own key: erased with them.

A row is one version of what is known of one supporter at one incident; the newest holds.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Integer, LargeBinary, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.incident_roster import Presence
from node.persistence.data_keys import find_keys, get_key
from node.persistence.schema import Base, table_of
from node.vault.fields import Place
from node.vault.vault import Vault


class IncidentRosterRow(Base):
    __tablename__ = "incident_roster"

    incident_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    supporter_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # sealed: as what, or none when it was taken back


_TABLE = table_of(IncidentRosterRow)


def save_presence(
    connection: Connection,
    vault: Vault,
    incident_id: bytes,
    supporter_id: bytes,
    presence: Presence | None,
    now: datetime,
) -> tuple[int, bytes]:
    """Store as what a supporter was at an incident, and give (version, SHA-256 of what was written)."""
    of_one = (_TABLE.c.incident_id == incident_id) & (_TABLE.c.supporter_id == supporter_id)
    last = connection.execute(select(func.max(_TABLE.c.version)).where(of_one)).scalar_one()
    version = (last or 0) + 1
    key = get_key(connection, vault, supporter_id)
    body = key.seal(_place(incident_id, supporter_id, version), json.dumps({"presence": presence}).encode())
    row = {"incident_id": incident_id, "supporter_id": supporter_id, "version": version, "written_at": now}
    connection.execute(insert(_TABLE), row | {"body": body})
    return version, sha256(body).digest()


def list_present(connection: Connection, vault: Vault, incident_id: bytes) -> Mapping[bytes, Presence | None]:
    """Give what is recorded of an incident, by supporter; None: it was taken back. Erased supporters are left out.

    Raises:
        Altered: a row is not what was stored there.
    """
    newest = select(_TABLE).where(_TABLE.c.incident_id == incident_id).order_by(_TABLE.c.version)
    rows = {bytes(row.supporter_id): row for row in connection.execute(newest)}
    keys = find_keys(connection, vault, rows)
    opened = {
        who: json.loads(keys[who].open(_place(incident_id, who, row.version), bytes(row.body)))["presence"]
        for who, row in rows.items()
        if who in keys
    }
    return {who: None if said is None else Presence(said) for who, said in opened.items()}


def subject(incident_id: bytes, supporter_id: bytes) -> str:
    """Name a row in the audit trail."""
    return f"{_TABLE.name} {(incident_id + supporter_id).hex()}"


def digests(connection: Connection, incident_id: bytes) -> Iterable[tuple[str, int, bytes]]:
    """Give (subject, newest version, SHA-256 of its body) of each row, to compare with the audit trail."""
    newest = select(_TABLE).where(_TABLE.c.incident_id == incident_id).order_by(_TABLE.c.version)
    rows = {bytes(row.supporter_id): row for row in connection.execute(newest)}
    for who, row in rows.items():
        yield subject(incident_id, who), row.version, sha256(bytes(row.body)).digest()


def _place(incident_id: bytes, supporter_id: bytes, version: int) -> Place:
    return Place(_TABLE.name, "body", incident_id + supporter_id, version)
