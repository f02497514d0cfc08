"""Editions on both databases: made of releases by the hub's calendar, once, however often it starts."""

import ast
import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from common.disclosure.cell import Bounds
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.agency import Agency
from hub.domain.coverage import PATIENCE, SETTLED, Coverage
from hub.domain.edition import REGION, Part, figures
from hub.persistence import editions
from hub.persistence.transaction import Transaction
from hub.reporting import Reporting
from hub.store_reader import StoreReader
from hub.use_cases.editions import coverage_of, keep, made, next_draft
from tests.counting import RATINGS, Counting, hold, with_total

COUNTS = with_total(20, 20, 20, 20, 20)
ResultT = TypeVar("ResultT")


class Calendar:
    """The region's clock, and the hub's calendar on it; a new one for each look, as after a restart."""

    def __init__(self, region: Counting) -> None:
        self._region = region

    def now(self) -> datetime:
        return self._region.now

    def monotonic(self) -> float:
        return self._region.now.timestamp()

    def look(self) -> None:
        asyncio.run(self._look())

    async def _look(self) -> None:
        reader = StoreReader(self._region.store)
        try:
            await Reporting(reader, self._submit, self).look()
        finally:
            reader.close()

    async def _submit(self, command: Callable[[Transaction, datetime], ResultT]) -> ResultT:
        return self._region.write(command)


@pytest.fixture
def region(store: Store) -> Counting:
    region = Counting(store, {Discipline.DISCIPLINE_FIRE: 4})
    region.past(region.quarter)
    return region


def reported(region: Counting, *by: Agency) -> None:
    for each in by:
        region.releases(each, region.quarter, RATINGS, COUNTS)


def looked(region: Counting, after: timedelta = SETTLED) -> list[Part]:
    """Let time pass, have a calendar that just started look, and give the quarter's parts."""
    region.now += after
    Calendar(region).look()
    with region.store.read() as connection:
        return editions.load_parts(connection).get(region.quarter.id, [])


def standing(region: Counting) -> list[Coverage]:
    with region.store.read() as connection:
        found = coverage_of(connection, region.now)[region.quarter.id]
    return [found[each.id] for each in region.agencies]


def test_an_edition_is_made_once_every_agency_has_reported_and_never_again_after_a_restart(region: Counting) -> None:
    reported(region, *region.agencies[:3])
    assert looked(region) == []
    reported(region, region.agencies[3])
    assert looked(region, SETTLED - timedelta(microseconds=1)) == [], "a second batch may be on its way"

    [part] = looked(region, timedelta(microseconds=1))

    told = figures([part], REGION, RATINGS)
    assert told is not None
    assert (told.contributors, told.places[0]) == (4, Bounds(400, 400))
    [same] = looked(region, timedelta(days=30))
    assert (same.made_at, same.agencies) == (part.made_at, part.agencies)
    assert standing(region) == [Coverage.COUNTED] * 4


def test_who_is_held_or_late_is_waited_for_a_week_after_the_counts_were_to_leave(region: Counting) -> None:
    *three, last = region.agencies
    reported(region, *three)
    region.report(last, hold(region.quarter.id))
    region.now = region.quarter.release_by + PATIENCE - timedelta(microseconds=1)
    assert looked(region, timedelta(0)) == []
    assert standing(region) == [*[Coverage.REPORTED] * 3, Coverage.HELD]

    assert len(looked(region, timedelta(microseconds=1))) == 1
    region.report(last, hold(region.quarter.id, "lifted"))
    assert standing(region) == [*[Coverage.COUNTED] * 3, Coverage.LATE]


def test_i02_late_agencies_wait_for_a_third_one_and_then_make_a_second_edition(region: Counting) -> None:
    late = [region.join(f"late-{number}", Discipline.DISCIPLINE_FIRE) for number in range(3)]
    reported(region, *region.agencies[:4], *late[:2])
    region.now = region.quarter.release_by + PATIENCE
    [first] = looked(region)
    more = [region.join(f"later-{number}", Discipline.DISCIPLINE_FIRE) for number in range(2)]
    reported(region, late[2], more[0])
    assert [part.number for part in looked(region, PATIENCE)] == [1]
    assert standing(region)[6] is Coverage.REPORTED_LATE

    reported(region, more[1])

    parts = looked(region)
    assert (len(first.agencies), [len(part.agencies) for part in parts]) == (6, [6, 3])
    told = figures(parts, REGION, RATINGS)
    assert told is not None
    assert (told.edition, told.places[0]) == (2, Bounds(900, 900))


def test_i02_of_two_agencies_no_edition_is_made_however_long_the_others_are_away(region: Counting) -> None:
    reported(region, *region.agencies[:2])
    assert looked(region, timedelta(days=300)) == []

    reported(region, region.agencies[2])
    assert len(looked(region)) == 1


def test_of_two_processes_that_work_one_out_the_second_finds_it_written(region: Counting) -> None:
    reported(region, *region.agencies)
    region.now += SETTLED
    with region.store.read() as connection:
        drafts = [next_draft(connection, region.now, {}) for _ in range(2)]
    parts = [made(draft, region.now) for draft in drafts if draft]

    written = [region.write(lambda tx, now, part=part: keep(part, tx, now)) for part in parts if part]  # type: ignore[misc]

    assert written == [1, 0]
    assert len(looked(region)) == 1


_FORBIDDEN = {"hub.domain.activation", "hub.persistence.incidents", "hub.use_cases.activations", "hub.use_cases.boards"}


def test_i02_what_activations_report_is_never_an_input_of_an_edition() -> None:
    root, seen, waiting = Path(__file__).parents[3], set[str](), ["hub.use_cases.editions"]
    while waiting:
        name = waiting.pop()
        path = root / (name.replace(".", "/") + ".py")
        if name in seen or not path.exists():
            continue
        seen.add(name)
        if name == "hub.persistence.transaction":
            continue  # everybody's: it gives a connection, and reads nothing by itself
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.ImportFrom) and each.module:
                waiting += [each.module, *(f"{each.module}.{alias.name}" for alias in each.names)]
            elif isinstance(each, ast.Import):
                waiting += [alias.name for alias in each.names]

    assert "hub.domain.rollup" in seen
    assert "hub.persistence.table_releases" in seen
    assert seen & _FORBIDDEN == set()
