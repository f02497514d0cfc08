"""A request for an incident: an agency asks, in codes, that the hub open one. A coordinator opens it or declines it.

waiting -> opened (the incident), or declined (coded reason)

Source: DOMAIN.md 4.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from common.errors import WrongState
from common.wire.v1.codes_pb2 import DeclineReason, IncidentType


class RequestState(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    OPENED = "opened"
    DECLINED = "declined"


@dataclass(frozen=True)
class IncidentRequest:
    """What an agency asked for, and the answer."""

    command_id: bytes  # of the report that asked; the request is known by it
    agency_id: bytes  # the one that asks
    type: IncidentType
    started_at: datetime  # not after `received_at`
    agency_ids: tuple[bytes, ...]  # others that it knows were there; this hub may not know them
    received_at: datetime  # hub clock
    state: RequestState = RequestState.WAITING
    incident_id: bytes | None = None
    decline_reason: DeclineReason | None = None


def opened(request: IncidentRequest, incident_id: bytes) -> IncidentRequest:
    """Answer a request with an incident.

    Raises:
        WrongState: it was answered before.
    """
    _check_waiting(request)
    return replace(request, state=RequestState.OPENED, incident_id=incident_id)


def declined(request: IncidentRequest, reason: DeclineReason) -> IncidentRequest:
    """Answer a request with a coded no.

    Raises:
        WrongState: it was answered before.
    """
    _check_waiting(request)
    return replace(request, state=RequestState.DECLINED, decline_reason=reason)


def _check_waiting(request: IncidentRequest) -> None:
    if request.state is not RequestState.WAITING:
        raise WrongState(f"that request was answered before: {request.state}")
