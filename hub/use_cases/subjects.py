"""Which kinds of report this version acts on. The others are recorded as refused, and not lost.

A subject is read once for a group of reports, changed in memory, and written once.
"""

from datetime import datetime
from typing import Protocol

from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from hub.domain.agency import Sender
from hub.persistence.transaction import Transaction
from hub.use_cases.activations import ActivationBoards
from hub.use_cases.capacities import SupporterCapacities
from hub.use_cases.incident_requests import IncidentRequests


class Subject(Protocol):
    """One kind of report, for one group."""

    def load(self, reports: list[Report], tx: Transaction) -> None: ...

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome: ...

    def save(self, tx: Transaction) -> None: ...


class Subjects:
    """Every kind that this version acts on, by its name in the contract."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Subject] = {
            "activation": ActivationBoards(),
            "supporter_capacity": SupporterCapacities(),
            "incident_request": IncidentRequests(),
        }

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read what the group's reports speak of."""
        for kind, subject in self._by_kind.items():
            of_kind = [report for report in reports if report.WhichOneof("kind") == kind]
            if of_kind:
                subject.load(of_kind, tx)

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Apply one report whose fields are in range."""
        subject = self._by_kind.get(report.WhichOneof("kind") or "")
        if subject is None:
            return Outcome.OUTCOME_REFUSED_KIND_UNIMPLEMENTED
        return subject.apply(report, sender, now)

    def save(self, tx: Transaction) -> None:
        """Write what changed, by bulk statements only: they are sent together with the intake's own."""
        for subject in self._by_kind.values():
            subject.save(tx)
