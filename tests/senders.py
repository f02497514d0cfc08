"""Nodes that keep on sending to a hub that keeps on dying, and what must be true of its store at every moment."""

import asyncio
from dataclasses import dataclass, field
from random import Random

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.ledger.checkpoint import SignedCheckpoint, stream_origin
from common.ledger.merkle import leaf_hash
from common.ledger.receipt import Receipt
from common.ledger.verification import Leaf, verify_ledger
from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from common.wire.v1.uplink_pb2 import PushResponse
from hub.domain.delivery import Batch, Stream, joined
from tests.builders import TRUST_DOMAIN, activation_report, capacity_report, push_request
from tests.hubs import HubStore
from tests.wire_client import PUSH, Client, JoinedNode

DEAD = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


class HubDied(Exception):
    """The hub went away before it answered. What it did with the batch is not known."""


@dataclass
class Sender:
    """One node: it sends a batch until that batch is acknowledged, as a real node's outbox does."""

    node: JoinedNode
    incident_id: bytes
    random: Random
    bodies: list[bytes] = field(default_factory=list)  # everything that it ever put in its ledger
    acknowledged: int = 0
    unanswered: Batch | None = None

    def next_batch(self) -> Batch:
        """The batch that has no answer yet, the same bytes again, at times with new reports behind; else new ones."""
        if self.unanswered is None or self.random.random() < 0.3:
            reports = [self._report() for _ in range(self.random.randint(1, 3))]
            fresh = self.node.ledger.batch(*reports)
            self.bodies += fresh.bodies
            self.unanswered = fresh if self.unanswered is None else joined([self.unanswered, fresh])
        return self.unanswered

    async def send(self, client: Client) -> None:
        """Send once.

        Raises:
            HubDied: no answer came.
        """
        batch = self.next_batch()
        try:
            raw = await client.call(PUSH, encode(push_request(batch)))
        except grpc.aio.AioRpcError as error:
            if error.code() not in DEAD:
                raise  # refused: no restart may ever lead to that
            raise HubDied from None
        answer = PushResponse.FromString(raw)
        assert list(answer.outcomes) == [Outcome.OUTCOME_APPLIED] * len(batch.bodies)
        assert answer.receipt.size >= batch.size
        self.node.verify(answer.receipt)
        self.acknowledged, self.unanswered = batch.last_sequence, None

    async def send_until_it_dies(self, client: Client, most: int) -> None:
        """Send batch after batch; at most so many, so that a hub that does not die is noticed."""
        try:
            for _ in range(most):
                await self.send(client)
        except HubDied:
            return

    def _report(self) -> Report:
        if self.random.random() < 0.5:
            return capacity_report(self.random.randint(0, 99))
        return activation_report(self.incident_id, deployed=self.random.randint(0, 99))


class Observer:
    """Looks into the hub's store after every restart (TRUST.md, invariants 3, 6 and 8)."""

    def __init__(self, senders: list[Sender]) -> None:
        self._senders = senders
        self._next: dict[bytes, int] = {}
        self._receipts: dict[bytes, int] = {}
        self._mail: dict[bytes, int] = {}

    def check(self, store: HubStore) -> None:
        """Check every invariant against what each node sent and was told."""
        streams = {stream.stream_id: stream for stream in store.streams()}
        for sender in self._senders:
            stream = streams.get(sender.node.ledger.stream_id)
            if stream is None:
                assert sender.acknowledged == 0, "an acknowledged stream is gone"
                continue
            self._applied_once(sender, stream, store)
            self._never_back(sender, stream, store)
            self._verifies(sender, stream, store)

    def _applied_once(self, sender: Sender, stream: Stream, store: HubStore) -> None:  # 3
        stored = store.reports_of(stream)
        count = len(stored)
        assert [report.sequence for report in stored] == list(range(1, count + 1))
        assert [report.body for report in stored] == sender.bodies[:count]
        assert sender.acknowledged <= count <= len(sender.bodies)
        assert stream.next_sequence == count + 1
        activations = sum(Report.FromString(report.body).HasField("activation") for report in stored)
        mail = store.mail(sender.node.agency_id)
        versions = [notice.activation_board.version for notice in mail if notice.HasField("activation_board")]
        assert versions == sorted(set(versions))
        assert max(versions, default=1) == activations + 1  # version 1 came with the opening

    def _never_back(self, sender: Sender, stream: Stream, store: HubStore) -> None:  # 6
        key = stream.stream_id
        now = (stream.next_sequence, len(store.receipts(stream)), len(store.mail(sender.node.agency_id)))
        before = (self._next.get(key, 0), self._receipts.get(key, 0), self._mail.get(key, 0))
        assert all(old <= new for old, new in zip(before, now, strict=True))
        self._next[key], self._receipts[key], self._mail[key] = now
        assert store.cursors(sender.node.agency_id) == list(range(1, now[2] + 1))

    def _verifies(self, sender: Sender, stream: Stream, store: HubStore) -> None:  # 8
        receipts = store.receipts(stream)
        stored = store.reports_of(stream)
        summary = verify_ledger(
            [Leaf(report.sequence, report.body, leaf_hash(report.body)) for report in stored],
            [SignedCheckpoint(each.size, each.root, each.node_signature) for each in receipts],
            [Receipt(each.size, each.root, each.signed_at_unix_s, each.signature) for each in receipts],
            stream_origin(TRUST_DOMAIN, stream.agency_id, stream.stream_id),
            sender.node.ledger.key.public_key(),
            Ed25519PublicKey.from_public_bytes(sender.node.joined.hub_ledger_key),
            every_checkpoint=True,
        )
        assert summary.receipted == len(stored)
        assert summary.root == stream.frontier.root()


async def send_all(senders: list[Sender], clients: list[Client]) -> None:
    """Let every node send until the hub dies."""
    await asyncio.gather(*(s.send_until_it_dies(c, 60) for s, c in zip(senders, clients, strict=True)))
