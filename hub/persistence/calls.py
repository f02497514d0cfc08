"""What was done about an incident or a follow-up at the hub, as the audit trail tells of it; calls among it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from common.audit.entry import Entry
from hub.persistence.audit import TRAIL

CALLED = {"incident called", "followup called"}
_DONE = "done"


class Step(NamedTuple):
    """One thing that was done."""

    at: datetime
    by: str  # as in the trail: `user rita`
    what: str  # the trail's word for it
    agency: str  # its short name, when one was called


def note_call(connection: Connection, now: datetime, actor: str, what: str, subject: str, slug: str) -> None:
    """Note that somebody called an agency."""
    TRAIL.record(connection, now, Entry(actor, what, subject, f"{_DONE}: {slug}"))


def list_steps(connection: Connection, subject: str) -> list[Step]:
    """List what was done, and not refused, in order."""
    return [
        Step(at, each.actor, each.action, each.outcome.partition(": ")[2] if each.action in CALLED else "")
        for _, at, each in TRAIL.read(connection, subject=subject)
        if each.outcome.startswith(_DONE)
    ]
