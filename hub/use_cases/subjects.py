"""Which kinds of report this version acts on. The others are recorded as refused, and not lost.

A subject is read once for a group of reports, changed in memory, and written once.
"""

from datetime import datetime
from typing import Protocol

from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from hub.domain.agency import Sender
from hub.persistence import commands
from hub.persistence.commands import CommandKey
from hub.persistence.transaction import Transaction
from hub.use_cases.activations import ActivationBoards
from hub.use_cases.agreement_signatures import AgreementSignatures
from hub.use_cases.capacities import SupporterCapacities
from hub.use_cases.follow_ups import FollowUps
from hub.use_cases.incident_requests import IncidentRequests
from hub.use_cases.mutual_aid import PeerAid
from hub.use_cases.table_releases import ReleaseHolds, TableReleases


class Subject(Protocol):
    """One kind of report, for one group."""

    def load(self, reports: list[Report], tx: Transaction) -> None: ...

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome: ...

    def save(self, tx: Transaction) -> None: ...


ANSWERED_ONCE = frozenset({"follow_up", "peer_aid", "incident_request", "agreement_signature"})  # by command id


class Subjects:
    """Every kind that this version acts on, by its name in the contract.

    A command of a kind in `ANSWERED_ONCE` that was answered before gets the same answer again, and does nothing. A
    report of the other kinds replaces the one before: what it says twice is true twice.
    """

    def __init__(self, trust_domain: str) -> None:
        self._by_kind: dict[str, Subject] = {
            "activation": ActivationBoards(),
            "agreement_signature": AgreementSignatures(trust_domain),
            "supporter_capacity": SupporterCapacities(),
            "follow_up": FollowUps(),
            "peer_aid": PeerAid(),
            "incident_request": IncidentRequests(),
            "table_release": TableReleases(),
            "release_hold": ReleaseHolds(),
        }
        self._answered: dict[CommandKey, Outcome] = {}
        self._new_answers: dict[CommandKey, Outcome] = {}

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read what the group's reports speak of."""
        of_kind: dict[str, list[Report]] = {}
        for report in reports:
            of_kind.setdefault(report.WhichOneof("kind") or "", []).append(report)
        for kind, subject in self._by_kind.items():
            if kind in of_kind:
                subject.load(of_kind[kind], tx)
        once = {report.command_id for kind in ANSWERED_ONCE & of_kind.keys() for report in of_kind[kind]}
        if once:
            self._answered = commands.load_answers(tx.connection, once)

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Apply one report whose fields are in range."""
        kind = report.WhichOneof("kind") or ""
        subject = self._by_kind.get(kind)
        if subject is None:
            return Outcome.OUTCOME_REFUSED_KIND_UNIMPLEMENTED
        if kind not in ANSWERED_ONCE:
            return subject.apply(report, sender, now)
        key = (sender.agency_id, report.command_id)
        answer = self._answered.get(key)
        if answer is None:
            answer = self._answered[key] = self._new_answers[key] = subject.apply(report, sender, now)
        return answer

    def save(self, tx: Transaction) -> None:
        """Write what changed, by bulk statements only: they are sent together with the intake's own."""
        for subject in self._by_kind.values():
            subject.save(tx)
        commands.add_answers(tx.connection, self._new_answers)
