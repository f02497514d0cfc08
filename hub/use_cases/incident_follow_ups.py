"""What an incident needs to know of its follow-ups, and of who was asked to activate."""

from sqlalchemy import Connection

from hub.domain.incident import Incident
from hub.domain.incident_counts import FollowUpFacts
from hub.persistence import agencies, follow_ups


def count_open_follow_ups(connection: Connection, incident_id: bytes) -> int:
    """Tell how many follow-ups of an incident are not closed."""
    return follow_ups.count_open(connection, incident_id)


def follow_up_facts(connection: Connection, incident_id: bytes) -> list[FollowUpFacts]:
    """Give what the after-action report counts of each follow-up."""
    return [
        FollowUpFacts(
            accountable=each.accountable,
            origin=each.origin,
            opened_at=each.opened_at,
            first_contact_at=each.first_contact_at,
            closed_at=each.closed_at,
            outcome=each.outcome,
            escalations=each.escalations,
            hand_overs=each.hand_overs,
        )
        for each in follow_ups.list_follow_ups(connection, incident_id=incident_id)
    ]


def asked_agency_ids(connection: Connection, incident: Incident) -> frozenset[bytes]:
    """Tell which participants were asked to activate; without a protocol an opening asks every one."""
    if not incident.asked:
        return frozenset(incident.agency_ids)
    named = agencies.load_agencies(connection, incident.agency_ids)
    return frozenset(id_ for id_, agency in named.items() if agency.discipline in incident.asked)
