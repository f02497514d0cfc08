"""`region_report`: 500 agencies' figures for 40 quarters, made of what they released, and the leaders' report on all.

1. The store is the embedded one, with every release of every agency in it; agencies release one of a few dozen quarters
   that were drawn from made-up counts, in five disciplines.
2. The value is the time from the stored releases to 40 stored editions and the report on them; `report_s` is the report
   alone, as a leader waits for it once editions are made. The audit before an edition is measured by `region_audit`.
3. The limit is reading the releases alone.
4. It runs in a process of its own; its memory is the most that it held beyond what it held before.
"""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from common.disclosure.catalogue import TABLES, VERSION
from common.disclosure.cell import Rule
from common.disclosure.release import draw
from common.storage.store import Store
from hub.domain.reporting_window import ReportingWindow
from hub.domain.table_release import WITHHELD, packed
from hub.persistence import (
    agencies,
    reporting_windows,
    table_releases,
    tables,  # noqa: F401  (registers every table)
)
from hub.persistence.schema import Base
from hub.persistence.table_releases import StoredRelease
from hub.persistence.transaction import Transaction
from hub.use_cases.editions import gather, keep, list_due, made
from hub.use_cases.region_report import Asked, region_report
from tests.bench.measurement import Line, Scale, line
from tests.bench.release_check import most_kib
from tests.builders import agency
from tests.counts import true_counts, window
from tests.stores import empty_store

AGENCIES, QUARTERS, DISCIPLINES = 500, 40, 5
CONTACTS = (5, 9, 14, 20, 30, 45, 60, 90, 130, 200, 300, 500)  # in one agency's quarter
VARIANTS = 3  # drawn quarters of each


def measure(scale: Scale) -> Iterator[Line]:
    """Measure the seconds from stored releases to the region's report."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        yield alone.submit(_measured, scale.nodes or AGENCIES).result()


def _measured(count: int) -> Line:
    with TemporaryDirectory() as folder:
        store = empty_store("sqlite", Path(folder))
        try:
            with store.begin() as connection:
                Base.metadata.create_all(connection)
            return _report(store, count)
        finally:
            store.close()


def _report(store: Store, count: int) -> Line:
    windows = [opened_window(number) for number in range(QUARTERS)]
    with store.begin() as connection:
        members = [
            agency(f"agency-{number}", discipline=1 + number % DISCIPLINES, created_at=windows[0].starts_at)
            for number in range(count)
        ]
        for each in members:
            agencies.add_agency(connection, each)
    fill_releases(store, windows, [each.id for each in members])
    before, now = most_kib(), windows[-1].release_by + timedelta(days=30)
    begun = perf_counter()
    with store.read() as connection:
        for of in windows:
            table_releases.taken_for(connection, [of.id])
    bare_s, begun = perf_counter() - begun, perf_counter()
    editions = make_editions(store, now)
    made_s, begun = perf_counter() - begun, perf_counter()
    with store.read() as connection:
        found = region_report(connection, "Ridgeline Region", Asked({"last": QUARTERS}), now).as_json()
    report_s = perf_counter() - begun
    figures = sum(len(each["figures"]) for section in found["sections"] for each in section["lines"])
    config = {
        "agencies": count,
        "quarters": QUARTERS,
        "editions": editions,
        "figures": figures,
        "editions_s": round(made_s, 2),
        "report_s": round(report_s, 3),
        "memory_kib": most_kib() - before,
    }
    return line("region_report", made_s + report_s, "s", bare_s, **config)


def make_editions(store: Store, now: datetime) -> int:
    """Make every edition that is due, as the hub's calendar does; tell how many."""
    count = 0
    with store.read() as connection:
        due = list_due(connection, now, {})
    for each in due:
        with store.read() as connection:
            part = made(gather(connection, each).without({}), now)
        assert part is not None
        with store.begin() as connection:
            count += keep(part, Transaction(connection, now, hub_epoch=1), now)
    return count


def opened_window(number: int) -> ReportingWindow:
    """Give one quarter as it was opened."""
    of = window(3 * number)
    return ReportingWindow(
        of.id, of.starts_at, of.ends_at, of.tables, 11, of.ends_at + timedelta(days=14), of.starts_at
    )


def fill_releases(store: Store, windows: list[ReportingWindow], agency_ids: Sequence[bytes]) -> None:
    """Store what every agency released (1)."""
    rng, samples = random.Random(7), [_drawn(contacts, variant) for contacts in CONTACTS for variant in range(VARIANTS)]
    with store.begin() as connection:
        reporting_windows.add_windows(connection, windows)
    for of in windows:
        rows = [
            StoredRelease(of.id, id_, kind, VERSION, counts, of.ends_at)
            for id_ in agency_ids
            for kind, counts in rng.choice(samples).items()
        ]
        with store.begin() as connection:
            table_releases.add_releases(connection, rows)


def _drawn(contacts: int, variant: int) -> dict[int, bytes]:
    """Give what an agency releases of one quarter, table by table, as the hub stores it."""
    of, rng = window(0), random.Random(100 * contacts + variant)
    figures = draw(true_counts(of, contacts, rng), {}, [of], Rule(11), secret=bytes([variant]) * 16).figures
    return {
        kind: packed([WITHHELD if (count := figures[cell]) is None else count for cell in TABLES[kind].cells(of.id)])
        for kind in {cell.table for cell in figures}
    }
