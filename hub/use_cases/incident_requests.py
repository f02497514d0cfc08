"""Incidents that agencies ask for: taken in as coded reports, opened or declined by a coordinator, and answered.

1. Asked: one request for each command id, however often its report comes. A time that lies in the future by the hub's
   clock is refused; what a skewed clock explains is taken as now.
2. Opened: the asking agency always takes part. Agencies that it named and that are not in this region are left out.
3. The asking agency alone is told the answer; an opening reaches it by the incident's notice too.

Source: DOMAIN.md 4; notice.proto, IncidentRequestNotice; TRUST.md t08.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.codes import word
from common.wire.times import moment
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import DeclineReason, IncidentType, Outcome
from common.wire.v1.report_pb2 import Report
from hub.domain.agency import Membership, Sender
from hub.domain.incident import Incident
from hub.domain.incident_request import IncidentRequest, declined, opened
from hub.persistence import agencies, audit, incident_requests
from hub.persistence.transaction import Transaction
from hub.use_cases.incidents import NewIncident, find_opened, open_incident

SKEW = timedelta(minutes=10)  # a clock that is further ahead is named to its operator

_APPLIED = Outcome.OUTCOME_APPLIED  # named once: looking a code up in a generated enum costs as much as a rule does


class IncidentRequests:
    """The requests of one group of reports."""

    def __init__(self) -> None:
        self._askers: dict[bytes, bytes] = {}  # command id -> agency id
        self._new: list[IncidentRequest] = []

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read which of these were asked before."""
        self._askers = incident_requests.load_askers(tx.connection, {report.command_id for report in reports})

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Take one agency's request, or say why not (1)."""
        told = report.incident_request
        asker = self._askers.get(report.command_id)
        if asker is not None:
            return _APPLIED if asker == sender.agency_id else Outcome.OUTCOME_REFUSED_DUPLICATE
        started_at = moment(told.started_at)
        if started_at > now + SKEW:
            return Outcome.OUTCOME_REFUSED_TIME
        self._askers[report.command_id] = sender.agency_id
        self._new.append(
            IncidentRequest(
                command_id=report.command_id,
                agency_id=sender.agency_id,
                type=told.type,
                started_at=min(started_at, now),
                agency_ids=tuple(dict.fromkeys(told.agency_ids)),
                received_at=now,
            )
        )
        return _APPLIED

    def save(self, tx: Transaction) -> None:
        """Write them."""
        incident_requests.add_requests(tx.connection, self._new)


@dataclass(frozen=True)
class Opening:
    """What a coordinator adds to a request when opening its incident; what is left out comes from the request."""

    request_id: bytes
    title: str = ""
    type: IncidentType | None = None
    agency_slugs: Sequence[str] = ()
    started_at: datetime | None = None
    jurisdictions: Sequence[str] = ()
    id: bytes | None = None  # NewIncident.id
    draft: bytes | None = None  # NewIncident.draft


@dataclass(frozen=True)
class Opened:
    """An incident that was asked for."""

    incident: Incident
    left_out: tuple[bytes, ...]  # agencies that the request names and that are not in this region


def open_requested(opening: Opening, tx: Transaction, now: datetime) -> Opened:
    """Open the incident that an agency asked for, and answer it (2, 3).

    Raises:
        NotFound: no such request, or no agency is called that.
        WrongState: the request was answered before.
        InvalidRequest: names the field.
    """
    known = find_opened(opening.draft, tx)
    if known is not None:
        return Opened(known, ())
    request = incident_requests.get_request(tx.connection, opening.request_id)
    here = {agency.id: agency for agency in agencies.list_agencies(tx.connection)}
    asking = here[request.agency_id].slug
    named = {
        id_: here[id_].slug
        for id_ in request.agency_ids
        if id_ in here and here[id_].membership not in (Membership.EVICTED, Membership.BANNED)
    }
    kind = opening.type or request.type
    new = NewIncident(
        type=kind,
        title=opening.title or f"{word(IncidentType, kind).replace('_', ' ').capitalize()}, asked for by {asking}",
        agency_slugs=list(dict.fromkeys([asking, *(opening.agency_slugs or named.values())])),
        started_at=opening.started_at or request.started_at,
        jurisdictions=opening.jurisdictions,
        id=opening.id,
        draft=opening.draft,
    )
    incident = open_incident(new, tx, now)
    _answer(opened(request, incident.id), tx)
    return Opened(incident, () if opening.agency_slugs else tuple(i for i in request.agency_ids if i not in named))


def decline_request(request_id: bytes, reason: DeclineReason, tx: Transaction, now: datetime) -> IncidentRequest:
    """Answer a request with a coded no; only the asking agency hears of it (3).

    Raises:
        NotFound: no such request.
        WrongState: it was answered before.
    """
    request = declined(incident_requests.get_request(tx.connection, request_id), reason)
    _answer(request, tx)
    audit.record(tx.connection, now, tx.actor, "incident decline-request", request_id.hex(), "done")
    return request


def _answer(request: IncidentRequest, tx: Transaction) -> None:
    incident_requests.save_answer(tx.connection, request)
    told = wire.IncidentRequestNotice(
        command_id=request.command_id,
        incident_id=request.incident_id or b"",
        decline_reason=request.decline_reason or DeclineReason.DECLINE_REASON_UNSPECIFIED,
    )
    tx.post([request.agency_id], wire.Notice(incident_request_answered=told))
