"""The enrollment port, served: decode, decide, encode.

1. Whoever calls has no certificate. Each method proves what it needs; the CSR's and the bound key's signatures are
   checked here, before the writer sees anything.
2. A source that guesses waits, longer each time (hub/domain/guess_limit.py): it is turned away before its request is
   read. A source has a few requests under way at a time, so that guesses sent all at once are counted like guesses in
   a row.
3. A refusal is audited; those that the limit turns away are not, so that guessing does not fill the trail. The secret
   is in no log, no audit entry and no error.

Source: DESIGN.md 3, 4; TRUST.md s07, s08; the contract is `proto/common/wire/v1/enrollment.proto`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from common.clock import Clock
from common.errors import HoldfastError, NotAllowed, NotAuthenticated
from common.identity.proofs import verify_joining
from common.rpc.status import status_of
from common.wire import validate
from common.wire.canonical import decode, encode
from common.wire.times import timestamp
from common.wire.v1 import enrollment_pb2 as wire
from hub.domain.guess_limit import AskingLimit, GuessLimit, source_of
from hub.identity.issuing import Issuing
from hub.identity.requests import read_csr
from hub.persistence import audit
from hub.persistence.transaction import Transaction
from hub.rpc.calls import Context, unary
from hub.store_reader import StoreReader
from hub.use_cases.enrollment import Joining, SecondKey, join, report_second_key
from hub.use_cases.issuing import Enrolled
from hub.use_cases.recovery import Recovering, recover, why_rejected
from hub.writer import Writer

AT_ONCE = 8  # requests of one source
MAX_ASKING = 60  # WhyRejected calls of one source in a minute: each costs a few signature checks
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass
class _Turns:
    free: asyncio.Semaphore
    wanted: int = 0


class EnrollmentService:
    """Every method of the enrollment port. Each takes raw bytes, so that their encoding can be checked."""

    def __init__(self, writer: Writer, reader: StoreReader, issuing: Issuing, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._issuing = issuing
        self._clock = clock
        self._guesses = GuessLimit()
        self._asking = AskingLimit(MAX_ASKING)
        self._turns: dict[str, _Turns] = {}

    def handlers(self) -> dict[str, Any]:
        """Give the handler of each method."""
        return {"Join": unary(self.join), "Recover": unary(self.recover), "WhyRejected": unary(self.why_rejected)}

    async def join(self, raw: bytes, context: Context) -> bytes:
        """Exchange a join secret for an identity."""
        async with self._turn(context):
            request = decode(raw, wire.JoinRequest)
            validate.check(request)
            key = read_csr(request.csr)
            verify_joining(request.bound_key, request.bound_key_proof, request.secret, key)
            asked = Joining(request.secret, key, request.bound_key)
            return self._encode(await self._decide("Enrollment.Join", context, partial(join, asked, self._issuing)))

    async def recover(self, raw: bytes, context: Context) -> bytes:
        """Regain an identity by the bound key."""
        async with self._turn(context):
            request = decode(raw, wire.RecoverRequest)
            validate.check(request)
            key = read_csr(request.csr)
            asked = Recovering(request.agency_id, request.node, key, request.recovery_number, request.proof)
            command = partial(recover, asked, self._issuing)
            return self._encode(await self._decide("Enrollment.Recover", context, command))

    async def why_rejected(self, raw: bytes, context: Context) -> bytes:
        """Tell a node why the uplink does not take its certificate."""
        now = self._clock.now()
        self._asking.check(context.peer(), now)
        request = decode(raw, wire.WhyRejectedRequest)
        reason = await self._reader.read(lambda connection: why_rejected(request.certificate, connection, now))
        return encode(wire.WhyRejectedResponse(reason=reason, hub_time=timestamp(now)))

    @asynccontextmanager
    async def _turn(self, context: Context) -> AsyncIterator[None]:
        """Wait for one of a source's turns; refuse it while it has to wait for wrong attempts (rule 2)."""
        source = source_of(context.peer())
        turns = self._turns.setdefault(source, _Turns(asyncio.Semaphore(AT_ONCE)))
        turns.wanted += 1
        try:
            async with turns.free:
                self._guesses.check(context.peer(), self._clock.now())
                yield
        finally:
            turns.wanted -= 1
            if not turns.wanted:
                del self._turns[source]

    async def _decide(self, action: str, context: Context, command: Callable[[Transaction, datetime], T]) -> T:
        try:
            return await self._writer.submit(command)
        except (NotAuthenticated, NotAllowed) as refusal:
            await self._note_refusal(action, context.peer(), refusal)
            raise

    async def _note_refusal(self, action: str, peer: str, refusal: HoldfastError) -> None:  # 3
        code, source = status_of(refusal).name, source_of(peer)
        failures = self._guesses.note_failure(peer, self._clock.now())
        _log.warning("an enrollment was refused", extra={"action": action, "source": source, "failures": failures})

        def record(tx: Transaction, now: datetime) -> None:
            if isinstance(refusal, SecondKey):
                report_second_key(refusal.secret_hash, tx, now)
            audit.record(tx.connection, now, "unknown", action, source, f"refused: {code}")

        await self._writer.submit(record)

    def _encode(self, enrolled: Enrolled) -> bytes:
        return encode(
            wire.JoinResponse(
                agency_id=enrolled.agency.id,
                node=enrolled.node,
                trust_domain=self._issuing.trust_domain,
                agency_name=enrolled.agency.name,
                certificate_chain=enrolled.chain,
                trust_roots=self._issuing.roots,
                hub_ledger_key=self._issuing.hub_ledger_key,
                uplink_address=self._issuing.uplink_address,
                enrollment_address=self._issuing.enrollment_address,
                hub_epoch=self._issuing.hub_epoch,
                recovery_number=enrolled.recovery_number,
                hub_time=timestamp(self._clock.now()),
            )
        )
