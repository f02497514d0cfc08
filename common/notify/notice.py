"""An event that people are told of, and one notice of it.

Source: DOMAIN.md 2, "Notices to people".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.notify.catalogue import Kind
from common.notify.preference import Way


class State(StrEnum):
    """What has become of a notice."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given up"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Event:
    """What people are to be told of.

    Args:
        about: 16 bytes, a digest; the same for the same event.
        at: the time that the sentence names, if any.
        expires_at: after this there is no use in telling.
    """

    kind: Kind
    about: bytes
    at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """One sentence for one person by one way."""

    id: bytes
    event: Event
    recipient: bytes
    way: Way
    step: int  # 0: whoever is asked first; then the next
    created_at: datetime
    held_until: datetime
    due_at: datetime
    attempts: int
    state: State
    trouble: str
    ended_at: datetime | None
