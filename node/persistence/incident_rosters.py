"""Who of the agency's supporters was at an incident, sealed under each supporter's own key: erased with them.

A row is one version of what is known of one supporter at one incident; the newest holds.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, Row, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.incident_roster import Presence
from node.persistence.data_keys import find_keys, get_key
from node.persistence.schema import Base, table_of
from node.vault.fields import Altered, DataKey, Place
from node.vault.vault import Vault


class IncidentRosterRow(Base):
    __tablename__ = "incident_roster"

    incident_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    supporter_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # sealed: as what, or none when it was taken back


_TABLE = table_of(IncidentRosterRow)


@dataclass(frozen=True)
class Recorded:
    """What is recorded of one supporter at one incident, as it is stored."""

    supporter_id: bytes
    version: int
    presence: Presence | None  # None: it was taken back, or cannot be read
    digest: bytes  # SHA-256 of what is stored
    is_altered: bool  # it is not what was stored there

    def subject(self, incident_id: bytes) -> str:
        """Name it in the audit trail."""
        return f"{_TABLE.name} {(incident_id + self.supporter_id).hex()}"


def save_presence(
    connection: Connection,
    vault: Vault,
    incident_id: bytes,
    supporter_id: bytes,
    presence: Presence | None,
    now: datetime,
) -> Recorded:
    """Store as what a supporter was at an incident, as a new version; raises Erased when the supporter is."""
    of_one = (_TABLE.c.incident_id == incident_id) & (_TABLE.c.supporter_id == supporter_id)
    last = connection.execute(select(func.max(_TABLE.c.version)).where(of_one)).scalar_one()
    version = (last or 0) + 1
    key = get_key(connection, vault, supporter_id)
    body = key.seal(_place(incident_id, supporter_id, version), json.dumps({"presence": presence}).encode())
    row = {"incident_id": incident_id, "supporter_id": supporter_id, "version": version, "written_at": now}
    connection.execute(insert(_TABLE), row | {"body": body})
    return Recorded(supporter_id, version, presence, sha256(body).digest(), False)


def list_recorded(connection: Connection, vault: Vault, incident_id: bytes) -> list[Recorded]:
    """List what is recorded of an incident, one for each supporter. Erased supporters are left out."""
    query = select(_TABLE).where(_TABLE.c.incident_id == incident_id).order_by(_TABLE.c.version)
    newest = {bytes(row.supporter_id): row for row in connection.execute(query)}
    keys = find_keys(connection, vault, newest)
    return [_recorded(row, keys[who]) for who, row in newest.items() if who in keys]


def _recorded(row: Row[Any], key: DataKey) -> Recorded:
    supporter_id, body = bytes(row.supporter_id), bytes(row.body)
    presence, is_altered = None, False
    try:
        said = json.loads(key.open(_place(bytes(row.incident_id), supporter_id, row.version), body))["presence"]
        presence = None if said is None else Presence(said)
    except Altered:
        is_altered = True
    return Recorded(supporter_id, row.version, presence, sha256(body).digest(), is_altered)


def _place(incident_id: bytes, supporter_id: bytes, version: int) -> Place:
    return Place(_TABLE.name, "body", incident_id + supporter_id, version)
