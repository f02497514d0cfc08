"""What the hub tells of a follow-up, to the agencies concerned and to nobody else.

1. One notice kind says why it comes: an offer to whoever may answer it now, an escalation, or a change. All carry
   the whole state, and are applied alike: the newest version wins.
2. Whoever had a part in it before or has after is told: the origin goes on seeing the status after a hand-over, and
   those who were offered it see how the offer ended, and nothing of what comes later.
3. Who coordinates it is told as a duty contact and a named queue, from the hub's own entries.

Source: DOMAIN.md 4, rules 2, 5 and 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from common.agreement.terms import Terms
from common.followup.reference import reference_of
from common.followup.state import AT_AGENCY, AT_REGION, NOT_ESCALATED, FollowUp
from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from hub.domain.agency import Agency
from hub.persistence.transaction import Transaction
from hub.use_cases.people_notices import announce_escalation


@dataclass(frozen=True)
class Told:
    """A follow-up as it is now, and what led to it within one transaction."""

    before: FollowUp | None
    now: FollowUp
    command_id: bytes = b""  # the last command; empty: the clock, or the hub

    @property
    def is_new_offer(self) -> bool:
        """Tell whether an offer was made."""
        return self.now.is_offered and (self.before is None or self.before.offer_version != self.now.offer_version)

    @property
    def has_escalated(self) -> bool:
        """Tell whether it has come to somebody's queue, or further up."""
        return self.now.escalation > (NOT_ESCALATED if self.before is None else self.before.escalation)

    @property
    def has_asked_hub(self) -> bool:
        """Tell whether the owner has just asked the hub to offer it."""
        return self.now.hub_asked_to_offer and (self.before is None or not self.before.hub_asked_to_offer)


def tell(told: Told, terms: Terms, agencies: Mapping[bytes, Agency], tx: Transaction) -> None:
    """Post what has become of a follow-up, once to each agency concerned."""
    body = _body(told, queue_of(told.now, terms, agencies), agencies)
    concerned = told.now.audience | (told.before.audience if told.before else {})
    if told.is_new_offer:
        asked = told.now.may_answer
        tx.post(asked, wire.Notice(offer_received=body))
        concerned = {each: None for each in concerned if each not in asked}
    notice = wire.Notice(escalation=body) if told.has_escalated else wire.Notice(follow_up_changed=body)
    tx.post(concerned, notice)
    if (told.has_escalated and told.now.escalation >= AT_REGION) or told.has_asked_hub:
        announce_escalation(tx)


def queue_of(each: FollowUp, terms: Terms, agencies: Mapping[bytes, Agency]) -> str:
    """Name the coordinator on whose queue it waits; empty while it waits on none."""
    if each.escalation == NOT_ESCALATED and not each.hub_asked_to_offer:
        return ""
    if each.escalation > AT_REGION:
        return terms.state_coordinator or "state coordinator"
    if each.escalation == AT_AGENCY and not each.hub_asked_to_offer:
        owner = agencies[each.accountable]
        return f"{owner.name}, coordinator{': ' if owner.duty_contact else ''}{owner.duty_contact}"
    return terms.regional_coordinator or "regional coordinator"


def _body(told: Told, queue: str, agencies: Mapping[bytes, Agency]) -> wire.FollowUpNotice:
    now = told.now
    return wire.FollowUpNotice(
        follow_up_id=now.id,
        incident_id=now.incident_id or b"",
        origin_agency_id=now.origin,
        accountable_agency_id=now.accountable,
        version=now.version,
        work=now.work,  # type: ignore[arg-type]
        offer=now.offer,  # type: ignore[arg-type]
        escalation=now.escalation,  # type: ignore[arg-type]
        cohort=now.cohort,  # type: ignore[arg-type]
        outcome=now.outcome or 0,  # type: ignore[arg-type]
        check_ins=now.check_ins,
        agreement_version=now.agreement_version,
        accept_by=_stamp(now.accept_by),
        contact_by=_stamp(now.contact_by),
        next_check_in=_stamp(now.next_check_in),
        first_contact_at=_stamp(now.first_contact_at),
        changed_at=_stamp(now.changed_at),
        opened_at=_stamp(now.opened_at),
        closed_at=_stamp(now.closed_at),
        reference=reference_of(now.id),
        offered_to=now.may_answer,
        caused_by_command_id=told.command_id,
        queue=queue,
        duty_contact=agencies[now.accountable].duty_contact,
        reclaim_asked=now.reclaim_asked,
        hub_asked_to_offer=now.hub_asked_to_offer,
    )


def _stamp(at: datetime | None) -> Timestamp | None:
    return None if at is None else timestamp(at)
