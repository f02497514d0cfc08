"""What incidents need to know of their follow-ups and of who was asked, in one place.

No follow-up is stored at this version of the hub: none is open, and none has facts.
"""

from sqlalchemy import Connection

from hub.domain.after_action import FollowUpFacts
from hub.domain.incident import Incident


def count_open_follow_ups(connection: Connection, incident_id: bytes) -> int:
    """Tell how many follow-ups of an incident are not closed."""
    return 0


def follow_up_facts(connection: Connection, incident_id: bytes) -> list[FollowUpFacts]:
    """Give what the after-action report counts of each follow-up."""
    return []


def asked_agency_ids(connection: Connection, incident: Incident) -> frozenset[bytes]:
    """Tell which participants were asked to activate; without a protocol an opening asks every one."""
    return frozenset(incident.agency_ids)
