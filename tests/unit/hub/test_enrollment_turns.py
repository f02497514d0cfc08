"""Guesses that are sent all at once are counted like guesses in a row."""

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import Any

from common.errors import HoldfastError, NotAuthenticated, TooMuch
from common.identity.proofs import prove_joining
from common.identity.requests import make_csr
from common.wire.canonical import encode
from common.wire.v1.enrollment_pb2 import JoinRequest
from hub.domain.guess_limit import FREE
from hub.rpc.enrollment import AT_ONCE, EnrollmentService
from tests.enrolling import NodeKeys
from tests.fakes import SetClock


class BusyWriter:
    """Knows no secret, and takes its time to say so."""

    def __init__(self) -> None:
        self.asked = 0

    async def submit(self, command: Any) -> None:
        if not isinstance(command, partial):
            return  # the entry of the audit trail
        self.asked += 1
        for _ in range(50):
            await asyncio.sleep(0)
        raise NotAuthenticated("not known here")


class Call:
    """A call from one address."""

    def peer(self) -> str:
        return "ipv4:198.51.100.7:4000"


def test_s07_a_thousand_guesses_at_once_are_looked_at_no_more_than_a_few() -> None:
    writer: Any = BusyWriter()
    nothing: Any = None
    call: Any = Call()
    service = EnrollmentService(writer, nothing, nothing, SetClock(datetime(2026, 11, 3, 12, 0, tzinfo=UTC)))
    node, secret = NodeKeys(), os.urandom(16)
    proof = prove_joining(node.bound, secret, node.key.public_key())
    raw = encode(JoinRequest(secret=secret, csr=make_csr(node.key), bound_key=node.bound_public, bound_key_proof=proof))
    answers: Counter[type] = Counter()

    async def guess() -> None:
        try:
            await service.join(raw, call)
        except HoldfastError as refusal:
            answers[type(refusal)] += 1

    async def guess_all_at_once() -> None:
        await asyncio.gather(*(guess() for _ in range(1_000)))

    asyncio.run(guess_all_at_once())
    assert set(answers) == {NotAuthenticated, TooMuch}
    assert writer.asked < FREE + AT_ONCE
    assert service._turns == {}
