"""Follow-ups: who owns which, what waits on a coordinator's queue, and an offer on an owner's request."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import word
from common.followup.reference import reference_of, spaced
from common.followup.state import AT_REGION, FollowUp
from common.followup.windows import ACCEPT_WITHIN, span_in
from common.rpc.local import Operation
from common.wire.v1 import codes_pb2 as codes
from hub.domain.agency import Agency
from hub.persistence import agencies, calls, follow_ups, incidents
from hub.persistence.follow_ups import Change
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force, terms_of
from hub.use_cases.calls import note_call_on_follow_up
from hub.use_cases.follow_up_notices import queue_of
from hub.use_cases.ownership import offer_on_request, why_not
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
        "followup called": partial(_called, hub),
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
            part=(int(arguments.get("first") or 0), int(arguments["most"]) if arguments.get("most") else None),
        )
        return [shown.row(each) for each in found]

    return await hub.reader.read(query)


async def _show(hub: "Hub", arguments: Arguments) -> Any:
    def query(connection: Connection) -> dict[str, Any]:
        shown = _Shown(hub, connection)
        found = follow_ups.get_by_name(connection, arguments["follow_up"])
        history = [shown.change(each) for each in follow_ups.list_changes(connection, found.id)]
        return shown.row(found) | {
            "history": history,
            "calls": shown.calls(found),
            "may_be_offered_to": shown.offerable(found),
        }

    return await hub.reader.read(query)


async def _offer(hub: "Hub", arguments: Arguments) -> Any:
    within = span_in(arguments.get("accept_within_h"), timedelta(hours=1), *ACCEPT_WITHIN, "accept-within")
    offered = await hub.writer.submit(partial(offer_on_request, arguments["follow_up"], arguments["to"], within))
    return await hub.reader.read(lambda connection: _Shown(hub, connection).row(offered))


async def _called(hub: "Hub", arguments: Arguments) -> Any:
    """Note that an agency was called about a follow-up."""
    await hub.writer.submit(partial(note_call_on_follow_up, arguments["follow_up"], arguments["agency"]))
    hub.changes.happened()  # no agency is told: no mail wakes the pages
    return {}


class _Shown:
    """Says follow-ups in plain words."""

    def __init__(self, hub: "Hub", connection: Connection) -> None:
        self._tx = Transaction(connection, hub.clock.now())  # reads only
        self._agencies: dict[bytes, Agency] = {agency.id: agency for agency in agencies.list_agencies(connection)}
        self._titles = incidents.load_titles(connection)

    def row(self, each: FollowUp) -> dict[str, Any]:
        return {
            "reference": spaced(reference_of(each.id)),
            "id": each.id.hex(),
            "incident": None if each.incident_id is None else each.incident_id.hex(),
            "title": self._titles.get(each.incident_id or b"", ""),
            "origin": self._slug(each.origin),
            "accountable": self._slug(each.accountable),
            "accountable_name": self._agencies[each.accountable].name,
            "duty_contact": self._agencies[each.accountable].duty_contact,
            "version": each.version,
            "work": word(codes.FollowUpWork, each.work),
            "offer": word(codes.FollowUpOffer, each.offer),
            "offered_to": [self._slug(agency_id) for agency_id in each.may_answer],
            "escalation": word(codes.FollowUpEscalation, each.escalation),
            "escalations": each.escalations,
            "for_hub": each.escalation >= AT_REGION or each.hub_asked_to_offer,
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

    def calls(self, each: FollowUp) -> list[dict[str, Any]]:
        steps = calls.list_steps(self._tx.connection, each.id.hex())
        return [{"at": step.at.isoformat(), "by": step.by, "agency": step.agency} for step in steps if step.agency]

    def offerable(self, each: FollowUp) -> list[dict[str, str]]:
        """Say of each agency that could be asked whether it may be, and why not."""
        agreement = agreement_in_force(self._tx, self._tx.now)
        signed_by = frozenset[bytes]() if agreement is None else agreement.signed_by
        taking_part: Collection[bytes] | None = None
        if each.incident_id is not None:
            taking_part = incidents.get_board(self._tx.connection, each.incident_id)[0].agency_ids
        return [
            {"agency": agency.slug, "name": agency.name, "why_not": why_not(agency, taking_part, signed_by)}
            for agency in self._agencies.values()
            if agency.id != each.accountable and (taking_part is None or agency.id in taking_part)
        ]

    def _slug(self, agency_id: bytes) -> str:
        return self._agencies[agency_id].slug


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
