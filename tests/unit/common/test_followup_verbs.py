"""Every verb, in every state of a follow-up, by every agency that may come: one table says what becomes of it."""

from typing import Any

import pytest

from common.followup.refusal import Refused
from common.followup.state import ACKNOWLEDGED, ACTIVE, CLOSED, NO_OFFER, OFFERED, ON_HOLD, OPEN
from common.wire.v1.codes_pb2 import CohortBand, FollowUpVerb, FollowUpWork, Outcome
from tests.followups import (
    ASKED,
    DECLINED,
    ORIGIN,
    OWNER,
    STRANGER,
    after,
    standing,
    step,
    told,
)

RANGE, DUPLICATE = Outcome.OUTCOME_REFUSED_RANGE, Outcome.OUTCOME_REFUSED_DUPLICATE
STALE, TRANSITION = Outcome.OUTCOME_REFUSED_STALE_VERSION, Outcome.OUTCOME_REFUSED_TRANSITION
UNKNOWN, NO_OPEN_OFFER = Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP, Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER
NOT_ACCOUNTABLE = Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE
MEANT = {
    "+": "changed",
    "=": "taken, changes nothing",
    "T": TRANSITION,
    "N": NOT_ACCOUNTABLE,
    "O": NO_OPEN_OFFER,
    "U": UNKNOWN,
    "D": DUPLICATE,
}
ROLES = {"owner": OWNER, "origin": ORIGIN, "offered": ASKED, "declined": DECLINED, "stranger": STRANGER}
# Each cell is a command on the present version. A closed one has no offer: closing ends it.
STATES = [(work, offer) for work in ("open", "active", "on_hold") for offer in ("none", "offered", "acknowledged")]
STATES.append(("closed", "none"))
TABLE = """
verb             who       open active hold closed: in each, without an offer, offered, acknowledged
open             owner     DDD DDD DDD D
open             origin    === === === =
open             offered   DDD DDD DDD D
open             declined  DDD DDD DDD D
open             stranger  DDD DDD DDD D
offer            owner     +TT +TT +TT T
offer            origin    NNN NNN NNN N
offer            offered   NNN NNN NNN N
offer            declined  NNN NNN NNN N
offer            stranger  UUU UUU UUU U
acknowledge      owner     OOO OOO OOO O
acknowledge      origin    OOO OOO OOO O
acknowledge      offered   O+= O+= O+= O
acknowledge      declined  OOO OOO OOO O
acknowledge      stranger  UUU UUU UUU U
accept           owner     OOO OOO OOO O
accept           origin    OOO OOO OOO O
accept           offered   O++ O++ O++ O
accept           declined  OOO OOO OOO O
accept           stranger  UUU UUU UUU U
decline          owner     OOO OOO OOO O
decline          origin    OOO OOO OOO O
decline          offered   O++ O++ O++ O
decline          declined  O== O== O== O
decline          stranger  UUU UUU UUU U
withdraw         owner     O++ O++ O++ O
withdraw         origin    NNN NNN NNN N
withdraw         offered   NNN NNN NNN N
withdraw         declined  NNN NNN NNN N
withdraw         stranger  UUU UUU UUU U
reclaim          owner     TTT TTT TTT T
reclaim          origin    +++ +++ +++ T
reclaim          offered   TTT TTT TTT T
reclaim          declined  TTT TTT TTT T
reclaim          stranger  UUU UUU UUU U
first_contact    owner     +++ TTT TTT T
first_contact    origin    NNN NNN NNN N
first_contact    offered   NNN NNN NNN N
first_contact    declined  NNN NNN NNN N
first_contact    stranger  UUU UUU UUU U
check_in         owner     TTT +++ +++ T
check_in         origin    NNN NNN NNN N
check_in         offered   NNN NNN NNN N
check_in         declined  NNN NNN NNN N
check_in         stranger  UUU UUU UUU U
hold             owner     +++ +++ TTT T
hold             origin    NNN NNN NNN N
hold             offered   NNN NNN NNN N
hold             declined  NNN NNN NNN N
hold             stranger  UUU UUU UUU U
resume           owner     TTT TTT +++ T
resume           origin    NNN NNN NNN N
resume           offered   NNN NNN NNN N
resume           declined  NNN NNN NNN N
resume           stranger  UUU UUU UUU U
close            owner     +++ +++ +++ T
close            origin    NNN NNN NNN N
close            offered   NNN NNN NNN N
close            declined  NNN NNN NNN N
close            stranger  UUU UUU UUU U
reopen           owner     TTT TTT TTT +
reopen           origin    NNN NNN NNN N
reopen           offered   NNN NNN NNN N
reopen           declined  NNN NNN NNN N
reopen           stranger  UUU UUU UUU U
ask_hub_to_offer owner     +TT +TT +TT T
ask_hub_to_offer origin    NNN NNN NNN N
ask_hub_to_offer offered   NNN NNN NNN N
ask_hub_to_offer declined  NNN NNN NNN N
ask_hub_to_offer stranger  UUU UUU UUU U
claim            owner     === === === =
claim            origin    NNN NNN NNN N
claim            offered   NNN NNN NNN N
claim            declined  NNN NNN NNN N
claim            stranger  NNN NNN NNN N
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CELLS = [
    (verb, role, work, offer, meant)
    for verb, role, *columns in ROWS
    for (work, offer), meant in zip(STATES, "".join(columns), strict=True)
]


def test_the_table_has_every_verb_and_every_role() -> None:
    verbs = {name.removeprefix("FOLLOW_UP_VERB_").lower() for name, number in FollowUpVerb.items() if number}

    assert {(verb, role) for verb, role, *_ in ROWS} == {(verb, role) for verb in verbs for role in ROLES}


@pytest.mark.parametrize(("verb", "role", "work", "offer", "meant"), CELLS)
def test_every_verb_in_every_state_by_every_role(verb: str, role: str, work: str, offer: str, meant: str) -> None:
    held, by = standing(work, offer), ROLES[role]
    claim: dict[str, Any] = {
        "cohort": CohortBand.COHORT_BAND_1,
        "work": FollowUpWork.FOLLOW_UP_WORK_OPEN,
        "origin_agency_id": ORIGIN,
    }
    fields = claim if verb == "claim" else {}
    found: object
    try:
        now = step(held, by, verb, after(hours=1), **fields)
    except Refused as refused:
        found = refused.outcome
    else:
        found = MEANT["="] if now is held else MEANT["+"]
        assert now.version == held.version + (now is not held)
        assert now.accountable == (by if verb == "accept" else OWNER)

    assert found == MEANT[meant]


def test_the_states_of_the_table_are_what_they_are_called() -> None:
    works = {"open": OPEN, "active": ACTIVE, "on_hold": ON_HOLD, "closed": CLOSED}
    offers = {"none": NO_OFFER, "offered": OFFERED, "acknowledged": ACKNOWLEDGED}
    for work, offer in STATES:
        held = standing(work, offer)
        assert (held.work, held.offer, held.accountable, held.origin) == (works[work], offers[offer], OWNER, ORIGIN)
        assert set(held.concerned) == {OWNER, ORIGIN, ASKED, DECLINED}
    assert told("accept", 3).version == 3
