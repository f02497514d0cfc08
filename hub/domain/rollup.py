"""What may be shown of a region's counts and of its disciplines', from what its agencies released for one window.

What is proven. The hub has nothing but what agencies released. Each release passed the audit at its node, and again
here (`release_audit.py`), as if everybody could read it and everything released before. What is shown is worked out
from those figures and from who reported, and from nothing else. So whoever knows the region's figures, and every other
agency's true counts and releases, learns of the last agency at most what it released itself: each count that it
withheld keeps k possible values. That a range holds every count which a release leaves open is for `contribution.py`.
Tried on everything that small regions can be: tests/unit/hub/test_rollup_releases.py.

What is not proven. The rules below guard something else: what an agency showed to the hub alone, which its release does
not protect, and what the region's own figures tell of few agencies. They are judged by rules of thumb (three agencies,
a tenth, likely values). They decide only whether a figure that could be shown is withheld. Where they err, a reader may
learn more of a count that an agency showed, and nothing of one that it withheld.

1. A figure that is not safe by itself is withheld (`group_figures.py`).
2. What follows from shown figures by one relation is safe too: where the withheld ones of a total's rows, or of the
   region's disciplines, could be had by subtraction, their sum must pass the rules of a figure; or more is withheld,
   the smallest first.
3. Then everything is looked at together (`rollup_audit.py`): each withheld figure keeps at least k possible values, and
   as many as 10 % of its largest contribution, as far as (4) tells; or more is withheld.
4. A range counts as if it were one number, in (2) and (3). Its ends are sums of what agencies showed, and add up as
   counts do: the region's lower end less the other disciplines' is the last one's.
5. A count of zero is not protected: it is nobody's.

What two tables tell together when they count different agencies:
6. The two-way table counts the agencies of the table of kinds, or those that differ would pass by themselves.
7. Where the tables of encounters go by month, each row total of the quarter's two-way table is the sum of three months'
   figures. It is shown where all three are. Otherwise, or where an agency is missing in one, the row is withheld.

Source: DESIGN.md 7; TRUST.md i02.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from common.disclosure.catalogue import TABLES
from common.wire.v1.codes_pb2 import TableKind
from hub.domain.contribution import Contributions, Mask
from hub.domain.edition import REGION, Part, PartTable, State
from hub.domain.group_figures import (
    Groups,
    Place,
    Relation,
    States,
    grouped,
    judged,
    judged_alone,
    relations_of,
    shown_highs,
)
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup_audit import pinned
from hub.domain.table_layout import Layout, layout_of

_MONTHS = 3  # of a quarter
MOST_ROUNDS = 40  # of withholding one more figure for each that is pinned; then whole tables are
_KIND = TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND
_TWO_WAY = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED


def make_part(
    window: ReportingWindow, number: int, of: Contributions, now: datetime, months: Sequence[Part] | None = None
) -> Part:
    """Make what one edition says of its new agencies (1 to 7).

    Args:
        number: the edition's, from 1.
        of: the new agencies' contributions.
        months: the parts of the same number of the window's months; None where no table of encounters goes by month.
    """
    layout = layout_of(window.tables)
    groups = grouped(of, window.k)
    states = judged_alone(groups)
    fixed = np.zeros(states.shape, dtype=bool)
    if _TWO_WAY in layout.slices:
        _compare_two_way(states, fixed, groups, layout, months)
    protect(states, fixed, groups, layout)
    agencies = dict(zip(of.agencies, of.disciplines.tolist(), strict=True))
    return Part(window.id, number, now, agencies, _tables(states, groups, layout))


def protect(states: States, fixed: Mask, groups: Groups, layout: Layout) -> None:
    """Withhold more until nothing withheld can be had from what is shown (2, 3).

    Args:
        states: changed in place.
        fixed: places that are known whatever this decides.
    """
    relations = relations_of(groups, layout)
    for _ in range(MOST_ROUNDS):
        _complement(states, fixed, groups, relations)
        found = pinned(states, groups, relations)
        if not found:
            return
        for place in found:
            _withhold_beside(place, states, fixed, groups, relations)
    tables = {layout.linked[column] for _, column in found}
    states[:, np.isin(layout.linked, list(tables))] = State.PROTECTS_ANOTHER


def _complement(states: States, fixed: Mask, groups: Groups, relations: Sequence[Relation]) -> None:
    changed = True
    while changed:
        changed = False
        for relation in relations:
            while _gives_away(relation, states, groups) and _withhold_one(relation, states, fixed, groups):
                changed = True


def _gives_away(relation: Relation, states: States, groups: Groups) -> bool:
    """Tell whether shown figures give the sum of the withheld ones by this relation, and that sum is not safe (2)."""
    is_withheld = states[relation.rows, relation.columns] != State.SHOWN
    if not relation.is_equal or not is_withheld.any() or len(set(relation.factors[is_withheld].tolist())) > 1:
        return False
    places = relation.places(is_withheld)
    return any(groups.high[place] > 0 for place in places) and groups.total(places) is not State.SHOWN


def _withhold_one(relation: Relation, states: States, fixed: Mask, groups: Groups) -> bool:
    """Withhold the cheapest figure of a relation that is shown; tell whether there was one."""
    at = (relation.rows, relation.columns)
    places = relation.places((states[at] == State.SHOWN) & ~fixed[at] & (groups.high[at] > 0))
    if not places:
        return False
    states[min(places, key=lambda place: _cost(place, relation, groups))] = State.PROTECTS_ANOTHER
    return True


def _cost(place: Place, relation: Relation, groups: Groups) -> tuple[int, float, Place]:
    """Rank what is lost: among groups the one of fewest agencies, the same for every place; else the smallest count."""
    is_across = len(set(relation.rows.tolist())) > 1
    return int(groups.members[place[0]].sum()) if is_across else 0, float(groups.low[place]), place


def _withhold_beside(place: Place, states: States, fixed: Mask, groups: Groups, relations: Sequence[Relation]) -> None:
    naming = [each for each in relations if ((each.rows == place[0]) & (each.columns == place[1])).any()]
    near = sorted(naming, key=lambda each: len(each.rows))
    if any(_withhold_one(relation, states, fixed, groups) for relation in near):
        return
    any(_withhold_one(relation, states, fixed, groups) for relation in relations)


def _compare_two_way(
    states: States,
    fixed: Mask,
    groups: Groups,
    layout: Layout,
    months: Sequence[Part] | None,
) -> None:
    two_way = layout.slices[_TWO_WAY]
    if _KIND in layout.slices:
        if not _may_differ(groups, layout):  # 6
            states[:, two_way] = State.OTHER_AGENCIES
        return
    if months is None:
        return
    agencies = dict(zip(groups.of.agencies, groups.of.disciplines.tolist(), strict=True))
    everybody = bool(groups.of.is_counted[:, two_way.start].all())
    if (
        not everybody
        or len(months) != _MONTHS
        or any(month.agencies != agencies or not _is_whole(month) for month in months)
    ):  # 7
        states[:, two_way] = State.OTHER_AGENCIES
        return
    for row, name in enumerate(groups.names):
        known = [month.tables[name, _KIND].states == State.SHOWN for month in months]
        for line, is_known in enumerate(np.logical_and.reduce(known).tolist()):
            total = layout.column[_TWO_WAY, line, 0]
            fixed[row, total] = is_known
            if is_known:
                states[row, total] = State.SHOWN
            else:
                states[row, total : total + len(TABLES[_TWO_WAY].columns) + 1] = State.PROTECTS_ANOTHER


def _is_whole(month: Part) -> bool:
    """Tell whether every agency of a month's part is counted in its table of kinds."""
    return all(
        (name, _KIND) in month.tables
        and month.tables[name, _KIND].contributors == sum(name in (REGION, each) for each in month.agencies.values())
        for name in {REGION, *month.agencies.values()}
    )


def _may_differ(groups: Groups, layout: Layout) -> bool:
    """Tell whether the agencies that are counted in the table of kinds alone would pass by themselves (6)."""
    of, kinds = groups.of, layout.slices[_KIND]
    only = of.is_counted[:, kinds.start] & ~of.is_counted[:, layout.slices[_TWO_WAY].start]
    for members in groups.members:
        rows = members & only
        if rows.any() and judged(of.low[rows, kinds], of.high[rows, kinds], of.is_counted[rows, kinds], groups.k).any():
            return False
    return True


def _tables(states: States, groups: Groups, layout: Layout) -> dict[tuple[int, int], PartTable]:
    highs, is_shown = shown_highs(groups), states == State.SHOWN
    low = np.where(is_shown, groups.low, 0).astype(np.int64)
    high = np.where(is_shown, np.where(np.isfinite(highs), highs, -1), 0).astype(np.int64)
    return {
        (name, kind): PartTable(int(groups.counted[row, at.start]), low[row, at], high[row, at], states[row, at])
        for row, name in enumerate(groups.names)
        for kind, at in layout.slices.items()
        if groups.counted[row, at.start]
    }
