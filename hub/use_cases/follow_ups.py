"""Commands about follow-ups, of a whole group of pushes: read once, decided one after the other, written once.

The rules of `common.followup` decide, on what the group has reached so far. What depends on the region is decided here:

1. Who opens one for an incident, or is offered one of it, takes part in that incident. To an agency that takes no part,
   the incident does not exist.
2. Who has not signed the agreement in force neither makes offers, nor receives, nor accepts them.
3. The windows are those of the agreement that was in force when the follow-up was opened.

One that changes several times in a group is told once, as it is then; each change is kept.

Source: DOMAIN.md 4; DESIGN.md 5.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from common.followup.ownership import decide
from common.followup.refusal import Refused
from common.followup.state import Circumstances, FollowUp
from common.wire.v1.codes_pb2 import FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand, Report
from hub.domain.agency import Membership, Sender
from hub.domain.agreement import Agreement
from hub.persistence import agencies, follow_ups
from hub.persistence.follow_ups import Change
from hub.persistence.memory import Memory, remember
from hub.persistence.transaction import Transaction
from hub.use_cases.activations import remember_boards
from hub.use_cases.agreements import agreement_in_force, terms_of
from hub.use_cases.follow_up_notices import Told, tell

_APPLIED = Outcome.OUTCOME_APPLIED  # named once: looking a code up in a generated enum costs as much as a rule does
_OPEN, _CLAIM = FollowUpVerb.FOLLOW_UP_VERB_OPEN, FollowUpVerb.FOLLOW_UP_VERB_CLAIM
_OFFER, _ACCEPT = FollowUpVerb.FOLLOW_UP_VERB_OFFER, FollowUpVerb.FOLLOW_UP_VERB_ACCEPT


class FollowUps:
    """The follow-ups that one group of reports touches."""

    def __init__(self) -> None:
        self._tx: Transaction | None = None
        self._memory = Memory()
        self._agreement: Agreement | None = None
        self._told: dict[bytes, Told] = {}  # of each follow-up that this group changes
        self._changes: list[Change] = []

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read what these reports speak of."""
        self._tx, self._memory = tx, tx.memory
        commands = [report.follow_up for report in reports]
        self._agreement = agreement_in_force(tx, tx.now)
        ids = {command.follow_up_id for command in commands}
        remember(self._memory.follow_ups, ids, partial(follow_ups.load_follow_ups, tx.connection))
        held = [self._memory.follow_ups[id_] for id_ in ids if id_ in self._memory.follow_ups]
        remember_boards({*_incidents(commands), *(each.incident_id for each in held if each.incident_id)}, tx)
        named = {id_ for command in commands for id_ in (*command.offered_to, command.origin_agency_id) if id_}
        named |= {id_ for each in held for id_ in each.concerned}
        named |= self._memory.standings.keys()  # the senders' are there
        remember(self._memory.agencies, named, partial(agencies.load_agencies, tx.connection))

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Apply one agency's command, or say why not."""
        told: FollowUpCommand = report.follow_up
        held = self._memory.follow_ups.get(told.follow_up_id)
        refused = self._refusal(told, held, sender.agency_id)
        if refused is not None:
            return refused
        try:
            after = decide(held, told, sender.agency_id, self._circumstances(held, now))
        except Refused as refusal:
            return refusal.outcome
        if after is not held:
            self._note(held, after, told, report.command_id, sender.agency_id)
        return _APPLIED

    def save(self, tx: Transaction) -> None:
        """Write the changed follow-ups, and tell the agencies concerned."""
        if not self._told:
            return
        every = self._told.values()
        follow_ups.add_follow_ups(tx.connection, [told.now for told in every if told.before is None])
        follow_ups.save_follow_ups(tx.connection, [told.now for told in every if told.before is not None])
        follow_ups.add_changes(tx.connection, self._changes)
        for told in self._told.values():
            tell(told, terms_of(tx, told.now.agreement_version), self._memory.agencies, tx)

    def _circumstances(self, held: FollowUp | None, now: datetime) -> Circumstances:
        assert self._tx is not None
        version = (
            (0 if self._agreement is None else self._agreement.version) if held is None else held.agreement_version
        )
        return Circumstances(now, terms_of(self._tx, version), version, self._tx.hub_epoch)  # 3

    def _refusal(self, told: FollowUpCommand, held: FollowUp | None, by: bytes) -> Outcome | None:
        """Say what in the region is against a command; what the follow-up itself is against, `decide` finds."""
        origin = told.origin_agency_id if told.verb == _CLAIM and told.HasField("origin_agency_id") else by
        if origin not in self._memory.agencies:  # one that this hub never had, or that it lost in a restore
            return Outcome.OUTCOME_REFUSED_RANGE
        if told.verb in (_OPEN, _CLAIM) and held is None and told.HasField("incident_id"):
            return self._incident_refusal(told, by)  # 1
        if held is None or by not in held.concerned:
            return None  # `decide` says that there is no such follow-up, whatever else is wrong
        if told.verb == _OFFER and by == held.accountable:
            return self._offer_refusal(told, held, by)
        if told.verb == _ACCEPT and not self._has_signed(by):  # 2
            return Outcome.OUTCOME_REFUSED_NO_AGREEMENT
        return None

    def _incident_refusal(self, told: FollowUpCommand, by: bytes) -> Outcome | None:
        incident = self._memory.incidents.get(told.incident_id)
        if incident is None or (told.incident_id, by) not in self._memory.lines:
            return Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT
        if incident.is_closed and told.verb == _OPEN:
            return Outcome.OUTCOME_REFUSED_INCIDENT_CLOSED
        return None

    def _offer_refusal(self, told: FollowUpCommand, held: FollowUp, by: bytes) -> Outcome | None:
        for agency_id in told.offered_to:
            asked = self._memory.agencies.get(agency_id)
            if asked is None or asked.membership is not Membership.JOINED:
                return Outcome.OUTCOME_REFUSED_NOT_A_PARTICIPANT
            if held.incident_id is not None and (held.incident_id, agency_id) not in self._memory.lines:  # 1
                return Outcome.OUTCOME_REFUSED_NOT_A_PARTICIPANT
        if not all(self._has_signed(agency_id) for agency_id in (by, *told.offered_to)):  # 2
            return Outcome.OUTCOME_REFUSED_NO_AGREEMENT
        return None

    def _has_signed(self, agency_id: bytes) -> bool:
        return self._agreement is not None and agency_id in self._agreement.signed_by

    def _note(
        self, held: FollowUp | None, after: FollowUp, told: FollowUpCommand, command_id: bytes, by: bytes
    ) -> None:
        self._memory.follow_ups[after.id] = after
        earlier = self._told.get(after.id)
        self._told[after.id] = Told(held if earlier is None else earlier.before, after, command_id)
        reason = told.decline_reason if told.HasField("decline_reason") else None
        self._changes.append(change_of(after, told.verb, by, reason))


def change_of(after: FollowUp, verb: int, by: bytes | None, decline_reason: int | None = None) -> Change:
    """Give the entry of a follow-up's history that a change leaves."""
    return Change(
        after.opened_at, after.id, after.version, after.changed_at, verb, by, decline_reason,
        after.accountable, after.work, after.offer, after.escalation,
    )  # fmt: skip


def _incidents(commands: list[FollowUpCommand]) -> Iterator[bytes]:
    return (command.incident_id for command in commands if command.HasField("incident_id"))
