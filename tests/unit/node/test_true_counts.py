"""From records to the true count of every cell.

The catalogue's rows are the domain's codes, and what is known of counts without seeing them holds.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.disclosure.catalogue import NOT_RECORDED, ROSTER_BANDS, TABLES
from common.disclosure.cell import Cell, Window
from common.disclosure.relations import relations_of
from common.wire.v1.codes_pb2 import TableKind
from node.domain import encounter as codes
from node.domain.encounter import Encounter
from node.domain.local_follow_up import LocalFollowUp, Outcome, State, closed, done
from node.domain.release import own_tables
from node.domain.supporter import Capacity, Supporter, capacity_of
from node.domain.true_counts import (
    LATE,
    NOT_MADE,
    OF_CONTACTS,
    ON_TIME,
    Counts,
    count_capacity,
    count_contacts,
    count_due,
    count_ended,
    count_ratings,
    row_of_due,
)
from tests.builders import NOON

WINDOW = b"\x01" * 16
HOUR = timedelta(hours=1)
CODES: dict[int, type[StrEnum]] = {
    TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND: codes.SupportKind,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE: codes.ActivationType,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE: codes.Mode,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS: codes.RecipientClass,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_DURATION: codes.Duration,
    TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED: codes.SupportKind,
    TableKind.TABLE_KIND_REFERRALS_BY_KIND: codes.Referral,
    TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME: Outcome,
}
ENCOUNTERS = st.lists(
    st.builds(
        Encounter,
        occurred_at=st.just(NOON),
        supporter_id=st.just(b"s" * 16),
        kind=st.sampled_from(codes.SupportKind),
        activation_type=st.none() | st.sampled_from(codes.ActivationType),
        recipient_class=st.none() | st.sampled_from(codes.RecipientClass),
        mode=st.none() | st.sampled_from(codes.Mode),
        duration=st.none() | st.sampled_from(codes.Duration),
        referrals=st.lists(st.sampled_from(codes.Referral), max_size=4).map(tuple),
        is_incident_related=st.booleans(),
        member_id=st.none() | st.integers(1, 5).map(lambda number: bytes([number]) * 16),
    ),
    max_size=30,
)


@pytest.mark.parametrize("kind", CODES, ids=lambda kind: TABLES[kind].name)
def test_the_rows_of_a_table_are_the_codes_of_the_domain_in_their_order(kind: int) -> None:
    said = [code.value for code in CODES[kind] if code is not codes.Referral.NONE]
    may_lack = kind in OF_CONTACTS and CODES[kind] not in (codes.SupportKind, codes.Referral)
    assert list(TABLES[kind].rows) == said + [NOT_RECORDED] * may_lack


def test_the_rows_of_capacity_are_its_own_fields() -> None:
    assert TABLES[TableKind.TABLE_KIND_SUPPORTER_CAPACITY].rows == tuple(Capacity.__dataclass_fields__)


def test_every_table_that_is_declared_can_be_counted() -> None:
    assert set(counted([], 3)) == {cell for kind in TABLES for cell in TABLES[kind].cells(WINDOW)}


@given(ENCOUNTERS, st.integers(0, 2_000))
def test_whatever_is_recorded_the_counts_keep_what_anybody_knows_of_them(told: list[Encounter], roster: int) -> None:
    counts = counted(told, roster)
    window = Window(WINDOW, NOON, NOON + HOUR, own_tables())
    for relation in relations_of([window]):
        sum_ = sum(counts[cell] * factor for cell, factor in relation.terms)
        assert sum_ == 0 if relation.is_equal else sum_ <= 0, relation
    assert counts[Cell(WINDOW, TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE, 0)] == len(told)


@pytest.mark.parametrize("size", [0, 1, *(size + more for size in ROSTER_BANDS for more in (0, 1))])
def test_members_reached_stand_in_the_row_of_the_roster_and_each_counts_once(size: int) -> None:
    kind = TableKind.TABLE_KIND_PARTICIPATION
    one = Encounter(NOON, b"s" * 16, member_id=b"m" * 16)
    counts = count_contacts(
        WINDOW, kind, [one, one, replace(one, member_id=b"n" * 16), replace(one, member_id=None)], size
    )
    assert [count for count in counts.values() if count] == [2]
    [row] = [cell.row for cell, count in counts.items() if count]
    largest = [*ROSTER_BANDS, 10**9]
    assert size <= largest[row - 1]
    assert row == 1 or size > largest[row - 2]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda it: it, NOT_MADE),
        (lambda it: done(it, it.due_at - HOUR), ON_TIME),
        (lambda it: done(it, it.due_at), ON_TIME),
        (lambda it: done(it, it.due_at + HOUR), LATE),
        (lambda it: closed(it, Outcome.COMPLETED, it.due_at), ON_TIME),
        (lambda it: closed(it, Outcome.COMPLETED, it.due_at + HOUR), LATE),
        (lambda it: closed(it, Outcome.UNABLE_TO_REACH, it.due_at - HOUR), None),
        (lambda it: closed(it, Outcome.UNABLE_TO_REACH, it.due_at + HOUR), NOT_MADE),
    ],
)
def test_a_check_in_whose_time_is_over_was_made_in_time_late_or_not(
    change: Callable[[LocalFollowUp], LocalFollowUp], row: str | None
) -> None:
    owed = LocalFollowUp(b"c" * 16, 1, 1, None, None, NOON, State.OPEN, NOON - HOUR)
    assert row_of_due(change(owed)) == row
    counts = count_due(WINDOW, [change(owed)])
    assert sum(counts.values()) == (0 if row is None else 2), "one in its row, one in the total"


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=20))
def test_available_and_paused_supporters_are_designated_ones(people: list[tuple[bool, bool, bool]]) -> None:
    roster = [
        Supporter(
            "",
            "x",
            designated_on=NOON.date() if is_designated else None,
            ended_on=NOON.date() if is_designated and has_ended else None,
            paused_since=NOON if is_paused else None,
        )
        for is_designated, has_ended, is_paused in people
    ]
    counts = count_capacity(WINDOW, capacity_of(roster, NOON, NOON.date()))
    designated, available, paused, trained = counts.values()
    assert available + paused <= designated
    assert trained <= designated


def test_a_code_that_no_row_is_for_is_an_error_and_not_a_missing_count() -> None:
    with pytest.raises(KeyError):
        count_ratings(WINDOW, {6: 1})


def counted(told: list[Encounter], roster: int) -> Counts:
    """Every table of a window."""
    counts: Counts = {}
    for kind in OF_CONTACTS:
        counts |= count_contacts(WINDOW, kind, told, roster)
    counts |= count_ended(WINDOW, []) | count_due(WINDOW, []) | count_ratings(WINDOW, {5: 3})
    return counts | count_capacity(WINDOW, Capacity(3, 2, 1, 0))
