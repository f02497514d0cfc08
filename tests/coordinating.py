"""A hub's store with three agencies on one incident, bound by an agreement, and what their nodes command."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from common.agreement.terms import DEFAULT_TERMS, Terms
from common.errors import HoldfastError
from common.followup.state import FollowUp
from common.ids import new_id
from common.storage.store import Store
from common.wire.times import duration, timestamp
from common.wire.v1.codes_pb2 import CohortBand, DeclineReason, FollowUpOutcome, IncidentType, Outcome
from common.wire.v1.notice_pb2 import FollowUpNotice, Notice
from common.wire.v1.report_pb2 import FollowUpCommand, Report
from hub.domain.agency import Agency
from hub.domain.incident import Incident
from hub.persistence import agreements, follow_ups
from hub.persistence.agreements import AgreementSignature
from hub.persistence.follow_ups import Change
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import publish
from hub.use_cases.incidents import NewIncident, open_incident
from hub.use_cases.ownership import run_deadlines
from tests.builders import NOON, NodeLedger, agency
from tests.intake_world import World

APPLIED = Outcome.OUTCOME_APPLIED
KINDS = ("follow_up_changed", "offer_received", "escalation")  # of notices about a follow-up


def command(verb: str, follow_up_id: bytes, version: int, *, at: datetime = NOON, **fields: Any) -> Report:
    """A report that commands something with a follow-up; `verb` as the contract spells its end."""
    told = FollowUpCommand(verb=f"FOLLOW_UP_VERB_{verb.upper()}", follow_up_id=follow_up_id, version=version)
    for name, value in fields.items():
        if isinstance(value, timedelta):
            getattr(told, name).CopyFrom(duration(value))
        elif isinstance(value, datetime):
            getattr(told, name).CopyFrom(timestamp(value))
        elif isinstance(value, list):
            getattr(told, name).extend(value)
        else:
            setattr(told, name, value)
    return Report(command_id=new_id(at), occurred_at=timestamp(at), follow_up=told)


NEEDED: dict[str, dict[str, Any]] = {  # what a verb cannot go without
    "open": {"cohort": CohortBand.COHORT_BAND_1},
    "decline": {"decline_reason": DeclineReason.DECLINE_REASON_NOT_ELIGIBLE},
    "close": {"outcome": FollowUpOutcome.FOLLOW_UP_OUTCOME_REFERRED_ON},
}


class Coordination(World):
    """Fire, ems and jail: all joined, all on one incident, all bound by the agreement in force."""

    def __init__(self, store: Store, terms: Terms = DEFAULT_TERMS, *, signed: bool = True) -> None:
        super().__init__(store)
        self.jail = agency("stonegate-corrections")
        self.third = self.join(self.jail.id, new=self.jail)
        self.ledgers = {self.fire.id: self.ledger, self.ems.id: self.other, self.jail.id: self.third}
        self.publish(terms, *([self.fire, self.ems, self.jail] if signed else []))
        self.incident = self.open_for(self.fire, self.ems, self.jail)

    def publish(self, terms: Terms, *signers: Agency) -> None:
        """Publish a version of the agreement that holds at once, signed by these."""
        with self.store.begin() as connection:
            tx = Transaction(connection, self.now)
            version = publish("Region agreement", terms, self.now, tx, self.now).version
            signatures = [AgreementSignature(version, each.id, 1, bytes(64), self.now) for each in signers]
            agreements.add_signatures(connection, signatures)
            tx.deliver()
        self.memory.forget()

    def terms_now(self, **changes: Any) -> Terms:
        """Terms for the next version of the agreement."""
        return replace(DEFAULT_TERMS, **changes)

    def open_for(self, *participants: Agency) -> Incident:
        new = NewIncident(
            IncidentType.INCIDENT_TYPE_FACILITY_DISTURBANCE, "B wing", [a.slug for a in participants], NOON
        )
        opened: Incident = self.do(partial(open_incident, new))
        return opened

    def do(self, use_case: Any) -> Any:
        """Run one of the hub's own commands, committed."""
        with self.store.begin() as connection:
            tx = Transaction(connection, self.now)
            result = use_case(tx=tx, now=self.now)
            tx.deliver()
        self.memory.forget()
        return result

    def say(self, by: Agency, verb: str, follow_up_id: bytes, version: int | None = None, **fields: Any) -> Outcome:
        """Have an agency's node command something, on the newest version unless another one is given."""
        if version is None:
            version = 0 if verb == "open" else self.state(follow_up_id).version
        report = command(verb, follow_up_id, version, at=self.now, **(NEEDED.get(verb, {}) | fields))
        return self.send(by, report)

    def send(self, by: Agency, report: Report, ledger: NodeLedger | None = None) -> Outcome:
        (answer,) = self.push((ledger or self.ledgers[by.id]).batch(report))
        if isinstance(answer, HoldfastError):
            raise answer
        return answer.outcomes[0]

    def opened(self, by: Agency, **fields: Any) -> bytes:
        """Have an agency open a follow-up of the incident; give its id."""
        follow_up_id = os.urandom(16)
        assert self.say(by, "open", follow_up_id, incident_id=self.incident.id, **fields) == APPLIED
        return follow_up_id

    def offered(self, by: Agency, *to: Agency) -> bytes:
        """Have an agency open one and offer it; give its id."""
        follow_up_id = self.opened(by)
        assert self.say(by, "offer", follow_up_id, offered_to=[each.id for each in to]) == APPLIED
        return follow_up_id

    def tick(self, **later: float) -> int:
        """Let time pass, and the hub's clock do what is due, until nothing is."""
        self.now += timedelta(**later)
        total = 0
        while done := self.do(run_deadlines):
            total += done
        return total

    def state(self, follow_up_id: bytes) -> FollowUp:
        with self.store.read() as connection:
            return follow_ups.load_follow_ups(connection, [follow_up_id])[follow_up_id]

    def history(self, follow_up_id: bytes) -> list[Change]:
        with self.store.read() as connection:
            return follow_ups.list_changes(connection, follow_up_id)

    def told(self, recipient: Agency) -> list[tuple[str, FollowUpNotice]]:
        """What an agency was told of follow-ups, as (kind, state)."""
        kinds = [(notice.WhichOneof("kind"), notice) for notice in self.mail(recipient.id)]
        return [(kind, getattr(notice, kind)) for kind, notice in kinds if kind in KINDS]

    def last(self, recipient: Agency) -> tuple[str, FollowUpNotice]:
        return self.told(recipient)[-1]

    def refusals(self, recipient: Agency) -> list[Outcome]:
        found: list[Notice] = [notice for notice in self.mail(recipient.id) if notice.HasField("report_refused")]
        return [notice.report_refused.outcome for notice in found]
