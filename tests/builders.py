"""Things of the domain, valid by default; a test changes only what it is about."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.ids import new_id
from common.ledger.checkpoint import sign_checkpoint, stream_origin
from common.ledger.merkle import Frontier, leaf_hash
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import ActivationStatus, Discipline, PeerAidVerb
from common.wire.v1.report_pb2 import ActivationReport, PeerAidCommand, Report, SupporterCapacity
from common.wire.v1.uplink_pb2 import Checkpoint, PushRequest
from common.wire.validate import problem_of
from hub.domain.agency import Agency, Membership
from hub.domain.delivery import Batch

TRUST_DOMAIN = "ridgeline.holdfast.internal"
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def agency(slug: str = "ridgeline-fire", **changes: Any) -> Agency:
    """An agency that has joined."""
    values: dict[str, Any] = {
        "id": os.urandom(16),
        "slug": slug,
        "name": slug.replace("-", " ").title(),
        "discipline": Discipline.DISCIPLINE_FIRE,
        "jurisdiction": "default",
        "membership": Membership.JOINED,
        "quarantined_at": None,
        "mailbox_head": 0,
        "created_at": NOON,
    }
    return Agency(**(values | changes))


def activation_report(incident_id: bytes, *, at: datetime = NOON, deployed: int = 4, **changes: Any) -> Report:
    """A report that an agency's team is active."""
    values: dict[str, Any] = {"status": ActivationStatus.ACTIVATION_STATUS_ACTIVE, "supporters_deployed": deployed}
    body = ActivationReport(incident_id=incident_id, **(values | changes))
    return Report(command_id=new_id(at), occurred_at=timestamp(at), activation=body)


def capacity_report(available: int = 5, *, at: datetime = NOON) -> Report:
    """A report of how many supporters there are."""
    body = SupporterCapacity(designated=9, available=available)
    return Report(command_id=new_id(at), occurred_at=timestamp(at), supporter_capacity=body)


def peer_request(request_id: bytes, supporters: int = 5, **changes: Any) -> PeerAidCommand:
    """A command that asks for peers, for a week."""
    values: dict[str, Any] = {"supporters": supporters, "until": timestamp(NOON + timedelta(days=7))}
    return PeerAidCommand(verb=PeerAidVerb.PEER_AID_VERB_REQUEST, request_id=request_id, **(values | changes))


def peer_command(word: str, request_id: bytes, supporters: int | None = None) -> PeerAidCommand:
    """A command about a request for peers: `offer`, `withdraw` or `release`."""
    return PeerAidCommand(verb=f"PEER_AID_VERB_{word.upper()}", request_id=request_id, supporters=supporters)


def peer_aid_report(command: PeerAidCommand, *, at: datetime = NOON) -> Report:
    """The report that carries a command about mutual aid."""
    return Report(command_id=new_id(at), occurred_at=timestamp(at), peer_aid=command)


class NodeLedger:
    """A node's side of one stream: a tree that signs what it sends, with a key of its own."""

    def __init__(self, agency_id: bytes, key: Ed25519PrivateKey | None = None, node: int = 1) -> None:
        self.agency_id = agency_id
        self.node = node
        self.key = key or Ed25519PrivateKey.generate()
        self.stream_id = os.urandom(16)
        self.frontier = Frontier()

    @property
    def bound_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def batch(self, *reports: Report) -> Batch:
        """Append reports, and give the batch that carries them."""
        first = self.frontier.size + 1
        bodies = tuple(encode(report) for report in reports)
        for body in bodies:
            self.frontier.append(leaf_hash(body))
        size, root = self.frontier.size, self.frontier.root()
        signature = sign_checkpoint(self.key, stream_origin(TRUST_DOMAIN, self.agency_id, self.stream_id), size, root)
        problems = tuple(map(problem_of, reports))
        return Batch(self.agency_id, self.node, self.stream_id, first, reports, problems, bodies, size, root, signature)

    def copy(self) -> "NodeLedger":
        """The same identity and history, to go another way from here: a cloned node."""
        clone = NodeLedger(self.agency_id, self.key, self.node)
        clone.stream_id, clone.frontier = self.stream_id, self.frontier.copy()
        return clone


def push_request(batch: Batch) -> PushRequest:
    """The request that carries a batch over the wire."""
    return PushRequest(
        stream_id=batch.stream_id,
        first_sequence=batch.first_sequence,
        reports=batch.reports,
        checkpoint=Checkpoint(size=batch.size, root=batch.root, signature=batch.signature),
        hub_epoch=1,
    )
