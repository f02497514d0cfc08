"""What is wrong with a node, as far as its hub can tell, and since when."""

from datetime import timedelta

import pytest

from hub.domain.node_trouble import (
    WHOLE_AGENCY,
    Said,
    Sight,
    Trouble,
    Troubled,
    Troubles,
    WatchedNode,
    changes,
    find_troubles,
)
from tests.builders import NOON

FIRE = b"f" * 16
LONG_AGO = NOON - timedelta(days=30)
SIGHT = Sight(LONG_AGO, timedelta(seconds=30))
NODE = WatchedNode(FIRE, 1, LONG_AGO, None, NOON + timedelta(days=5))
OFFLINE, CLOCK, BACKUP, CERTIFICATE = (
    Troubled(FIRE, 1, each) for each in (Trouble.OFFLINE, Trouble.CLOCK, Trouble.BACKUP, Trouble.CERTIFICATE)
)
QUARANTINED = Troubled(FIRE, WHOLE_AGENCY, Trouble.QUARANTINED)


def said(ago: float = 0.0, off: timedelta = timedelta(0), backup: timedelta | None = None) -> Said:
    return Said(NOON - timedelta(seconds=ago), off, backup)


def wrong(
    last: Said | None, *nodes: WatchedNode, before: Troubles | None = None, sight: Sight = SIGHT
) -> dict[Troubled, object]:
    heard = {} if last is None else {(FIRE, 1): last}
    return dict(find_troubles(nodes or (NODE,), heard, before or {}, sight, NOON))


@pytest.mark.parametrize(("ago", "is_offline"), [(0, False), (45, False), (89.9, False), (90, True), (86_400, True)])
def test_a_node_is_offline_after_three_intervals_since_it_was_heard(ago: float, is_offline: bool) -> None:
    assert wrong(said(ago)) == ({OFFLINE: said(ago).at} if is_offline else {})


def test_a_larger_fleet_is_asked_less_often_and_may_be_silent_for_longer() -> None:
    slow = Sight(LONG_AGO, timedelta(seconds=300))

    assert wrong(said(899), sight=slow) == {}
    assert wrong(said(900), sight=slow) == {OFFLINE: said(900).at}


@pytest.mark.parametrize("last", [None, said(3600)])
def test_a_hub_that_has_not_listened_for_three_intervals_takes_nobody_for_offline(last: Said | None) -> None:
    young, grown = (Sight(NOON - timedelta(seconds=age), timedelta(seconds=30)) for age in (89, 90))

    assert wrong(last, sight=young) == {}
    assert list(wrong(last, sight=grown)) == [OFFLINE]


def test_who_was_offline_stays_so_since_then_while_the_hub_cannot_know_and_until_it_is_heard() -> None:
    young = Sight(NOON, timedelta(seconds=30))
    since = said(7200).at

    assert wrong(said(7200), before={OFFLINE: since}, sight=young) == {OFFLINE: since}
    assert wrong(None, before={OFFLINE: since}, sight=young) == {OFFLINE: since}
    assert wrong(said(10), before={OFFLINE: since}, sight=young) == {}


def test_a_node_that_has_just_joined_has_three_intervals_to_say_something() -> None:
    fresh = WatchedNode(FIRE, 1, NOON - timedelta(seconds=60), None, None)
    silent = WatchedNode(FIRE, 1, NOON - timedelta(seconds=91), None, None)

    assert wrong(None, fresh) == {}
    assert wrong(None, silent) == {OFFLINE: silent.joined_at}


def test_an_agency_in_quarantine_is_one_trouble_for_all_its_nodes() -> None:
    nodes = [WatchedNode(FIRE, number, LONG_AGO, NOON - timedelta(hours=1), None) for number in (1, 2)]

    assert {each for each in wrong(said(), *nodes) if each.trouble is Trouble.QUARANTINED} == {QUARANTINED}


@pytest.mark.parametrize(("hours", "is_short"), [(49, False), (48, False), (47, True), (0, True), (-100, True)])
def test_a_certificate_that_ends_within_two_days_was_not_renewed(hours: float, is_short: bool) -> None:
    until = NOON + timedelta(hours=hours)
    found = wrong(said(), WatchedNode(FIRE, 1, LONG_AGO, None, until))

    assert found == ({CERTIFICATE: until - timedelta(days=2)} if is_short else {})


@pytest.mark.parametrize(("minutes", "is_off"), [(10, False), (-10, False), (10.1, True), (-10.1, True)])
def test_t08_a_clock_that_is_off_by_more_than_ten_minutes_is_a_trouble_since_it_was_first_seen(
    minutes: float, is_off: bool
) -> None:
    off = timedelta(minutes=minutes)

    assert wrong(said(5, off)) == ({CLOCK: said(5).at} if is_off else {})
    since = said(600).at
    assert wrong(said(5, off), before={CLOCK: since}) == ({CLOCK: since} if is_off else {})


def test_a_backup_is_old_after_two_days_and_a_node_that_does_not_say_is_not_blamed() -> None:
    old = timedelta(days=2, minutes=90)

    assert wrong(said(0, backup=None)) == {}
    assert wrong(said(0, backup=timedelta(hours=47, minutes=59))) == {}
    assert wrong(said(0, backup=old)) == {BACKUP: NOON - timedelta(hours=2)}
    assert wrong(said(0, backup=old + timedelta(seconds=3))) == {BACKUP: NOON - timedelta(hours=2)}


def test_what_ends_and_comes_back_is_another_trouble_with_another_name() -> None:
    first, second = {OFFLINE: said(7200).at}, {OFFLINE: said(100).at}

    assert changes({}, first) == (first, {})
    assert changes(first, first) == ({}, {})
    assert changes(first, {}) == ({}, first)
    assert changes(first, second) == (second, first)
    others = [Troubled(b"e" * 16, 1, Trouble.OFFLINE), Troubled(FIRE, 2, Trouble.OFFLINE), CLOCK]
    names = [OFFLINE.name(since) for since in (*first.values(), *second.values())]
    names += [other.name(said(7200).at) for other in others]
    assert len(set(names)) == 5
    assert {len(name) for name in names} == {16}
