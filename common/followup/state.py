"""A follow-up: the duty to check in with somebody, owned by exactly one agency from the moment it is opened.

Source: DOMAIN.md 4: *work* x *offer* x *escalation*.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from common.agreement.terms import DEFAULT_TERMS, Terms
from common.versions import version_after, versions_from
from common.wire.v1.codes_pb2 import FollowUpEscalation, FollowUpOffer, FollowUpWork

# Named once: looking a code up in a generated enum costs as much as a rule does.
OPEN, ACTIVE = FollowUpWork.FOLLOW_UP_WORK_OPEN, FollowUpWork.FOLLOW_UP_WORK_ACTIVE
ON_HOLD, CLOSED = FollowUpWork.FOLLOW_UP_WORK_ON_HOLD, FollowUpWork.FOLLOW_UP_WORK_CLOSED
NO_OFFER, OFFERED = FollowUpOffer.FOLLOW_UP_OFFER_NONE, FollowUpOffer.FOLLOW_UP_OFFER_OFFERED
ACKNOWLEDGED = FollowUpOffer.FOLLOW_UP_OFFER_ACKNOWLEDGED
NOT_ESCALATED = FollowUpEscalation.FOLLOW_UP_ESCALATION_NONE
AT_AGENCY = FollowUpEscalation.FOLLOW_UP_ESCALATION_AGENCY_COORDINATOR
AT_REGION = FollowUpEscalation.FOLLOW_UP_ESCALATION_REGIONAL_COORDINATOR
AT_STATE = FollowUpEscalation.FOLLOW_UP_ESCALATION_STATE_COORDINATOR


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up at one version. A node knows what the hub tells; the rest has its default there."""

    id: bytes  # 16 bytes, chosen by the origin
    incident_id: bytes | None
    origin: bytes  # agency id: who opened it
    accountable: bytes  # agency id: who owns it now; never nobody, never two
    version: int
    work: int
    cohort: int  # wire CohortBand
    opened_at: datetime
    changed_at: datetime  # hub clock, as every time here
    agreement_version: int = 0  # in force when it was opened; 0: none was
    offer: int = NO_OFFER
    offered_to: tuple[bytes, ...] = ()  # of the open offer, or of the last one: they are told how it ended
    declined_by: tuple[bytes, ...] = ()  # of the open offer
    offer_version: int = 0  # the version that the open offer was made with
    accept_by: datetime | None = None  # while an offer is open
    escalation: int = NOT_ESCALATED
    escalate_at: datetime | None = None  # when escalation rises next, if nobody does anything
    escalations: int = 0  # how often it has risen
    contact_by: datetime | None = None
    first_contact_at: datetime | None = None
    check_ins: int = 0  # made so far
    next_check_in: datetime | None = None
    outcome: int | None = None  # wire FollowUpOutcome, when closed
    closed_at: datetime | None = None
    hand_overs: int = 0
    reclaim_asked: bool = False  # the origin asks to have it offered back
    hub_asked_to_offer: bool = False  # the owner asked the hub to place an offer
    recovered_version: int = 0  # after a restore: the newest version of an earlier epoch that the hub knows of

    @property
    def is_offered(self) -> bool:
        """Tell whether an offer is open."""
        return self.offer != NO_OFFER

    @property
    def may_answer(self) -> tuple[bytes, ...]:
        """The agencies that may still answer the open offer."""
        return tuple(each for each in self.offered_to if each not in self.declined_by) if self.is_offered else ()

    @property
    def concerned(self) -> dict[bytes, None]:
        """The agencies that know of it, each once: who opened it, who owns it, who was offered it last."""
        return dict.fromkeys((self.accountable, self.origin, *self.offered_to))

    @property
    def audience(self) -> dict[bytes, None]:
        """The agencies that are told of a change. Those of an offer that has ended were told how: no more is theirs."""
        return dict.fromkeys((self.accountable, self.origin, *(self.offered_to if self.is_offered else ())))

    @property
    def due_at(self) -> datetime | None:
        """When the hub's clock changes it next, if nobody does anything."""
        due = [at for at in (self.accept_by, self.escalate_at) if at is not None]
        return min(due, default=None)


_PLACES = {name: place for place, name in enumerate(FollowUp.__slots__)}
_values = attrgetter(*_PLACES)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a step is decided under, besides the follow-up itself."""

    now: datetime  # hub time at the hub; at a node, its own: only the hub's decides
    terms: Terms = DEFAULT_TERMS  # of the agreement in force when the follow-up was opened
    agreement_version: int = 0  # that agreement's, for one that is opened now
    hub_epoch: int = 1

    def next(self, held: FollowUp, **changes: object) -> FollowUp:
        """Give the follow-up after a change, at its next version.

        The first change in an epoch remembers the version before it: claims are measured by that (`recovery`, 2).
        """
        values = list(_values(held))  # in one step: `replace` takes each of thirty fields by itself
        values[_PLACES["version"]] = version_after(held.version, self.hub_epoch)
        values[_PLACES["changed_at"]] = self.now
        if held.version <= versions_from(self.hub_epoch):
            values[_PLACES["recovered_version"]] = held.version
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return FollowUp(*values)


def without_offer() -> dict[str, object]:
    """Give the fields of a follow-up whose offer has ended. Who was asked stays known, and is told."""
    return {"offer": NO_OFFER, "declined_by": (), "offer_version": 0, "accept_by": None}


def earliest(times: Iterable[datetime | None]) -> datetime | None:
    """Give the first of some moments; None when there is none."""
    return min((at for at in times if at is not None), default=None)
