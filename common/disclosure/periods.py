"""Which periods may be released beside each other: never two that a reader could subtract.

1. Two windows of one table do not overlap: a year to date less an earlier one would be the part between.
2. Windows of tables that count contacts, whichever they are, are for the same time or for times that do not meet; but a
   quarter may be beside exactly its three months (`relations.py`, rule 3, tells the suppression what they share).

Source: DOMAIN.md 5; TRUST.md i02, t06.
"""

from collections.abc import Iterable, Mapping

from common.disclosure.catalogue import OF_ENCOUNTERS
from common.disclosure.cell import Window
from common.disclosure.relations import months_of
from common.wire.v1.codes_pb2 import TableKind

_CONTACTS = frozenset(
    {
        *OF_ENCOUNTERS,
        TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED,
        TableKind.TABLE_KIND_REFERRALS_BY_KIND,
        TableKind.TABLE_KIND_PARTICIPATION,
    }
)
Part = tuple[bytes, int]  # window id, wire TableKind


def find_overlap(new: Iterable[Part], released: Iterable[Part], windows: Mapping[bytes, Window]) -> Part | None:
    """Find a table of a new release whose period may not stand beside another's; None where all may."""
    own = set(new)
    others = {*own, *released}
    return next((part for part in sorted(own) if any(_clash(part, other, windows) for other in others)), None)


def _clash(one: Part, two: Part, windows: Mapping[bytes, Window]) -> bool:
    (first, table), (second, other_table) = one, two
    if first == second or not windows[first].overlaps(windows[second]):
        return False
    if table == other_table:  # 1
        return True
    return {table, other_table} <= _CONTACTS and not _fit(windows[first], windows[second], windows)  # 2


def _fit(one: Window, two: Window, windows: Mapping[bytes, Window]) -> bool:
    if (one.starts_at, one.ends_at) == (two.starts_at, two.ends_at):
        return True
    shorter, longer = sorted((one, two), key=lambda window: window.ends_at - window.starts_at)
    return shorter in months_of(longer, windows.values())
