"""Supporter capacity: the newest report of an agency replaces the one before."""

from datetime import datetime
from typing import Any

from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from hub.domain.agency import Sender
from hub.persistence import capacities
from hub.persistence.transaction import Transaction


class SupporterCapacities:
    """What a group of reports says about capacity."""

    def __init__(self) -> None:
        self._told: dict[bytes, dict[str, Any]] = {}

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Nothing is needed: a report replaces the one before."""

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Take one agency's figures; one it does not know stays unknown."""
        told = report.supporter_capacity
        row: dict[str, Any] = dict.fromkeys(capacities.COUNTS)
        row |= {name.name: value for name, value in told.ListFields()}
        self._told[sender.agency_id] = row | {"told_at": now}
        return Outcome.OUTCOME_APPLIED

    def save(self, tx: Transaction) -> None:
        """Write them."""
        capacities.save_capacities(tx.connection, self._told)
