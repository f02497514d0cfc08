"""`region_audit`: the hub's own audit of what 100 agencies released for one quarter, before an edition is made of it.

1. Agencies of a dozen sizes; with months, the quarter's other tables stand beside its three months, and every window
   is audited as it falls due. It is part of making editions and no part of `region_report`.
2. The limit is the checks of release.py alone, on figures that need not be read or put in order.
3. The longest for one agency is for how long one thread is busy at a time: the hub goes on meanwhile.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from common.disclosure.cell import Cell, Rule, Window
from common.disclosure.release import draw, verify_release
from hub.domain.release_audit import find_unsafe, linked_windows
from tests.bench.measurement import Line, Scale, line
from tests.bench.region_report import CONTACTS
from tests.bench.release_check import quarter
from tests.rolled import taken_of

AGENCIES, RULE = 100, Rule(11)
Released = dict[Cell, int | None]


def measure(_: Scale) -> Iterator[Line]:
    """Measure the seconds for 100 agencies."""
    for by_month in (False, True):
        each = [_measured(*_released(contacts, by_month)) for contacts in CONTACTS]
        ours, bare = (sum(side) * AGENCIES / len(each) for side in zip(*each, strict=True))
        config = {
            "agencies": AGENCIES,
            "released_by": "month and quarter" if by_month else "quarter",
            "contacts_a_quarter": CONTACTS,
            "longest_for_one_s": round(max(taken for taken, _ in each), 3),
        }
        yield line("region_audit", ours, "s", bare, **config)


def _released(contacts: int, by_month: bool) -> tuple[list[Window], list[Released]]:
    """Draw what an agency releases of a quarter, window by window."""
    known, windows, released = Released(), list[Window](), list[Released]()
    for of, counts in quarter(0, contacts, by_month, random.Random(contacts)):
        windows.append(of)
        released.append(dict(draw(counts, known, windows, RULE, secret=bytes(16)).figures))
        known |= released[-1]
    return windows, released


def _measured(windows: list[Window], released: list[Released]) -> tuple[float, float]:
    came = windows[-1].ends_at + timedelta(days=3)
    taken = [table for each in released for table in taken_of(each, came)]
    begun = perf_counter()
    for of in windows:
        assert not find_unsafe(of, linked_windows(of, windows), taken, RULE.k)
    ours_s, begun, known = perf_counter() - begun, perf_counter(), Released()
    for each in released:
        if each:
            verify_release(each, known, windows, RULE)
            known |= each
    return ours_s, perf_counter() - begun
