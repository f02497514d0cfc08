"""The uplink, served: decode, decide, encode. Async only carries; the rules are plain functions behind the writer.

Source: DESIGN.md 3, 4; the contract is `proto/common/wire/v1/uplink.proto`.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from common.clock import Clock
from common.errors import InvalidRequest, NotAllowed, TemporarilyUnavailable, TooMuch, WrongState
from common.failpoint import reach
from common.wire import validate
from common.wire.canonical import decode, encode
from common.wire.times import duration, timestamp
from common.wire.v1 import uplink_pb2 as wire
from common.wire.v1.notice_pb2 import Notice
from hub.domain.delivery import MAX_BATCH, Batch
from hub.node_health import NodeHealth
from hub.rpc.access import Access, Caller
from hub.rpc.calls import Context, stream, unary
from hub.store_reader import StoreReader
from hub.use_cases.intake import Accepted, Intake
from hub.use_cases.issuing import Issuing
from hub.use_cases.renewal import renew
from hub.watchers import Watcher, Watchers
from hub.writer import Writer

MAX_PUSHES_IN_FLIGHT = 16  # of one agency: an honest node has one or a few; more would crowd out the others
MAX_WATCHES = 4  # of one agency: its nodes', and one that a cut connection left behind


class Uplink:
    """Every method of the uplink. Each takes raw bytes, so that their encoding can be checked."""

    def __init__(
        self,
        *,
        access: Access,
        writer: Writer,
        intake: Intake,
        watchers: Watchers,
        reader: StoreReader,
        health: NodeHealth,
        renewing: Issuing,
        clock: Clock,
        hub_epoch: int,
    ) -> None:
        self._access = access
        self._writer = writer
        self._intake = intake
        self._watchers = watchers
        self._reader = reader
        self._health = health
        self._renewing = renewing
        self._clock = clock
        self._hub_epoch = hub_epoch
        self._pushing: Counter[bytes] = Counter()
        self._watching: Counter[bytes] = Counter()

    def handlers(self) -> dict[str, Any]:
        """Give the handler of each method."""
        return {
            "Push": unary(self.push),
            "Watch": stream(self.watch),
            "Heartbeat": unary(self.heartbeat),
            "Renew": unary(self.renew),
        }

    async def push(self, raw: bytes, context: Context) -> bytes:
        """Take the next reports of a stream."""
        caller = await self._access.caller(context, "Push")
        batch = decode_batch(raw, caller)
        with _counted(self._pushing, caller.agency_id, MAX_PUSHES_IN_FLIGHT, "pushes"):
            try:
                accepted = await self._writer.submit_to(self._intake.apply, batch)
            except NotAllowed as refusal:  # another agency's stream, or a node that never joined
                await self._access.note_refusal(context, "Push", refusal)
                raise
        reach("hub.uplink.before_answer")
        return encode_accepted(accepted)

    async def watch(self, raw: bytes, context: Context) -> AsyncIterator[bytes]:
        """Follow the agency's mailbox."""
        caller = await self._access.caller(context, "Watch")
        request = decode(raw, wire.WatchRequest)
        validate.check(request)
        if request.after_cursor and request.hub_epoch != self._hub_epoch:  # a cursor means something in its epoch only
            raise WrongState(
                f"this mailbox began anew in hub epoch {self._hub_epoch}: a cursor of epoch {request.hub_epoch} has no "
                "place in it; ask again from the beginning"
            )
        watcher = Watcher(
            caller.agency_id,
            request.after_cursor,
            self._reader.follow_mail,
            lambda: self._access.still_valid(caller),
        )
        with _counted(self._watching, caller.agency_id, MAX_WATCHES, "watches"):
            self._watchers.add(watcher)
            try:
                while True:
                    for cursor, body in await watcher.next_mail():
                        yield with_cursor(cursor, body)
            finally:
                self._watchers.remove(watcher)

    async def heartbeat(self, raw: bytes, context: Context) -> bytes:
        """Note how a node is, and tell it what the hub wants."""
        caller = await self._access.caller(context, "Heartbeat")
        request = decode(raw, wire.HeartbeatRequest)
        validate.check(request)
        now = self._clock.now()
        self._health.note((caller.agency_id, caller.node), request, now)
        wanted, head = await self._reader.progress(caller.agency_id, request.stream_id)
        return encode(
            wire.HeartbeatResponse(
                next_interval=duration(self._health.interval()),
                renew_now=self._access.should_renew(caller),
                hub_epoch=self._hub_epoch,
                hub_time=timestamp(now),
                wanted_sequence=wanted,
                mailbox_head=head,
            )
        )

    async def renew(self, raw: bytes, context: Context) -> bytes:
        """Give a fresh certificate for a new key."""
        caller = await self._access.caller(context, "Renew")
        request = decode(raw, wire.RenewRequest)
        validate.check(request)
        issued = await self._writer.submit(partial(renew, caller, request, self._renewing))
        return encode(issued)


def decode_batch(raw: bytes, caller: Caller) -> Batch:
    """Read a push. What is wrong with a report is noted for when it is applied, so that one bad report blocks nothing;
    only what could carry text is refused here.

    Raises:
        InvalidRequest: names the field of the envelope, or says that the encoding is not canonical.
        TooMuch: more reports than a batch may hold.
    """
    request = decode(raw, wire.PushRequest)
    if len(request.reports) > MAX_BATCH:
        raise TooMuch(f"reports: at most {MAX_BATCH} in one push, {len(request.reports)} given")
    validate.check_without(request, "reports")
    if not request.reports:
        raise InvalidRequest("reports: at least 1 needed, 0 given")
    reports = tuple(request.reports)
    problems = tuple(map(validate.problem_of, reports))
    for index, problem in enumerate(problems):
        if problem:
            validate.check_lengths(reports[index], f"reports[{index}].")
    return Batch(
        agency_id=caller.agency_id,
        node=caller.node,
        stream_id=request.stream_id,
        first_sequence=request.first_sequence,
        reports=reports,
        problems=problems,
        bodies=tuple(map(encode, reports)),
        size=request.checkpoint.size,
        root=request.checkpoint.root,
        signature=request.checkpoint.signature,
    )


def encode_accepted(accepted: Accepted) -> bytes:
    """Write what a node gets for a batch."""
    receipt = accepted.receipt
    return encode(
        wire.PushResponse(
            receipt=wire.Receipt(
                size=receipt.size,
                root=receipt.root,
                node_signature=receipt.node_signature,
                signed_at_unix_s=receipt.signed_at_unix_s,
                signature=receipt.signature,
                hub_epoch=receipt.hub_epoch,
            ),
            outcomes=accepted.outcomes,
        )
    )


def with_cursor(cursor: int, body: bytes) -> bytes:
    """Put a mailbox's cursor before a notice that is shared by many: field 1 stands first in canonical encoding."""
    return encode(Notice(cursor=cursor)) + body


@contextmanager
def _counted(counter: Counter[bytes], agency_id: bytes, limit: int, what: str) -> Iterator[None]:
    """Hold one of an agency's places; more than `limit` at once are turned away for the moment."""
    if counter[agency_id] >= limit:
        raise TemporarilyUnavailable(f"this agency has {limit} {what} under way already; try again when one has ended")
    counter[agency_id] += 1
    try:
        yield
    finally:
        counter[agency_id] -= 1
        if not counter[agency_id]:
            del counter[agency_id]
