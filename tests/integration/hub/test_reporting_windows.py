"""Reporting windows on both databases: opened by the agreement in force, told to every agency, each period once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from common.agreement.terms import DEFAULT_TERMS
from common.errors import WrongState
from common.storage.store import Store
from common.wire.times import moment
from common.wire.v1.codes_pb2 import Discipline
from common.wire.v1.notice_pb2 import ReportingWindowNotice
from hub.domain.agency import Agency, Membership
from hub.persistence import agencies, audit, reporting_windows
from hub.use_cases.reporting_windows import is_running_due, open_past, open_running, tell_windows
from tests.counting import FIRST_DAY, Counting
from tests.incident_region import Region

FIRE = Discipline.DISCIPLINE_FIRE


@pytest.fixture
def region(store: Store) -> Counting:
    return Counting(store, {FIRE: 2})


def windows_told(region: Region, to: Agency) -> list[ReportingWindowNotice]:
    return [each.reporting_window for each in region.told(to) if each.HasField("reporting_window")]


def is_due(region: Region) -> bool:
    with region.store.read() as connection:
        return is_running_due(connection, region.now)


def test_every_joined_agency_is_told_what_is_counted_until_when_and_under_which_k(region: Counting) -> None:
    for each in region.agencies:
        [month, quarter] = windows_told(region, each)
        assert [month.window_id, quarter.window_id] == [region.month.id, region.quarter.id]
        assert (moment(quarter.starts_at), moment(quarter.ends_at)) == (FIRST_DAY, region.quarter.ends_at)
        assert moment(quarter.release_by) == region.quarter.ends_at + timedelta(days=14)
        assert (frozenset(quarter.tables), quarter.k) == (region.quarter.tables, 11)


def test_without_an_agreement_no_window_opens(store: Store) -> None:
    region = Region(store, 1)

    assert not is_due(region)
    assert region.write(open_running) == 0
    with pytest.raises(WrongState, match="no agreement holds yet"):
        region.write(lambda tx, now: open_past(FIRST_DAY, tx, now))


def test_each_period_opens_once_from_its_first_day_on(region: Counting) -> None:
    assert (is_due(region), region.write(open_running)) == (False, 0)

    region.now = region.month.ends_at - timedelta(microseconds=1)
    assert not is_due(region)
    region.now = region.month.ends_at
    assert is_due(region)
    assert region.write(open_running) == 1

    assert [each.starts_at.month for each in region.windows()] == [10, 11, 10]


def test_t04_a_hub_that_forgot_its_windows_opens_them_again_under_the_ids_that_agencies_know(region: Counting) -> None:
    before = region.windows()
    with region.store.begin() as connection:
        connection.execute(delete(reporting_windows.TABLE))
    region.now += timedelta(days=3)
    region.write(open_running)

    assert [each.id for each in region.windows()] == [each.id for each in before]


def test_a_window_keeps_the_k_that_it_was_opened_under(region: Counting) -> None:
    region.agree(replace(DEFAULT_TERMS, k=20), 2)
    region.now = region.quarter.ends_at
    region.write(open_running)

    assert [each.k for each in region.windows()] == [11, 11, 20, 20]


def test_who_joins_later_is_told_the_windows_whose_counts_have_not_left(region: Counting) -> None:
    region.now = region.month.release_by - timedelta(seconds=1)
    early, late = region.join("early", FIRE), region.join("late", FIRE)
    region.write(lambda tx, now: tell_windows(early.id, tx, now))
    region.now = region.month.release_by
    region.write(lambda tx, now: tell_windows(late.id, tx, now))

    assert [each.window_id for each in windows_told(region, early)] == [region.month.id, region.quarter.id]
    assert [each.window_id for each in windows_told(region, late)] == [region.quarter.id]


def test_who_is_invited_or_removed_is_told_nothing(region: Counting) -> None:
    invited, banned = region.join("invited", FIRE), region.join("banned", FIRE)
    with region.store.begin() as connection:
        agencies.set_membership(connection, invited.id, Membership.INVITED)
        agencies.set_membership(connection, banned.id, Membership.BANNED)
    region.now = region.month.ends_at
    region.write(open_running)

    assert windows_told(region, invited) == windows_told(region, banned) == []
    assert len(windows_told(region, region.agencies[0])) == 3


def test_i02_past_windows_are_opened_once_told_and_audited(region: Counting) -> None:
    begin = FIRST_DAY.replace(year=2025)

    windows = region.write(lambda tx, now: open_past(begin, tx, now))

    assert len(windows) == 4 * (3 + 1)
    assert {each.window_id for each in windows_told(region, region.agencies[0])} >= {each.id for each in windows}
    assert {each.release_by for each in windows} == {region.now + timedelta(days=14)}
    with region.store.read() as connection:
        assert [(each["action"], each["subject"]) for each in audit.list_entries(connection)] == [
            ("reporting open", "16 windows")
        ]
    with pytest.raises(WrongState, match="has its reporting windows already"):
        region.write(lambda tx, now: open_past(begin, tx, now))
    assert len(region.windows()) == 18
