"""Commands about mutual aid of a whole group of pushes, what the clock does to requests, and who is told.

The rules and their numbers are those of `hub.domain.mutual_aid`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import Outcome, PeerAidVerb
from common.wire.v1.report_pb2 import PeerAidCommand, Report
from hub.domain import mutual_aid
from hub.domain.agency import Sender
from hub.domain.incident import Incident
from hub.domain.mutual_aid import AidRefused, PeerRequest
from hub.persistence import agencies, incidents
from hub.persistence import mutual_aid as stored
from hub.persistence.memory import remember
from hub.persistence.transaction import Transaction
from hub.use_cases.activations import remember_boards
from hub.use_cases.signers import signers

_REQUEST = PeerAidVerb.PEER_AID_VERB_REQUEST
_OFFER = PeerAidVerb.PEER_AID_VERB_OFFER


class _Scope:
    """Whom a request is addressed to (2)."""

    def __init__(
        self, incidents_: Mapping[bytes, Incident], members: Mapping[bytes, int], signed: frozenset[bytes]
    ) -> None:
        self.incidents = incidents_
        self.members = members
        self.signed = signed

    def audience(self, request: PeerRequest) -> tuple[bytes, ...]:
        """Give who is told of a request."""
        incident = None if request.incident_id is None else self.incidents[request.incident_id]
        participants = None if incident is None else incident.agency_ids
        return mutual_aid.audience(request, participants, self.members, self.signed)


class PeerAid:
    """The requests that one group of reports touches."""

    def __init__(self) -> None:
        self._scope = _Scope({}, {}, frozenset())
        self._requests: dict[bytes, PeerRequest] = {}
        self._before: dict[bytes, PeerRequest | None] = {}  # of each that this group changes
        self._version_after: Callable[[int], int] = int

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read what these commands speak of, and who is addressed."""
        memory, connection = tx.memory, tx.connection
        self._requests, self._version_after = memory.peer_requests, tx.version_after
        named = {report.peer_aid.request_id for report in reports}
        remember(self._requests, named, partial(stored.load_requests, connection))
        if not memory.disciplines:
            memory.disciplines.update(agencies.load_disciplines(connection))
        asked = {report.peer_aid.incident_id for report in reports if report.peer_aid.HasField("incident_id")}
        held = {request.incident_id for id_ in named if (request := self._requests.get(id_)) and request.incident_id}
        remember_boards(asked | held, tx)
        self._scope = _Scope(memory.incidents, memory.disciplines, signers(tx, tx.now))

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Apply one agency's command, or say why not."""
        told: PeerAidCommand = report.peer_aid
        try:
            if told.verb == _REQUEST:
                self._ask(told, sender.agency_id, now)
            else:
                self._answer(told, sender.agency_id, now)
        except AidRefused as refusal:
            return refusal.outcome
        return Outcome.OUTCOME_APPLIED

    def save(self, tx: Transaction) -> None:
        """Write the changed requests and tell their audiences; one that changed twice is told once, as it is now."""
        changed = [(before, self._requests[id_]) for id_, before in self._before.items()]
        stored.save_requests(tx.connection, changed)
        for before, request in changed:
            _tell(tx, self._scope, before, request)

    def _ask(self, told: PeerAidCommand, sender: bytes, now: datetime) -> None:
        held = self._requests.get(told.request_id)
        if held is not None and mutual_aid.is_repeated(held, told, sender):  # 1
            return
        if sender not in self._scope.signed:  # 2
            raise AidRefused(Outcome.OUTCOME_REFUSED_NO_AGREEMENT)
        if held is not None:
            raise AidRefused(Outcome.OUTCOME_REFUSED_DUPLICATE)
        made = mutual_aid.new_request(told, sender, self._version_after(0), now)
        if made.incident_id is not None:
            incident = self._scope.incidents.get(made.incident_id)
            if incident is None or sender not in incident.agency_ids:
                raise AidRefused(Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT)
            if incident.is_closed:
                raise AidRefused(Outcome.OUTCOME_REFUSED_INCIDENT_CLOSED)
        self._before[made.id] = None
        self._requests[made.id] = made

    def _answer(self, told: PeerAidCommand, sender: bytes, now: datetime) -> None:
        if told.verb == _OFFER and sender not in self._scope.signed:  # 2: the same for a request that does not exist
            raise AidRefused(Outcome.OUTCOME_REFUSED_NO_AGREEMENT)
        held = self._requests.get(told.request_id)
        if held is None or sender not in self._scope.audience(held):  # 2
            raise AidRefused(Outcome.OUTCOME_REFUSED_UNKNOWN_REQUEST)
        present = self._change(held, mutual_aid.at(held, now))  # 5
        self._change(present, mutual_aid.answered(present, told, sender, now))

    def _change(self, before: PeerRequest, now: PeerRequest) -> PeerRequest:
        """Hold a request as it is now; a change of it raises its version (7)."""
        if now is before:
            return before
        self._before.setdefault(before.id, before)
        changed = self._requests[before.id] = replace(now, version=self._version_after(before.version))
        return changed


def aid_due(tx: Transaction, now: datetime, limit: int) -> int:
    """Do what the clock does to requests for peers (5), the longest due first.

    Args:
        limit: requests at most; the rest is due still.

    Returns:
        How many changed.
    """
    due = stored.list_due(tx.connection, now, limit)
    if not due:
        return 0
    changed: list[tuple[PeerRequest, PeerRequest]] = []
    for request in due:
        present = mutual_aid.at(request, now)
        changed.append((request, replace(present, version=tx.version_after(request.version))))
    stored.save_requests(tx.connection, changed)
    scope = _read_scope(due, tx, now)
    for before, request in changed:
        _tell(tx, scope, before, request)
    return len(changed)


def tell_live_requests(agency_ids: Iterable[bytes], tx: Transaction, now: datetime) -> None:
    """Tell agencies of the live requests that are addressed to them: they take part only now."""
    LiveRequests(tx, now).tell(agency_ids, signers(tx, now), tx)


class LiveRequests:
    """The requests that have not ended, for agencies that are addressed only now."""

    def __init__(self, tx: Transaction, now: datetime) -> None:
        """Read them; `tell` then reads nothing."""
        self._live = stored.list_live(tx.connection)
        self._scope = _read_scope(self._live, tx, now)

    def tell(self, agency_ids: Iterable[bytes], signed: frozenset[bytes], tx: Transaction) -> None:
        """Tell these agencies of what is addressed to them.

        Args:
            signed: who is bound by the agreement by now.
        """
        scope, newcomers = _Scope(self._scope.incidents, self._scope.members, signed), set(agency_ids)
        for request in self._live:
            tx.post([id_ for id_ in scope.audience(request) if id_ in newcomers], aid_notice(request))


def leave_aid(agency_id: bytes, tx: Transaction, now: datetime) -> None:
    """End what a removed agency has asked for and offered."""
    live = [each for each in stored.list_live(tx.connection) if each.concerns(agency_id)]
    changed = []
    for request in live:
        taken_back = PeerAidCommand(verb=PeerAidVerb.PEER_AID_VERB_WITHDRAW, request_id=request.id)
        present = mutual_aid.answered(request, taken_back, agency_id, now)
        if present is not request:
            changed.append((request, replace(present, version=tx.version_after(request.version))))
    stored.save_requests(tx.connection, changed)
    scope = _read_scope(live, tx, now)
    for before, request in changed:
        _tell(tx, scope, before, request)


def aid_notice(request: PeerRequest) -> wire.Notice:
    """Tell what a request for peers is now."""
    told = wire.PeerAidNotice(
        request_id=request.id,
        incident_id=request.incident_id or b"",
        asking_agency_id=request.asking_agency_id,
        supporters_wanted=request.wanted,
        supporters_matched=request.matched,
        disciplines=request.disciplines,  # type: ignore[arg-type]  # wire codes, as numbers
        languages=request.languages,  # type: ignore[arg-type]
        until=timestamp(request.until),
        status=request.status,
        matches=[
            wire.PeerAidMatch(agency_id=offer.agency_id, supporters=offer.matched)
            for offer in request.offers
            if offer.matched
        ],
        version=request.version,
        requested_at=timestamp(request.requested_at),
        fill_by=timestamp(request.fill_by),
    )
    return wire.Notice(peer_aid_changed=told)


def _tell(tx: Transaction, scope: _Scope, before: PeerRequest | None, request: PeerRequest) -> None:
    """Tell the audience, and whose offer ended with this change."""
    ended = (offer.agency_id for offer in before.offers) if before else ()
    tx.post(dict.fromkeys([*scope.audience(request), *ended]), aid_notice(request))


def _read_scope(requests: Iterable[PeerRequest], tx: Transaction, now: datetime) -> _Scope:
    ids = {request.incident_id for request in requests if request.incident_id is not None}
    boards = incidents.load_boards(tx.connection, ids) if ids else {}
    found = {id_: incident for id_, (incident, _) in boards.items()}
    return _Scope(found, agencies.load_disciplines(tx.connection), signers(tx, now))
