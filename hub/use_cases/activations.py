"""Activation reports of a whole group of pushes: boards are read once, changed in memory, and written once."""

from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import datetime

from common.wire.v1.codes_pb2 import ActivationStatus, Outcome
from common.wire.v1.report_pb2 import ActivationReport, Report
from hub.domain import activation
from hub.domain.activation import Activation
from hub.domain.agency import Sender
from hub.domain.incident import Incident
from hub.persistence import incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.boards import counts_are_hidden, tell_line

_ACTIVE = ActivationStatus.ACTIVATION_STATUS_ACTIVE
_APPLIED = Outcome.OUTCOME_APPLIED  # named once: looking a code up in a generated enum costs as much as a rule does


class ActivationBoards:
    """The boards that one group of reports touches."""

    def __init__(self) -> None:
        self._incidents: dict[bytes, Incident] = {}
        self._lines: dict[tuple[bytes, bytes], Activation] = {}
        self._newest: dict[tuple[bytes, bytes], ActivationReport] = {}  # of each line that this group changes
        self._steps: Counter[tuple[bytes, bytes]] = Counter()
        self._counts_hidden = False
        self._active: set[tuple[bytes, bytes]] = set()  # lines that a report of this group says to be active

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read what these reports speak of."""
        self._incidents, self._lines = tx.memory.incidents, tx.memory.lines
        self._counts_hidden = counts_are_hidden(tx, tx.now)
        remember_boards({report.activation.incident_id for report in reports}, tx)

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Apply one agency's report, or say why not."""
        told: ActivationReport = report.activation
        incident = self._incidents.get(told.incident_id)
        if incident is None:
            return Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT
        key = (told.incident_id, sender.agency_id)
        line = self._lines.get(key)
        if line is None:
            # To an agency that takes no part, the incident does not exist: an id alone must not confirm it.
            return Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT
        if incident.is_closed:
            return Outcome.OUTCOME_REFUSED_INCIDENT_CLOSED
        before = self._newest.get(key)
        refused = activation.refusal(line.status if before is None else before.status, told)
        if refused is not None:
            return refused
        self._newest[key] = told
        self._steps[key] += 1
        if told.status == _ACTIVE:
            self._active.add(key)
        return _APPLIED

    def save(self, tx: Transaction) -> None:
        """Write the changed lines and tell the participants; one that changed twice is told once, as it is now."""
        changed = [
            activation.changed(
                line,
                told,
                tx.now,
                tx.version_after(line.version + self._steps[key] - 1),
                was_active=key in self._active,
            )
            for key, told in self._newest.items()
            for line in [self._lines[key]]
        ]
        incidents.save_lines(tx.connection, changed)
        for line in changed:
            self._lines[line.incident_id, line.agency_id] = line
            tell_line(line, self._incidents[line.incident_id].agency_ids, tx, hiding_counts=self._counts_hidden)


def remember_boards(incident_ids: AbstractSet[bytes], tx: Transaction) -> None:
    """Read those of these incidents that are not remembered yet, with their boards' lines: who takes part."""
    missing = incident_ids - tx.memory.incidents.keys()
    if missing:
        for incident, lines in incidents.load_boards(tx.connection, missing).values():
            tx.memory.incidents[incident.id] = incident
            tx.memory.lines |= {(line.incident_id, line.agency_id): line for line in lines}
