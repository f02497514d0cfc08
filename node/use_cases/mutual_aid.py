"""Mutual aid of peers: what this agency asks and offers, and how its commands stand beside what the hub told.

The rules are those of `node.domain.mutual_aid`. What is not answered yet counts as it was said: commands arrive at the
hub in their order.

Source: DOMAIN.md 4, "Mutual aid of peers"; DESIGN.md 3.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.errors import InvalidRequest, NotFound, WrongState
from common.identity.keys import Ed25519PrivateKey
from common.ids import new_id
from common.short_ids import one_meant
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import PeerAidVerb
from common.wire.v1.report_pb2 import PeerAidCommand, Report
from node.domain.mutual_aid import PeerRequest, check_may_offer, check_may_release, check_may_withdraw
from node.persistence import incidents, ledger, mutual_aid, outbox
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry
from node.use_cases.agreements import check_signed
from node.use_cases.outbox import append

KIND = "peer_aid"
_REQUEST = PeerAidVerb.PEER_AID_VERB_REQUEST
_OFFER = PeerAidVerb.PEER_AID_VERB_OFFER
_WITHDRAW = PeerAidVerb.PEER_AID_VERB_WITHDRAW
_RELEASE = PeerAidVerb.PEER_AID_VERB_RELEASE


@dataclass(frozen=True)
class PeerAsk:
    """What a coordinator asks for."""

    supporters: int
    until: datetime
    incident_id: bytes | None = None
    disciplines: Sequence[int] = ()  # wire Discipline; none named = any
    languages: Sequence[int] = ()  # wire Language


@dataclass(frozen=True)
class SaidCommand:
    """One command of this agency, and what became of it."""

    entry: OutboxEntry
    command: PeerAidCommand


@dataclass(frozen=True)
class AidStanding:
    """How a request stands for this agency: what the hub told, beside what the agency said."""

    request_id: bytes
    told: PeerRequest | None  # None while the hub has not told of this agency's own request
    said: Sequence[SaidCommand]  # the newest first
    own_id: bytes

    @property
    def last_said(self) -> SaidCommand | None:
        """Give the agency's newest command; None when it said nothing."""
        return self.said[0] if self.said else None

    @property
    def asked(self) -> SaidCommand | None:
        """Give the command by which this agency itself asked."""
        return next((each for each in self.said if each.command.verb == _REQUEST), None)

    @property
    def own_offer(self) -> int | None:
        """Tell how many this agency offers, by its last word that was not refused; None when it offers none."""
        for each in self.said:
            if not each.entry.is_refused and each.command.verb in (_OFFER, _WITHDRAW):
                return each.command.supporters if each.command.verb == _OFFER else None
        return (self.told.matched_of(self.own_id) or None) if self.told else None


def request_peers(connection: Connection, key: Ed25519PrivateKey, ask: PeerAsk, now: datetime) -> OutboxEntry:
    """Write a request for peers; its id is the `subject_id` of what is returned.

    Raises:
        InvalidRequest: names the field that is out of its range.
        NotFound: the hub told of no such incident.
        WrongState: the incident is closed, this agency takes no part in it, or it has not signed the agreement.
    """
    if ask.until <= now:
        raise InvalidRequest("until: must lie in the future")
    check_signed(connection, now)
    command = PeerAidCommand(
        verb=_REQUEST,
        request_id=secrets.token_bytes(16),
        incident_id=ask.incident_id,
        disciplines=sorted(set(ask.disciplines)),  # type: ignore[arg-type]  # wire codes, as numbers
        languages=sorted(set(ask.languages)),  # type: ignore[arg-type]
        until=timestamp(ask.until),
    )
    if ask.incident_id is not None:
        incident = incidents.find_incident(connection, ask.incident_id)
        if incident is None:
            raise NotFound("this node was told of no such incident: the list has every one")
        if incident.is_closed:
            raise WrongState("the incident is closed: ask without naming it")
        if get_membership(connection).agency_id not in incident.agency_ids:
            raise WrongState("your agency takes no part in that incident: ask without naming it")
    return _say(connection, key, command, ask.supporters, now)


def offer_peers(
    connection: Connection, key: Ed25519PrivateKey, request_id: bytes, supporters: int, now: datetime
) -> OutboxEntry:
    """Write an offer of supporters; it replaces this agency's earlier one.

    Raises:
        InvalidRequest: the number is out of its range.
        NotFound: the hub told of no such request.
        WrongState: the request takes no offer of this agency, which may not have signed the agreement.
    """
    standing = get_standing(connection, request_id)
    if standing.told is None:
        raise WrongState("your own agency asks for these peers: other agencies offer them")
    check_may_offer(standing.told, standing.own_id, now)
    check_signed(connection, now)
    return _say(connection, key, PeerAidCommand(verb=_OFFER, request_id=request_id), supporters, now)


def withdraw(connection: Connection, key: Ed25519PrivateKey, request_id: bytes, now: datetime) -> OutboxEntry:
    """Write that this agency takes back its offer; or its request, when it is the one that asked.

    Raises:
        NotFound: the hub told of no such request.
        WrongState: there is nothing to withdraw.
    """
    standing = get_standing(connection, request_id)
    if standing.told is not None:
        check_may_withdraw(standing.told, standing.own_id, standing.own_offer)
    return _say(connection, key, PeerAidCommand(verb=_WITHDRAW, request_id=request_id), None, now)


def release(connection: Connection, key: Ed25519PrivateKey, request_id: bytes, now: datetime) -> OutboxEntry:
    """Write that the peers this agency asked for are not needed any more.

    Raises:
        NotFound: the hub told of no such request.
        WrongState: another agency asked, or the request has ended.
    """
    standing = get_standing(connection, request_id)
    if standing.told is not None:
        check_may_release(standing.told, standing.own_id)
    return _say(connection, key, PeerAidCommand(verb=_RELEASE, request_id=request_id), None, now)


def list_standings(connection: Connection) -> list[AidStanding]:
    """List every request that the hub told of, and those of this agency that it has not answered; the newest first."""
    said: dict[bytes, list[SaidCommand]] = {}
    for entry in outbox.list_of_kind(connection, KIND):
        command = _command(connection, entry)
        said.setdefault(command.request_id, []).append(SaidCommand(entry, command))
    told, own_id = {request.id: request for request in mutual_aid.list_requests(connection)}, _own_id(connection)
    unanswered = [id_ for id_ in said if id_ not in told]
    return [AidStanding(id_, told.get(id_), said.get(id_, ()), own_id) for id_ in (*unanswered, *told)]


def get_standing(connection: Connection, request_id: bytes) -> AidStanding:
    """Fetch how one request stands.

    Raises:
        NotFound: neither did the hub tell of it, nor did this agency ask for it.
        WrongState: the hub refused this agency's own request.
    """
    entries = outbox.list_about(connection, KIND, request_id)
    said = [SaidCommand(entry, _command(connection, entry)) for entry in entries]
    standing = AidStanding(request_id, mutual_aid.find_request(connection, request_id), said, _own_id(connection))
    if standing.told is None and standing.asked is None:
        raise NotFound("this node was told of no such request: the list has every one")
    if standing.told is None and standing.asked is not None and standing.asked.entry.is_refused:
        raise WrongState("the hub refused this request: ask anew")
    return standing


def get_request_id(connection: Connection, typed: str) -> bytes:
    """Give the one request whose id starts with these hex digits; raises as `one_meant` does."""
    unknown = "this node was told of no request {digits}: the list has every one"
    return one_meant(typed, [each.request_id for each in list_standings(connection)], "request", unknown)


def _say(
    connection: Connection, key: Ed25519PrivateKey, command: PeerAidCommand, supporters: int | None, now: datetime
) -> OutboxEntry:
    if supporters is not None:
        try:
            command.supporters = supporters
        except (ValueError, TypeError):  # protobuf's own words name no field
            raise InvalidRequest(f"peer_aid.supporters: {supporters} is out of its range") from None
    report = Report(command_id=new_id(now), occurred_at=timestamp(now), peer_aid=command)
    return append(connection, [report], key, now)[0]


def _command(connection: Connection, entry: OutboxEntry) -> PeerAidCommand:
    leaf = next(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1))
    return Report.FromString(leaf.body).peer_aid


def _own_id(connection: Connection) -> bytes:
    return get_membership(connection).agency_id
