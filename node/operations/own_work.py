"""What a supporter's own pages begin with: what waits, what a new contact usually is, who may be handed things to.

Source: DOMAIN.md 3; issue "two consoles".
"""

from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.codes import word
from common.errors import WrongState
from common.wire.v1.codes_pb2 import IncidentStatus
from node.domain.encounter import Encounter
from node.domain.supporter import Supporter
from node.opened import OpenNode
from node.operations.encounter_words import read_fields
from node.operations.guarded import Guarded
from node.operations.own_encounters import own_supporter
from node.operations.typed import iso, today_of
from node.persistence import incidents
from node.persistence import supporters as roster
from node.persistence.encounters import Span
from node.persistence.local_follow_ups import count_open
from node.use_cases import encounters, supporters
from node.use_cases.notes import check_allowed

_CLOSED = IncidentStatus.INCIDENT_STATUS_CLOSED


def standing(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
    """Tell a supporter how they stand: availability, open check-ins, training that is missing."""
    own, now = own_supporter(node, person, Action.SEE_OWN_FOLLOW_UPS), node.clock.now()

    def read(connection: Connection) -> Any:
        each = supporters.get_supporter(connection, node.vault, own).supporter
        if not isinstance(each, Supporter):
            return {"code": own.hex()[:8], "flagged": each.because}
        until = each.paused_until if each.is_paused(now) else None
        return {
            "code": each.code,
            "flagged": None,
            "availability": each.availability(now, today_of(node)).value,
            "is_paused": each.is_paused(now),
            "paused_until": iso(node, until),
            "open_follow_ups": count_open(connection).get(own, 0),
            "cap": each.cap,
            "topics_lacking": [topic.value for topic in each.topics_lacking(today_of(node))],
        }

    return node.read(read)


def usual(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
    """Give what a new contact usually is: as the last one, with the incidents that are open, and the day as agreed."""
    own, now = own_supporter(node, person, Action.LOG_ENCOUNTER), node.clock.now()

    def read(connection: Connection) -> Any:
        last = encounters.list_page(connection, node.vault, Span(supporter_id=own), {}, 1).rows
        told = last[0].encounter if last else None
        agreed = read_fields(node, connection, {"follow_up": "yes"}, now)["follow_up_due"]
        return {
            "recipient_class": told.recipient_class if isinstance(told, Encounter) else None,
            "incidents": [
                {"id": each.id.hex(), "title": each.title, "status": word(IncidentStatus, each.status)}
                for each in incidents.list_incidents(connection)
                if each.status != _CLOSED
            ],
            "follow_up_agreed": agreed.isoformat(),
            "may_write_notes": _may_write_notes(node),
            "first_notice": node.settings.pack.notice_before_first_session,
        }

    return node.read(read)


def receivers(node: OpenNode, person: Person, _: dict[str, Any]) -> Any:
    """List the colleagues who may be handed check-ins: those who are available, by name."""
    own, now = own_supporter(node, person, Action.WORK_OWN_FOLLOW_UP), node.clock.now()
    held = node.read(lambda connection: roster.list_supporters(connection, node.vault))
    found = [each.supporter for each in held if each.id != own and isinstance(each.supporter, Supporter)]
    return sorted(
        (
            {"code": each.code, "name": each.name}
            for each in found
            if each.availability(now, today_of(node)).value == "available"
        ),
        key=lambda each: each["name"],
    )


OPERATIONS: dict[str, Guarded] = {
    "own_standing": Guarded(Action.SEE_OWN_FOLLOW_UPS, standing),
    "encounter_usual": Guarded(Action.LOG_ENCOUNTER, usual),
    "own_followups_receivers": Guarded(Action.WORK_OWN_FOLLOW_UP, receivers),
}


def _may_write_notes(node: OpenNode) -> bool:
    try:
        check_allowed(node.settings.pack, node.settings.notes == "on")
    except WrongState:
        return False
    return True
