"""What the hub's clock does to a follow-up when nobody does anything."""

from dataclasses import replace
from datetime import timedelta

import pytest

from common.agreement.terms import DEFAULT_TERMS
from common.followup.deadlines import passed
from common.followup.state import AT_AGENCY, AT_REGION, AT_STATE, NO_OFFER, NOT_ESCALATED, ON_HOLD
from tests.builders import NOON
from tests.followups import ASKED, OWNER, after, at, left_alone, offered, opened, step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = NOON + 400 * DAY


def test_nothing_happens_before_a_deadline_and_at_it_something_does() -> None:
    held = offered()

    assert passed(held, after(hours=4, microseconds=-1)) is None
    assert passed(held, after(hours=4)) is not None
    assert passed(step(opened(), OWNER, "close"), at(FAR)) is None


def test_rule_1_an_offer_that_expires_leaves_its_owner_and_escalates_one_step() -> None:
    expired = passed(offered(), after(hours=4))

    assert expired is not None
    assert (expired.accountable, expired.offer, expired.accept_by) == (OWNER, NO_OFFER, None)
    assert (expired.escalation, expired.escalations, expired.version) == (AT_AGENCY, 1, 3)


def test_rules_2_and_3_contact_by_escalates_and_again_each_interval_up_to_the_state() -> None:
    found = [(moment - NOON, held.escalation) for moment, held in left_alone(opened(), FAR)]

    assert found == [(72 * HOUR, AT_AGENCY), (76 * HOUR, AT_REGION), (80 * HOUR, AT_STATE)]


def test_rule_2_a_missed_check_in_escalates() -> None:
    held = step(opened(), OWNER, "first_contact")

    assert [moment - NOON for moment, _ in left_alone(held, FAR)] == [7 * DAY, 7 * DAY + 4 * HOUR, 7 * DAY + 8 * HOUR]


def test_rule_3_the_interval_is_the_agreements() -> None:
    terms = replace(DEFAULT_TERMS, escalate_every=timedelta(minutes=30))
    moments = [moment - NOON for moment, _ in left_alone(opened(given=at(NOON, terms)), FAR, terms)]

    assert moments == [72 * HOUR, 72.5 * HOUR, 73 * HOUR]


def test_rule_3_an_offer_that_expires_brings_the_next_step_no_later_than_contact_by() -> None:
    held = step(opened(), OWNER, "offer", after(hours=67), offered_to=[ASKED])

    assert [(moment - NOON, changed.escalation) for moment, changed in left_alone(held, FAR)] == [
        (71 * HOUR, AT_AGENCY), (72 * HOUR, AT_REGION), (76 * HOUR, AT_STATE),
    ]  # fmt: skip


def test_rule_3_an_offer_out_of_an_escalation_holds_up_no_step() -> None:
    (_, held), *_ = left_alone(opened(), NOON + 72 * HOUR)
    held = step(held, OWNER, "offer", after(hours=73), offered_to=[ASKED], accept_within=20 * HOUR)

    assert [(moment - NOON, changed.escalation) for moment, changed in left_alone(held, FAR)] == [
        (76 * HOUR, AT_REGION), (80 * HOUR, AT_STATE), (93 * HOUR, AT_STATE),
    ]  # fmt: skip


def test_rule_3_an_acceptance_calms_it() -> None:
    (_, held), *_ = left_alone(opened(), NOON + 72 * HOUR)
    late = after(hours=73)
    taken = step(step(held, OWNER, "offer", late, offered_to=[ASKED]), ASKED, "accept", late)

    assert (taken.escalation, taken.escalate_at) == (NOT_ESCALATED, late.now + 4 * HOUR)


@pytest.mark.parametrize("reached", [False, True])
def test_rule_4_holding_is_no_way_out(reached: bool) -> None:
    held = step(opened(), OWNER, "first_contact") if reached else opened()
    held = step(held, OWNER, "hold", next_check_in_within=2 * DAY)

    (moment, changed), *_ = left_alone(held, FAR)
    assert (moment, changed.work, changed.escalation) == (NOON + 2 * DAY, ON_HOLD, AT_AGENCY)


def test_what_was_missed_long_ago_is_one_step_for_each_deadline_and_not_for_each_interval() -> None:
    late, held, steps = after(days=40), offered(), 0
    while (changed := passed(held, late)) is not None:
        held, steps = changed, steps + 1

    assert (steps, held.escalation, held.escalate_at) == (2, AT_REGION, late.now + 4 * HOUR)


def test_t08_a_deadline_that_has_fired_does_not_fire_again_when_the_clock_steps_back_and_forth() -> None:
    held = passed(opened(), after(hours=72))
    assert held is not None

    for hours in (71, 60, 72, 75.9):
        assert passed(held, after(hours=hours)) is None
    assert held.escalation == AT_AGENCY
    again = passed(held, after(hours=76))
    assert again is not None
    assert again.escalation == AT_REGION


def test_t08_a_cadence_counts_hours_and_not_the_hands_of_a_local_clock() -> None:
    before = at(NOON.replace(month=3, day=7))  # in the night that follows, clocks in the region go forward
    held = step(opened(given=before), OWNER, "first_contact", before, next_check_in_within=DAY)

    assert held.next_check_in is not None
    assert held.next_check_in - before.now == 24 * HOUR
    assert held.next_check_in.utcoffset() == timedelta(0)
