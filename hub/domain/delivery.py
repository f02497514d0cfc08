"""How the hub takes a node's reports: in order, each once, provably.

The rules, in the order in which `judge` applies them:

1. A stream belongs to the agency that began it. Another agency's is refused.
2. A new stream begins at sequence 1, and ends the node's earlier ones. An ended stream still gets the receipts of what
   it delivered, and delivers nothing more.
3. A batch that begins after the wanted sequence leaves a gap: refused with the sequence wanted.
4. The checkpoint stands at the end of the batch and carries the signature of the node's bound key. Nothing below is
   looked at before: whoever lacks that key has nobody quarantined.
5. What came before must come again with the same bytes. Other bytes are a fork.
6. The root that the hub computes must be the root that the node signed. Another root under a good signature is a fork
   too: a cloned node shows itself here, whatever it sends.
7. A fork is refused, the agency is quarantined, and people are told. Nothing of the batch is applied.

Pure: the stream's state and the batch in, a verdict out.

Source: DESIGN.md 3, "Delivery"; TRUST.md t01, s06.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from common.errors import InvalidRequest, NotAllowed, SequenceWanted, WrongState
from common.ledger.merkle import Frontier, leaf_hash
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report

MAX_BATCH = 256  # reports
MAX_REQUEST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Batch:
    """What one Push carries, from a caller whose identity is checked."""

    agency_id: bytes
    node: int
    stream_id: bytes
    first_sequence: int
    reports: tuple[Report, ...]
    problems: tuple[str, ...]  # of each report: the field that breaks its rule, and the rule; "" when none does
    bodies: tuple[bytes, ...]  # canonical bytes of each report: the ledger's leaves
    size: int  # the checkpoint's
    root: bytes
    signature: bytes

    @property
    def last_sequence(self) -> int:
        """The sequence of the last report."""
        return self.first_sequence + len(self.bodies) - 1


@dataclass
class Stream:
    """How far one life of a node's database has come at the hub."""

    number: int
    stream_id: bytes
    agency_id: bytes
    node: int
    next_sequence: int
    frontier: Frontier
    ended: bool
    carries: bool = False  # it may still repeat reports of the node's earlier streams (hub.use_cases.carrying)


class StoredReport(NamedTuple):
    """A report as the hub keeps it: a row, column by column, since a busy hub makes tens of thousands a second."""

    stream_number: int
    sequence: int
    body: bytes
    outcome: Outcome
    received_at: datetime


@dataclass(frozen=True)
class Receipt:
    """The hub's countersignature over a node's checkpoint."""

    size: int
    root: bytes
    node_signature: bytes
    signed_at_unix_s: int
    signature: bytes
    hub_epoch: int


class Forked(WrongState):
    """Two histories under one identity. The agency is quarantined from `sequence` on."""

    def __init__(self, sequence: int) -> None:
        super().__init__(
            f"report {sequence} differs from what this hub already holds: two histories exist under this identity. "
            "Nothing was taken; ask the hub's operator to compare both ledgers"
        )
        self.sequence = sequence


StoredBodies = Callable[[int, int], list[bytes]]  # (first, last), both included -> the bodies held
VerifyCheckpoint = Callable[[int, bytes, bytes], None]  # (size, root, signature); raises when it does not verify


def judge(
    batch: Batch, stream: Stream, stored_bodies: StoredBodies, stored_root: bytes | None, verify: VerifyCheckpoint
) -> Frontier | None:
    """Decide what becomes of a batch.

    Args:
        batch: dense reports; its envelope is checked already.
        stream: the state after everything applied so far.
        stored_bodies: gives the bodies that the hub holds.
        stored_root: the root countersigned at exactly `batch.size`, if there is one.
        verify: checks the checkpoint's signature by the node's bound key.

    Returns:
        The stream's frontier after the batch's new reports; None when all of them came before.

    Raises:
        NotAllowed, SequenceWanted, WrongState, InvalidRequest, Forked: rules 1 to 7.
    """
    _belongs(batch, stream)  # 1
    if batch.first_sequence > stream.next_sequence:  # 3
        raise SequenceWanted(stream.next_sequence)
    seen = min(stream.next_sequence - batch.first_sequence, len(batch.bodies))
    if batch.size != batch.last_sequence:  # 4
        raise InvalidRequest("checkpoint.size: must be the sequence of the batch's last report")
    verify(batch.size, batch.root, batch.signature)
    if seen:  # 5
        held = stored_bodies(batch.first_sequence, batch.first_sequence + seen - 1)
        for offset, body in enumerate(held):
            if body != batch.bodies[offset]:
                raise Forked(batch.first_sequence + offset)
    if seen == len(batch.bodies):
        if stored_root is not None and stored_root != batch.root:  # 6
            raise Forked(batch.last_sequence)
        return None
    if stream.ended:  # 2
        raise WrongState("this stream was ended by a newer one of the same node: it delivers nothing more")
    frontier = stream.frontier.copy()
    for body in batch.bodies[seen:]:
        frontier.append(leaf_hash(body))
    if frontier.root() != batch.root:  # 6
        raise Forked(batch.last_sequence)
    return frontier


def runs(batches: Sequence[Batch]) -> list[list[int]]:
    """Find the batches that follow each other in one stream of one node, whatever their order of arrival.

    Returns:
        Places in `batches`, each place once: a list for each run, in the order of its sequences. Streams come in the
        order in which the first of their batches arrived: where agencies compete, the first comer is first.
    """
    found: list[list[int]] = []
    arrived: dict[bytes, int] = {}
    for place, batch in enumerate(batches):
        arrived.setdefault(batch.stream_id, place)
    order = sorted(
        range(len(batches)), key=lambda place: (arrived[batches[place].stream_id], batches[place].first_sequence)
    )
    for place in order:
        before = batches[found[-1][-1]] if found else None
        if before is not None and _follows(before, batches[place]):
            found[-1].append(place)
        else:
            found.append([place])
    return found


def joined(batches: Sequence[Batch]) -> Batch:
    """Put batches that follow each other together: the last one's checkpoint covers them all."""
    if len(batches) == 1:
        return batches[0]
    last = batches[-1]
    return replace(
        last,
        first_sequence=batches[0].first_sequence,
        reports=tuple(report for batch in batches for report in batch.reports),
        problems=tuple(problem for batch in batches for problem in batch.problems),
        bodies=tuple(body for batch in batches for body in batch.bodies),
    )


def _follows(before: Batch, batch: Batch) -> bool:
    same = (before.agency_id, before.node, before.stream_id) == (batch.agency_id, batch.node, batch.stream_id)
    return same and batch.first_sequence == before.size + 1 == before.last_sequence + 1


def new_stream(batch: Batch) -> Stream:
    """Give the state of a stream before its first report (rule 2): a batch that begins later leaves a gap."""
    return Stream(0, batch.stream_id, batch.agency_id, batch.node, 1, Frontier(), ended=False)


def _belongs(batch: Batch, stream: Stream) -> None:
    if stream.agency_id != batch.agency_id:
        raise NotAllowed("this stream belongs to another agency")
