"""How a node is, on four axes and never as one light. Pure: from what is known to findings, by the hub's clock.

1. Reachable: online; suspect after 1.5 intervals without a heartbeat, offline after 3. It is catching up while it came
   back lately and reports wait that are older than a moment.
2. A hub that has not listened for 3 intervals itself, because it just began or was held up, cannot tell: unknown.
3. Identity is what the hub itself knows: quarantined, removed, never joined, and how long the certificate lasts.
4. Data and machine are what the node said: of a node that is not heard they are unknown.
5. What a node does not say is missing: never zero, never fine, and no fault either.
6. Several things may be wrong with a node. `TO_DO` is in the order in which they are seen to: its first is the one
   thing to do.

Source: DOMAIN.md 6; TRUST.md t08.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.clock import SKEW_NAMED
from common.wire.v1.codes_pb2 import DiskFreeBand
from hub.domain.agency import Membership
from hub.domain.credential import Phase
from hub.domain.node_facts import Heard, NodeFacts, Version
from hub.domain.node_state import LEVELS, TO_DO, Axis, Level, State
from hub.domain.node_trouble import BACKUP_OLD, CERTIFICATE_SHORT, Sight, Trouble

SUSPECT_AFTER = 1.5  # intervals
A_MOMENT = timedelta(minutes=1)
BEHIND_AFTER = timedelta(minutes=15)
STUCK_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """One axis: what is so, and since when; None: that is not known."""

    state: State
    since: datetime | None

    @property
    def level(self) -> Level:
        """How much it matters."""
        return LEVELS[self.state]


@dataclass(frozen=True)
class Health:
    """Every axis of a node."""

    axes: Mapping[Axis, Finding]

    @property
    def to_do(self) -> str | None:
        """Give the one thing to do (6); None: nothing."""
        found = {each.state for each in self.axes.values()}
        return next((words for state, words in TO_DO.items() if state in found), None)

    @property
    def worst(self) -> Level:
        """Give the level by which a board is sorted."""
        levels = [each.level for each in self.axes.values()]
        order = (Level.BAD, Level.WATCH, Level.NONE, Level.UNKNOWN)
        return next((level for level in order if level in levels), Level.GOOD)


def health_of(
    facts: NodeFacts,
    heard: Heard | None,
    known: Mapping[Trouble, datetime],
    sight: Sight,
    own_version: Version,
    now: datetime,
) -> Health:
    """Evaluate a node.

    Args:
        heard: its last heartbeat; None: none since this hub began.
        known: what the hub's watch holds for wrong with it, since when.
        own_version: of the hub.
    """
    if facts.node is None:
        return Health(dict.fromkeys(Axis, _without_node(facts)))
    reach = reachable(facts, heard, sight, now)
    fresh = heard if reach.state in (State.ONLINE, State.CATCHING_UP, State.SUSPECT) else None
    unknown = Finding(State.UNKNOWN, reach.since)  # 4
    return Health(
        {
            Axis.REACHABLE: reach,
            Axis.IDENTITY: identity(facts, now),
            Axis.DATA: unknown if fresh is None else data(facts, fresh),
            Axis.MACHINE: unknown if fresh is None else machine(fresh, known, own_version),
        }
    )


def reachable(facts: NodeFacts, heard: Heard | None, sight: Sight, now: datetime) -> Finding:
    """Tell whether a node is heard (1, 2)."""
    if heard is None or heard.at < sight.since:
        listens_since = max(facts.joined_at or sight.since, sight.since)
        if now - listens_since < sight.grace:
            return Finding(State.UNKNOWN, listens_since)
        return Finding(State.OFFLINE, listens_since if heard is None else heard.at)
    silent = now - heard.at
    if silent >= sight.grace:
        return Finding(State.OFFLINE, heard.at)
    if silent >= SUSPECT_AFTER * sight.interval:
        return Finding(State.SUSPECT, heard.at)
    return Finding(State.CATCHING_UP if _catches_up(heard) else State.ONLINE, heard.since)


def identity(facts: NodeFacts, now: datetime) -> Finding:
    """Tell how a node's identity stands (3)."""
    until = facts.certificate_until
    if facts.quarantined_at is not None:
        return Finding(State.QUARANTINED, facts.quarantined_at)
    if until is None or facts.phase is Phase.RETIRED:
        return Finding(State.EXPIRED, until)
    if until <= now:
        return Finding(State.EXPIRED, until)
    if until - now < CERTIFICATE_SHORT:
        return Finding(State.ENDS_SOON, until - CERTIFICATE_SHORT)
    return Finding(State.OLD_INTERMEDIATE if facts.phase is Phase.RETIRING else State.VALID, facts.certificate_since)


def data(facts: NodeFacts, heard: Heard) -> Finding:
    """Tell whether what a node wrote is here (5)."""
    waits_since = None if heard.oldest_unsent is None else heard.at - heard.oldest_unsent
    if heard.head is None:
        return Finding(State.NOT_SAID, None)
    if _lost_reports(facts, heard):
        return Finding(State.RESTORED, facts.compared_at)
    if heard.queue_depth == 0 or (heard.queue_depth is None and heard.head == acknowledged(facts, heard)):
        return Finding(State.IN_STEP, facts.compared_at)
    if heard.oldest_unsent is None:
        return Finding(State.NOT_SAID, None)
    if _catches_up(heard):
        return Finding(State.CATCHING_UP, waits_since)
    if heard.oldest_unsent >= STUCK_AFTER:
        return Finding(State.STUCK, waits_since)
    return Finding(State.BEHIND if heard.oldest_unsent >= BEHIND_AFTER else State.IN_STEP, waits_since)


def machine(heard: Heard, known: Mapping[Trouble, datetime], own_version: Version) -> Finding:
    """Tell how a node's machine is (5); the worst of several."""
    if abs(heard.clock_offset) > SKEW_NAMED:
        return Finding(State.CLOCK_OFF, known.get(Trouble.CLOCK, heard.at))
    if heard.disk_free == DiskFreeBand.DISK_FREE_BAND_UNDER_1_PERCENT:
        return Finding(State.DISK_FULL, heard.disk_since)
    if heard.disk_free == DiskFreeBand.DISK_FREE_BAND_UNDER_5_PERCENT:
        return Finding(State.DISK_LOW, heard.disk_since)
    if heard.backup_age is not None and heard.backup_age >= BACKUP_OLD:
        return Finding(State.BACKUP_OLD, known.get(Trouble.BACKUP, heard.at - heard.backup_age + BACKUP_OLD))
    if heard.version < own_version:
        return Finding(State.VERSION_OLD, heard.started_at)
    if heard.backup_age is None:
        return Finding(State.BACKUP_NOT_SAID, heard.started_at)
    return Finding(State.FINE, heard.started_at)


def acknowledged(facts: NodeFacts, heard: Heard | None) -> int:
    """Give how many reports of the node's stream are here; none of one that it has begun meanwhile."""
    is_other = heard is not None and heard.stream_id is not None and heard.stream_id != facts.stream_id
    return 0 if is_other or facts.acknowledged is None else facts.acknowledged


def _catches_up(heard: Heard) -> bool:
    came_lately = heard.at - heard.since < BEHIND_AFTER
    return came_lately and bool(heard.queue_depth) and (heard.oldest_unsent or timedelta(0)) >= A_MOMENT


def _lost_reports(facts: NodeFacts, heard: Heard) -> bool:
    """Tell whether the hub has more of a node than it has itself; what came just now it may have said too early."""
    here = acknowledged(facts, heard)
    is_settled = facts.compared_at is None or heard.at - facts.compared_at >= A_MOMENT
    return heard.head is not None and heard.head < here and is_settled


def _without_node(facts: NodeFacts) -> Finding:
    state = {Membership.EVICTED: State.EVICTED, Membership.BANNED: State.BANNED}.get(facts.membership)
    if state is not None:
        return Finding(state, facts.removed_at)
    return Finding(State.NEVER_JOINED, facts.removed_at or facts.created_at)
