"""What is wrong with a node, as far as its hub can tell, and since when. Pure: from what is known to the troubles.

1. Offline: not heard for three intervals of the heartbeat. A hub that has not listened for so long itself, because it
   just began or was held up, takes nobody for offline; who was before stays so until it is heard.
2. Quarantined: two histories were seen under the agency's identity. It is one trouble for all its nodes.
3. Certificate: its newest one ends soon, so that renewing must have failed, or has ended.
4. Clock: it was off by more than `SKEW_NAMED` when the node was last heard.
5. Backup: the last one was too old when the node was last heard. A node that does not say is not blamed.
6. A trouble is known by its node, its kind and its beginning: what ends and comes back is another one.

Source: DOMAIN.md 6; TRUST.md t08.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from common.clock import SKEW_NAMED

OFFLINE_AFTER = 3  # intervals
CERTIFICATE_SHORT = timedelta(days=2)  # of seven; a node renews when half of them are left
BACKUP_OLD = timedelta(days=2)  # made every night, one that failed is told on the second day
WHOLE_AGENCY = 0  # in place of a node's number, which begins at 1


class Trouble(StrEnum):
    """What may be wrong."""

    OFFLINE = "offline"
    QUARANTINED = "quarantined"
    CERTIFICATE = "certificate"
    CLOCK = "clock"
    BACKUP = "backup"


class Troubled(NamedTuple):
    """A node and what is wrong with it."""

    agency_id: bytes
    node: int
    trouble: Trouble

    def name(self, since: datetime) -> bytes:
        """Name one trouble with its beginning (6): 16 bytes, a digest."""
        said = f"{self.agency_id.hex()} {self.node} {self.trouble.value} {since.isoformat()}"
        return sha256(b"holdfast hub node trouble " + said.encode()).digest()[:16]


@dataclass(frozen=True)
class WatchedNode:
    """A node that has joined, as the store has it."""

    agency_id: bytes
    node: int
    joined_at: datetime
    quarantined_at: datetime | None
    certificate_until: datetime | None  # of its newest certificate


@dataclass(frozen=True)
class Said:
    """What a node last said of itself."""

    at: datetime  # hub clock
    clock_offset: timedelta
    backup_age: timedelta | None


@dataclass(frozen=True)
class Sight:
    """How well the hub sees: since when it has listened without a break, and how often it asks to be called."""

    since: datetime
    interval: timedelta

    @property
    def grace(self) -> timedelta:
        """How long a node may be silent."""
        return OFFLINE_AFTER * self.interval


Troubles = Mapping[Troubled, datetime]  # what is wrong, since when


def find_troubles(
    nodes: Iterable[WatchedNode], said: Mapping[tuple[bytes, int], Said], before: Troubles, sight: Sight, now: datetime
) -> dict[Troubled, datetime]:
    """Give everything that is wrong now.

    Args:
        before: what was wrong a moment ago.
    """
    found: dict[Troubled, datetime] = {}
    for node in nodes:
        last = said.get((node.agency_id, node.node))
        offline, clock, backup = (
            Troubled(node.agency_id, node.node, each) for each in (Trouble.OFFLINE, Trouble.CLOCK, Trouble.BACKUP)
        )
        silent_since = _silent_since(node, last, before.get(offline), sight, now)
        if silent_since is not None:
            found[offline] = silent_since
        if node.quarantined_at is not None:
            found[Troubled(node.agency_id, WHOLE_AGENCY, Trouble.QUARANTINED)] = node.quarantined_at
        if node.certificate_until is not None and node.certificate_until - now < CERTIFICATE_SHORT:
            since = node.certificate_until - CERTIFICATE_SHORT
            found[Troubled(node.agency_id, node.node, Trouble.CERTIFICATE)] = since
        if last is not None and abs(last.clock_offset) > SKEW_NAMED:
            found[clock] = before.get(clock, last.at)
        if last is not None and last.backup_age is not None and last.backup_age >= BACKUP_OLD:
            found[backup] = before.get(backup) or _to_the_hour(last.at - last.backup_age + BACKUP_OLD)
    return found


def changes(before: Troubles, after: Troubles) -> tuple[dict[Troubled, datetime], dict[Troubled, datetime]]:
    """Give the troubles that began, and those that ended."""
    began = {each: since for each, since in after.items() if before.get(each) != since}
    ended = {each: since for each, since in before.items() if after.get(each) != since}
    return began, ended


def _silent_since(
    node: WatchedNode, last: Said | None, known: datetime | None, sight: Sight, now: datetime
) -> datetime | None:
    """Tell since when a node is offline; None when it is not, as far as can be told (1)."""
    if known is not None and (last is None or last.at <= known):
        return known
    silent_since = max(node.joined_at, sight.since) if last is None else last.at
    return silent_since if now - max(silent_since, sight.since) >= sight.grace else None


def _to_the_hour(moment: datetime) -> datetime:
    """Round down, so that two heartbeats, each a moment on its way, tell of the same backup."""
    return moment.replace(minute=0, second=0, microsecond=0)
