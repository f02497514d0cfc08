"""Any sequence of commands, valid or not, of deadlines, removals and restores: exactly one agency is accountable.

Source: DESIGN.md 1, promise 4.
"""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from common.followup.deadlines import passed
from common.followup.offers import agency_left, offer_by_hub
from common.followup.ownership import decide
from common.followup.recovery import begun_anew
from common.followup.refusal import Refused
from common.followup.state import ACTIVE, AT_STATE, CLOSED, NO_OFFER, ON_HOLD, OPEN, FollowUp
from common.versions import version_after
from common.wire.v1.codes_pb2 import DeclineReason, FollowUpOutcome, FollowUpVerb
from common.wire.v1.report_pb2 import FollowUpCommand
from tests.followups import ASKED, COMPLETED, GIVEN, INCIDENT, ORIGIN, OTHER, STRANGER, told

AGENCIES = (ORIGIN, ASKED, OTHER, STRANGER)
VERBS = [name.removeprefix("FOLLOW_UP_VERB_").lower() for name, number in FollowUpVerb.items() if number]
MOVING = {"accept", "claim"}
SPANS = st.one_of(st.none(), st.integers(1, 400).map(lambda hours: timedelta(hours=hours)))
OFFERED_TO = st.lists(st.sampled_from(AGENCIES), max_size=3)


@st.composite
def commands(draw: st.DrawFn) -> dict[str, Any]:
    """What a verb needs, most often; now and then something that does not belong to it, or is missing."""
    verb = draw(st.sampled_from(VERBS))
    fields: dict[str, Any] = {}
    if verb == "offer":
        fields |= {"offered_to": draw(OFFERED_TO), "accept_within": draw(SPANS)}
    elif verb in ("first_contact", "check_in", "hold"):
        fields |= {"next_check_in_within": draw(SPANS)}
    elif verb == "close":
        fields |= {"outcome": draw(st.sampled_from([COMPLETED, FollowUpOutcome.FOLLOW_UP_OUTCOME_NOT_NEEDED, None]))}
    elif verb == "decline":
        fields |= {"decline_reason": draw(st.sampled_from([DeclineReason.DECLINE_REASON_NO_CAPACITY, None]))}
    elif verb == "claim":
        work = draw(st.sampled_from([OPEN, ACTIVE, ON_HOLD, CLOSED]))
        fields |= {"cohort": 1, "work": work, "incident_id": INCIDENT, "outcome": COMPLETED if work == CLOSED else None}
        fields |= {"origin_agency_id": draw(st.sampled_from([ORIGIN, ORIGIN, OTHER])), "check_ins": 1}
    if draw(st.integers(0, 19)) == 0:
        fields |= {"cohort": 2}
    return {"verb": verb, **fields}


class OneFollowUp(RuleBasedStateMachine):
    """One follow-up, and four agencies that command whatever comes to their minds."""

    held: FollowUp

    @initialize()
    def open_it(self) -> None:
        self.given = GIVEN
        self.held = decide(None, told("open", 0, incident_id=INCIDENT), ORIGIN, self.given)
        self.earlier: list[int] = [0, 1]

    @rule(by=st.sampled_from(AGENCIES), asked=commands(), back=st.one_of(st.just(0), st.integers(-1, 3)))
    def anybody_commands(self, by: bytes, asked: dict[str, Any], back: int) -> None:
        self._command(by, asked, back)

    @rule(asked=commands())
    def owner_commands(self, asked: dict[str, Any]) -> None:
        self._command(self.held.accountable, asked, 0)

    @rule(to=st.sampled_from(AGENCIES), also=OFFERED_TO)
    def owner_offers(self, to: bytes, also: list[bytes]) -> None:
        self._command(self.held.accountable, {"verb": "offer", "offered_to": [*dict.fromkeys([to, *also])]}, 0)

    @precondition(lambda self: self.held.is_offered)
    @rule(verb=st.sampled_from(["acknowledge", "accept", "decline"]), which=st.integers(0, 3))
    def somebody_answers(self, verb: str, which: int) -> None:
        reason = DeclineReason.DECLINE_REASON_NO_CAPACITY if verb == "decline" else None
        by = self.held.may_answer[which % len(self.held.may_answer)]
        self._command(by, {"verb": verb, "decline_reason": reason}, 0)

    def _command(self, by: bytes, asked: dict[str, Any], back: int) -> None:
        fields = dict(asked)
        verb = fields.pop("verb")
        version = max(self.held.version - back, 0)
        if verb == "claim" and self.earlier:
            version = self.earlier[back % len(self.earlier)]
        command = told(verb, version, **fields)
        before = FollowUpCommand.FromString(command.SerializeToString())
        self._take(lambda held: decide(held, command, by, self.given), moves=verb in MOVING, to=by)
        assert command == before

    @rule(to=OFFERED_TO, within=SPANS)
    def hub_offers(self, to: list[bytes], within: timedelta | None) -> None:
        self._take(lambda held: offer_by_hub(held, to, within, self.given))

    @rule(minutes=st.integers(-60, 60 * 24 * 8))
    def time_passes(self, minutes: int) -> None:
        self.given = replace(self.given, now=self.given.now + timedelta(minutes=minutes))
        for _ in range(4):
            self._take(lambda held: passed(held, self.given) or held)
        assert passed(self.held, self.given) is None

    @rule(agency=st.sampled_from(AGENCIES))
    def agency_is_removed(self, agency: bytes) -> None:
        self._take(lambda held: agency_left(held, agency, self.given))
        once = self.held
        self._take(lambda held: agency_left(held, agency, self.given))
        assert self.held is once

    @precondition(lambda self: self.given.hub_epoch < 4)
    @rule()
    def hub_is_restored(self) -> None:
        self.earlier = [self.held.version, self.held.version + 1, self.held.version + 2]
        self.given = replace(self.given, hub_epoch=self.given.hub_epoch + 1)
        if self.held.work != CLOSED:
            self._take(lambda held: begun_anew(held, self.given))

    def _take(self, what: Callable[[FollowUp], FollowUp], moves: bool = False, to: bytes = b"") -> None:
        before, copy = self.held, replace(self.held)
        with contextlib.suppress(Refused):
            self.held = what(before)
        assert before == copy  # neither a step nor a refusal changes what was
        if self.held is not before:
            assert self.held.version == version_after(before.version, self.given.hub_epoch) > before.version
            assert (self.held.id, self.held.origin, self.held.opened_at) == (copy.id, copy.origin, copy.opened_at)
        if self.held.accountable != before.accountable:
            assert moves
            assert self.held.accountable == to

    @invariant()
    def exactly_one_is_accountable(self) -> None:
        assert self.held.accountable in AGENCIES
        assert self.held.accountable not in self.held.may_answer

    @invariant()
    def nothing_falls_through(self) -> None:
        if self.held.work == CLOSED:
            assert (self.held.due_at, self.held.offer) == (None, NO_OFFER)
        else:
            assert self.held.due_at is not None or self.held.escalation == AT_STATE

    @invariant()
    def its_parts_fit(self) -> None:
        held = self.held
        assert (held.work == CLOSED) == (held.outcome is not None) == (held.closed_at is not None)
        assert (held.offer == NO_OFFER) == (held.accept_by is None)
        assert not held.is_offered or held.may_answer
        assert (held.next_check_in is None) == (held.work in (OPEN, CLOSED))


OneFollowUp.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestOneFollowUp = OneFollowUp.TestCase
