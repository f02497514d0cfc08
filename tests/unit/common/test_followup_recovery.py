"""Claims, after a hub was restored from a backup: the rules of `recovery`, by number."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.followup.recovery import begun_anew
from common.followup.refusal import Refused
from common.followup.state import ACTIVE, CLOSED, NO_OFFER, NOT_ESCALATED, ON_HOLD, OPEN, FollowUp
from common.versions import EPOCH_LEAP
from common.wire.v1.codes_pb2 import Outcome
from tests.builders import NOON
from tests.followups import ASKED, COMPLETED, ID, INCIDENT, ORIGIN, OTHER, OWNER, at, opened, refusal, standing, step

RESTORED = at(NOON + timedelta(days=2), hub_epoch=2)
RANGE, DUPLICATE = Outcome.OUTCOME_REFUSED_RANGE, Outcome.OUTCOME_REFUSED_DUPLICATE
STALE, NOT_ACCOUNTABLE = Outcome.OUTCOME_REFUSED_STALE_VERSION, Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE


def claim(held: FollowUp | None, by: bytes, version: int, **fields: Any) -> FollowUp:
    values = {"cohort": 1, "work": ACTIVE, "origin_agency_id": ORIGIN}
    return step(held, by, "claim", RESTORED, version, **(values | fields))


def refused(held: FollowUp | None, by: bytes, version: int, **fields: Any) -> Outcome:
    values = {"cohort": 1, "work": ACTIVE, "origin_agency_id": ORIGIN}
    return refusal(held, by, "claim", RESTORED, version=version, **(values | fields))


def in_backup() -> FollowUp:
    """As the backup has it, at version 1, told anew by the restored hub."""
    return begun_anew(opened(ORIGIN), RESTORED)


def test_a_restored_hub_tells_what_it_has_with_a_version_newer_than_any_before() -> None:
    held = in_backup()

    assert (held.version, held.recovered_version, held.accountable) == (EPOCH_LEAP + 1, 1, ORIGIN)


@pytest.mark.parametrize("version", [0, EPOCH_LEAP + 1, EPOCH_LEAP + 9])
def test_rule_1_only_what_was_told_in_an_earlier_epoch_can_be_claimed(version: int) -> None:
    held = in_backup()

    assert refused(held, OWNER, version) == refused(None, OWNER, version) == NOT_ACCOUNTABLE
    assert claim(held, ORIGIN, version) is held


def test_rule_2_a_claim_at_or_below_what_is_known_is_refused_and_changes_nothing_for_its_owner() -> None:
    held = in_backup()
    assert refused(held, OWNER, 1) == STALE
    assert claim(held, ORIGIN, 1) is held

    claimed = claim(held, OWNER, 5)
    assert (claimed.accountable, claimed.version, claimed.recovered_version) == (OWNER, held.version + 1, 5)
    assert claim(claimed, OWNER, 5) is claimed
    assert refused(claimed, OTHER, 5) == STALE


def test_rule_2_what_the_hub_did_since_the_restore_does_not_outweigh_a_claim() -> None:
    held = step(in_backup(), ORIGIN, "offer", RESTORED, offered_to=[ASKED])
    held = step(held, ASKED, "accept", RESTORED)

    assert claim(held, OWNER, 2).accountable == OWNER


@given(st.dictionaries(st.sampled_from([ORIGIN, OWNER, ASKED, OTHER]), st.integers(2, 99), min_size=1), st.booleans())
def test_rule_2_claims_commute_the_highest_version_wins_in_any_order(
    versions: dict[bytes, int], in_the_backup: bool
) -> None:
    claims = {version: by for by, version in versions.items()}  # the hub gave each version once
    outcomes = set()
    for order in permutations(claims.items()):
        held = in_backup() if in_the_backup else None
        for version, by in order:
            with suppress(Refused):
                held = claim(held, by, version, check_ins=version)
        assert held is not None
        outcomes.add((held.accountable, held.recovered_version, held.check_ins))

    highest = max(claims)
    assert outcomes == {(claims[highest], highest, highest)}


def test_rule_2_a_second_restore_begins_above_the_first() -> None:
    held = claim(in_backup(), OWNER, 5)
    again = begun_anew(held, at(NOON, hub_epoch=3))

    assert (again.version, again.recovered_version) == (2 * EPOCH_LEAP + 1, held.version)
    with pytest.raises(Refused):
        step(again, ORIGIN, "claim", at(NOON, hub_epoch=3), 7, cohort=1, work=ACTIVE, origin_agency_id=ORIGIN)


def test_rule_3_a_claim_brings_the_state_and_deadlines_begin_anew_without_an_offer() -> None:
    held = begun_anew(standing("open", "acknowledged"), RESTORED)
    contacted = NOON + timedelta(hours=1)
    claimed = claim(
        held, ASKED, 99, check_ins=2, first_contact_at=contacted, next_check_in_within=timedelta(days=3), cohort=4
    )

    assert (claimed.accountable, claimed.work, claimed.check_ins, claimed.cohort) == (ASKED, ACTIVE, 2, 4)
    assert (claimed.offer, claimed.accept_by, claimed.escalation) == (NO_OFFER, None, NOT_ESCALATED)
    assert claimed.first_contact_at == contacted
    assert claimed.next_check_in == claimed.escalate_at == RESTORED.now + timedelta(days=3)


@pytest.mark.parametrize("work", [OPEN, ACTIVE, ON_HOLD])
def test_rule_3_whatever_is_claimed_has_a_next_deadline(work: int) -> None:
    for held in (None, in_backup()):
        claimed = claim(held, OWNER, 5, work=work)
        assert claimed.due_at is not None
        assert claimed.due_at > RESTORED.now


def test_rule_3_a_closed_one_stays_closed_and_may_be_reopened() -> None:
    claimed = claim(in_backup(), OWNER, 5, work=CLOSED, outcome=COMPLETED)

    assert (claimed.work, claimed.outcome, claimed.closed_at, claimed.due_at) == (
        CLOSED, COMPLETED, RESTORED.now, None,
    )  # fmt: skip
    assert step(claimed, OWNER, "reopen", RESTORED).work == OPEN


def test_rule_4_one_that_the_hub_has_lost_comes_into_being_by_its_owners_claim() -> None:
    lost = claim(None, OWNER, 5, incident_id=INCIDENT, work=OPEN)

    assert (lost.id, lost.incident_id, lost.origin, lost.accountable) == (ID, INCIDENT, ORIGIN, OWNER)
    assert lost.version == EPOCH_LEAP + 1
    assert lost.due_at == RESTORED.now + timedelta(hours=72)
    assert lost == replace(lost, recovered_version=5)


@pytest.mark.parametrize("missing", ["cohort", "work", "origin_agency_id"])
def test_a_claim_without_the_state_is_refused(missing: str) -> None:
    assert refused(in_backup(), OWNER, 5, **{missing: None}) == RANGE


def test_a_claim_whose_outcome_does_not_fit_is_refused() -> None:
    assert refused(in_backup(), OWNER, 5, work=CLOSED) == RANGE
    assert refused(in_backup(), OWNER, 5, outcome=COMPLETED) == RANGE


def test_a_claim_of_another_follow_up_under_this_id_is_refused() -> None:
    assert refused(in_backup(), OWNER, 5, origin_agency_id=OTHER) == DUPLICATE
    assert refused(in_backup(), OWNER, 5, incident_id=INCIDENT) == DUPLICATE
