"""Zeros are withheld like small counts where the jurisdiction's pack says so when a window is drawn."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection

from common.access.roles import Action
from common.disclosure.audit import bounds
from common.disclosure.catalogue import VERSION
from common.disclosure.cell import Cell, Reason, Rule
from common.disclosure.relations import relations_of
from node.domain.encounter import SupportKind
from node.domain.release import Release, State
from node.domain.wording import report_words
from node.opened import OpenNode
from node.operations import GUARDED
from node.persistence import releases
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, seal_body, written
from node.persistence.data_keys import KeyKind, make_key
from node.persistence.releases import Kept, StoredRelease
from node.use_cases.doing import SCHEDULER
from node.vault.vault import Vault
from tests.care import do
from tests.records import Somebody
from tests.releasing import (
    KIND,
    QUARTERLY,
    TWO_WAY,
    at,
    contacts,
    decide,
    drawn,
    opened,
    pass_time,
    prepared,
    release,
    reports,
    windows,
    withhold_zeros,
)

NEXT, LATER = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
MONTHS = [datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11, 12)]


def zeros(found: StoredRelease) -> int:
    """How many figures say zero."""
    return sum(count == 0 for count in found.figures.values())


def test_i02_no_zero_leaves_a_node_whose_pack_withholds_them_and_each_table_says_so(
    region: OpenNode, casey: Somebody
) -> None:
    withhold_zeros(region)
    window = opened(region)
    contacts(region, casey, 40, date(2026, 10, 5))
    found = drawn(region, window)
    decide(region, "at_once")
    pass_time(region, region.clock.now())

    left = [report for _, report in reports(region, "table_release")]
    assert found.zeros_withheld
    assert {cell for cell, count in found.figures.items() if count} != set()
    assert zeros(found) == 0
    assert {report.table_release.zeros_withheld for report in left} == {True}
    assert all(report_words(report).endswith(", zeros withheld") for report in left)
    assert not isinstance(found.kept, Flagged)
    nobodys = Cell(window.id, KIND, 1 + list(SupportKind).index(SupportKind.GRIEF_OR_LOSS))
    assert (found.figures[nobodys], found.kept.reasons[nobodys]) == (None, Reason.SMALL)


def test_i02_a_pack_that_changes_holds_from_the_next_draw_on_and_what_was_drawn_goes_by_its_own_time(
    region: OpenNode, casey: Somebody
) -> None:
    first, second, third = opened(region), opened(region, NEXT), opened(region, LATER)
    for window in (first, second, third):
        withhold_zeros(region, window is second)
        contacts(region, casey, 40, window.starts_at.date())
        contacts(region, casey, 3, window.starts_at.date(), kind=SupportKind.GRIEF_OR_LOSS)
        drawn(region, window)

    found = [release(region, window) for window in (first, second, third)]
    assert [each.zeros_withheld for each in found] == [False, True, False]
    assert [zeros(each) > 0 for each in found] == [True, False, True]
    assert prepared(region, third).rule == Rule(11, frozenset({second.id}))
    withhold_zeros(region)
    assert prepared(region, third).rule == Rule(11, frozenset({second.id, third.id}))
    figures = {cell: count for each in found for cell, count in each.figures.items()}
    told = bounds(figures, relations_of(windows(region)), Rule(11, frozenset({second.id})))
    assert [cell for cell, count in figures.items() if count is None and told[cell].values < 11] == []


def test_i02_a_quarter_that_would_show_zeros_tells_no_zero_that_its_months_withheld(
    region: OpenNode, casey: Somebody
) -> None:
    withhold_zeros(region)
    for month in [opened(region, start, 1) for start in MONTHS]:
        contacts(region, casey, 40, month.starts_at.date())
        drawn(region, month)
    withhold_zeros(region, is_so=False)

    found = drawn(region, opened(region, tables=sorted(QUARTERLY)))

    assert not isinstance(found.kept, Flagged)
    assert {cell.table for cell in found.figures} == QUARTERLY - {TWO_WAY}
    assert "11 values must stay possible" in found.kept.refused[TWO_WAY]
    assert zeros(found) > 0


def test_the_preview_says_that_zeros_are_withheld_before_and_after_the_draw(region: OpenNode, casey: Somebody) -> None:
    window = opened(region)
    contacts(region, casey, 40, date(2026, 10, 5))
    at(region, NEXT)
    assert not do(region, "release_preview")["zeros_withheld"]
    withhold_zeros(region)

    coming = do(region, "release_preview")
    drawn(region, window)
    withhold_zeros(region, is_so=False)
    kept = do(region, "release_preview")

    for shown in (coming, kept):
        assert shown["zeros_withheld"]
        assert "Zeros are withheld here, like small counts: the jurisdiction's pack asks for it." in shown["says"]
    assert coming["tables"] == kept["tables"]


def test_the_report_to_leaders_names_the_periods_in_which_zeros_are_withheld(region: OpenNode, casey: Somebody) -> None:
    for window in (opened(region), opened(region, NEXT), opened(region, LATER)):
        withhold_zeros(region, window.starts_at != NEXT)
        contacts(region, casey, 40, window.starts_at.date())
        contacts(region, casey, 30, window.starts_at.date(), kind=SupportKind.GRIEF_OR_LOSS)
        drawn(region, window)

    found = GUARDED["report"].do(region, casey.person, {"last": 2, "table": "encounters_by_support_kind"})

    assert found["zeros_withheld"] == ["2027 Q2"]
    [nobodys] = [line for line in found["sections"][0]["lines"] if line["row"] == "moral_injury"]
    assert [(figure["shown"], figure["low"]) for figure in nobodys["figures"]] == [(True, 0), (False, 0)]


def test_a_release_of_before_packs_could_ask_for_it_showed_zeros(region: OpenNode, casey: Somebody) -> None:
    window, later = opened(region), opened(region, NEXT)
    figures = dict(drawn(region, window).figures)
    before = {cell._replace(window=later.id): count for cell, count in figures.items()}

    def write(connection: Connection, vault: Vault = region.vault) -> None:
        now = region.clock.now()
        body = releases.content_of(Kept({}, {}), before, VERSION)
        told = {name: value for name, value in body.items() if name not in {"zeros_withheld", "is_least"}}
        sealed = seal_body(
            make_key(connection, vault, KeyKind.RELEASE, later.id, now), releases.TABLE, later.id, 1, told
        )
        TRAIL.record(connection, now, written(SCHEDULER, Action.RELEASE, releases.TABLE, sealed))
        releases.add_release(connection, Release(later.id, now, State.DRAWN, now), sealed, before, VERSION)

    region.write("test", write)

    found = release(region, later)
    assert not found.zeros_withheld
    assert isinstance(found.kept, Kept)
    assert found.kept.is_least
