"""An incident: an event that touched one or more agencies, opened at a hub."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType

_CLOSED = IncidentStatus.INCIDENT_STATUS_CLOSED  # named once: a look into a generated enum costs as much as a rule
MAX_TITLE = 200  # characters
MAX_PARTICIPANTS = 4096  # a node reads no more of them from one notice
MAX_ADDED = 64  # at once: each is told every line, so that the mail is as much as both numbers multiplied
_FOLLOWS: dict[int, set[IncidentStatus]] = {
    IncidentStatus.INCIDENT_STATUS_OPEN: {
        IncidentStatus.INCIDENT_STATUS_MONITORING,
        IncidentStatus.INCIDENT_STATUS_CLOSED,
    },
    IncidentStatus.INCIDENT_STATUS_MONITORING: {
        IncidentStatus.INCIDENT_STATUS_OPEN,
        IncidentStatus.INCIDENT_STATUS_CLOSED,
    },
    IncidentStatus.INCIDENT_STATUS_CLOSED: set(),
}


@dataclass(frozen=True)
class Incident:
    """What the participants are told of it."""

    id: bytes
    type: IncidentType
    title: str
    status: IncidentStatus
    jurisdictions: tuple[str, ...]
    started_at: datetime
    opened_at: datetime
    version: int
    agency_ids: tuple[bytes, ...]
    asked: tuple[int, ...] = ()  # wire Discipline: those that the agreement's protocol asks to activate
    activate_by: datetime | None = None
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > MAX_TITLE or not self.title.isprintable():
            raise InvalidRequest(f"title: 1 to {MAX_TITLE} printable characters are needed")
        if not self.agency_ids:
            raise InvalidRequest("agencies: name at least one")
        if len(set(self.agency_ids)) != len(self.agency_ids):
            raise InvalidRequest("agencies: one is named twice")
        if self.started_at > self.opened_at:
            raise InvalidRequest("started: must not lie in the future")

    @property
    def is_closed(self) -> bool:
        """Tell whether it takes no more reports."""
        return self.status == _CLOSED


def with_status(incident: Incident, status: IncidentStatus, version: int, now: datetime) -> Incident:
    """Move an incident to another status, at its new version. One that is closed keeps when that was.

    Raises:
        WrongState: the status does not follow the present one.
    """
    if status not in _FOLLOWS[incident.status]:
        held = IncidentStatus.Name(incident.status).removeprefix("INCIDENT_STATUS_").lower()
        raise WrongState(f"the incident is {held}: that step does not follow")
    return replace(incident, status=status, version=version, closed_at=now if status == _CLOSED else None)


def with_participants(incident: Incident, agency_ids: Sequence[bytes], version: int) -> Incident:
    """Let more agencies take part, at the incident's new version.

    Raises:
        WrongState: it is closed.
        InvalidRequest: nobody is named, one takes part already, or they are too many.
    """
    if incident.is_closed:
        raise WrongState("the incident is closed: nobody can be added to it")
    if not 1 <= len(agency_ids) <= MAX_ADDED:
        raise InvalidRequest(f"agencies: name 1 to {MAX_ADDED} at a time")
    if len(incident.agency_ids) + len(agency_ids) > MAX_PARTICIPANTS:
        raise InvalidRequest(f"agencies: at most {MAX_PARTICIPANTS:,} can take part in one incident")
    return replace(incident, agency_ids=(*incident.agency_ids, *agency_ids), version=version)
