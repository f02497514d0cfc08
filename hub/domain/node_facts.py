"""What a hub knows of a node: what its store holds, and what the node said last.

Source: DOMAIN.md 6.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.agency import Membership
from hub.domain.credential import Phase

Version = tuple[int, int, int]


@dataclass(frozen=True)
class NodeFacts:
    """A node as the store has it; with no number: an agency that has no node.

    Args:
        removed_at: when the last node of an agency without one was removed.
        stream_id: of the stream that is open here.
        acknowledged: reports taken of that stream.
        compared_at: when node and hub last signed the same tree over everything sent.
    """

    agency_id: bytes
    membership: Membership
    created_at: datetime
    mailbox_head: int
    quarantined_at: datetime | None = None
    invited_until: datetime | None = None
    node: int | None = None
    joined_at: datetime | None = None
    removed_at: datetime | None = None
    recoveries: int = 0
    certificate_since: datetime | None = None
    certificate_until: datetime | None = None
    phase: Phase | None = None
    stream_id: bytes | None = None
    acknowledged: int | None = None
    compared_at: datetime | None = None


@dataclass(frozen=True)
class Heard:
    """What a node said last; None is what it did not say.

    Args:
        at: hub clock.
        since: it has been heard without a break since then.
        clock_offset: node clock minus hub clock.
        disk_since: it has said the same of its disk since then.
    """

    at: datetime
    since: datetime
    clock_offset: timedelta
    version: Version
    schema_revision: int = 0
    stream_id: bytes | None = None
    head: int | None = None
    queue_depth: int | None = None
    oldest_unsent: timedelta | None = None
    applied_cursor: int | None = None
    backup_age: timedelta | None = None
    disk_free: int | None = None
    disk_since: datetime | None = None
    errors: tuple[tuple[int, int], ...] = ()  # kind, count since the start
    started_at: datetime | None = None
