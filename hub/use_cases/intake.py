"""Reports taken in: a whole group of pushes in one transaction, each report applied once.

    1. Read how the agencies stand, their streams, and what their reports speak of, once for the group.
    2. Judge each batch by the rules of `hub.domain.delivery`, against the state that the group has reached. Batches
       that follow each other in a stream are judged as one, whatever their order of arrival: the last one's signed
       tree covers them all, so that one signature is verified and not many.
    3. Apply each new report, or record it as refused with a code: one bad report never blocks its stream. What a
       restored node carries over from an earlier stream is recorded with the outcome it has (`carrying`).
    4. Write everything, and countersign each stream's newest checkpoint: one receipt covers all its batches in the
       group.

The answer to a batch is its receipt and outcomes, or the error that its caller gets. An error leaves nothing behind,
but for a fork, which quarantines the agency in the same transaction.

Source: DESIGN.md 3, "Delivery", and 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from common.errors import HoldfastError, NotAllowed, WrongState
from common.ledger.merkle import Frontier
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.agency import Membership, Sender, Standing
from hub.domain.delivery import Batch, Forked, Receipt, StoredReport, Stream, joined, judge, new_stream, runs
from hub.persistence import agencies, streams
from hub.persistence.bulk import at_once
from hub.persistence.memory import remember
from hub.persistence.transaction import Transaction
from hub.use_cases.carrying import carried_over
from hub.use_cases.notices import refused_notice
from hub.use_cases.quarantine import quarantine
from hub.use_cases.signatures import Signatures, Signed, signed
from hub.use_cases.subjects import Subjects

FURTHEST_AHEAD_S = 24 * 3600  # of the hub's clock: a time beyond it is a mistake, not a skewed clock
_APPLIED, _REFUSED_TIME = (
    Outcome.OUTCOME_APPLIED,
    Outcome.OUTCOME_REFUSED_TIME,
)  # named once: looking a code up in a generated enum costs as much as a rule does


@dataclass(frozen=True)
class Accepted:
    """What a node gets for a batch."""

    receipt: Receipt
    outcomes: tuple[Outcome, ...]


Verdict = tuple[Outcome, ...] | HoldfastError


@dataclass
class _Group:
    """One group's working state: what was read, and what will be written."""

    standings: dict[bytes, Standing]
    streams: dict[bytes, Stream]
    subjects: Subjects
    latest_s: float  # when a report may have occurred, at the latest; Unix seconds
    signed: set[Signed] = field(default_factory=set)  # what was checked for the whole group at once
    newest: dict[bytes, Batch] = field(default_factory=dict)  # stream id -> the batch whose checkpoint is countersigned
    reports: list[StoredReport] = field(default_factory=list)


class Intake:
    """Applies pushes. Holds what does not change while the hub runs."""

    def __init__(self, trust_domain: str, hub_key: Ed25519PrivateKey, hub_epoch: int) -> None:
        self._trust_domain = trust_domain
        self._hub_epoch = hub_epoch
        self._signatures = Signatures(trust_domain, hub_key, hub_epoch)

    def apply(self, batches: Sequence[Batch], tx: Transaction, now: datetime) -> list[Accepted | HoldfastError]:
        """Apply each batch once, whatever number of times it arrives.

        Args:
            batches: of any callers, in the order in which they arrived.
            tx: the writer's transaction; nothing is answered before it commits.
            now: hub time, UTC.

        Returns:
            For each batch what its caller gets; an error is given, not raised, since the others go on.
        """
        group = _read(batches, tx, self._trust_domain)  # 1
        group.subjects.load([report for batch in batches for report in batch.reports], tx)
        verdicts: dict[int, Verdict] = {}
        found = runs(batches)  # 2, 3
        group.signed = self._signatures.good_among([batches[run[-1]] for run in found], tx.connection)
        for run in found:
            verdicts |= self._take_run({place: batches[place] for place in run}, group, tx, now)
        receipts = self._write(group, tx, now)  # 4
        return [
            self._answer(batch, verdicts[place], group, receipts, tx.connection) for place, batch in enumerate(batches)
        ]

    def _take_run(self, run: dict[int, Batch], group: _Group, tx: Transaction, now: datetime) -> dict[int, Verdict]:
        """Take batches that follow each other as one, or, when that is refused, each by itself."""
        try:
            outcomes = iter(self._take(joined(list(run.values())), group, tx, now))
        except HoldfastError as refusal:
            if len(run) > 1:
                return {
                    place: verdict
                    for each, batch in run.items()
                    for place, verdict in self._take_run({each: batch}, group, tx, now).items()
                }
            ((place, batch),) = run.items()
            if isinstance(refusal, Forked):
                quarantine(batch, refusal.sequence, tx, now)
                group.standings[batch.agency_id] = Standing(Membership.JOINED, quarantined=True)
            return {place: refusal}
        return {place: tuple(islice(outcomes, len(batch.bodies))) for place, batch in run.items()}

    def _take(self, batch: Batch, group: _Group, tx: Transaction, now: datetime) -> tuple[Outcome, ...]:
        _check_standing(group.standings.get(batch.agency_id))
        stream = group.streams.get(batch.stream_id)
        frontier = self._judge(batch, stream or new_stream(batch), group, tx.connection)
        if stream is None:
            _end_earlier(group, batch)
            stream = streams.start_stream(tx.connection, batch.stream_id, batch.agency_id, batch.node, now)
            group.streams[batch.stream_id] = stream
        seen = stream.next_sequence - batch.first_sequence
        if frontier is None:
            held = _held(group, stream, batch.first_sequence, batch.last_sequence, tx.connection)
            return tuple(report.outcome for report in held)
        before = _held(group, stream, batch.first_sequence, stream.next_sequence - 1, tx.connection) if seen else []
        old = carried_over(stream, batch.bodies[seen:], group.reports, tx.connection) if stream.carries else []
        fresh = [_recorded(batch, stream, index, outcome, tx) for index, outcome in enumerate(old, seen)]
        new = range(seen + len(old), len(batch.bodies))
        fresh += [self._apply_report(batch, stream, index, group, tx, now) for index in new]
        group.reports += fresh
        stream.frontier, stream.next_sequence, stream.node = frontier, batch.last_sequence + 1, batch.node
        group.newest[batch.stream_id] = batch
        return tuple(report.outcome for report in (*before, *fresh))

    def _judge(self, batch: Batch, stream: Stream, group: _Group, connection: Connection) -> Frontier | None:
        return judge(
            batch,
            stream,
            lambda first, last: [report.body for report in _held(group, stream, first, last, connection)],
            self._root_at(stream, batch.size, group, connection),
            lambda *_: None if signed(batch) in group.signed else self._signatures.verify(batch, connection),
        )

    def _apply_report(
        self, batch: Batch, stream: Stream, index: int, group: _Group, tx: Transaction, now: datetime
    ) -> StoredReport:
        report = batch.reports[index]
        if batch.problems[index]:
            outcome = Outcome.OUTCOME_REFUSED_RANGE
        elif report.occurred_at.seconds > group.latest_s:
            outcome = _REFUSED_TIME
        else:
            outcome = group.subjects.apply(report, Sender(batch.agency_id, batch.node), now)
        return _recorded(batch, stream, index, outcome, tx)

    def _root_at(self, stream: Stream, size: int, group: _Group, connection: Connection) -> bytes | None:
        """Give the root that was countersigned at exactly this size, if one was."""
        newest = group.newest.get(stream.stream_id)
        if newest is not None and newest.size == size:
            return newest.root
        if size >= stream.next_sequence:
            return None
        receipt = streams.find_receipt_covering(connection, stream.number, size)
        return receipt.root if receipt is not None and receipt.size == size else None

    def _write(self, group: _Group, tx: Transaction, now: datetime) -> dict[bytes, Receipt]:
        signed_at = int(now.timestamp())
        receipts = {id_: self._signatures.countersign(batch, signed_at) for id_, batch in group.newest.items()}
        changed = [group.streams[stream_id] for stream_id in group.newest]
        given = [(group.streams[stream_id].number, receipt) for stream_id, receipt in receipts.items()]
        with at_once(tx.connection):
            streams.add_reports(tx.connection, group.reports)
            streams.save_streams(tx.connection, changed)
            streams.add_receipts(tx.connection, given)
            group.subjects.save(tx)
        return receipts

    def _answer(
        self,
        batch: Batch,
        verdict: Verdict,
        group: _Group,
        receipts: dict[bytes, Receipt],
        connection: Connection,
    ) -> Accepted | HoldfastError:
        if isinstance(verdict, HoldfastError):
            return verdict
        receipt = receipts.get(batch.stream_id)
        if receipt is not None:
            return Accepted(receipt, verdict)
        stored = streams.find_receipt_covering(connection, group.streams[batch.stream_id].number, batch.size)
        if stored is None:
            return WrongState("this hub holds the reports but no receipt for them: its operator must look at the store")
        # It may be from before a restore. Whoever gives it is the hub of now: to a node, an older epoch is an old copy.
        return Accepted(replace(stored, hub_epoch=self._hub_epoch), verdict)


def _read(batches: Sequence[Batch], tx: Transaction, trust_domain: str) -> _Group:
    """Give the state that the group begins with: what is remembered, and the rest from the store."""
    memory, connection = tx.memory, tx.connection
    remember(memory.standings, {batch.agency_id for batch in batches}, partial(agencies.load_standings, connection))
    remember(memory.streams, {batch.stream_id for batch in batches}, partial(streams.load_streams, connection))
    return _Group(memory.standings, memory.streams, Subjects(trust_domain), tx.now.timestamp() + FURTHEST_AHEAD_S)


def _check_standing(standing: Standing | None) -> None:
    if standing is None or standing.membership is not Membership.JOINED:
        raise NotAllowed("this agency was removed from the region; ask the hub's operator")
    if standing.quarantined:
        raise WrongState("this agency is quarantined: two histories exist under its identity; ask the hub's operator")


def _held(group: _Group, stream: Stream, first: int, last: int, connection: Connection) -> list[StoredReport]:
    """Give the reports `first` to `last`: stored ones, then those that this group took in."""
    held = streams.read_reports(connection, stream.number, first, last) if stream.number else []
    taken = [
        report for report in group.reports if report.stream_number == stream.number and first <= report.sequence <= last
    ]
    return held + taken


def _recorded(batch: Batch, stream: Stream, index: int, outcome: Outcome, tx: Transaction) -> StoredReport:
    """Give a report as it is stored; tell its agency when it is refused."""
    sequence = batch.first_sequence + index
    if outcome != _APPLIED:
        detail = "occurred_at: look at the node's clock" if outcome == _REFUSED_TIME else batch.problems[index]
        command_id = batch.reports[index].command_id
        tx.post([batch.agency_id], refused_notice(batch.stream_id, sequence, command_id, outcome, detail))
    return StoredReport(stream.number, sequence, batch.bodies[index], outcome, tx.now)


def _end_earlier(group: _Group, batch: Batch) -> None:
    for stream in group.streams.values():
        if (stream.agency_id, stream.node) == (batch.agency_id, batch.node):
            stream.ended = True
