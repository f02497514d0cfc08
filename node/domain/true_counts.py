"""From records to the true count of every cell of a declared table.

1. Every cell of a table is counted, also where it is zero; a total is the sum of its rows, in a two-way table too.
2. What an older record does not say counts in `not_recorded`.
3. One contact counts once for each kind of referral made at it. A member reached is counted once, however often.
4. A check-in fell due when its time ran out while it was owed, or it was made before. One that was closed before that,
   without being made, did not: it was owed no longer.
5. Available and paused supporters are designated ones, and nobody is both.

Source: DOMAIN.md 5; `common/disclosure/catalogue.py`, `relations.py`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from common.disclosure.catalogue import INCIDENT_RELATED, NOT_RECORDED, TABLES, roster_row
from common.disclosure.cell import Cell
from common.wire.v1.codes_pb2 import TableKind
from node.domain.encounter import Encounter, Referral
from node.domain.local_follow_up import LocalFollowUp, Outcome, State
from node.domain.supporter import Capacity

Counts = dict[Cell, int]
ON_TIME, LATE, NOT_MADE = "on_time", "late", "not_made"
_FIELDS: Mapping[int, str] = {
    TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND: "kind",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE: "activation_type",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE: "mode",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS: "recipient_class",
    TableKind.TABLE_KIND_ENCOUNTERS_BY_DURATION: "duration",
}


def count_contacts(window: bytes, kind: int, contacts: Iterable[Encounter], roster: int) -> Counts:
    """Count contacts for one of the tables that are about them.

    Args:
        roster: how many members the agency has: the row of `participation`.

    Raises:
        KeyError: the table is not about contacts.
    """
    if kind in _FIELDS:
        said = (getattr(each, _FIELDS[kind]) for each in contacts)
        return _one_way(window, kind, Counter(_word(value) for value in said))
    return _OF_CONTACTS[kind](window, contacts, roster)


def count_ended(window: bytes, ended: Iterable[LocalFollowUp]) -> Counts:
    """Count check-ins that ended, by outcome."""
    return _one_way(window, TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME, Counter(str(each.outcome) for each in ended))


def count_due(window: bytes, due: Iterable[LocalFollowUp]) -> Counts:
    """Count check-ins that fell due, by what became of them."""
    rows = Counter(row for each in due if (row := row_of_due(each)) is not None)
    return _one_way(window, TableKind.TABLE_KIND_ON_TIME_CHECK_INS, rows)


def count_ratings(window: bytes, ratings: Mapping[int, int]) -> Counts:
    """Count ratings, given by rating."""
    rows = Counter({str(rating): count for rating, count in ratings.items()})
    return _one_way(window, TableKind.TABLE_KIND_FEEDBACK_RATINGS, rows)


def count_capacity(window: bytes, capacity: Capacity) -> Counts:
    """Count supporters of each readiness (5)."""
    return _one_way(window, TableKind.TABLE_KIND_SUPPORTER_CAPACITY, Counter(vars(capacity)))


def row_of_due(follow_up: LocalFollowUp) -> str | None:
    """Tell in which row a check-in counts whose time is over; None: it did not fall due (4)."""
    if follow_up.is_open:
        return NOT_MADE
    ended_at = follow_up.ended_at
    is_in_time = ended_at is not None and ended_at <= follow_up.due_at
    if follow_up.state is State.DONE or follow_up.outcome is Outcome.COMPLETED:
        return ON_TIME if is_in_time else LATE
    return None if is_in_time else NOT_MADE


def is_over(follow_up: LocalFollowUp, now: datetime) -> bool:
    """Tell whether a check-in's time is over, so that it counts as one that fell due."""
    return follow_up.due_at <= now


def _two_way(window: bytes, contacts: Iterable[Encounter], _: int) -> Counts:
    kind = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
    table = TABLES[kind]
    related = table.columns.index(INCIDENT_RELATED) + 1
    counts = dict.fromkeys(table.cells(window), 0)
    for each in contacts:
        row, column = table.rows.index(each.kind.value) + 1, related if each.is_incident_related else 3 - related
        for place in ((row, column), (row, 0), (0, column), (0, 0)):
            counts[Cell(window, kind, *place)] += 1
    return counts


def _referrals(window: bytes, contacts: Iterable[Encounter], _: int) -> Counts:
    made = Counter(word.value for each in contacts for word in set(each.referrals) - {Referral.NONE})
    return _one_way(window, TableKind.TABLE_KIND_REFERRALS_BY_KIND, made)


def _participation(window: bytes, contacts: Iterable[Encounter], roster: int) -> Counts:
    kind = TableKind.TABLE_KIND_PARTICIPATION
    reached = len({each.member_id for each in contacts if each.member_id is not None})
    counts = dict.fromkeys(TABLES[kind].cells(window), 0)
    counts[Cell(window, kind, roster_row(roster))] = reached
    return counts


def _one_way(window: bytes, kind: int, by_name: Mapping[str, int]) -> Counts:
    table = TABLES[kind]
    counts = {Cell(window, kind, row): by_name.get(name, 0) for row, name in enumerate(table.rows, 1)}
    unknown = by_name.keys() - set(table.rows)
    if unknown:
        raise KeyError(f"{table.name} has no row for {sorted(unknown)}")
    return ({Cell(window, kind, 0): sum(counts.values())} if table.has_total else {}) | counts


def _word(value: Any) -> str:
    return NOT_RECORDED if value is None else str(value)


_OF_CONTACTS: Mapping[int, Callable[[bytes, Iterable[Encounter], int], Counts]] = {
    TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED: _two_way,
    TableKind.TABLE_KIND_REFERRALS_BY_KIND: _referrals,
    TableKind.TABLE_KIND_PARTICIPATION: _participation,
}
OF_CONTACTS = frozenset(_FIELDS) | frozenset(_OF_CONTACTS)
