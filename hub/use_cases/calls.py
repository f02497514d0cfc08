"""Calls: a coordinator of the hub noted that an agency's duty contact was spoken to. Nothing else changes by it."""

from datetime import datetime

from common.errors import InvalidRequest, WrongState
from hub.persistence import agencies, calls, follow_ups, incidents
from hub.persistence.transaction import Transaction


def note_call_on_incident(incident_id: bytes, slug: str, tx: Transaction, now: datetime) -> None:
    """Note that an agency on an incident was called.

    Raises:
        NotFound: no such incident, or no agency is called that.
        InvalidRequest: the agency takes no part in it.
        WrongState: the incident is closed.
    """
    incident, _ = incidents.get_board(tx.connection, incident_id)
    agency = agencies.get_agency_by_slug(tx.connection, slug)
    if agency.id not in incident.agency_ids:
        raise InvalidRequest(f"agency: {slug!r} takes no part in the incident: add it first")
    if incident.is_closed:
        raise WrongState("the incident is closed: there is nobody to call about it any more")
    calls.note_call(tx.connection, now, tx.actor, "incident called", incident_id.hex(), agency.slug)


def note_call_on_follow_up(named: str, slug: str, tx: Transaction, now: datetime) -> bytes:
    """Note that an agency was called about a follow-up that it has or had a part in; give the follow-up's id.

    Raises:
        NotFound: there is no such follow-up, or agency.
        InvalidRequest: the agency has no part in it.
        WrongState: the follow-up is closed.
    """
    held = follow_ups.get_by_name(tx.connection, named)
    agency = agencies.get_agency_by_slug(tx.connection, slug)
    if agency.id not in held.concerned:
        raise InvalidRequest(f"agency: {slug!r} has no part in this follow-up")
    if held.closed_at is not None:
        raise WrongState("the follow-up is closed: there is nobody to call about it any more")
    calls.note_call(tx.connection, now, tx.actor, "followup called", held.id.hex(), agency.slug)
    return held.id
