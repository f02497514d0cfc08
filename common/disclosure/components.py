"""Which unknown counts depend on each other: what is shown separates them, so that each group is solved by itself."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from common.disclosure.cell import Cell, Relation


def connected(relations: Sequence[Relation], unknown: Collection[Cell], around: Iterable[Cell]) -> list[list[Relation]]:
    """Group the relations that bear on some cells, through unknown counts.

    Args:
        relations: all that hold.
        unknown: cells whose count is not fixed; any other cell links nothing.
        around: only groups with one of these unknown cells are given.

    Returns:
        For each group its relations, in the order in which they were given. A cell in no relation is in no group.
    """
    of_cell: dict[Cell, list[int]] = defaultdict(list)
    for place, relation in enumerate(relations):
        for cell, _ in relation.terms:
            if cell in unknown:
                of_cell[cell].append(place)
    groups, seen = [], set[int]()
    for start in around:
        waiting = [place for place in of_cell.get(start, ()) if place not in seen]
        if not waiting:
            continue
        group: set[int] = set()
        while waiting:
            place = waiting.pop()
            if place in group:
                continue
            group.add(place)
            for cell, _ in relations[place].terms:
                waiting += of_cell.get(cell, ())
        seen |= group
        groups.append([relations[place] for place in sorted(group)])
    return groups
