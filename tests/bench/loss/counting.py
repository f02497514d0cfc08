"""The true counts of an agency's records for a reporting window: contacts as a node counts them, the rest by row."""

from collections import Counter

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Window
from node.domain.true_counts import OF_CONTACTS, count_contacts
from tests.bench.loss.agencies import FIRST_MONTH, Agency
from tests.counts import CAPACITY, month


def counts_of(agency: Agency, of: Window) -> dict[Cell, int]:
    """Count an agency's records for every table of a window."""
    contacts = [each for each in agency.contacts if of.starts_at <= each.occurred_at < of.ends_at]
    places = Counter[tuple[int, int]]()
    for moment, table, row in agency.beside:
        if of.starts_at <= moment < of.ends_at:
            places.update([(table, 0), (table, row)])
    if agency.supporters:
        last = next(at for at in range(len(agency.supporters)) if month(FIRST_MONTH + at + 1) >= of.ends_at)
        places.update({(CAPACITY, row): count for row, count in enumerate(agency.supporters[last], 1)})
    counts: dict[Cell, int] = {}
    for kind in sorted(of.tables):
        if kind in OF_CONTACTS:
            counts |= count_contacts(of.id, kind, contacts, agency.roster)
        else:
            counts |= {cell: places[kind, cell.row] for cell in TABLES[kind].cells(of.id)}
    return counts
