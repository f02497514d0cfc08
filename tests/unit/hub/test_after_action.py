"""The after-action report: every figure for coordinators; for the board those that were made for it."""

from dataclasses import replace

import pytest

from common.errors import WrongState
from common.wire.v1.codes_pb2 import IncidentStatus
from hub.domain.after_action import WITHHELD, AfterAction, for_board, for_coordinators
from hub.domain.incident_counts import FollowUpFacts
from tests.incident_figures import (
    COMPLETED,
    EMS,
    FIRE,
    HOUR,
    INCIDENT,
    JAIL,
    LINES,
    OUTCOMES,
    UNABLE,
    board_figures,
    fact,
)


def report(*facts: FollowUpFacts) -> AfterAction:
    return for_coordinators(INCIDENT, LINES, facts, asked={FIRE, JAIL}, outcomes=OUTCOMES)


def board_report(*facts: FollowUpFacts) -> AfterAction:
    return for_board(INCIDENT, LINES, board_figures(*facts))


def test_coordinators_see_how_soon_who_and_what_became_of_it() -> None:
    facts = [
        fact(),
        fact(UNABLE, accountable=EMS, hand_overs=2, first_contact_at=INCIDENT.opened_at + 20 * HOUR),
        fact(None, accountable=EMS, escalations=3, hand_overs=1, first_contact_at=None),
    ]

    made = report(*facts)

    timings = made.timings
    assert (timings.first_activation, timings.first_contact, timings.closed) == (HOUR, 20 * HOUR, 90 * HOUR)
    assert (made.coverage.agencies, made.coverage.activated) == (3, 2)
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

    made = for_coordinators(INCIDENT, quiet, [], asked=(), outcomes=OUTCOMES)

    assert (made.timings.first_activation, made.timings.first_contact) == (None, None)
    assert (made.follow_ups.opened, made.follow_ups.closed_percent) == (0, None)


def test_a_report_is_refused_until_the_incident_is_closed() -> None:
    still_open = replace(INCIDENT, status=IncidentStatus.INCIDENT_STATUS_MONITORING, closed_at=None)

    with pytest.raises(WrongState, match="not closed"):
        for_coordinators(still_open, LINES, [], asked=(), outcomes=OUTCOMES)


def test_the_board_sees_no_agency_and_no_time_of_a_few_peoples_contact() -> None:
    few = board_figures(*[fact()] * 10, *[fact(first_contact_at=None)] * 20)

    made = for_board(INCIDENT, LINES, few)

    assert made.coverage.by_agency == ()
    assert (made.coverage.agencies, made.coverage.activated) == (WITHHELD, WITHHELD)
    assert (made.timings.first_contact, few.first_contact_at) == (WITHHELD, None)
    assert board_report(*[fact()] * 11).timings.first_contact == 24 * HOUR
    assert board_report(fact(first_contact_at=None)).timings.first_contact is None


def test_the_board_sees_a_share_only_where_both_its_parts_are_shown() -> None:
    shown = board_report(*[fact()] * 40, *[fact(None)] * 20).follow_ups
    few_open = board_report(*[fact()] * 40, *[fact(None)] * 2).follow_ups

    assert (shown.opened, shown.closed, shown.closed_percent) == (60, 40, 67)
    assert (few_open.open, few_open.closed_percent) == (WITHHELD, WITHHELD)
    assert WITHHELD in (few_open.opened, few_open.closed)
    assert board_report(*[fact(None)] * 30).follow_ups.closed_percent == 0
    assert board_report().follow_ups.closed_percent is None


def test_the_board_is_not_told_how_often_follow_ups_escalated_or_moved() -> None:
    done = board_report(*[fact(escalations=2, hand_overs=1)] * 20).follow_ups

    assert (done.escalated, done.handed_over) == (20, 20)
    assert (done.escalation_steps, done.hand_overs) == (None, None)
