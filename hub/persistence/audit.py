"""The hub's audit trail: who did what to which subject, and every refusal; how it is kept is in `common/audit`.

Entries hold codes and ids, never content. Their numbers are dense.
"""

from datetime import datetime

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.audit.trail import declare_trail
from hub.persistence.schema import Base

TRAIL = declare_trail(Base.metadata)


def record(connection: Connection, now: datetime, actor: str, action: str, subject: str, outcome: str) -> None:
    """Add an entry to the trail, in the caller's transaction.

    Args:
        actor: who, as `operator`, `node <agency id>/<n>` or `unknown`.
        action: what was tried, such as `invite` or `Uplink.Push`.
        subject: what it was tried on; an id or an operator's name for it.
        outcome: `done`, or `refused: ` and a code.
    """
    TRAIL.record(connection, now, Entry(actor, action, subject, outcome))


def list_entries(connection: Connection, after: int = 0, limit: int = 500) -> list[dict[str, object]]:
    """List entries in order, for the auditor."""
    return [
        {
            "sequence": sequence,
            "at": at,
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "outcome": entry.outcome,
        }
        for sequence, at, entry in TRAIL.read(connection, after, limit)
    ]
