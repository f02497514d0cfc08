"""How long each class of record is kept, and what a legal hold keeps in spite of it.

1. A class with no rule is kept for ever. Nothing is erased that nobody asked for.
2. A hold keeps a member with everything about them, everything of one incident, or everything; until it is lifted.
3. A hold has a coded reason; who placed and lifted it, and when, stays on record.

Source: DESIGN.md 6, "At rest".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHORTEST_DAYS, LONGEST_DAYS = 1, 36_525  # a hundred years


class RecordClass(StrEnum):
    """What is kept alike; the time counts from what stands behind it."""

    ENCOUNTER = "encounter"  # the contact
    NOTE = "note"  # the contact it belongs to
    MEMBER = "member"  # the last contact, or when the member was recorded
    FOLLOW_UP = "follow_up"  # when it was opened
    PEER_REQUEST = "peer_request"  # when it was made
    DISCLOSURE = "disclosure"  # when it was recorded


class HoldScope(StrEnum):
    """What a hold keeps."""

    MEMBER = "member"
    INCIDENT = "incident"
    EVERYTHING = "everything"


class HoldReason(StrEnum):
    """Why."""

    LITIGATION = "litigation"
    SUBPOENA = "subpoena"
    PUBLIC_RECORDS_REQUEST = "public_records_request"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    OTHER = "other"


@dataclass(frozen=True)
class Hold:
    """A legal hold.

    Args:
        subject_id: the member or incident; None, when it keeps everything.
        lifted_at: None while it is in force.
    """

    id: bytes
    scope: HoldScope
    subject_id: bytes | None
    reason: HoldReason
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None = None
    lifted_by: str | None = None
