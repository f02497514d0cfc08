"""The hub's audit trail: who did what to which subject, and every refusal.

Entries hold codes and ids, never content. Their numbers are dense.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Connection, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.persistence.schema import Base, table_of


class AuditRow(Base):
    __tablename__ = "audit_entry"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(200))


def record(connection: Connection, now: datetime, actor: str, action: str, subject: str, outcome: str) -> None:
    """Add an entry to the trail, in the caller's transaction.

    Args:
        actor: who, as `operator`, `node <agency id>/<n>` or `unknown`.
        action: what was tried, such as `invite` or `Uplink.Push`.
        subject: what it was tried on; an id or an operator's name for it.
        outcome: `done`, or `refused: ` and a code.
    """
    last = connection.execute(select(func.coalesce(func.max(AuditRow.sequence), 0))).scalar_one()
    connection.execute(
        insert(AuditRow),
        {"sequence": last + 1, "at": now, "actor": actor, "action": action, "subject": subject, "outcome": outcome},
    )


def list_entries(connection: Connection, after: int = 0, limit: int = 500) -> list[dict[str, object]]:
    """List entries in order, for the auditor."""
    table = table_of(AuditRow)
    rows = connection.execute(select(table).where(AuditRow.sequence > after).order_by(AuditRow.sequence).limit(limit))
    return [dict(row._mapping) for row in rows]
