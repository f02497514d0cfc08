"""What an owner does and records: contact, check-ins, hold, closing, and the day on which somebody looks next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from common.agreement.terms import DEFAULT_TERMS
from common.followup.state import ACTIVE, CLOSED, NOT_ESCALATED, ON_HOLD, OPEN
from common.wire.v1.agreement_pb2 import DocumentationMinimum
from common.wire.v1.codes_pb2 import Outcome
from tests.builders import NOON
from tests.followups import COMPLETED, OWNER, after, at, left_alone, opened, refusal, step

TRANSITION = Outcome.OUTCOME_REFUSED_TRANSITION
DAY = timedelta(days=1)


def test_the_check_ins_follow_the_agreements_cadence_each_from_the_last_one_and_then_a_week_on() -> None:
    now, held = NOON, opened()
    held = step(held, OWNER, "first_contact")
    found = []
    for _ in range(5):
        assert held.next_check_in is not None
        found.append((held.next_check_in - now).days)
        now = held.next_check_in - timedelta(hours=1)  # a little early
        held = step(held, OWNER, "check_in", at(now))

    assert found == [7, 7, 14, 7, 7]
    assert held.check_ins == 5


def test_the_first_contact_is_made_once_by_the_hubs_clock() -> None:
    held = step(opened(), OWNER, "first_contact", after(hours=5))

    assert (held.work, held.first_contact_at) == (ACTIVE, NOON + timedelta(hours=5))
    for again in (held, step(held, OWNER, "hold")):
        assert refusal(again, OWNER, "first_contact") == TRANSITION


def test_an_owner_may_name_the_next_day_itself() -> None:
    held = step(opened(), OWNER, "first_contact", next_check_in_within=3 * DAY)
    assert held.next_check_in == held.escalate_at == NOON + 3 * DAY
    assert step(held, OWNER, "check_in", next_check_in_within=2 * DAY).next_check_in == NOON + 2 * DAY
    assert step(held, OWNER, "hold", next_check_in_within=9 * DAY).next_check_in == NOON + 9 * DAY


def test_what_rests_before_the_first_contact_is_open_again_when_it_is_taken_up() -> None:
    resting = step(opened(), OWNER, "hold")
    assert (resting.work, resting.escalate_at) == (ON_HOLD, NOON + 7 * DAY)
    assert refusal(resting, OWNER, "check_in") == TRANSITION  # nobody was reached yet

    late = after(days=5)
    resumed = step(resting, OWNER, "resume", late)
    assert (resumed.work, resumed.next_check_in) == (OPEN, None)
    assert resumed.contact_by == resumed.escalate_at == late.now + timedelta(hours=4)
    assert step(resting, OWNER, "first_contact", late).work == ACTIVE


def test_what_rests_after_the_first_contact_is_active_again_when_it_is_taken_up() -> None:
    resting = step(step(opened(), OWNER, "first_contact"), OWNER, "hold")

    for verb in ("resume", "check_in"):
        assert step(resting, OWNER, verb).work == ACTIVE


def test_whatever_the_owner_does_calms_an_escalation() -> None:
    (*_, (moment, held)) = left_alone(opened(), NOON + timedelta(hours=72))
    assert held.escalation > NOT_ESCALATED

    for verb in ("first_contact", "hold", "close"):
        calm = step(held, OWNER, verb, at(moment))
        assert calm.escalation == NOT_ESCALATED
        assert (calm.due_at is None) == (verb == "close")


@pytest.mark.parametrize(
    ("minimum", "contacted", "check_ins", "may"),
    [
        ("OUTCOME", False, 0, True),
        ("FIRST_CONTACT", False, 0, False),
        ("FIRST_CONTACT", True, 0, True),
        ("CHECK_INS", False, 0, False),
        ("CHECK_INS", True, 2, False),
        ("CHECK_INS", True, 3, True),
    ],
)
def test_what_the_agreement_wants_recorded_is_recorded_before_it_is_completed(
    minimum: str, contacted: bool, check_ins: int, may: bool
) -> None:
    terms = replace(DEFAULT_TERMS, documentation=DocumentationMinimum.Value(f"DOCUMENTATION_MINIMUM_{minimum}"))
    held = opened()
    for verb in ["first_contact"] * contacted + ["check_in"] * check_ins:
        held = step(held, OWNER, verb)

    if may:
        assert step(held, OWNER, "close", at(NOON, terms), outcome=COMPLETED).outcome == COMPLETED
    else:
        assert refusal(held, OWNER, "close", at(NOON, terms), outcome=COMPLETED) == TRANSITION
    assert step(held, OWNER, "close", at(NOON, terms)).work == CLOSED  # as referred on, at any time


def test_one_that_is_reopened_goes_on_where_it_was() -> None:
    reached = step(step(opened(), OWNER, "first_contact"), OWNER, "check_in")
    closed = step(reached, OWNER, "close", outcome=COMPLETED)
    again = step(closed, OWNER, "reopen", after(days=20))

    assert (again.work, again.check_ins, again.next_check_in) == (ACTIVE, 1, NOON + 27 * DAY)
