"""An activation: one agency's peer team for one incident, as the board shows it and as the node may report it.

    requested -> acknowledged -> active -> monitoring -> stood down; or declined, or unable

Steps may be left out, and a team that stood down or declined may become active again while the incident is open. The
hub decides with the same rules; the node refuses first, so that a person is told at once, offline included.

Source: DOMAIN.md 4.
"""

from dataclasses import dataclass
from datetime import datetime

from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import ActivationStatus, CountBand
from node.domain.incident import Incident

_REQUESTED = ActivationStatus.ACTIVATION_STATUS_REQUESTED
_BEFORE_ACKNOWLEDGED = {
    _REQUESTED,
    ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED,
    ActivationStatus.ACTIVATION_STATUS_DECLINED,
    ActivationStatus.ACTIVATION_STATUS_UNABLE,
}
BANDS = ("people_exposed", "contacts_made")  # the counts that are told as a band
_LOWEST_OF_BAND = {
    CountBand.COUNT_BAND_NONE: 0,
    CountBand.COUNT_BAND_1_TO_10: 1,
    CountBand.COUNT_BAND_11_TO_25: 11,
    CountBand.COUNT_BAND_26_TO_50: 26,
    CountBand.COUNT_BAND_51_TO_100: 51,
    CountBand.COUNT_BAND_OVER_100: 101,
}


@dataclass(frozen=True)
class Counts:
    """The counts of one moment. One that is not known is None, never zero."""

    supporters_deployed: int | None = None
    supporters_for_mutual_aid: int | None = None
    people_exposed: int | None = None  # wire CountBand
    contacts_made: int | None = None  # wire CountBand
    follow_ups_open: int | None = None
    follow_ups_due: int | None = None
    follow_ups_done: int | None = None


@dataclass(frozen=True)
class BoardLine:
    """One agency's line on the board of one incident, as the hub told it."""

    incident_id: bytes
    agency_id: bytes
    status: int  # wire ActivationStatus
    decline_reason: int | None  # wire DeclineReason
    counts: Counts
    changed_at: datetime  # hub clock
    version: int


def implied_lines(incident: Incident, before: Incident | None, issued_at: datetime) -> list[BoardLine]:
    """Give the line that each participant begins with, as the hub has it: no notice tells it by itself.

    Args:
        incident: as the hub tells it now.
        before: as it was held until now.
        issued_at: when the hub said it.

    Source: notice.proto, IncidentNotice.agency_ids.
    """
    known = set((before or incident).agency_ids)
    return [
        BoardLine(incident.id, agency_id, _REQUESTED, None, Counts(), at, 1)
        for agency_id in incident.agency_ids
        for at in [incident.opened_at if agency_id in known else issued_at]
    ]


def small_counts(counts: Counts, k: int) -> tuple[str, ...]:
    """Name the counts that are, or may be, 1 to k-1; zero is none of them.

    Source: DOMAIN.md 3, the pack of Texas: taking part is itself confidential, towards the board too.
    """
    return tuple(name for name, count in vars(counts).items() if count and 0 < _lowest(name, count) < k)


def _lowest(name: str, count: int) -> int:
    return _LOWEST_OF_BAND.get(count, 0) if name in BANDS else count  # type: ignore[call-overload]


def check_may_follow(present: int, wanted: int, decline_reason: int | None) -> None:
    """Check that an agency may report a status after the one it has.

    Args:
        present: the status last reported, or the board's.
        wanted: the status to report.
        decline_reason: why, when declining; None otherwise.

    Raises:
        InvalidRequest: a decline without its reason, or a reason without a decline.
        WrongState: the status cannot follow the present one.
    """
    declines = wanted == ActivationStatus.ACTIVATION_STATUS_DECLINED
    if declines and decline_reason is None:
        raise InvalidRequest("decline_reason: say why the agency declines")
    if not declines and decline_reason is not None:
        raise InvalidRequest("decline_reason: only a decline has a reason")
    if wanted == _REQUESTED:
        raise WrongState("`requested` is the hub's to set: report what the team does")
    if wanted == ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED and present not in _BEFORE_ACKNOWLEDGED:
        raise WrongState("the team was active already: report active, monitoring or stood down")
