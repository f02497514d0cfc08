"""An activation: one agency's peer team for one incident, as the board shows it.

    requested -> acknowledged -> active -> monitoring -> stood down; or declined, or unable

Steps may be left out, and a team that stood down or declined may become active again while the incident is open: people
report what is true now, not what a diagram expects. Only `requested` is the hub's own to set. Every report of a status,
also the same one again, carries the counts of that moment.

Source: DOMAIN.md 4.
"""

from dataclasses import dataclass
from datetime import datetime

from common.wire.v1.codes_pb2 import ActivationStatus, Outcome
from common.wire.v1.report_pb2 import ActivationReport
from hub.domain.incident import Incident

# Named once: looking a code up in a generated enum costs as much as a rule does.
_REQUESTED = ActivationStatus.ACTIVATION_STATUS_REQUESTED
_ACKNOWLEDGED = ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED
_ACTIVE = ActivationStatus.ACTIVATION_STATUS_ACTIVE
_DECLINED = ActivationStatus.ACTIVATION_STATUS_DECLINED
_BACK_TO_ACKNOWLEDGED = {_REQUESTED, _ACKNOWLEDGED, _DECLINED, ActivationStatus.ACTIVATION_STATUS_UNABLE}


@dataclass(frozen=True)
class Activation:
    """One line of an incident's board. A count that is not known is None, never zero."""

    incident_id: bytes
    agency_id: bytes
    status: ActivationStatus
    changed_at: datetime  # hub clock
    version: int
    decline_reason: int | None = None
    supporters_deployed: int | None = None
    supporters_for_mutual_aid: int | None = None
    people_exposed: int | None = None  # wire CountBand
    contacts_made: int | None = None  # wire CountBand
    follow_ups_open: int | None = None
    follow_ups_due: int | None = None
    follow_ups_done: int | None = None
    first_active_at: datetime | None = None  # hub clock; kept for the after-action report, and told to no node


COUNTS = (
    "decline_reason",
    "supporters_deployed",
    "supporters_for_mutual_aid",
    "people_exposed",
    "contacts_made",
    "follow_ups_open",
    "follow_ups_due",
    "follow_ups_done",
)
_COUNTED = frozenset(COUNTS)


def without_counts(line: Activation) -> Activation:
    """Give the line as an agency sees it that is not to see the counts: its status, and why it was declined."""
    return Activation(line.incident_id, line.agency_id, line.status, line.changed_at, line.version, line.decline_reason)


def requested(incident_id: bytes, agency_id: bytes, now: datetime, version: int = 1) -> Activation:
    """Give the line that every participant begins with.

    Nodes write it themselves when they hear of the incident: the contract says how (IncidentNotice.agency_ids).
    """
    return Activation(incident_id, agency_id, _REQUESTED, now, version)


def is_late(line: Activation, incident: Incident, is_asked: bool, now: datetime) -> bool:
    """Tell whether an agency that the agreement asks to activate has not answered within its time."""
    by = incident.activate_by
    return is_asked and not incident.is_closed and line.status == _REQUESTED and by is not None and by < now


def refusal(before: ActivationStatus, report: ActivationReport) -> "Outcome | None":
    """Give the code under which a report is refused that follows a status, or None when it may be applied."""
    status = report.status
    if status == _REQUESTED:
        return Outcome.OUTCOME_REFUSED_TRANSITION
    if (status == _DECLINED) != report.HasField("decline_reason"):
        return Outcome.OUTCOME_REFUSED_RANGE
    if status == _ACKNOWLEDGED and before not in _BACK_TO_ACKNOWLEDGED:
        return Outcome.OUTCOME_REFUSED_TRANSITION
    return None


def changed(
    line: Activation, report: ActivationReport, now: datetime, version: int, *, was_active: bool = False
) -> Activation:
    """Give the line as a report says it is now, at its new version.

    Args:
        was_active: an earlier report said that the team is active, and came together with this one.
    """
    first_active_at = line.first_active_at
    if first_active_at is None and (was_active or report.status == _ACTIVE):
        first_active_at = now
    counts = {field.name: value for field, value in report.ListFields() if field.name in _COUNTED}
    return Activation(
        line.incident_id, line.agency_id, report.status, now, version, first_active_at=first_active_at, **counts
    )
