"""The enrollment port over real TLS: meeting a hub, joining it, and what guessing and forging get."""

import asyncio
import logging
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from common.identity.join_string import JoinString, parse_join_string
from common.identity.keys import make_ed25519, make_p256
from common.identity.names import NodeName
from common.identity.proofs import prove_recovery
from common.identity.recovery import find_wanted_number
from common.identity.requests import make_csr
from common.wire.canonical import encode
from common.wire.v1.enrollment_pb2 import (
    JoinRequest,
    JoinResponse,
    RecoverRequest,
    WhyRejectedRequest,
    WhyRejectedResponse,
)
from hub.domain.guess_limit import FREE
from hub.persistence import invitations
from hub.rpc.enrollment import AT_ONCE, MAX_ASKING
from tests import pki
from tests.builders import TRUST_DOMAIN
from tests.enrolling import NodeKeys, join_request
from tests.fakes import SetClock
from tests.hubs import RunningHub, running_hub
from tests.wire_client import HEARTBEAT, JOIN, Client, heartbeat, refused

RECOVER, WHY_REJECTED = (f"/holdfast.v1.Enrollment/{name}" for name in ("Recover", "WhyRejected"))
Reason = WhyRejectedResponse.Reason


async def invited(hub: RunningHub, slug: str = "ridgeline-fire") -> JoinString:
    answer = await hub.ask("invite", agency=slug, discipline="fire", name=slug)
    return parse_join_string(answer["join_string"])


def enrolling(hub: RunningHub) -> Client:
    return Client(hub.enrollment, pki.channel_credentials(None, hub.root_pem))


async def join(client: Client, request: JoinRequest) -> JoinResponse:
    return JoinResponse.FromString(await client.call(JOIN, encode(request)))


async def why(hub: RunningHub, der: bytes) -> int:
    async with enrolling(hub) as client:
        answer = await client.call(WHY_REJECTED, encode(WhyRejectedRequest(certificate=der)))
    return WhyRejectedResponse.FromString(answer).reason


async def test_s07_a_lost_reply_is_given_again_and_a_second_key_is_refused_and_audited(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(tmp_path) as hub, enrolling(hub) as client:
        join_string, node = await invited(hub), NodeKeys()
        first = await join(client, join_request(join_string.secret, node))
        again = await join(client, join_request(join_string.secret, node))
        assert list(again.certificate_chain) == list(first.certificate_chain)
        code, said = await refused(client.call(JOIN, encode(join_request(join_string.secret, NodeKeys()))))
        assert (code, "another key" in said) == (grpc.StatusCode.PERMISSION_DENIED, True)
        assert hub.audit("Enrollment") == [("unknown", "Enrollment.Join", "refused: PERMISSION_DENIED")]
        with hub.store.read() as connection:
            assert invitations.count_second_keys(connection) == 1
        assert join_string.secret.hex() not in caplog.text


async def test_s07_ten_thousand_guesses_are_limited_and_leave_no_secret_in_log_or_trail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hub")
    answers: Counter[grpc.StatusCode] = Counter()
    async with running_hub(tmp_path, SetClock(datetime.now(UTC))) as hub, enrolling(hub) as client:
        good = await invited(hub)
        node = NodeKeys()
        guesses = [join_request(os.urandom(16), node) for _ in range(50)]

        async def guess(times: int) -> None:
            for number in range(times):
                code, _ = await refused(client.call(JOIN, encode(guesses[number % len(guesses)])))
                answers[code] += 1

        await asyncio.gather(*(guess(500) for _ in range(20)))
        assert set(answers) == {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert FREE <= answers[grpc.StatusCode.UNAUTHENTICATED] <= FREE + AT_ONCE
        assert len(hub.audit("Enrollment")) == answers[grpc.StatusCode.UNAUTHENTICATED]
        hub.process.clock.advance(timedelta(hours=1) - timedelta(seconds=1))  # type: ignore[attr-defined]
        assert (await join(client, join_request(good.secret, node))).agency_name == "ridgeline-fire"
    told = caplog.text + repr([vars(record) for record in caplog.records])
    assert "an enrollment was refused" in told
    for guessed in guesses:
        assert guessed.secret.hex() not in told
        assert repr(guessed.secret)[2:-1] not in told


async def test_s08_a_forged_or_weak_request_is_refused_and_the_secret_is_still_good(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub, enrolling(hub) as client:
        join_string, node = await invited(hub), NodeKeys()
        good = join_request(join_string.secret, node)
        forged = JoinRequest.FromString(encode(good))
        forged.csr = good.csr[:-1] + bytes([good.csr[-1] ^ 1])
        large = JoinRequest.FromString(encode(good))
        large.csr = b"\x30" * 5000
        proofless = JoinRequest.FromString(encode(good))
        proofless.bound_key = make_ed25519().public_key().public_bytes_raw()
        short = JoinRequest.FromString(encode(good))
        short.secret = good.secret[:-1]
        for wrong, field in ((forged, "csr"), (large, "csr"), (proofless, "bound_key_proof"), (short, "secret")):
            code, said = await refused(client.call(JOIN, encode(wrong)))
            assert (code, said.startswith(field)) == (grpc.StatusCode.INVALID_ARGUMENT, True)
        code, said = await refused(client.call(JOIN, encode(good) + b"\xfa\x01\x03abc"))
        assert (code, "canonical" in said) == (grpc.StatusCode.INVALID_ARGUMENT, True)
        assert (await join(client, good)).node == 1


@pytest.mark.parametrize(
    "path",
    [
        "/holdfast.v1.Enrollment/join",
        "/holdfast.v1.Enrollment/Join/",
        "/holdfast.v1.enrollment/Join",
        "//holdfast.v1.Enrollment/Join",
        "/holdfast.v1.Enrollment",
        "/holdfast.v1.Uplink/Push",
        "/grpc.health.v1.Health/Check",
    ],
)
async def test_e04_a_method_spelled_otherwise_is_not_served(tmp_path: Path, path: str) -> None:
    async with running_hub(tmp_path) as hub, enrolling(hub) as client:
        code, _ = await refused(client.call(path, b""))
        assert code is grpc.StatusCode.UNIMPLEMENTED


async def test_s02_an_expired_node_is_told_so_on_its_open_channel_and_recovers(tmp_path: Path) -> None:
    clock = SetClock(datetime.now(UTC))
    async with running_hub(tmp_path, clock) as hub:
        node = await hub.joined()
        leaf = node.joined.certificate_chain[0]
        async with hub.client(node) as uplink:
            await uplink.call(HEARTBEAT, heartbeat())
            assert await why(hub, leaf) == Reason.REASON_NONE
            clock.advance(timedelta(days=7, seconds=1))
            code, said = await refused(uplink.call(HEARTBEAT, heartbeat()))
            assert (code, said.startswith("certificate expired")) == (grpc.StatusCode.UNAUTHENTICATED, True)
        assert await why(hub, leaf) == Reason.REASON_EXPIRED
        clock.advance(timedelta(days=-7))  # TLS itself goes by the machine's clock
        key = make_p256()
        name = NodeName(TRUST_DOMAIN, node.agency_id, 1)
        asked = RecoverRequest(
            agency_id=node.agency_id,
            node=1,
            csr=make_csr(key),
            recovery_number=2,
            proof=prove_recovery(node.ledger.key, name, key.public_key(), 2),
        )
        async with enrolling(hub) as client:
            code, said = await refused(client.call(RECOVER, encode(asked)))
            assert (code, find_wanted_number(said)) == (grpc.StatusCode.FAILED_PRECONDITION, 1)
            asked.recovery_number = 1
            code, said = await refused(client.call(RECOVER, encode(asked)))
            assert code is grpc.StatusCode.UNAUTHENTICATED  # the proof was for another number
            asked.proof = prove_recovery(node.ledger.key, name, key.public_key(), 1)
            back = JoinResponse.FromString(await client.call(RECOVER, encode(asked)))
        assert back.recovery_number == 1
        recovered = replace(node, key=key, joined=back)
        async with hub.client(recovered) as uplink:
            await uplink.call(HEARTBEAT, heartbeat())
        async with hub.client(node) as uplink:
            code, _ = await refused(uplink.call(HEARTBEAT, heartbeat()))
            assert code is grpc.StatusCode.PERMISSION_DENIED
        assert await why(hub, leaf) == Reason.REASON_SUPERSEDED


async def test_asking_why_is_limited_and_answers_strangers_too(tmp_path: Path) -> None:
    async with running_hub(tmp_path, SetClock(datetime.now(UTC))) as hub, enrolling(hub) as client:
        assert await why(hub, pki.Region().node().der) == Reason.REASON_UNKNOWN_ISSUER
        assert await why(hub, hub.authority().node().der) == Reason.REASON_NOT_ISSUED_HERE
        code, _ = await refused(client.call(WHY_REJECTED, encode(WhyRejectedRequest(certificate=b"x"))))
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        for _ in range(MAX_ASKING - 3):
            await refused(client.call(WHY_REJECTED, b""))
        code, _ = await refused(client.call(WHY_REJECTED, b""))
        assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
