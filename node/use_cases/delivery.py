"""What goes to the hub next, and what its answers mean for the store. The rules are `node.domain.delivery`'s.

Source: DESIGN.md 3, "Delivery" and "Restores".
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from common.errors import WrongState
from common.identity.keys import Ed25519PrivateKey
from common.ledger.checkpoint import SignedCheckpoint, stream_origin
from common.ledger.receipt import Receipt, verify_receipt
from node.domain.delivery import MAX_REPORTS, Flow, Stream, batch_length, check_epoch, is_ahead
from node.persistence import ledger, outbox, reporting_windows, streams
from node.persistence.ledger import StoredReceipt
from node.persistence.membership import get_membership, set_hub_epoch, set_mailbox_cursor
from node.use_cases.claims import take_down_claims
from node.use_cases.outbox import append_guarded

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """The next reports of the current stream."""

    stream_id: bytes
    first_sequence: int
    bodies: tuple[bytes, ...]  # the ledger's leaves, byte for byte
    checkpoint: SignedCheckpoint
    hub_epoch: int

    @property
    def last_sequence(self) -> int:
        """The sequence of the last report."""
        return self.first_sequence + len(self.bodies) - 1


@dataclass(frozen=True)
class HubProgress:
    """What the hub says it has, in an answer to a heartbeat."""

    hub_epoch: int
    wanted_sequence: int  # 0 when it does not know the stream


def next_batch(connection: Connection) -> Batch | None:
    """Give what is to be sent next; None when nothing waits."""
    doubted = streams.find_doubted(connection)  # 6
    stream = doubted or streams.get_current_stream(connection)
    first, last = (stream.next_sequence, stream.head) if doubted is None else _doubt(doubted)
    most = min(MAX_REPORTS, last - first + 1)
    leaves = list(ledger.read_leaves(connection, stream.stream_id, first, most))
    ends = list(ledger.read_checkpoints(connection, stream.stream_id, first, most))
    length = batch_length([len(leaf.body) for leaf in leaves], first, [end.size for end in ends])
    if not length:
        return None
    last = first + length - 1
    return Batch(
        stream_id=stream.stream_id,
        first_sequence=first,
        bodies=tuple(leaf.body for leaf in leaves[:length]),
        checkpoint=next(end for end in ends if end.size == last),
        hub_epoch=get_membership(connection).hub_epoch,
    )


def note_sending(connection: Connection, batch: Batch) -> None:
    """Store that a batch is about to leave (rule 3)."""
    streams.set_sent_through(connection, batch.stream_id, batch.last_sequence)


def acknowledge(
    connection: Connection, batch: Batch, stored: StoredReceipt, outcomes: Sequence[int], now: datetime
) -> None:
    """Mark a batch as acknowledged, after its receipt proved against our own tree.

    Args:
        batch: what was sent.
        stored: the receipt, and the epoch of the hub that gave it.
        outcomes: one wire Outcome for each report of the batch.

    Raises:
        WrongState: the receipt is over another tree, or not the hub's; or an older hub gave it.
    """
    membership, receipt = get_membership(connection), stored.receipt
    check_epoch(stored.hub_epoch, membership.hub_epoch)
    if len(outcomes) != len(batch.bodies):
        raise WrongState(f"the hub gave {len(outcomes)} outcomes for {len(batch.bodies)} reports: they prove nothing")
    _check_receipt(connection, batch, receipt)
    origin = stream_origin(membership.trust_domain, membership.agency_id, batch.stream_id)
    key = Ed25519PublicKey.from_public_bytes(membership.hub_ledger_key)
    verify_receipt(key, origin, receipt.size, receipt.root, receipt.signed_at_unix_s, receipt.signature)
    ledger.add_receipt(connection, batch.stream_id, stored)
    outbox.set_outcomes(connection, batch.stream_id, dict(enumerate(outcomes, batch.first_sequence)), now)
    _move_on(connection, batch)
    raise_epoch(connection, stored.hub_epoch, now)


def _check_receipt(connection: Connection, batch: Batch, receipt: Receipt) -> None:
    ours = ledger.find_checkpoint(connection, batch.stream_id, receipt.size)
    if receipt.size < batch.checkpoint.size or ours is None:
        raise WrongState(f"the hub's receipt is for {receipt.size} reports, which is not a tree that this node sent")
    if ours.root != receipt.root:
        raise WrongState(f"the hub's receipt of size {receipt.size} is over other reports than this node wrote")


def observe_hub(connection: Connection, before: Stream, progress: HubProgress, now: datetime) -> Stream:
    """Take in how far the hub is, and decide what that means (rules 4 to 6).

    Args:
        before: the stream as it was when the hub was asked: what had been acknowledged by then, a hub that keeps its
            promises holds.

    Returns:
        The stream as it is now.

    Raises:
        WrongState: the hub's epoch is older than one seen before.
    """
    membership = get_membership(connection)
    check_epoch(progress.hub_epoch, membership.hub_epoch)  # 5
    stream = streams.get_current_stream(connection)
    if stream.stream_id == before.stream_id:
        wanted = progress.wanted_sequence or 1
        if is_ahead(stream, wanted) and stream.flow in (Flow.FLOWING, Flow.HALTED):  # 4
            _stop_ahead(connection, stream, wanted, now)
        elif wanted < before.next_sequence:  # 6
            _resend_from(connection, stream, wanted)
    raise_epoch(connection, progress.hub_epoch, now)
    after = streams.get_current_stream(connection)
    if after.flow in (Flow.FLOWING, Flow.HALTED):
        reporting_windows.note_clear(connection, now)
    return after


def raise_epoch(connection: Connection, hub_epoch: int, now: datetime) -> bool:
    """Remember a newer hub epoch; tell whether it is newer.

    A restored hub gives cursors again to other notices, so its mailbox is read again from the beginning: versions keep
    what was applied from being applied twice. What this agency owns is claimed, as the hub told it until now.
    """
    if hub_epoch <= get_membership(connection).hub_epoch:
        return False
    set_hub_epoch(connection, hub_epoch)
    set_mailbox_cursor(connection, 0, hub_epoch)
    streams.doubt_ended(connection)
    take_down_claims(connection, now)
    return True


def send_again_from(connection: Connection, batch: Batch, wanted: int) -> None:
    """Go back to the sequence that the hub asked for when a batch left a gap.

    Raises:
        WrongState: it asks for what cannot be missing.
    """
    if not 1 <= wanted < batch.first_sequence:
        raise WrongState(f"the hub refuses sequence {batch.first_sequence} and asks for {wanted}: that is no gap")
    stream = streams.get_current_stream(connection)
    if batch.stream_id == stream.stream_id:
        _resend_from(connection, stream, wanted)
    else:
        streams.set_doubted_from(connection, batch.stream_id, wanted)


def leave(connection: Connection, batch: Batch) -> bool:
    """Send nothing more of an ended stream that the hub will not take; False when the batch is of the present one."""
    if batch.stream_id == streams.get_current_stream(connection).stream_id:
        return False
    streams.set_doubted_from(connection, batch.stream_id, None)
    return True


def stop(connection: Connection, stream_id: bytes, flow: Flow, reason: str, now: datetime) -> None:
    """Stop a stream and keep the reason for people; one that is ahead or quarantined has a graver reason already."""
    if streams.get_current_stream(connection).flow in (Flow.AHEAD, Flow.QUARANTINED):
        return
    streams.set_flow(connection, stream_id, flow, reason, now)


def resume(connection: Connection, stream_id: bytes, now: datetime) -> None:
    """Let a stream that was halted flow again; what stops it otherwise, only people or the hub lift."""
    if streams.get_current_stream(connection).flow is Flow.HALTED:
        streams.set_flow(connection, stream_id, Flow.FLOWING, "", now)


def start_new_stream(connection: Connection, key: Ed25519PrivateKey, now: datetime) -> Stream:
    """Begin a new life of the ledger, as an administrator confirmed. What the hub has not acknowledged goes along.

    The old stream stays, readable and verifiable. A report that the hub had taken without this node knowing comes
    again under its old command id, which gets the same answer.

    Raises:
        WrongState: the present stream needs no successor.
    """
    old = streams.get_current_stream(connection)
    if old.flow is Flow.FLOWING:
        raise WrongState("the present stream flows: a new one is only for a node that was restored from a backup")
    waiting = [leaf.body for leaf in ledger.read_leaves(connection, old.stream_id, old.next_sequence)]
    ends = [end.size for end in ledger.read_checkpoints(connection, old.stream_id, old.next_sequence)]
    streams.add_stream(connection, secrets.token_bytes(16), now)
    first = old.next_sequence
    while waiting:
        length = batch_length([len(body) for body in waiting], first, ends)
        append_guarded(connection, waiting[:length], key, now)
        waiting, first = waiting[length:], first + length
    return streams.get_current_stream(connection)


def _doubt(ended: Stream) -> tuple[int, int]:
    """Give the first and the last report of an ended stream that a restored hub may lack."""
    return ended.doubted_from or 1, ended.acknowledged


def _move_on(connection: Connection, batch: Batch) -> None:
    doubted = streams.find_doubted(connection)
    if doubted is None or doubted.stream_id != batch.stream_id:
        streams.set_next_sequence(connection, batch.stream_id, batch.last_sequence + 1)
    else:
        is_whole = batch.last_sequence >= doubted.acknowledged
        streams.set_doubted_from(connection, batch.stream_id, None if is_whole else batch.last_sequence + 1)


def _stop_ahead(connection: Connection, stream: Stream, wanted: int, now: datetime) -> None:
    reason = (
        f"the hub holds {wanted - 1} reports of this stream, this database sent {stream.sent_through}: it was restored "
        "from a backup, or another copy of it runs. Make sure that no other copy runs, then start a new stream with "
        "`holdfast node new-stream --confirm`"
    )
    streams.set_flow(connection, stream.stream_id, Flow.AHEAD, reason, now)
    _log.error(
        "the hub is ahead of this database: sending has stopped",
        extra={"hub_has": wanted - 1, "sent": stream.sent_through},
    )


def _resend_from(connection: Connection, stream: Stream, wanted: int) -> None:
    streams.set_next_sequence(connection, stream.stream_id, wanted)
    _log.warning(
        "the hub lost reports that it had acknowledged, so it was restored: they are sent again",
        extra={"wanted": wanted, "acknowledged": stream.acknowledged},
    )
