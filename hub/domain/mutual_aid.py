"""Mutual aid of peers: one agency asks for supporters, others offer, and the hub matches.

    open -> filled -> released        what was offered covers what is wanted; given back at the end
    open -> unable to fill            48 hours passed; what was matched stands until it is released
    any of these -> withdrawn         the asker does not want them any more

 1. A request says how many supporters are wanted and until when; the time lies ahead by the hub's clock. The same id
    again from the same agency with the same content changes nothing; with another content, or from another agency, it
    is a duplicate. One that belongs to an incident comes from a participant, while the incident is not closed.
 2. Its audience: the incident's participants, or every joined agency when it belongs to none; of those, who signed the
    agreement in force and, when disciplines are named, has one of them. The asker, and whose offer stands, always
    belong to it. To everybody else it does not exist. Who has not signed neither asks nor offers.
 3. An offer says how many. It is taken while the request is open, and not from the asker. A second one of an agency
    replaces its first and arrives anew; the same one again changes nothing. Each is matched, in the order of arrival,
    with as many as are still wanted; what is over waits. When as many are matched as are wanted, the request is filled.
 4. An agency that withdraws ends its offer; matches are made anew, in order. A filled request that is short again is
    open, or unable to fill when its 48 hours have passed. Who has no offer withdraws nothing, and nothing changes. The
    asker that withdraws ends the request.
 5. Not filled 48 hours after it was made: unable to fill. At its end (`until`): released. By the hub's clock, and
    before any command that comes later.
 6. The asker, and nobody else, may release it at any time before it has ended.
 7. What has ended, released or withdrawn, takes nothing more; only the command that ended it may come again. Each
    change raises the version, and is told to the audience.

Source: DOMAIN.md 4, "Mutual aid of peers".
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from common.wire.times import moment
from common.wire.v1.codes_pb2 import Outcome, PeerAidStatus, PeerAidVerb
from common.wire.v1.report_pb2 import PeerAidCommand

FILL_WITHIN = timedelta(hours=48)

OPEN = PeerAidStatus.PEER_AID_STATUS_OPEN
FILLED = PeerAidStatus.PEER_AID_STATUS_FILLED
UNABLE_TO_FILL = PeerAidStatus.PEER_AID_STATUS_UNABLE_TO_FILL
RELEASED = PeerAidStatus.PEER_AID_STATUS_RELEASED
WITHDRAWN = PeerAidStatus.PEER_AID_STATUS_WITHDRAWN


class AidRefused(Exception):
    """A command that breaks a rule; its outcome says which."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(Outcome.Name(outcome))
        self.outcome = outcome


@dataclass(frozen=True)
class PeerOffer:
    """What one agency offers, and how many of them are matched."""

    agency_id: bytes
    supporters: int
    matched: int = 0


@dataclass(frozen=True)
class PeerRequest:
    """One request, with the offers that stand, in the order of arrival."""

    id: bytes  # chosen by the asker
    asking_agency_id: bytes
    incident_id: bytes | None
    wanted: int
    disciplines: tuple[int, ...]  # wire Discipline; none named = any
    languages: tuple[int, ...]  # wire Language
    until: datetime
    status: PeerAidStatus
    version: int
    requested_at: datetime  # hub clock
    offers: tuple[PeerOffer, ...] = ()

    @property
    def fill_by(self) -> datetime:
        """When it is unable to be filled, if it is not filled by then (5)."""
        return self.requested_at + FILL_WITHIN

    @property
    def matched(self) -> int:
        """How many supporters are matched."""
        return sum(offer.matched for offer in self.offers)

    @property
    def has_ended(self) -> bool:
        """Tell whether it takes nothing more (7)."""
        return self.status in (RELEASED, WITHDRAWN)

    def concerns(self, agency_id: bytes) -> bool:
        """Tell whether an agency asks for it, or has an offer that stands."""
        return agency_id == self.asking_agency_id or any(offer.agency_id == agency_id for offer in self.offers)

    @property
    def due_at(self) -> datetime | None:
        """When the clock changes it next, if nothing else does (5)."""
        if self.has_ended:
            return None
        return min(self.fill_by, self.until) if self.status == OPEN else self.until


def new_request(told: PeerAidCommand, asker: bytes, version: int, now: datetime) -> PeerRequest:
    """Give the request that a command makes (1).

    Raises:
        AidRefused: it does not say how many or until when, or its time is over.
    """
    if not told.HasField("supporters") or not told.HasField("until"):
        raise AidRefused(Outcome.OUTCOME_REFUSED_RANGE)
    made = PeerRequest(
        id=told.request_id,
        asking_agency_id=asker,
        incident_id=told.incident_id if told.HasField("incident_id") else None,
        wanted=told.supporters,
        disciplines=tuple(sorted(set(told.disciplines))),
        languages=tuple(sorted(set(told.languages))),
        until=moment(told.until),
        status=OPEN,
        version=version,
        requested_at=now,
    )
    if made.until <= now:
        raise AidRefused(Outcome.OUTCOME_REFUSED_TIME)
    return made


def is_repeated(held: PeerRequest, told: PeerAidCommand, sender: bytes) -> bool:
    """Tell whether a command asks for exactly the request that is held (1)."""
    return (
        sender == held.asking_agency_id
        and (told.incident_id if told.HasField("incident_id") else None) == held.incident_id
        and told.supporters == held.wanted
        and tuple(sorted(set(told.disciplines))) == held.disciplines
        and tuple(sorted(set(told.languages))) == held.languages
        and told.HasField("until")
        and moment(told.until) == held.until
    )


def audience(
    request: PeerRequest,
    participants: Iterable[bytes] | None,
    members: Mapping[bytes, int],
    signed: Collection[bytes],
) -> tuple[bytes, ...]:
    """Give who is told of a request (2), each once.

    Args:
        participants: of its incident; None when it belongs to none.
        members: every joined agency, with its discipline.
        signed: who signed the agreement in force.
    """
    asked = members if participants is None else participants
    addressed = [
        agency_id
        for agency_id in asked
        if agency_id in members
        and agency_id in signed
        and (not request.disciplines or members[agency_id] in request.disciplines)
    ]
    return tuple(dict.fromkeys([request.asking_agency_id, *(offer.agency_id for offer in request.offers), *addressed]))


def at(request: PeerRequest, now: datetime) -> PeerRequest:
    """Give a request as the clock has it (5); the same one when it changes nothing."""
    if request.has_ended:
        return request
    if now >= request.until:
        return replace(request, status=RELEASED)
    if request.status == OPEN and now >= request.fill_by:
        return replace(request, status=UNABLE_TO_FILL)
    return request


def answered(request: PeerRequest, told: PeerAidCommand, sender: bytes, now: datetime) -> PeerRequest:
    """Give a request as an offer, a withdrawal or a release leaves it; the same one when it changes nothing.

    Args:
        request: as the clock has it at `now`.
        sender: one of its audience.

    Raises:
        AidRefused: the command breaks a rule.
    """
    is_asker = sender == request.asking_agency_id
    if told.verb == PeerAidVerb.PEER_AID_VERB_OFFER:
        return _offered(request, told, sender, is_asker=is_asker)
    if not is_asker:
        return _taken_back(request, sender, now, is_release=told.verb == PeerAidVerb.PEER_AID_VERB_RELEASE)
    ended = WITHDRAWN if told.verb == PeerAidVerb.PEER_AID_VERB_WITHDRAW else RELEASED  # 4, 6
    if request.status == ended:  # 7
        return request
    _check_lives(request)
    return replace(request, status=ended)


def matched(offers: Iterable[PeerOffer], wanted: int) -> tuple[PeerOffer, ...]:
    """Match each offer, in order, with as many as are still wanted (3)."""
    made = []
    for offer in offers:
        made.append(replace(offer, matched=min(offer.supporters, wanted)))
        wanted -= made[-1].matched
    return tuple(made)


def _offered(request: PeerRequest, told: PeerAidCommand, sender: bytes, *, is_asker: bool) -> PeerRequest:
    if not told.HasField("supporters"):
        raise AidRefused(Outcome.OUTCOME_REFUSED_RANGE)
    _check_lives(request)
    if any((offer.agency_id, offer.supporters) == (sender, told.supporters) for offer in request.offers):
        return request
    if is_asker or request.status != OPEN:
        raise AidRefused(Outcome.OUTCOME_REFUSED_TRANSITION)
    others = [offer for offer in request.offers if offer.agency_id != sender]
    offers = matched([*others, PeerOffer(sender, told.supporters)], request.wanted)
    made = replace(request, offers=offers)
    return replace(made, status=FILLED) if made.matched == request.wanted else made


def _taken_back(request: PeerRequest, sender: bytes, now: datetime, *, is_release: bool) -> PeerRequest:
    if is_release:  # 6
        raise AidRefused(Outcome.OUTCOME_REFUSED_TRANSITION)
    _check_lives(request)
    others = [offer for offer in request.offers if offer.agency_id != sender]
    if len(others) == len(request.offers):
        return request
    made = replace(request, offers=matched(others, request.wanted))
    if made.status == FILLED and made.matched < made.wanted:
        return replace(made, status=OPEN if now < made.fill_by else UNABLE_TO_FILL)
    return made


def _check_lives(request: PeerRequest) -> None:
    if request.has_ended:  # 7
        raise AidRefused(Outcome.OUTCOME_REFUSED_TRANSITION)
