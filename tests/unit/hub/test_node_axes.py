"""How a node is, on four axes: reachable, identity, data, machine."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from common.wire.v1.codes_pb2 import DiskFreeBand
from hub.domain.agency import Membership
from hub.domain.credential import Phase
from hub.domain.node_facts import Heard, NodeFacts
from hub.domain.node_health import Finding, Health, health_of
from hub.domain.node_state import LEVELS, TO_DO, Axis, Level, State
from hub.domain.node_trouble import Sight, Trouble
from tests.builders import NOON

LONG_AGO = NOON - timedelta(days=30)
SIGHT = Sight(LONG_AGO, timedelta(seconds=30))
STREAM, OWN = b"s" * 16, (0, 1, 0)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FACTS = NodeFacts(
    agency_id=b"f" * 16,
    membership=Membership.JOINED,
    created_at=LONG_AGO,
    mailbox_head=7,
    node=1,
    joined_at=LONG_AGO,
    certificate_since=NOON - DAY,
    certificate_until=NOON + 6 * DAY,
    phase=Phase.ACTIVE,
    stream_id=STREAM,
    acknowledged=40,
    compared_at=NOON - HOUR,
)
HEARD = Heard(
    at=NOON,
    since=NOON - DAY,
    clock_offset=timedelta(0),
    version=OWN,
    stream_id=STREAM,
    head=40,
    queue_depth=0,
    backup_age=HOUR,
    disk_free=DiskFreeBand.DISK_FREE_BAND_20_PERCENT_OR_MORE,
    disk_since=NOON - DAY,
    started_at=NOON - 2 * DAY,
)
WAITS: dict[str, Any] = {"head": 43, "queue_depth": 3}


def health(facts: NodeFacts = FACTS, heard: Heard | None = HEARD, sight: Sight = SIGHT, **known: datetime) -> Health:
    troubles = {Trouble(name): since for name, since in known.items()}
    return health_of(facts, heard, troubles, sight, OWN, NOON)


def states(found: Health) -> list[State]:
    return [found.axes[axis].state for axis in Axis]


def test_a_node_of_which_nothing_is_wrong_is_good_on_every_axis_and_needs_nobody() -> None:
    found = health()

    assert states(found) == [State.ONLINE, State.VALID, State.IN_STEP, State.FINE]
    assert (found.worst, found.to_do) == (Level.GOOD, None)
    assert all(each.since is not None for each in found.axes.values())


@pytest.mark.parametrize(
    ("silent_s", "state"),
    [
        (0, State.ONLINE),
        (44.9, State.ONLINE),
        (45, State.SUSPECT),
        (89.9, State.SUSPECT),
        (90, State.OFFLINE),
        (90_000, State.OFFLINE),
    ],
)
def test_a_node_is_suspect_at_one_and_a_half_intervals_and_offline_at_three(silent_s: float, state: State) -> None:
    last = NOON - timedelta(seconds=silent_s)

    reach = health(heard=replace(HEARD, at=last)).axes[Axis.REACHABLE]

    assert reach == Finding(state, HEARD.since if state is State.ONLINE else last)


@pytest.mark.parametrize("heard", [None, replace(HEARD, at=NOON - HOUR)])
@pytest.mark.parametrize(("listens_s", "state"), [(0, State.UNKNOWN), (89, State.UNKNOWN), (90, State.OFFLINE)])
def test_after_a_restart_of_the_hub_nobody_is_offline_for_one_grace_period(
    heard: Heard | None, listens_s: int, state: State
) -> None:
    since = NOON - timedelta(seconds=listens_s)

    found = health(heard=heard, sight=Sight(since, timedelta(seconds=30)))

    assert found.axes[Axis.REACHABLE].state == state
    assert found.axes[Axis.DATA].state == found.axes[Axis.MACHINE].state == State.UNKNOWN
    assert found.axes[Axis.IDENTITY].state == State.VALID  # the hub knows that by itself


def test_a_node_that_joined_a_moment_ago_is_not_offline() -> None:
    joined = replace(FACTS, joined_at=NOON - MINUTE)

    assert health(joined, None).axes[Axis.REACHABLE] == Finding(State.UNKNOWN, NOON - MINUTE)


def test_a_node_that_came_back_with_reports_that_waited_is_catching_up_and_nobody_has_to_act() -> None:
    found = health(heard=replace(HEARD, since=NOON - 5 * MINUTE, oldest_unsent=3 * DAY, **WAITS))

    assert states(found) == [State.CATCHING_UP, State.VALID, State.CATCHING_UP, State.FINE]
    assert found.to_do is None


@pytest.mark.parametrize(
    ("changes", "state", "since"),
    [
        ({"quarantined_at": NOON - HOUR}, State.QUARANTINED, NOON - HOUR),
        ({"certificate_until": NOON + 2 * DAY}, State.VALID, NOON - DAY),
        ({"certificate_until": NOON + 2 * DAY - MINUTE}, State.ENDS_SOON, NOON - MINUTE),
        ({"certificate_until": NOON}, State.EXPIRED, NOON),
        ({"certificate_until": None}, State.EXPIRED, None),
        ({"phase": Phase.RETIRING}, State.OLD_INTERMEDIATE, NOON - DAY),
        ({"phase": Phase.RETIRED}, State.EXPIRED, NOON + 6 * DAY),
    ],
)
def test_identity_is_what_the_hub_knows(changes: dict[str, Any], state: State, since: datetime | None) -> None:
    assert health(replace(FACTS, **changes)).axes[Axis.IDENTITY] == Finding(state, since)


@pytest.mark.parametrize(
    ("changes", "state", "since"),
    [
        (WAITS | {"oldest_unsent": MINUTE}, State.IN_STEP, NOON - MINUTE),
        (WAITS | {"oldest_unsent": 15 * MINUTE}, State.BEHIND, NOON - 15 * MINUTE),
        (WAITS | {"oldest_unsent": DAY}, State.STUCK, NOON - DAY),
        (WAITS, State.NOT_SAID, None),
        ({"head": None}, State.NOT_SAID, None),
        ({"queue_depth": None}, State.IN_STEP, NOON - HOUR),
        ({"queue_depth": None, "head": 41}, State.NOT_SAID, None),
        ({"head": 39}, State.RESTORED, NOON - HOUR),
        ({"head": 0, "stream_id": b"n" * 16}, State.IN_STEP, NOON - HOUR),
    ],
)
def test_data_is_what_waits_at_the_node_and_missing_where_it_does_not_say(
    changes: dict[str, Any], state: State, since: datetime | None
) -> None:
    assert health(heard=replace(HEARD, **changes)).axes[Axis.DATA] == Finding(state, since)


def test_a_report_that_came_after_the_heartbeat_was_written_makes_nobody_restored() -> None:
    facts = replace(FACTS, acknowledged=41, compared_at=NOON - timedelta(seconds=1))

    assert health(facts).axes[Axis.DATA].state == State.IN_STEP


@pytest.mark.parametrize(
    ("changes", "state", "since"),
    [
        ({"clock_offset": 10 * MINUTE}, State.FINE, HEARD.started_at),
        ({"clock_offset": -11 * MINUTE}, State.CLOCK_OFF, NOON),
        ({"disk_free": DiskFreeBand.DISK_FREE_BAND_UNDER_1_PERCENT}, State.DISK_FULL, HEARD.disk_since),
        ({"disk_free": DiskFreeBand.DISK_FREE_BAND_UNDER_5_PERCENT}, State.DISK_LOW, HEARD.disk_since),
        ({"disk_free": DiskFreeBand.DISK_FREE_BAND_UNDER_20_PERCENT}, State.FINE, HEARD.started_at),
        ({"backup_age": 3 * DAY}, State.BACKUP_OLD, NOON - DAY),
        ({"backup_age": None}, State.BACKUP_NOT_SAID, HEARD.started_at),
        ({"disk_free": None}, State.FINE, HEARD.started_at),
        ({"version": (0, 0, 9)}, State.VERSION_OLD, HEARD.started_at),
        ({"version": (0, 2, 0)}, State.FINE, HEARD.started_at),
    ],
)
def test_machine_is_the_worst_that_a_node_says_of_it(
    changes: dict[str, Any], state: State, since: datetime | None
) -> None:
    assert health(heard=replace(HEARD, **changes)).axes[Axis.MACHINE] == Finding(state, since)


def test_what_the_watch_saw_begin_earlier_is_since_then() -> None:
    off = replace(HEARD, clock_offset=HOUR)

    assert health(heard=off, clock=NOON - DAY).axes[Axis.MACHINE] == Finding(State.CLOCK_OFF, NOON - DAY)


@pytest.mark.parametrize(
    ("membership", "removed_at", "state"),
    [
        (Membership.INVITED, None, State.NEVER_JOINED),
        (Membership.INVITED, NOON, State.NEVER_JOINED),
        (Membership.EVICTED, NOON, State.EVICTED),
        (Membership.BANNED, NOON, State.BANNED),
    ],
)
def test_an_agency_without_a_node_is_neither_good_nor_in_trouble(
    membership: Membership, removed_at: datetime | None, state: State
) -> None:
    found = health(replace(FACTS, node=None, membership=membership, removed_at=removed_at), None)

    assert set(found.axes.values()) == {Finding(state, removed_at or LONG_AGO)}
    assert found.worst is Level.NONE
    assert (found.to_do is not None) == (state is State.NEVER_JOINED)


def test_of_several_troubles_the_one_that_is_seen_to_first_is_the_one_thing_to_do() -> None:
    quarantined = replace(FACTS, quarantined_at=NOON)
    worn = replace(HEARD, disk_free=DiskFreeBand.DISK_FREE_BAND_UNDER_1_PERCENT, oldest_unsent=DAY, **WAITS)

    assert health(quarantined, worn).to_do == TO_DO[State.QUARANTINED]
    assert health(heard=worn).to_do == TO_DO[State.DISK_FULL]
    assert health(heard=replace(worn, at=NOON - HOUR)).to_do == TO_DO[State.OFFLINE]


def test_every_state_has_a_level_and_every_one_that_needs_somebody_says_what_to_do() -> None:
    assert set(LEVELS) == set(State)
    by_itself = {State.CATCHING_UP, State.SUSPECT}
    needs = {state for state, level in LEVELS.items() if level in (Level.BAD, Level.WATCH)} - by_itself
    assert needs <= set(TO_DO)
    assert not any(LEVELS[state] is Level.GOOD for state in TO_DO)
