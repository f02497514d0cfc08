"""Incidents: opened, moved on and closed at the hub; the participants are told in the same transaction.

Opening is one notice to each participant. It implies every participant's first line: a notice for each line would be
as many pieces of mail as the square of their number.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.errors import InvalidRequest
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType
from hub.domain import activation
from hub.domain.agency import Membership
from hub.domain.incident import MAX_PARTICIPANTS, Incident, with_status
from hub.persistence import agencies, audit, incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force
from hub.use_cases.notices import incident_notice


@dataclass(frozen=True)
class NewIncident:
    """What a coordinator says of an incident when opening it."""

    type: IncidentType
    title: str
    agency_slugs: Sequence[str]
    started_at: datetime
    jurisdictions: Sequence[str] = ()


def open_incident(new: NewIncident, tx: Transaction, now: datetime) -> Incident:
    """Open an incident and ask every participant to activate.

    Raises:
        InvalidRequest: names the field.
        NotFound: no agency is called that.
    """
    if len(new.agency_slugs) > MAX_PARTICIPANTS:
        raise InvalidRequest(f"agencies: name at most {MAX_PARTICIPANTS:,}")
    named = agencies.get_agencies_by_slugs(tx.connection, new.agency_slugs)
    for agency in named:
        if agency.membership in (Membership.EVICTED, Membership.BANNED):
            raise InvalidRequest(f"agencies: {agency.slug!r} was removed from this region")
    agreement = agreement_in_force(tx, now)
    protocol = agreement.terms.protocols.get(new.type) if agreement else None
    incident = Incident(
        id=os.urandom(16),
        type=new.type,
        title=new.title,
        status=IncidentStatus.INCIDENT_STATUS_OPEN,
        jurisdictions=tuple(new.jurisdictions),
        started_at=new.started_at,
        opened_at=now,
        version=tx.version_after(0),
        agency_ids=tuple(agency.id for agency in named),
        asked=protocol.asked if protocol else (),
        activate_by=now + protocol.activate_within if protocol else None,
    )
    lines = [activation.requested(incident.id, agency.id, now) for agency in named]
    incidents.add_incident(tx.connection, incident, lines)
    tx.post(incident.agency_ids, wire.Notice(incident_opened=incident_notice(incident)))
    audit.record(tx.connection, now, "operator", "incident open", incident.id.hex(), "done")
    return incident


def change_status(incident_id: bytes, status: IncidentStatus, tx: Transaction, now: datetime) -> Incident:
    """Move an incident to monitoring, back to open, or close it.

    Raises:
        NotFound: no such incident.
        WrongState: the status does not follow.
    """
    before, _ = incidents.get_board(tx.connection, incident_id)
    incident = with_status(before, status, tx.version_after(before.version))
    incidents.save_incident(tx.connection, incident)
    told = incident_notice(incident)
    notice = wire.Notice(incident_closed=told) if incident.is_closed else wire.Notice(incident_changed=told)
    tx.post(incident.agency_ids, notice)
    step = IncidentStatus.Name(incident.status).removeprefix("INCIDENT_STATUS_").lower()
    audit.record(tx.connection, now, "operator", f"incident {step}", incident.id.hex(), "done")
    return incident
