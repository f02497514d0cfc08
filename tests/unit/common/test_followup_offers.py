"""Offers: by the owner, by the hub on its request, and what becomes of them when an agency is removed."""

from datetime import timedelta

import pytest

from common.followup.deadlines import passed
from common.followup.offers import agency_left, offer_by_hub
from common.followup.refusal import Refused
from common.followup.state import AT_REGION, AT_STATE, NO_OFFER, NOT_ESCALATED
from common.wire.v1.codes_pb2 import Outcome
from tests.builders import NOON
from tests.followups import (
    ASKED,
    GIVEN,
    ORIGIN,
    OTHER,
    OWNER,
    STRANGER,
    after,
    handed_over,
    left_alone,
    offered,
    opened,
    refusal,
    step,
)


def test_an_offer_is_open_as_long_as_its_owner_says_or_as_agreed() -> None:
    held = opened()

    assert step(held, OWNER, "offer").accept_by == NOON + timedelta(hours=4)
    assert step(held, OWNER, "offer", accept_within=timedelta(minutes=1)).accept_by == NOON + timedelta(minutes=1)


def test_an_offer_moves_no_other_deadline() -> None:
    held = opened()

    assert step(held, OWNER, "offer").escalate_at == step(offered(), OWNER, "withdraw").escalate_at == held.escalate_at


def test_the_hub_offers_only_on_request() -> None:
    held = opened()
    with pytest.raises(Refused, match="has not asked the hub") as refused:
        offer_by_hub(held, [ASKED], None, GIVEN)
    assert refused.value.outcome == Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE

    placed = offer_by_hub(step(held, OWNER, "ask_hub_to_offer"), [ASKED], timedelta(hours=1), GIVEN)
    assert (placed.accountable, placed.may_answer, placed.accept_by) == (OWNER, (ASKED,), NOON + timedelta(hours=1))
    assert step(placed, ASKED, "accept").accountable == ASKED


@pytest.mark.parametrize("to", [[], [OWNER], [ASKED, ASKED]])
def test_the_hub_offers_under_the_same_rules_as_its_owner(to: list[bytes]) -> None:
    with pytest.raises(Refused):
        offer_by_hub(step(opened(), OWNER, "ask_hub_to_offer"), to, None, GIVEN)


def test_the_hub_offers_on_when_what_it_placed_has_failed_until_somebody_accepts() -> None:
    placed = offer_by_hub(step(opened(), OWNER, "ask_hub_to_offer"), [ASKED], None, GIVEN)
    with pytest.raises(Refused):
        offer_by_hub(placed, [OTHER], None, GIVEN)  # one offer at a time

    for failed in (step(placed, ASKED, "decline"), passed(placed, after(hours=4))):
        assert failed is not None
        on = offer_by_hub(failed, [OTHER], None, GIVEN)
        taken = step(on, OTHER, "accept")
        assert (taken.accountable, taken.hub_asked_to_offer) == (OTHER, False)
        with pytest.raises(Refused):
            offer_by_hub(taken, [ASKED], None, GIVEN)


def test_an_owner_that_offers_itself_or_closes_needs_the_hub_no_more() -> None:
    asked = step(opened(), OWNER, "ask_hub_to_offer")

    assert step(asked, OWNER, "ask_hub_to_offer") is asked
    assert not step(asked, OWNER, "offer").hub_asked_to_offer
    assert not step(asked, OWNER, "close").hub_asked_to_offer
    assert not step(offer_by_hub(asked, [ASKED], None, GIVEN), OWNER, "withdraw").hub_asked_to_offer


def test_one_of_a_removed_agency_stays_its_own_and_comes_before_the_regional_coordinator() -> None:
    left = agency_left(opened(), OWNER, GIVEN)

    assert (left.accountable, left.escalation, left.hub_asked_to_offer) == (OWNER, AT_REGION, True)
    assert [changed.escalation for _, changed in left_alone(left, NOON + timedelta(days=9))] == [AT_STATE]
    assert step(offer_by_hub(left, [ASKED], None, GIVEN), ASKED, "accept").accountable == ASKED


def test_removing_an_agency_twice_changes_nothing_more() -> None:
    left = agency_left(opened(), OWNER, GIVEN)

    assert agency_left(left, OWNER, after(hours=1)) is left


def test_one_that_has_come_to_the_state_coordinator_stays_there() -> None:
    (*_, (_, held)) = left_alone(opened(), NOON + timedelta(days=99))

    left = agency_left(held, OWNER, GIVEN)
    assert (held.escalation, left.escalation, left.hub_asked_to_offer) == (AT_STATE, AT_STATE, True)


def test_an_offer_to_a_removed_agency_ends_and_one_to_others_goes_on() -> None:
    alone, among = offered(ASKED), offered(ASKED, OTHER)

    ended, goes_on = agency_left(alone, ASKED, GIVEN), agency_left(among, ASKED, GIVEN)
    assert (ended.offer, ended.accountable, ended.escalations) == (NO_OFFER, OWNER, 1)
    assert (goes_on.may_answer, goes_on.escalation) == ((OTHER,), NOT_ESCALATED)


def test_removing_an_agency_leaves_alone_what_is_closed_or_not_its_business() -> None:
    closed, held = step(handed_over(), OWNER, "close"), handed_over()

    assert agency_left(closed, OWNER, GIVEN) is closed
    assert agency_left(held, ORIGIN, GIVEN) is held
    assert agency_left(held, STRANGER, GIVEN) is held


def test_a_reclaim_is_settled_by_offering_it_back_and_not_by_offering_it_on() -> None:
    asked = step(handed_over(), ORIGIN, "reclaim")

    assert step(asked, OWNER, "offer", offered_to=[OTHER]).reclaim_asked
    assert not step(asked, OWNER, "offer", offered_to=[ORIGIN]).reclaim_asked
    assert refusal(asked, OTHER, "reclaim") == Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP
