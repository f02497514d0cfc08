"""The true counts of an agency's records for a reporting window: every declared cell, also where it is zero."""

from collections import Counter
from collections.abc import Iterator

from common.disclosure.catalogue import NOT_RECORDED, TABLES, roster_row
from common.disclosure.cell import Cell, Window
from common.wire.v1.codes_pb2 import TableKind
from node.domain.encounter import Encounter
from tests.bench.loss.agencies import FIRST_MONTH, Agency
from tests.counts import CAPACITY, KIND, MODE, PARTICIPATION, REFERRALS, TWO_WAY, month

_FIELDS = {
    KIND: "kind",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE: "activation_type",
    MODE: "mode",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS: "recipient_class",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_DURATION: "duration",
}
Place = tuple[int, int, int]  # wire TableKind, row, column


def counts_of(agency: Agency, of: Window) -> dict[Cell, int]:
    """Count an agency's records for every table of a window."""
    contacts = [each for each in agency.contacts if of.starts_at <= each.occurred_at < of.ends_at]
    places = Counter(place for contact in contacts for place in _places_of(contact))
    for moment, table, row in agency.beside:
        if of.starts_at <= moment < of.ends_at:
            places.update([(table, 0, 0), (table, row, 0)])
    members = {each.member_id for each in contacts} - {None}
    places[PARTICIPATION, roster_row(agency.roster), 0] = len(members)
    if agency.supporters:
        last = next(at for at in range(len(agency.supporters)) if month(FIRST_MONTH + at + 1) >= of.ends_at)
        for row, count in enumerate(agency.supporters[last], 1):
            places[CAPACITY, row, 0] = count
    cells = [cell for kind in sorted(of.tables) for cell in TABLES[kind].cells(of.id)]
    return {cell: places[cell.table, cell.row, cell.column] for cell in cells}


def _places_of(contact: Encounter) -> Iterator[Place]:
    """Give every place in which one contact counts."""
    for table, field in _FIELDS.items():
        yield table, 0, 0
        yield table, TABLES[table].rows.index(str(getattr(contact, field) or NOT_RECORDED)) + 1, 0
    column = 1 if contact.is_incident_related else 2
    row = TABLES[KIND].rows.index(contact.kind) + 1
    yield from ((TWO_WAY, each, other) for each in (0, row) for other in (0, column))
    for referral in contact.referrals:
        if referral in TABLES[REFERRALS].rows:
            yield REFERRALS, 0, 0
            yield REFERRALS, TABLES[REFERRALS].rows.index(referral) + 1, 0
