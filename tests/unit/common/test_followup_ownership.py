"""Who may do what with a follow-up: the rules of `ownership`, by number."""

from datetime import timedelta
from typing import Any

import pytest

from common.followup.state import ACKNOWLEDGED, AT_AGENCY, CLOSED, NO_OFFER, OFFERED, OPEN
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import FollowUpCommand
from tests.builders import NOON
from tests.followups import (
    ASKED,
    DECLINED,
    ID,
    INCIDENT,
    NEEDED,
    ORIGIN,
    OTHER,
    OWNER,
    STRANGER,
    after,
    handed_over,
    offered,
    opened,
    refusal,
    standing,
    step,
)

RANGE, DUPLICATE = Outcome.OUTCOME_REFUSED_RANGE, Outcome.OUTCOME_REFUSED_DUPLICATE
STALE, TRANSITION = Outcome.OUTCOME_REFUSED_STALE_VERSION, Outcome.OUTCOME_REFUSED_TRANSITION
UNKNOWN, NO_OPEN_OFFER = Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP, Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER
NOT_ACCOUNTABLE = Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE


@pytest.mark.parametrize("work", ["open", "active", "on_hold", "closed"])
@pytest.mark.parametrize(
    "verb",
    [
        "offer",
        "withdraw",
        "reclaim",
        "first_contact",
        "check_in",
        "hold",
        "resume",
        "close",
        "reopen",
        "ask_hub_to_offer",
    ],
)
def test_rule_1_what_was_decided_on_another_version_is_refused(verb: str, work: str) -> None:
    held = standing(work, "none")
    by = ORIGIN if verb == "reclaim" else OWNER
    expected = {TRANSITION} if (verb, work) == ("reclaim", "closed") else {STALE}

    assert {refusal(held, by, verb, version=version) for version in (0, held.version - 1, held.version + 1)} == expected


def test_rule_1_whoever_opens_it_is_accountable() -> None:
    held = opened(ORIGIN, incident_id=INCIDENT)

    assert (held.id, held.incident_id, held.origin, held.accountable) == (ID, INCIDENT, ORIGIN, ORIGIN)
    assert (held.version, held.work, held.offer, held.contact_by) == (1, OPEN, NO_OFFER, NOON + timedelta(hours=72))
    assert refusal(None, ORIGIN, "open", version=1) == RANGE


def test_rule_1_an_answer_holds_as_long_as_the_very_offer_stands_that_it_was_decided_on() -> None:
    held = offered(ASKED, OTHER, DECLINED)
    told_at = held.version
    held = step(held, ASKED, "acknowledge", version=told_at)
    held = step(held, DECLINED, "decline", version=told_at)
    assert held.version == told_at + 2

    assert step(held, OTHER, "accept", version=told_at).accountable == OTHER
    assert refusal(held, OTHER, "accept", version=told_at - 1) == STALE
    assert refusal(held, OTHER, "accept", version=held.version + 1) == STALE


def test_rule_1_an_answer_to_an_earlier_offer_does_not_hold_for_a_later_one() -> None:
    first = offered(ASKED)
    second = step(step(first, OWNER, "withdraw"), OWNER, "offer", offered_to=[ASKED])

    assert refusal(second, ASKED, "accept", version=first.version) == STALE
    assert step(second, ASKED, "accept").accountable == ASKED


def test_rule_2_one_offer_is_open_at_a_time_to_agencies_that_are_each_named_once_and_not_its_owner() -> None:
    held = opened()
    for to in ([], [OWNER], [ASKED, OWNER], [ASKED, ASKED]):
        assert refusal(held, OWNER, "offer", offered_to=to) == RANGE
    held = step(held, OWNER, "offer", offered_to=[ASKED, OTHER])

    assert (held.offer, held.may_answer, held.accept_by) == (OFFERED, (ASKED, OTHER), NOON + timedelta(hours=4))
    assert refusal(held, OWNER, "offer", offered_to=[DECLINED]) == TRANSITION


def test_rule_2_the_first_acceptance_wins() -> None:
    held = offered(ASKED, OTHER)
    won = step(held, OTHER, "accept")

    assert (won.accountable, won.version) == (OTHER, held.version + 1)
    assert refusal(won, ASKED, "accept", version=held.version) == STALE
    assert refusal(won, ASKED, "accept") == NO_OPEN_OFFER


def test_rule_2_to_acknowledge_is_not_to_accept_and_to_accept_is_no_first_contact() -> None:
    seen = step(offered(ASKED), ASKED, "acknowledge")
    assert (seen.offer, seen.accountable) == (ACKNOWLEDGED, OWNER)

    taken = step(seen, ASKED, "accept")
    assert (taken.accountable, taken.work, taken.first_contact_at) == (ASKED, OPEN, None)


def test_rule_3_a_hand_over_is_one_step_and_gives_the_new_owner_time() -> None:
    late = after(hours=71)
    held = step(opened(), OWNER, "offer", late, offered_to=[ASKED])
    taken = step(held, ASKED, "accept", late)

    assert (taken.accountable, taken.version, taken.offer, taken.hand_overs) == (ASKED, held.version + 1, NO_OFFER, 1)
    assert taken.contact_by == taken.escalate_at == late.now + timedelta(hours=4)
    assert step(offered(ASKED), ASKED, "accept").contact_by == NOON + timedelta(hours=72)


def test_rule_3_a_refusal_has_a_reason_and_an_open_offer_can_be_taken_back() -> None:
    held = offered(ASKED)
    assert refusal(held, ASKED, "decline", decline_reason=None) == RANGE

    taken_back = step(held, OWNER, "withdraw")
    assert (taken_back.accountable, taken_back.offer, taken_back.accept_by) == (OWNER, NO_OFFER, None)
    assert refusal(taken_back, ASKED, "accept") == NO_OPEN_OFFER


def test_rule_3_what_the_hub_was_asked_to_do_can_be_taken_back() -> None:
    asked = step(opened(), OWNER, "ask_hub_to_offer")

    assert not step(asked, OWNER, "withdraw").hub_asked_to_offer
    assert refusal(opened(), OWNER, "withdraw") == NO_OPEN_OFFER


def test_rule_4_an_acceptance_after_accept_by_is_none() -> None:
    held = offered(ASKED)
    in_time, too_late = after(hours=4, microseconds=-1), after(hours=4)

    assert step(held, ASKED, "accept", in_time).accountable == ASKED
    for verb in ("accept", "acknowledge", "decline"):
        assert refusal(held, ASKED, verb, too_late) == NO_OPEN_OFFER


def test_rule_4_when_all_have_declined_the_owner_stays_and_it_escalates_one_step() -> None:
    held = offered(ASKED, OTHER)
    held = step(held, ASKED, "decline")
    assert (held.may_answer, held.escalation) == ((OTHER,), 1)

    held = step(held, OTHER, "decline")
    assert (held.accountable, held.offer, held.escalation, held.escalations) == (OWNER, NO_OFFER, AT_AGENCY, 1)


def test_rule_5_the_origin_may_ask_for_it_back_and_nothing_else() -> None:
    held = handed_over()
    asked = step(held, ORIGIN, "reclaim")
    assert (asked.accountable, asked.reclaim_asked) == (OWNER, True)
    assert step(asked, ORIGIN, "reclaim") is asked
    for verb in ("first_contact", "check_in", "hold", "close", "offer", "withdraw"):
        assert refusal(held, ORIGIN, verb) == NOT_ACCOUNTABLE

    back = step(step(asked, OWNER, "offer", offered_to=[ORIGIN]), ORIGIN, "accept")
    assert (back.accountable, back.reclaim_asked) == (ORIGIN, False)


def test_rule_6_a_command_has_ids_codes_and_times_only() -> None:
    kinds = {field.cpp_type for field in FollowUpCommand.DESCRIPTOR.fields}
    strings = [field.name for field in FollowUpCommand.DESCRIPTOR.fields if field.type == field.TYPE_STRING]

    assert kinds
    assert strings == []


def test_rule_7_opening_again_changes_nothing_and_another_ones_id_is_refused() -> None:
    held = opened(OWNER, incident_id=INCIDENT)

    assert step(held, OWNER, "open", after(hours=9), incident_id=INCIDENT) is held
    assert refusal(held, OWNER, "open") == DUPLICATE  # of no incident
    assert refusal(held, OTHER, "open", incident_id=INCIDENT) == DUPLICATE


def test_rule_7_accepting_and_declining_again_change_nothing() -> None:
    held = offered(ASKED, OTHER)
    declined = step(held, ASKED, "decline")
    assert step(declined, ASKED, "decline", version=held.version) is declined
    assert refusal(declined, ASKED, "accept") == NO_OPEN_OFFER

    taken = step(declined, OTHER, "accept")
    assert step(taken, OTHER, "accept", version=held.version) is taken
    moved_on = step(taken, OTHER, "hold")
    assert step(moved_on, OTHER, "accept", after(days=9), version=held.version) is moved_on


@pytest.mark.parametrize(("days", "may"), [(30, True), (31, False)])
def test_rule_7_a_closed_one_is_reopened_by_its_owner_within_thirty_days(days: int, may: bool) -> None:
    closed = step(handed_over(), OWNER, "close")
    if may:
        again = step(closed, OWNER, "reopen", after(days=days))
        assert (again.work, again.outcome, again.closed_at, again.accountable) == (OPEN, None, None, OWNER)
    else:
        assert refusal(closed, OWNER, "reopen", after(days=days)) == TRANSITION
    assert refusal(closed, OWNER, "reopen", after(days=30, microseconds=1)) == TRANSITION
    assert refusal(closed, ORIGIN, "reopen") == NOT_ACCOUNTABLE


def test_to_an_agency_that_is_not_concerned_it_does_not_exist() -> None:
    for verb in ("offer", "accept", "reclaim", "close"):
        assert (
            refusal(standing("open", "offered"), STRANGER, verb) == refusal(None, STRANGER, verb, version=1) == UNKNOWN
        )


@pytest.mark.parametrize("verb", sorted(NEEDED))
def test_a_command_without_what_its_verb_needs_is_refused(verb: str) -> None:
    for name in NEEDED[verb]:
        missing: dict[str, Any] = {name: [] if name == "offered_to" else None}
        assert refusal(None if verb == "open" else offered(ASKED), OWNER, verb, **missing) == RANGE


@pytest.mark.parametrize("verb", ["accept", "acknowledge", "withdraw", "reclaim", "resume", "reopen"])
def test_a_command_with_what_does_not_belong_to_its_verb_is_refused(verb: str) -> None:
    for stray in ({"cohort": 1}, {"outcome": 1}, {"offered_to": [OTHER]}, {"next_check_in_within": timedelta(days=1)}):
        assert refusal(standing("on_hold", "offered"), ASKED, verb, **stray) == RANGE


def test_an_offer_ends_with_closing() -> None:
    closed = step(standing("active", "acknowledged"), OWNER, "close")

    assert (closed.work, closed.offer, closed.accept_by, closed.due_at) == (CLOSED, NO_OFFER, None, None)
    assert refusal(closed, ASKED, "accept") == NO_OPEN_OFFER
