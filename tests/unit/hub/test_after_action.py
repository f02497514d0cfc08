"""The after-action report: every figure for coordinators, and nothing about few people or one agency for the board."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import ActivationStatus, FollowUpOutcome, IncidentStatus, IncidentType
from hub.domain.activation import Activation, requested
from hub.domain.after_action import AfterAction, Audience, Completion, FollowUpFacts, after_action
from hub.domain.incident import Incident
from hub.domain.withholding import WITHHELD, Figure
from tests.builders import NOON

FIRE, EMS, JAIL = b"f" * 16, b"e" * 16, b"j" * 16
OUTCOMES = [number for number in FollowUpOutcome.values() if number]
COMPLETED, UNABLE = FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED, FollowUpOutcome.FOLLOW_UP_OUTCOME_UNABLE_TO_REACH
HOUR = timedelta(hours=1)
INCIDENT = Incident(
    id=b"i" * 16,
    type=IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE,
    title="Stonegate Mill fire",
    status=IncidentStatus.INCIDENT_STATUS_CLOSED,
    jurisdictions=(),
    started_at=NOON - HOUR,
    opened_at=NOON,
    version=4,
    agency_ids=(FIRE, EMS, JAIL),
    closed_at=NOON + 90 * HOUR,
)
LINES = [
    Activation(FIRE, FIRE, ActivationStatus.ACTIVATION_STATUS_STOOD_DOWN, NOON, 5, first_active_at=NOON + 2 * HOUR),
    Activation(FIRE, EMS, ActivationStatus.ACTIVATION_STATUS_ACTIVE, NOON, 2, first_active_at=NOON + HOUR),
    requested(FIRE, JAIL, NOON),
]


def fact(outcome: int | None = COMPLETED, **changes: object) -> FollowUpFacts:
    """A follow-up of fire's, with a first contact a day after the incident was opened."""
    closed_at = None if outcome is None else NOON + 50 * HOUR
    made = FollowUpFacts(FIRE, FIRE, NOON + HOUR, NOON + 24 * HOUR, closed_at, outcome, 0, 0)
    return replace(made, **changes)  # type: ignore[arg-type]


def report(*facts: FollowUpFacts, audience: Audience = Audience.COORDINATORS, k: int = 11) -> AfterAction:
    return after_action(INCIDENT, LINES, facts, asked={FIRE, JAIL}, outcomes=OUTCOMES, k=k, audience=audience)


def test_coordinators_see_how_soon_who_and_what_became_of_it() -> None:
    facts = [
        fact(),
        fact(UNABLE, accountable=EMS, hand_overs=2, first_contact_at=NOON + 20 * HOUR),
        fact(None, accountable=EMS, escalations=3, hand_overs=1, first_contact_at=None),
    ]

    made = report(*facts)

    timings = made.timings
    assert (timings.first_activation, timings.first_contact, timings.closed) == (HOUR, 20 * HOUR, 90 * HOUR)
    fire, ems, jail = made.coverage.by_agency
    assert [line.activated_after for line in (fire, ems, jail)] == [2 * HOUR, HOUR, None]
    assert [line.asked for line in (fire, ems, jail)] == [True, False, True]
    assert (fire.follow_ups_opened, fire.follow_ups_owned, fire.follow_ups_owned_open) == (3, 1, 0)
    assert (ems.follow_ups_opened, ems.follow_ups_owned, ems.follow_ups_owned_open) == (0, 2, 1)
    done = made.follow_ups
    assert (done.opened, done.closed, done.open, done.closed_percent) == (3, 2, 1, 67)
    assert dict(done.by_outcome) == dict.fromkeys(OUTCOMES, 0) | {COMPLETED: 1, UNABLE: 1}
    assert (done.escalated, done.escalation_steps, done.handed_over, done.hand_overs) == (1, 3, 2, 3)


def test_what_did_not_happen_is_told_as_that_and_not_as_zero() -> None:
    quiet = [replace(line, first_active_at=None) for line in LINES]

    made = after_action(INCIDENT, quiet, [], asked=(), outcomes=OUTCOMES)

    assert (made.timings.first_activation, made.timings.first_contact) == (None, None)
    assert (made.follow_ups.opened, made.follow_ups.closed_percent) == (0, None)


def test_a_report_is_refused_until_the_incident_is_closed() -> None:
    still_open = replace(INCIDENT, status=IncidentStatus.INCIDENT_STATUS_MONITORING, closed_at=None)

    with pytest.raises(WrongState, match="not closed"):
        after_action(still_open, LINES, [], asked=(), outcomes=OUTCOMES)
    with pytest.raises(InvalidRequest, match="k: must be at least 2"):
        report(k=1)


def test_the_board_sees_no_agency_and_no_time_of_a_few_peoples_contact() -> None:
    made = report(*[fact()] * 10, *[fact(first_contact_at=None)] * 20, audience=Audience.BOARD)

    assert made.coverage.by_agency == ()
    assert (made.coverage.agencies, made.coverage.activated) == (WITHHELD, WITHHELD)
    assert made.timings.first_contact is WITHHELD
    assert report(*[fact()] * 11, audience=Audience.BOARD).timings.first_contact == 24 * HOUR
    assert report(fact(first_contact_at=None), audience=Audience.BOARD).timings.first_contact is None


@pytest.mark.parametrize("closed", [[fact()], [*[fact()] * 3, *[fact(UNABLE)] * 4]])
def test_i02_a_few_closed_ones_are_not_told_by_the_total_and_the_open(closed: list[FollowUpFacts]) -> None:
    done = report(*closed, *[fact(None)] * 50, audience=Audience.BOARD).follow_ups

    assert (done.opened, done.open, done.closed, done.closed_percent) == (
        len(closed) + 50,
        WITHHELD,
        WITHHELD,
        WITHHELD,
    )
    assert dict(done.by_outcome)[COMPLETED] is WITHHELD


def test_i02_a_share_is_withheld_where_its_rest_is_small() -> None:
    done = report(*[fact(escalations=1)] * 18, *[fact()] * 2, audience=Audience.BOARD).follow_ups

    assert (done.opened, done.escalated, done.handed_over) == (20, WITHHELD, 0)
    assert (done.escalation_steps, done.hand_overs) == (None, None)


FACTS = st.lists(
    st.tuples(
        st.sampled_from([None, *OUTCOMES]), st.integers(1, 30), st.sampled_from([(0, 0), (1, 0), (0, 2), (3, 1)])
    ),
    max_size=8,
)


@given(FACTS, st.integers(3, 12))
def test_i02_nothing_small_is_shown_to_the_board_nor_follows_from_it(
    groups: list[tuple[int | None, int, tuple[int, int]]], k: int
) -> None:
    facts = list(
        chain.from_iterable(
            [fact(outcome, escalations=moves[0], hand_overs=moves[1])] * count for outcome, count, moves in groups
        )
    )

    shown, exact = report(*facts, audience=Audience.BOARD, k=k).follow_ups, report(*facts, k=k).follow_ups

    for name in ("opened", "closed", "open", "escalated", "handed_over", "closed_percent"):
        assert getattr(shown, name) in (WITHHELD, getattr(exact, name))
    for figure in counts(shown):
        assert figure is WITHHELD or not 0 < figure < k
    for part in (shown.escalated, shown.handed_over):
        if isinstance(shown.opened, int) and isinstance(part, int):
            assert not 0 < shown.opened - part < k  # the rest
    outcomes = [figure for _, figure in shown.by_outcome]
    for total, parts in (
        (shown.opened, [shown.open, shown.closed]),
        (shown.opened, [shown.open, *outcomes]),
        (shown.closed, outcomes),
    ):
        hidden = [figure for figure in parts if figure is WITHHELD]
        if isinstance(total, int):
            together = total - sum(figure for figure in parts if isinstance(figure, int))
            assert len(hidden) != 1
            assert not hidden or together > len(hidden)  # else each of them is 1
        elif not hidden:
            assert not parts or not any(parts)  # a total that is withheld does not follow from its parts
    if isinstance(shown.closed_percent, int):
        assert isinstance(shown.opened, int)
        assert isinstance(shown.closed, int)


def counts(shown: Completion) -> list[Figure]:
    """Every count that the board may read."""
    return [
        shown.opened,
        shown.closed,
        shown.open,
        shown.escalated,
        shown.handed_over,
        *[figure for _, figure in shown.by_outcome],
    ]
