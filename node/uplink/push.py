"""Hands reports over, one batch at a time, until the hub has them all.

1. Nothing is sent before a heartbeat told what the hub has: a database restored from a backup must find out first.
2. What is about to leave is noted, then sent, then its receipt is verified and stored. A crash between any two is made
   good by sending again: the hub applies each report once.
3. A line that fails is retried with patience. A hub that asks for an earlier sequence gets it.
4. A batch that the hub refuses to read, or a receipt that does not verify, stops the stream with the reason. It is
   tried again after a long while, whatever happens meanwhile; reports go on being written.

Source: DESIGN.md 3, "Delivery" and "Restores"; TRUST.md t01, t06, d01.
"""

import asyncio
import logging
from functools import partial

from common.errors import (
    HoldfastError,
    NotAllowed,
    NotAuthenticated,
    SequenceWanted,
    TemporarilyUnavailable,
)
from common.failpoint import reach
from common.ledger.receipt import Receipt
from common.wire.v1 import uplink_pb2 as wire
from common.wire.v1.codes_pb2 import ErrorKind
from common.wire.v1.report_pb2 import Report
from node.domain.delivery import Flow, Stream
from node.opened import OpenNode
from node.persistence.ledger import StoredReceipt
from node.persistence.streams import get_current_stream
from node.uplink.connection import Connection
from node.uplink.situation import Situation, set_within
from node.use_cases import delivery
from node.use_cases.claims import has_due_claims, write_claims
from node.use_cases.delivery import Batch

LOOKED_AGAIN_AFTER_S = 300.0  # a wake-up that got lost costs no more than this
_log = logging.getLogger(__name__)


class Push:
    """The loop that empties the outbox."""

    def __init__(self, node: OpenNode, connection: Connection, situation: Situation) -> None:
        self._node = node
        self._connection = connection
        self._situation = situation
        self._halted_until_s = 0.0  # of the loop's clock: at start, a halted stream is tried once

    async def step(self) -> None:
        """Send the next batch; when nothing waits, or nothing may be sent, wait for a change.

        Raises:
            HoldfastError: the hub was not reached; to be tried again.
        """
        await self._situation.may_push.wait()  # 1
        self._situation.reports_waiting.clear()
        stream = await self._node.reading(get_current_stream)
        now_s = asyncio.get_running_loop().time()
        if stream.flow is Flow.HALTED and now_s < self._halted_until_s:  # 4
            await self._wait(self._halted_until_s - now_s)
            return
        if stream.flow in (Flow.AHEAD, Flow.QUARANTINED):
            await self._wait(LOOKED_AGAIN_AFTER_S)
            return
        await self._claim()
        batch = await self._node.reading(delivery.next_batch)
        if batch is None:
            await self._wait(LOOKED_AGAIN_AFTER_S)
            return
        await self._deliver(batch, stream)

    async def _claim(self) -> None:
        """Write what is claimed of a restored hub; it leaves in its turn."""
        while await self._node.reading(has_due_claims):
            now = self._node.clock.now()
            await self._node.written("claims", partial(write_claims, key=self._node.bound_key, now=now))

    async def _deliver(self, batch: Batch, stream: Stream) -> None:
        try:
            await self._send(batch)  # 2
        except SequenceWanted as gap:  # 3
            await self._node.written("resend", partial(delivery.send_again_from, batch=batch, wanted=gap.wanted))
        except (TemporarilyUnavailable, NotAuthenticated, NotAllowed):
            raise
        except HoldfastError as error:  # 4
            await self._halt(batch, str(error))
        else:
            if stream.flow is Flow.HALTED:
                await self._node.written(
                    "resume", partial(delivery.resume, stream_id=batch.stream_id, now=self._node.clock.now())
                )

    async def _send(self, batch: Batch) -> None:
        await self._node.written("sending", partial(delivery.note_sending, batch=batch))
        reach("node.push.before_send")
        response = await self._connection.calls.push(encode_batch(batch))
        reach("node.push.after_answer")
        now = self._node.clock.now()
        stored, outcomes = decode_receipt(response), list(response.outcomes)
        acknowledge = partial(delivery.acknowledge, batch=batch, stored=stored, outcomes=outcomes, now=now)
        await self._node.written("acknowledge", acknowledge)
        self._situation.heard(now)
        _log.info(
            "reports were acknowledged",
            extra={"first": batch.first_sequence, "last": batch.last_sequence, "hub_epoch": stored.hub_epoch},
        )

    async def _halt(self, batch: Batch, why: str) -> None:
        if await self._node.written("leave", partial(delivery.leave, batch=batch)):
            _log.error("a restored hub takes no more of an ended stream", extra={"stream": batch.stream_id, "why": why})
            return
        stop = partial(
            delivery.stop, stream_id=batch.stream_id, flow=Flow.HALTED, reason=why, now=self._node.clock.now()
        )
        await self._node.written("halt", stop)
        self._halted_until_s = asyncio.get_running_loop().time() + self._node.settings.halted_retry_s
        self._situation.errors[ErrorKind.ERROR_KIND_HUB_REFUSED] += 1
        _log.error(
            "sending has stopped: the hub refuses these reports, or its receipt does not verify",
            extra={"first": batch.first_sequence, "last": batch.last_sequence, "why": why},
        )

    async def _wait(self, seconds: float) -> None:
        await set_within(self._situation.reports_waiting, seconds)


def encode_batch(batch: Batch) -> wire.PushRequest:
    """Write a batch as the wire has it: its reports encode to the ledger's own bytes."""
    return wire.PushRequest(
        stream_id=batch.stream_id,
        first_sequence=batch.first_sequence,
        reports=[Report.FromString(body) for body in batch.bodies],
        checkpoint=wire.Checkpoint(
            size=batch.checkpoint.size, root=batch.checkpoint.root, signature=batch.checkpoint.signature
        ),
        hub_epoch=batch.hub_epoch,
    )


def decode_receipt(response: wire.PushResponse) -> StoredReceipt:
    """Read a receipt; whether it proves anything is checked against our own tree."""
    told = response.receipt
    return StoredReceipt(Receipt(told.size, told.root, told.signed_at_unix_s, told.signature), told.hub_epoch)
