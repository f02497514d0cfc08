"""What the hub tells of a follow-up, applied at a node: the newest version wins, in whatever order they come."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.followup.state import CLOSED, NO_OFFER, FollowUp
from common.wire.v1 import codes_pb2 as codes
from common.wire.v1 import notice_pb2 as wire
from node.domain.follow_up import KnownFollowUp
from node.domain.incident import supersedes
from node.persistence import follow_ups
from node.persistence.membership import get_membership
from node.use_cases.notice_fields import MAX_ENTRIES, MAX_SENTENCE, bounded, id_in, time_in

_MAX_QUEUE = 600
_NEEDED = {
    "work": codes.FollowUpWork,
    "offer": codes.FollowUpOffer,
    "escalation": codes.FollowUpEscalation,
    "cohort": codes.CohortBand,
}


def apply_follow_up(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    """Take the state of a follow-up, whatever the hub tells it for.

    Raises:
        InvalidRequest: it is not as the contract says.
    """
    told: wire.FollowUpNotice = getattr(notice, notice.WhichOneof("kind") or "")
    held = follow_ups.find_follow_up(connection, id_in(told.follow_up_id, "follow_up_id"))
    if not supersedes(told.version, held.state.version if held else None):
        return
    known = KnownFollowUp(
        state=_state(told),
        queue=bounded(told.queue, _MAX_QUEUE),
        duty_contact=bounded(told.duty_contact, MAX_SENTENCE),
        hub_epoch=get_membership(connection).hub_epoch,
    )
    follow_ups.save_follow_up(connection, known)


def _state(told: wire.FollowUpNotice) -> FollowUp:
    for name, kind in _NEEDED.items():
        if getattr(told, name) not in kind.values() or not getattr(told, name):
            raise InvalidRequest(f"{name}: {getattr(told, name)} is not one of its codes")
    if (told.work == CLOSED) != told.HasField("closed_at") or (told.offer == NO_OFFER) == told.HasField("accept_by"):
        raise InvalidRequest("follow-up: its times do not fit its state")
    return FollowUp(
        id=told.follow_up_id,
        incident_id=id_in(told.incident_id, "incident_id") if told.incident_id else None,
        origin=id_in(told.origin_agency_id, "origin_agency_id"),
        accountable=id_in(told.accountable_agency_id, "accountable_agency_id"),
        version=told.version,
        work=told.work,
        cohort=told.cohort,
        opened_at=time_in(told.opened_at, "opened_at"),
        changed_at=time_in(told.changed_at, "changed_at"),
        agreement_version=told.agreement_version,
        offer=told.offer,
        offered_to=tuple(id_in(agency_id, "offered_to") for agency_id in told.offered_to[:MAX_ENTRIES]),
        accept_by=_time(told, "accept_by"),
        escalation=told.escalation,
        contact_by=_time(told, "contact_by"),
        first_contact_at=_time(told, "first_contact_at"),
        check_ins=told.check_ins,
        next_check_in=_time(told, "next_check_in"),
        outcome=told.outcome or None,
        closed_at=_time(told, "closed_at"),
        reclaim_asked=told.reclaim_asked,
        hub_asked_to_offer=told.hub_asked_to_offer,
    )


def _time(told: wire.FollowUpNotice, name: str) -> datetime | None:
    stamp: Timestamp = getattr(told, name)
    return time_in(stamp, name) if told.HasField(name) else None
