"""Mutual aid of peers as the hub told it, and what this agency may say about a request.

The hub decides; the node refuses first what cannot be by what it knows, so that a person is told at once, offline
included. Rules and numbers are those of the hub: (3) offers come from others while the request is open, (4) who has an
offer withdraws it, and the asker the request, (6) only the asker releases, (7) what has ended takes nothing more.

Source: DOMAIN.md 4, "Mutual aid of peers".
"""

from dataclasses import dataclass
from datetime import datetime

from common.errors import WrongState
from common.wire.v1.codes_pb2 import PeerAidStatus

_OPEN = PeerAidStatus.PEER_AID_STATUS_OPEN
_FILLED = PeerAidStatus.PEER_AID_STATUS_FILLED
_ENDED: dict[int, str] = {
    PeerAidStatus.PEER_AID_STATUS_RELEASED: "the request was released: it takes nothing more",
    PeerAidStatus.PEER_AID_STATUS_WITHDRAWN: "the agency that asked withdrew the request: it takes nothing more",
}


@dataclass(frozen=True)
class PeerMatch:
    """How many supporters of one agency are matched."""

    agency_id: bytes
    supporters: int


@dataclass(frozen=True)
class PeerRequest:
    """One request for peers, as the hub told it."""

    id: bytes
    incident_id: bytes | None
    asking_agency_id: bytes
    wanted: int
    matched: int
    disciplines: tuple[int, ...]  # wire Discipline; none named = any
    languages: tuple[int, ...]  # wire Language
    until: datetime
    status: int  # wire PeerAidStatus
    matches: tuple[PeerMatch, ...]
    version: int
    requested_at: datetime  # hub clock
    fill_by: datetime  # hub clock

    def matched_of(self, agency_id: bytes) -> int:
        """Tell how many of an agency's supporters are matched."""
        return sum(match.supporters for match in self.matches if match.agency_id == agency_id)


def check_may_offer(request: PeerRequest, own_id: bytes, now: datetime) -> None:
    """Check that this agency may offer peers (3).

    Raises:
        WrongState: says why not, and what to do.
    """
    if request.asking_agency_id == own_id:
        raise WrongState("your own agency asks for these peers: other agencies offer them")
    _check_lives(request)
    if request.until <= now:
        raise WrongState(f"the request ended at {request.until:%Y-%m-%d %H:%M} UTC: it takes no more offers")
    if request.status == _FILLED:
        raise WrongState("the request is filled: offer when it is open again, as the list will show")
    if request.status != _OPEN:
        raise WrongState("the request was not filled within 48 hours: call the agency that asks, it may ask anew")


def check_may_withdraw(request: PeerRequest, own_id: bytes, own_offer: int | None) -> None:
    """Check that this agency has something to withdraw (4).

    Args:
        own_offer: how many this agency offers; None when it has no offer.

    Raises:
        WrongState: says why not, and what to do.
    """
    _check_lives(request)
    if request.asking_agency_id != own_id and own_offer is None:
        raise WrongState("your agency has no offer on this request: there is nothing to withdraw")


def check_may_release(request: PeerRequest, own_id: bytes) -> None:
    """Check that this agency may release the peers (6).

    Raises:
        WrongState: says why not, and what to do.
    """
    if request.asking_agency_id != own_id:
        raise WrongState("only the agency that asked releases a request: say `withdraw` to end your own offer")
    _check_lives(request)


def _check_lives(request: PeerRequest) -> None:
    if request.status in _ENDED:  # 7
        raise WrongState(_ENDED[request.status])
