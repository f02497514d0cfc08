"""The contract is what the documents say: tools that know nothing of this project are served or refused alike."""

import asyncio
import base64
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.identity.authority import NODE_LIFE
from tests.builders import TRUST_DOMAIN
from tests.coroutines import eventually
from tests.fakes import SetClock
from tests.http2 import Answer, Connection, tls
from tests.hubs import RunningHub, running_hub
from tests.pki import SERVER, Identity, Region
from tests.wire_bytes import chunk, number, read_fields
from tests.wire_client import CALL_S

HUB = f"hub.{TRUST_DOMAIN}"
HEARTBEAT, PUSH = b"/holdfast.v1.Uplink/Heartbeat", b"/holdfast.v1.Uplink/Push"
OK, UNAUTHENTICATED = "0", "16"
HEARTBEAT_BYTES = number(2, 1) + number(4, 1) + chunk(11, number(1, 1_762_000_000))


class Files:
    """An identity as files, the way such tools take it."""

    def __init__(self, directory: Path, root_pem: bytes, identity: Identity | None = None) -> None:
        self.root = directory / "root.pem"
        self.root.write_bytes(root_pem)
        self.chain = self.key = None
        if identity is not None:
            self.chain, self.key = directory / "chain.pem", directory / "key.pem"
            self.chain.write_bytes(identity.chain_pem)
            self.key.write_bytes(identity.key_pem)


def connect(hub: RunningHub, files: Files) -> Connection:
    return Connection(hub.uplink, tls(files.root, files.chain, files.key), HUB)


async def test_a_client_written_from_the_rfcs_alone_heartbeats_and_pushes(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        files = Files(tmp_path, hub.root_pem, node.identity)
        stream_id = os.urandom(16)
        now = int(time.time())
        report = chunk(1, os.urandom(16)) + chunk(2, number(1, now)) + chunk(16, number(1, 9) + number(2, 5))
        root = hashlib.sha256(b"\x00" + report).digest()  # RFC 9162: a tree of one leaf
        origin = f"{TRUST_DOMAIN}/agency/{node.agency_id.hex()}/stream/{stream_id.hex()}"
        text = f"{origin}\n1\n{base64.b64encode(root).decode()}\n".encode()
        checkpoint = number(1, 1) + chunk(2, root) + chunk(3, node.ledger.key.sign(text))
        push = chunk(1, stream_id) + number(2, 1) + chunk(3, report) + chunk(4, checkpoint) + number(5, 1)

        def session() -> tuple[Answer, Answer, Answer]:
            with connect(hub, files) as connection:
                assert connection.tls.version() == "TLSv1.3"
                assert connection.tls.selected_alpn_protocol() == "h2"
                beat = connection.call(HEARTBEAT, HEARTBEAT_BYTES)
                return beat, connection.call(PUSH, push), connection.call(PUSH, push)

        beat, first, again = await asyncio.to_thread(session)

        assert [answer.status for answer in (beat, first, again)] == [OK, OK, OK]
        assert read_fields(beat.message)[3] == [1]  # the hub's epoch
        assert again.message == first.message
        answer = read_fields(first.message)
        assert answer[2] == [b"\x01"]  # one outcome, packed: applied
        (receipt_bytes,) = answer[1]
        assert isinstance(receipt_bytes, bytes)
        receipt = {field: value for field, (value,) in read_fields(receipt_bytes).items()}
        assert (receipt[1], receipt[2]) == (1, root)
        assert isinstance(receipt[4], int)
        assert isinstance(receipt[5], bytes)
        signed = f"cosignature/v1\ntime {receipt[4]}\n".encode() + text
        Ed25519PublicKey.from_public_bytes(node.joined.hub_ledger_key).verify(receipt[5], signed)
        assert hub.reports() == [report]


async def test_s02_a_resumed_tls_session_does_not_revive_an_expired_certificate(tmp_path: Path) -> None:
    clock = SetClock(datetime.now(UTC) - NODE_LIFE + timedelta(seconds=10))
    async with running_hub(tmp_path, clock) as hub:
        node = await hub.joined()  # its certificate ends in a few seconds, by the clock that TLS looks at
        files = Files(tmp_path, hub.root_pem, node.identity)
        context = tls(files.root, files.chain, files.key)

        def good() -> tuple[Answer, object]:
            with Connection(hub.uplink, context, HUB) as connection:
                answer = connection.call(HEARTBEAT, HEARTBEAT_BYTES)
                return answer, connection.tls.session

        def resumed(session: object) -> tuple[Answer, bool | None]:
            with Connection(hub.uplink, context, HUB, session) as connection:  # type: ignore[arg-type]
                return connection.call(HEARTBEAT, HEARTBEAT_BYTES), connection.tls.session_reused

        answer, session = await asyncio.to_thread(good)
        assert answer.status == OK
        await eventually(
            lambda: datetime.now(UTC) > node.identity.certificate.not_valid_after_utc + timedelta(seconds=1)
        )
        clock.advance(NODE_LIFE)
        before = hub.audit()

        answer, reused = await asyncio.to_thread(resumed, session)

        assert reused, "TLS did not resume: this test shows nothing"
        assert answer.status == UNAUTHENTICATED
        assert answer.headers["grpc-message"].startswith("certificate expired")
        assert hub.audit()[len(before) :] == [
            (f"node {node.agency_id.hex()}/1", "Uplink.Heartbeat", "refused: UNAUTHENTICATED")
        ]


SETTINGS_FRAME = "\x04\x00\x00\x00\x00\x00"  # kind, flags and stream of the frame that begins HTTP/2


def openssl(address: str, files: Files, *more: str) -> str:
    """Knock with `openssl s_client`, say something that is no HTTP/2, and give all that it shows until it is closed."""
    tool = shutil.which("openssl")
    assert tool, "this test needs the `openssl` command: install it (Debian: apt install openssl)"
    words = [tool, "s_client", "-connect", address, "-servername", HUB, "-CAfile", str(files.root), "-alpn", "h2"]
    words += ["-verify_hostname", HUB, "-verify_return_error", "-ign_eof"]
    if files.chain is not None:
        words += ["-cert", str(files.chain), "-cert_chain", str(files.chain), "-key", str(files.key)]
    asked = subprocess.run([*words, *more], input=b"GET / HTTP/1.1\r\n\r\n", capture_output=True, timeout=CALL_S)
    return (asked.stdout + asked.stderr).decode("latin-1")


async def test_openssl_with_a_good_certificate_gets_tls_1_3_and_http_2(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        said = await asyncio.to_thread(openssl, hub.uplink, Files(tmp_path, hub.root_pem, node.identity))

    assert "Verify return code: 0 (ok)" in said
    assert "New, TLSv1.3" in said
    assert "ALPN protocol: h2" in said
    assert SETTINGS_FRAME in said


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_1"])
async def test_openssl_gets_no_connection_older_than_tls_1_3(version: str, tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        files = Files(tmp_path, hub.root_pem, node.identity)
        for address in (hub.uplink, hub.enrollment):
            said = await asyncio.to_thread(openssl, address, files, version, "-cipher", "ALL@SECLEVEL=0")

            assert "New, (NONE), Cipher is (NONE)" in said
            assert SETTINGS_FRAME not in said


@pytest.mark.parametrize("wrong", ["no certificate", "another CA", "a server's certificate"])
async def test_s01_openssl_without_a_nodes_certificate_never_comes_to_http_2(wrong: str, tmp_path: Path) -> None:
    make: dict[str, Callable[[RunningHub], Identity | None]] = {
        "no certificate": lambda hub: None,
        "another CA": lambda hub: Region(TRUST_DOMAIN).node(),
        "a server's certificate": lambda hub: hub.authority().issue(usages=[SERVER]),
    }
    async with running_hub(tmp_path) as hub:
        trail = hub.audit()

        said = await asyncio.to_thread(openssl, hub.uplink, Files(tmp_path, hub.root_pem, make[wrong](hub)))

        assert "CONNECTED" in said
        assert SETTINGS_FRAME not in said
        assert hub.audit() == trail
