"""Windows as the hub tells of them, and releases when the hub refuses one, or one side was restored from a backup."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.errors import WrongState
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import Outcome
from node.domain.release import SetAside
from node.opened import OpenNode
from node.operations.releases import draw_due
from node.persistence import outbox, releases
from node.persistence.streams import get_current_stream
from node.use_cases import delivery
from node.use_cases.delivery import HubProgress
from tests.care import do
from tests.records import Somebody
from tests.releasing import (
    BY_QUARTER,
    CAPACITY,
    KIND,
    QUARTER,
    at,
    contacts,
    decide,
    drawn,
    opened,
    pass_time,
    release,
    reports,
    sent,
    tell,
    total,
    window_notice,
    windows,
)

DAY = timedelta(days=1)
NEXT = datetime(2027, 1, 1, tzinfo=UTC)


T06 = {
    "it ends before it begins": {"ends_at": timestamp(QUARTER - DAY)},
    "it lasts for years": {"ends_at": timestamp(QUARTER + 900 * DAY)},
    "it leaves before it ends": {"release_by": timestamp(QUARTER)},
    "year 9999": {"ends_at": timestamp(datetime(9999, 1, 1, tzinfo=UTC))},
    "no k": {"k": 0},
    "a k that withholds everything": {"k": 4_000_000},
    "no table": {"tables": []},
    "only tables that nobody declared": {"tables": [90, 91]},
    "a short id": {"window_id": b"short"},
}


@pytest.mark.parametrize("changes", T06.values(), ids=T06)
def test_t06_a_window_that_is_not_as_the_contract_says_is_kept_and_skipped_and_the_mailbox_goes_on(
    region: OpenNode, changes: dict[str, Any]
) -> None:
    assert not tell(region, window_notice(region, **changes)).is_applied
    assert windows(region) == []
    opened(region)
    assert len(windows(region)) == 1


def test_t06_a_window_that_overlaps_another_of_its_tables_is_refused_and_so_is_one_that_changes(
    region: OpenNode,
) -> None:
    window = opened(region)
    overlapping = window_notice(region, datetime(2026, 12, 1, tzinfo=UTC), 1)
    assert not tell(region, overlapping).is_applied
    again: dict[str, Any] = {"window_id": window.id}
    assert tell(region, window_notice(region, **again)).is_applied, "the same one again does nothing"
    for change in ({"k": 2}, {"release_by": timestamp(NEXT)}, {"ends_at": timestamp(NEXT - DAY)}):
        assert not tell(region, window_notice(region, **(again | change))).is_applied
    assert windows(region) == [window]
    beside = window_notice(region, datetime(2026, 12, 1, tzinfo=UTC), 1, tables=[CAPACITY])
    assert tell(region, beside).is_applied, "no table of it is in the other"


def test_a_window_that_a_restored_hub_opened_anew_takes_the_place_of_one_that_is_not_drawn(region: OpenNode) -> None:
    opened(region)
    anew = opened(region)
    assert windows(region) == [anew]


def test_what_the_hub_refused_is_shown_and_goes_again_with_the_same_figures(region: OpenNode, casey: Somebody) -> None:
    decide(region, "ask")
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    drawn(region, window)
    do(region, "release_send")
    outcomes = {entry.sequence: Outcome.OUTCOME_APPLIED for entry, _ in reports(region, "table_release")}
    [refused] = [entry for entry, report in reports(region, "table_release") if report.table_release.table == KIND]
    outcomes[refused.sequence] = Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW
    now = region.clock.now()
    region.write("t", lambda c: outbox.set_outcomes(c, refused.stream_id, outcomes, now))
    reason = "This hub has opened no such reporting window."
    region.write("t", lambda c: outbox.set_reason(c, refused.stream_id, refused.sequence, refused.command_id, reason))

    shown = do(region, "release_preview", window="2026-Q4")
    assert {table["hub"] for table in shown["tables"]} == {"the hub has it", f"refused: {reason}"}
    assert do(region, "release_list")["windows"][0]["hub"] == "1 of 11 tables refused"
    do(region, "release_send", window="2026-Q4")

    bodies = [
        report.table_release for _, report in reports(region, "table_release") if report.table_release.table == KIND
    ]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert sent(region) == len(BY_QUARTER) + 1


def test_what_the_hub_has_already_is_never_sent_again(region: OpenNode) -> None:
    decide(region, "ask")
    drawn(region, opened(region))
    do(region, "release_send")
    written = [entry for entry, _ in reports(region, "table_release")]
    outcomes = {entry.sequence: Outcome.OUTCOME_REFUSED_DUPLICATE for entry in written}
    region.write("t", lambda c: outbox.set_outcomes(c, written[0].stream_id, outcomes, region.clock.now()))

    assert "the hub has this table" in do(region, "release_preview", window="2026-Q4")["tables"][0]["hub"]
    with pytest.raises(WrongState, match="never sent twice"):
        do(region, "release_send", window="2026-Q4")


def test_t04_a_node_restored_from_before_the_draw_does_not_draw_the_window_again(
    region: OpenNode, casey: Somebody
) -> None:
    decide(region, "at_once")
    window, later = opened(region), opened(region, NEXT)
    contacts(region, casey, 20, date(2026, 10, 5))
    at(region, window.draws_at + DAY)  # what follows is the store as a backup of October had it
    draw_due(region)
    assert region.read(releases.list_states) == {}, "nobody knows yet what the hub has"

    def heartbeat(hub_has: int) -> None:
        before = region.read(get_current_stream)
        progress = HubProgress(hub_epoch=1, wanted_sequence=hub_has + 1)
        now = region.clock.now()
        region.write("t", lambda c: delivery.observe_hub(c, before, progress, now))

    heartbeat(hub_has=11)  # the former life sent its figures
    draw_due(region)
    assert region.read(releases.list_states) == {}, "the hub is ahead of this database"
    region.write("t", lambda c: delivery.start_new_stream(c, region.bound_key, region.clock.now()))
    heartbeat(hub_has=0)
    pass_time(region, region.clock.now() + timedelta(hours=1))

    assert region.read(releases.list_states)[window.id].why is SetAside.RESTORED
    assert sent(region) == 0
    shown = do(region, "release_preview", window="2026-Q4")
    assert "restored from a backup" in shown["says"][0]
    assert shown["tables"] == []
    with pytest.raises(WrongState, match="no figures here"):
        do(region, "release_send", window="2026-Q4")
    contacts(region, casey, 30, date(2027, 1, 5))
    assert total(drawn(region, later)) == 30, "what the former life counted does not count again"


def test_t04_a_node_that_was_off_for_weeks_draws_what_it_missed(region: OpenNode, casey: Somebody) -> None:
    decide(region, "after_grace")
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    pass_time(region, window.draws_at + 60 * DAY)
    assert (total(release(region, window)), sent(region)) == (20, 0)
    pass_time(region, region.clock.now() + timedelta(hours=23))
    assert sent(region) == 0, "somebody must be able to look for a day"
    pass_time(region, region.clock.now() + timedelta(hours=1))
    assert sent(region) == len(BY_QUARTER)
