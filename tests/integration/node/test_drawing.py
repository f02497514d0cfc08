"""Counts are taken once and kept: each record in one window, with nothing told in which somebody could be found."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from common.disclosure.audit import bounds
from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Reason, Rule
from common.disclosure.relations import relations_of
from common.wire.v1.codes_pb2 import TableKind
from node.domain.encounter import SupportKind
from node.opened import OpenNode
from node.operations.releases import draw_due
from node.persistence import releases
from node.persistence.bodies import Flagged
from node.use_cases import encounters
from tests.builders import NOON
from tests.people import audited
from tests.records import Somebody, member
from tests.releasing import (
    AFTER,
    KIND,
    QUARTERLY,
    TWO_WAY,
    at,
    contacts,
    drawn,
    hub_answers,
    opened,
    release,
    total,
    windows,
)

DAY = timedelta(days=1)
OCTOBER, NOVEMBER, DECEMBER = (datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11, 12))
NEXT = datetime(2027, 1, 1, tzinfo=UTC)
_NO_PACK: Any = None  # correcting an encounter without a follow-up asks no rule


def test_a_window_is_drawn_once_three_days_after_its_end_when_the_hub_has_answered(
    region: OpenNode, casey: Somebody
) -> None:
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    at(region, window.ends_at + timedelta(hours=71))
    hub_answers(region)
    draw_due(region)
    assert region.read(releases.list_states) == {}
    at(region, window.ends_at + AFTER)
    draw_due(region)
    assert region.read(releases.list_states) == {}, "the hub has not answered since its time came"

    found = drawn(region, window)
    contacts(region, casey, 20, date(2026, 10, 6))
    at(region, window.ends_at + 9 * DAY)
    hub_answers(region)
    draw_due(region)

    assert total(found) == 20
    assert release(region, window) == found
    assert {cell.table for cell in found.figures} == window.tables
    assert len(found.figures) == sum(len(TABLES[table].cells(window.id)) for table in window.tables)
    drawings = [line for line in audited(region) if line[2] == f"drawn_release {window.id.hex()}"]
    assert drawings == [("scheduler", "preview or hold release", f"drawn_release {window.id.hex()}", "done")]


def test_what_is_entered_late_counts_in_the_next_period_and_what_lies_before_the_first_nowhere(
    region: OpenNode, casey: Somebody
) -> None:
    first, second = opened(region), opened(region, NEXT)
    contacts(region, casey, 12, date(2026, 10, 5))
    contacts(region, casey, 40, date(2026, 9, 30))
    assert total(drawn(region, first)) == 12
    contacts(region, casey, 15, date(2026, 12, 31))
    contacts(region, casey, 30, date(2027, 2, 1))

    assert total(drawn(region, second)) == 45


def test_what_is_corrected_or_voided_after_it_counted_changes_nothing_and_what_was_void_does_not_count(
    region: OpenNode, casey: Somebody
) -> None:
    first, second = opened(region), opened(region, NEXT)
    ids = contacts(region, casey, 20, date(2026, 10, 5))
    change = partial(
        encounters.change_encounter, vault=region.vault, person=casey.person, pack=_NO_PACK, zone=UTC, now=NOON
    )
    void = partial(encounters.void_encounter, vault=region.vault, person=casey.person, now=NOON)
    region.write("void", partial(void, encounter_id=ids[0]))
    found = drawn(region, first)
    moved = {"occurred_at": datetime(2027, 2, 1, tzinfo=UTC), "kind": SupportKind.MORAL_INJURY}

    region.write("void", partial(void, encounter_id=ids[1]))
    region.write("change", partial(change, encounter_id=ids[2], changes=moved, now=datetime(2027, 3, 1, tzinfo=UTC)))

    assert total(found) == 19
    assert release(region, first) == found
    assert total(drawn(region, second)) == 0


def test_months_and_their_quarter_count_the_same_contacts_as_they_were_when_the_month_counted_them(
    region: OpenNode, casey: Somebody
) -> None:
    months = [opened(region, start, 1) for start in (OCTOBER, NOVEMBER, DECEMBER)]
    quarter = opened(region, tables=sorted(QUARTERLY), k=2)
    ann = member(region)
    contacts(region, casey, 30, date(2026, 10, 5), kind=SupportKind.WORK_STRESS, member_id=ann)
    ids = contacts(region, casey, 20, date(2026, 11, 5), kind=SupportKind.GRIEF_OR_LOSS, is_incident_related=True)
    drawn(region, months[0])
    drawn(region, months[1])
    void = partial(encounters.void_encounter, vault=region.vault, person=casey.person, now=NOON)
    region.write("void", partial(void, encounter_id=ids[0]))
    contacts(region, casey, 25, date(2026, 10, 9), kind=SupportKind.WORK_STRESS)  # late: it counts in December
    at(region, max(region.clock.now(), quarter.draws_at + timedelta(hours=1)))

    found = drawn(region, quarter)

    assert [total(release(region, month)) for month in months] == [30, 20, 25]
    assert total(found, TWO_WAY) == 75
    row = TABLES[TWO_WAY].rows.index("grief_or_loss") + 1
    assert [found.figures[Cell(quarter.id, TWO_WAY, row, column)] for column in (0, 1, 2)] == [20, 20, 0]
    assert not isinstance(found.kept, Flagged)
    assert found.kept.refused == {}


def test_a_quarter_that_is_not_exactly_its_months_has_no_tables_of_contacts(region: OpenNode, casey: Somebody) -> None:
    for start in (NOVEMBER, DECEMBER):  # the agency joined in November
        opened(region, start, 1)
    quarter = opened(region, tables=sorted(QUARTERLY))
    contacts(region, casey, 20, date(2026, 10, 5))

    found = drawn(region, quarter)

    assert not isinstance(found.kept, Flagged)
    of_contacts = {TWO_WAY, TableKind.TABLE_KIND_REFERRALS_BY_KIND, TableKind.TABLE_KIND_PARTICIPATION}
    assert set(found.kept.refused) == of_contacts
    assert {cell.table for cell in found.figures} == QUARTERLY - of_contacts


def test_tables_of_contacts_without_any_months_cannot_be_counted(region: OpenNode, casey: Somebody) -> None:
    window = opened(region, tables=[TWO_WAY, TableKind.TABLE_KIND_FEEDBACK_RATINGS])
    contacts(region, casey, 20, date(2026, 10, 5))

    found = drawn(region, window)

    assert not isinstance(found.kept, Flagged)
    assert set(found.kept.refused) == {TWO_WAY}


def test_i02_a_quarter_tells_nothing_that_its_months_withheld(region: OpenNode, casey: Somebody) -> None:
    months = [opened(region, start, 1) for start in (OCTOBER, NOVEMBER, DECEMBER)]
    quarter = opened(region, tables=sorted(QUARTERLY))
    for day, number in ((date(2026, 10, 5), 3), (date(2026, 11, 5), 20), (date(2026, 12, 5), 20)):
        contacts(region, casey, number, day, kind=SupportKind.GRIEF_OR_LOSS)
        contacts(region, casey, 40, day, kind=SupportKind.WORK_STRESS)
        contacts(region, casey, 30, day, kind=SupportKind.MORAL_INJURY)
    at(region, quarter.draws_at + timedelta(hours=1))

    drawn(region, quarter)

    row = TABLES[KIND].rows.index("grief_or_loss") + 1
    of_months = [release(region, month).figures[Cell(month.id, KIND, row)] for month in months]
    assert of_months == [None, 20, 20]
    of_quarter = release(region, quarter).figures.get(Cell(quarter.id, TWO_WAY, row))
    assert of_quarter is None, "less 40 it would tell that there were 3 in October"


def test_i02_no_figure_that_is_drawn_is_small_and_none_that_is_withheld_can_be_worked_out(
    region: OpenNode, casey: Somebody
) -> None:
    first, second = opened(region), opened(region, NEXT)
    for window, day in ((first, date(2026, 10, 5)), (second, date(2027, 1, 20))):
        for number, kind in zip((39, 3, 14, 11, 1, 26), SupportKind, strict=False):
            contacts(region, casey, number, day, kind=kind, is_incident_related=number in (3, 26))
        drawn(region, window)

    rule = Rule(11)
    figures = dict(release(region, first).figures) | dict(release(region, second).figures)
    withheld = [cell for cell, count in figures.items() if count is None]
    found = bounds(figures, relations_of(windows(region)), rule, withheld)

    assert [count for count in figures.values() if count is not None and 1 <= count < 11] == []
    assert {cell.window for cell in withheld} == {first.id, second.id}
    assert [cell for cell in withheld if found[cell].values < 11] == []


def test_why_a_figure_is_withheld_stands_only_sealed_and_no_true_count_in_the_clear(
    region: OpenNode, casey: Somebody
) -> None:
    window = opened(region)
    contacts(region, casey, 3, date(2026, 10, 5))
    contacts(region, casey, 40, date(2026, 10, 5), kind=SupportKind.MORAL_INJURY)

    found = drawn(region, window)

    assert not isinstance(found.kept, Flagged)
    assert set(found.kept.reasons.values()) == set(Reason)
    assert {cell for cell, count in found.figures.items() if count is None} == set(found.kept.reasons)
    with region.store.read() as connection:
        body = connection.execute(text("SELECT body FROM drawn_release")).scalar_one()
    assert b"small" not in bytes(body)


def test_a_quarter_is_counted_in_seconds_and_tells_how_far_it_is(region: OpenNode, casey: Somebody) -> None:
    window = opened(region)
    contacts(region, casey, 1_200, date(2026, 10, 5))
    at(region, window.ends_at + AFTER)
    hub_answers(region)
    heard = list[tuple[int, int]]()

    draw_due(region, lambda done, whole: heard.append((done, whole)))

    assert heard == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]
    assert total(release(region, window)) == 1_200


def test_every_record_of_a_long_history_counts_once(region: OpenNode, casey: Somebody) -> None:
    starts = [datetime(2026 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(9, 15)]
    every = [opened(region, start, 1, k=2) for start in starts]
    entered = 0
    for number, window in enumerate(every):
        for back in range(number + 1):
            contacts(region, casey, 3 + back, (window.starts_at - back * 20 * DAY + 10 * DAY).date())
        entered += sum(3 + back for back in range(number + 1))
        drawn(region, window)

    with region.store.read() as connection:
        counted = connection.execute(text("SELECT count(*) FROM counted_record WHERE series = 1")).scalar_one()
        before = connection.execute(
            text("SELECT count(*) FROM encounter WHERE occurred_at < :at"), {"at": starts[0].timestamp() * 1_000_000}
        ).scalar_one()
    assert counted == entered - before
    assert sum(total(release(region, window)) or 0 for window in every) == counted
