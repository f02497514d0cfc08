"""What is drawn is held, let go, sent: once, as the agency decided, and the hub hears of it in the same transaction."""

from datetime import UTC, date, datetime, timedelta

import pytest

from common.access.roles import Role
from common.errors import HoldfastError, InvalidRequest, NotAllowed, NotFound, WrongState
from common.notify.catalogue import Kind
from common.notify.notice import State as Notified
from common.wire.v1.codes_pb2 import ReleaseHoldState
from node.domain.release import State
from node.opened import OpenNode
from node.persistence import releases
from node.persistence.people_notices import QUEUE
from node.persistence.streams import get_current_stream
from tests.care import do, try_as
from tests.on_duty import reached
from tests.people import audited
from tests.records import Somebody
from tests.releasing import (
    BY_QUARTER,
    contacts,
    decide,
    drawn,
    hub_answers,
    opened,
    pass_time,
    release,
    reports,
    sent,
)

DAY = timedelta(days=1)
NEXT = datetime(2027, 1, 1, tzinfo=UTC)
LEAVES = NEXT + 14 * DAY


@pytest.mark.parametrize("mode", ["after_grace", "AFTER-GRACE"])
def test_after_grace_every_table_leaves_at_the_windows_time_exactly_as_it_was_drawn(
    region: OpenNode, casey: Somebody, mode: str
) -> None:
    decide(region, mode)
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    found = drawn(region, window)
    pass_time(region, LEAVES - timedelta(minutes=1))
    assert sent(region) == 0
    pass_time(region, LEAVES)
    pass_time(region, LEAVES + DAY)

    left = [report.table_release for _, report in reports(region, "table_release")]
    assert sorted(told.table for told in left) == sorted(BY_QUARTER)
    said = {
        (told.window_id, told.table, cell.row, cell.column): cell.count if cell.HasField("count") else None
        for told in left
        for cell in told.cells
    }
    assert said == {tuple(cell): count for cell, count in found.figures.items()}
    assert {told.catalogue_version for told in left} == {1}
    assert release(region, window).release.state is State.SENT


def test_at_once_it_leaves_when_it_is_drawn(region: OpenNode, casey: Somebody) -> None:
    decide(region, "at_once")
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    pass_time(region, window.draws_at)
    assert sent(region) == len(BY_QUARTER)


@pytest.mark.parametrize("mode", ["", "always"])
def test_with_no_mode_or_one_that_cannot_be_read_nothing_leaves_and_the_preview_says_so(
    region: OpenNode, casey: Somebody, mode: str
) -> None:
    decide(region, mode)
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    drawn(region, window)
    pass_time(region, LEAVES + 30 * DAY)

    with pytest.raises(WrongState, match="release_mode is not set"):
        do(region, "release_send")
    assert sent(region) == 0
    assert any("Nothing leaves: release_mode" in line for line in do(region, "release_preview")["says"])
    assert do(region, "release_list")["mode"] is None


def test_asked_each_time_it_waits_for_a_coordinator_who_sends_it_once(region: OpenNode, casey: Somebody) -> None:
    decide(region, "ask")
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    drawn(region, window)
    pass_time(region, LEAVES + 30 * DAY)
    assert sent(region) == 0

    row = do(region, "release_send")
    assert (row["period"], row["state"], sent(region)) == ("2026-Q4", "sent", len(BY_QUARTER))
    with pytest.raises(WrongState, match="never sent twice"):
        do(region, "release_send", window="2026-q4")
    assert sent(region) == len(BY_QUARTER)
    lines = [line for line in audited(region) if line[2] == f"drawn_release {window.id.hex()}"]
    assert [(actor, outcome) for actor, _, _, outcome in lines] == [("scheduler", "done"), ("user morgan", "sent")]


def test_what_is_held_does_not_leave_until_the_hold_is_lifted_and_the_hub_sees_held_and_not_why(
    region: OpenNode, casey: Somebody
) -> None:
    decide(region, "after_grace")
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    drawn(region, window)
    do(region, "release_hold")
    with pytest.raises(WrongState, match="held already"):
        do(region, "release_hold", window=window.id.hex()[:6])
    with pytest.raises(WrongState, match="is held"):
        do(region, "release_send", window="2026-Q4")
    pass_time(region, LEAVES + DAY)
    assert sent(region) == 0
    do(region, "release_lift")
    pass_time(region, LEAVES + 2 * DAY)

    told = [report.release_hold for _, report in reports(region, "release_hold")]
    assert [(each.window_id, each.state) for each in told] == [
        (window.id, ReleaseHoldState.RELEASE_HOLD_STATE_HELD),
        (window.id, ReleaseHoldState.RELEASE_HOLD_STATE_LIFTED),
    ]
    assert sent(region) == len(BY_QUARTER)
    with pytest.raises(WrongState, match="cannot be held any more"):
        do(region, "release_hold", window="2026-Q4")


def test_what_cannot_be_done_is_refused_with_what_is_true(region: OpenNode) -> None:
    decide(region, "ask")
    for verb in ("hold", "lift", "send"):
        with pytest.raises(NotFound, match=f"there is nothing to {verb}"):
            do(region, f"release_{verb}")
    with pytest.raises(NotFound, match="no reporting window is known yet"):
        do(region, "release_preview")
    opened(region)
    opened(region, NEXT)
    for verb in ("hold", "lift", "send"):
        with pytest.raises(WrongState, match="not drawn yet: its counts are taken at 2027-01-04 00:00 UTC"):
            do(region, f"release_{verb}", window="2026-Q4")
    with pytest.raises(InvalidRequest, match="2027-Q1 begins"):
        do(region, "release_preview", window="2027-Q1")
    for unknown in ("2031-Q1", "ffff", "x" * 90):
        with pytest.raises((NotFound, InvalidRequest)):
            do(region, "release_preview", window=unknown)


def test_where_two_periods_wait_the_one_must_be_named(region: OpenNode) -> None:
    decide(region, "ask")
    for start in (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)):
        drawn(region, opened(region, start, 1))
    with pytest.raises(InvalidRequest, match="2026-10, 2026-11 can be meant"):
        do(region, "release_send")
    assert do(region, "release_send", window="2026-11")["state"] == "sent"


def test_before_the_draw_the_preview_shows_what_would_leave_as_of_now_and_keeps_nothing(
    region: OpenNode, casey: Somebody
) -> None:
    decide(region, "ask")
    opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    contacts(region, casey, 3, date(2026, 10, 6), is_incident_related=True)

    found = do(region, "release_preview")

    assert (found["period"], found["is_provisional"], found["state"]) == ("2026-Q4", True, "not_drawn")
    [by_kind] = [table for table in found["tables"] if table["table"] == "encounters_by_support_kind"]
    assert by_kind["cells"][0] == {"row": "total", "column": None, "count": 23, "withheld": None}
    [two_way] = [table for table in found["tables"] if table["columns"]]
    withheld = {(cell["row"], cell["column"]): cell["withheld"] for cell in two_way["cells"] if cell["withheld"]}
    assert withheld[("work_stress", "incident_related")] == "small"
    assert "protects_another" in withheld.values()
    assert region.read(releases.list_states) == {}


def test_the_preview_of_what_was_drawn_is_exactly_what_leaves(region: OpenNode, casey: Somebody) -> None:
    decide(region, "ask")
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    found = drawn(region, window)
    contacts(region, casey, 50, date(2026, 10, 5))

    shown = do(region, "release_preview")

    said = [cell["count"] for table in shown["tables"] for cell in table["cells"]]
    assert said == [
        count for table in sorted(window.tables) for cell, count in found.figures.items() if cell.table == table
    ]
    assert "exactly this leaves" in shown["says"][0]


def test_coordinators_are_told_that_counts_wait_and_no_more_once_somebody_acted(
    region: OpenNode, casey: Somebody
) -> None:
    decide(region, "after_grace")
    dana = reached(region, "dana")
    window = opened(region)
    drawn(region, window)
    [notice] = region.read(QUEUE.list_)
    assert (notice.event.kind, notice.recipient, notice.state) == (Kind.COUNTS_WAIT, dana.user_id, Notified.WAITING)
    assert notice.event.at == LEAVES
    do(region, "release_send")
    assert [each.state for each in region.read(QUEUE.list_)] == [Notified.OVERTAKEN]


@pytest.mark.parametrize("verb", ["preview", "hold", "lift", "send", "list"])
def test_i03_only_a_coordinator_looks_at_releases_or_decides_on_them(region: OpenNode, verb: str) -> None:
    for role in set(Role) - {Role.COORDINATOR}:
        with pytest.raises(NotAllowed):
            try_as(region, role, f"release_{verb}")


def test_what_the_node_sends_passes_the_egress_guard_and_is_a_leaf_each(region: OpenNode, casey: Somebody) -> None:
    decide(region, "at_once")
    window = opened(region)
    contacts(region, casey, 9_999 // 50, date(2026, 10, 5))
    hub_answers(region)
    pass_time(region, window.draws_at)
    assert region.read(get_current_stream).head == sent(region) == len(BY_QUARTER)


def test_a_failure_between_state_and_report_leaves_neither(
    region: OpenNode, casey: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(region, "ask")
    window = opened(region)
    drawn(region, window)
    monkeypatch.setattr(region, "bound_key", None)
    with pytest.raises((HoldfastError, AttributeError)):
        do(region, "release_send")
    assert release(region, window).release.state is State.DRAWN
    assert sent(region) == 0


def test_today_names_the_periods_whose_counts_wait_and_when_they_leave(region: OpenNode) -> None:
    decide(region, "after_grace")
    drawn(region, opened(region))
    assert do(region, "today")["counts"] == [{"period": "2026-Q4", "leaves_at": "2027-01-15T00:00:00+00:00"}]
    do(region, "release_send")
    assert do(region, "today")["counts"] == []
