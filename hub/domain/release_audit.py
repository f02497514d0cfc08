"""One agency's release for one window, judged before anything is made of it: the audit that it passed at its node.

The hub takes no node's word for it. It runs the same checks (`common/disclosure/release.py`) on what it has:
1. A release is judged beside what the agency released before, for the windows that relations link to this one: those
   that share some time with it, or with one of these. No other figure bears on it.
2. Before is what was taken in earlier; of what was taken in together, what a node draws earlier: the window that ends
   first, and of those the shorter one.
3. A table that does not pass is left out, as its node should have done, and what remains is judged again. What is left
   out counts as not released, now and later.
4. Zeros are withheld in a window where every withheld count was released so; else a withheld count is taken as one
   that is at least 1, which lets nothing pass that should not.

So the figures that an edition is made of passed the audit together, whatever their nodes did. What is found is which
tables are left out: which count could be worked out, and to what, is told to nobody.

Source: DESIGN.md 7; TRUST.md i02.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Rule, Window
from common.disclosure.release import DisclosureRefused, verify_release
from hub.domain.table_release import WITHHELD_OR_ZERO, unpacked


@dataclass(frozen=True)
class Taken:
    """One table of an agency, as it was taken in."""

    window_id: bytes
    kind: int  # wire TableKind
    counts: bytes  # packed
    received_at: datetime


def linked_windows(window: Window, windows: Collection[Window]) -> list[Window]:
    """Give a window and those that relations may link to it, however far (1)."""
    found = [window]
    for each in found:
        found += [other for other in windows if other not in found and each.overlaps(other)]
    return found


def find_unsafe(window: Window, windows: Sequence[Window], taken: Iterable[Taken], k: int) -> frozenset[int]:
    """Find the tables of a window that an agency should not have released (1 to 4). Takes its time.

    Args:
        windows: those that are linked to it, itself among them.
        taken: what the agency released for these windows, without what was left out.
    """
    every = list(taken)
    own = [each for each in every if each.window_id == window.id]
    earlier = _earlier(window, windows, every)
    left = {each.kind: _figures(each) for each in own}
    known = {cell: count for each in earlier for cell, count in _figures(each).items()}
    rule = Rule(k, _zeros_withheld_in([*own, *earlier]))
    while left:
        new = {cell: count for table in left.values() for cell, count in table.items()}
        try:
            verify_release(new, known, windows, rule)
            break
        except DisclosureRefused as refusal:
            del left[refusal.table]
    return frozenset(each.kind for each in own) - left.keys()


def _zeros_withheld_in(tables: Collection[Taken]) -> frozenset[bytes]:
    """Find the windows whose withheld counts may be zero (4)."""
    marks: dict[bytes, set[int]] = {}
    for each in tables:
        marks.setdefault(each.window_id, set()).update(count for count in unpacked(each.counts) if count < 0)
    return frozenset(window_id for window_id, found in marks.items() if found == {WITHHELD_OR_ZERO})


def _earlier(window: Window, windows: Sequence[Window], taken: Sequence[Taken]) -> list[Taken]:
    """Give what was released before a window's tables were (2)."""
    by_id = {each.id: each for each in windows}
    newest = max((each.received_at for each in taken if each.window_id == window.id), default=None)
    if newest is None:
        return []
    others = (each for each in taken if each.window_id != window.id)
    return [each for each in others if (each.received_at, _turn(by_id[each.window_id])) < (newest, _turn(window))]


def _turn(window: Window) -> tuple[datetime, float]:
    return window.ends_at, -window.starts_at.timestamp()


def _figures(table: Taken) -> dict[Cell, int | None]:
    cells = TABLES[table.kind].cells(table.window_id)
    counts = unpacked(table.counts)
    return {cell: None if count < 0 else count for cell, count in zip(cells, counts, strict=True)}
