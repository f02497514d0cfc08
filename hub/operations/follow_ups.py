"""Follow-ups: who owns which, what waits on a coordinator's queue, and an offer on an owner's request."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import word
from common.followup.reference import reference_of, spaced
from common.followup.state import FollowUp
from common.followup.windows import ACCEPT_WITHIN, span_in
from common.rpc.local import Operation
from common.wire.v1 import codes_pb2 as codes
from hub.domain.agency import Agency
from hub.persistence import agencies, follow_ups, incidents
from hub.persistence.follow_ups import Change
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import terms_of
from hub.use_cases.follow_up_notices import queue_of
from hub.use_cases.ownership import offer_on_request
from hub.use_cases.typed_ids import get_incident_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
_TIMES = (
    "opened_at", "changed_at", "accept_by", "contact_by", "first_contact_at", "next_check_in", "closed_at", "due_at"
)  # fmt: skip


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on follow-ups."""
    return {
        "followups": partial(_list, hub),
        "followup": partial(_show, hub),
        "followup offer": partial(_offer, hub),
    }


async def _list(hub: "Hub", arguments: Arguments) -> Any:
    def query(connection: Connection) -> list[dict[str, Any]]:
        shown = _Shown(hub, connection)
        agency, incident = arguments.get("agency"), arguments.get("incident")
        found = follow_ups.list_follow_ups(
            connection,
            incident_id=get_incident_id(connection, incident) if incident else None,
            accountable=agencies.get_agency_by_slug(connection, agency).id if agency else None,
            queue_only=bool(arguments.get("queue")),
            open_only=bool(arguments.get("open")),
        )
        return [shown.row(each) for each in found]

    return await hub.reader.read(query)


async def _show(hub: "Hub", arguments: Arguments) -> Any:
    def query(connection: Connection) -> dict[str, Any]:
        shown = _Shown(hub, connection)
        found = follow_ups.get_by_name(connection, arguments["follow_up"])
        history = [shown.change(each) for each in follow_ups.list_changes(connection, found.id)]
        return shown.row(found) | {"history": history}

    return await hub.reader.read(query)


async def _offer(hub: "Hub", arguments: Arguments) -> Any:
    within = span_in(arguments.get("accept_within_h"), timedelta(hours=1), *ACCEPT_WITHIN, "accept-within")
    offered = await hub.writer.submit(partial(offer_on_request, arguments["follow_up"], arguments["to"], within))
    return await hub.reader.read(lambda connection: _Shown(hub, connection).row(offered))


class _Shown:
    """Says follow-ups in plain words."""

    def __init__(self, hub: "Hub", connection: Connection) -> None:
        self._tx = Transaction(connection, hub.clock.now())  # reads only
        self._agencies: dict[bytes, Agency] = {agency.id: agency for agency in agencies.list_agencies(connection)}
        self._titles = {incident.id: incident.title for incident in incidents.list_incidents(connection)}

    def row(self, each: FollowUp) -> dict[str, Any]:
        return {
            "reference": spaced(reference_of(each.id)),
            "id": each.id.hex(),
            "incident": None if each.incident_id is None else each.incident_id.hex(),
            "title": self._titles.get(each.incident_id or b"", ""),
            "origin": self._slug(each.origin),
            "accountable": self._slug(each.accountable),
            "version": each.version,
            "work": word(codes.FollowUpWork, each.work),
            "offer": word(codes.FollowUpOffer, each.offer),
            "offered_to": [self._slug(agency_id) for agency_id in each.may_answer],
            "escalation": word(codes.FollowUpEscalation, each.escalation),
            "escalations": each.escalations,
            "queue": queue_of(each, terms_of(self._tx, each.agreement_version), self._agencies),
            "cohort": word(codes.CohortBand, each.cohort),
            "outcome": None if each.outcome is None else word(codes.FollowUpOutcome, each.outcome),
            "check_ins": each.check_ins,
            "hand_overs": each.hand_overs,
            "reclaim_asked": each.reclaim_asked,
            "hub_asked_to_offer": each.hub_asked_to_offer,
            **{name: _iso(getattr(each, name)) for name in _TIMES},
        }

    def change(self, each: Change) -> dict[str, Any]:
        return {
            "version": each.version,
            "at": each.at.isoformat(),
            "what": word(codes.FollowUpVerb, each.verb) if each.verb else "by clock or hub",
            "by": self._slug(each.agency_id) if each.agency_id else "hub",
            "reason": None if each.decline_reason is None else word(codes.DeclineReason, each.decline_reason),
            "accountable": self._slug(each.accountable),
            "work": word(codes.FollowUpWork, each.work),
            "offer": word(codes.FollowUpOffer, each.offer),
            "escalation": word(codes.FollowUpEscalation, each.escalation),
        }

    def _slug(self, agency_id: bytes) -> str:
        return self._agencies[agency_id].slug


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
