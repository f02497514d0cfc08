"""Meeting a hub for the first time: its key is compared with the pin before a byte of payload is sent. TLS 1.3 only."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import grpc
import pytest

from common.errors import NotAuthenticated, TemporarilyUnavailable
from common.identity.join_string import parse_join_string, read_address
from common.identity.keys import make_p256, spki_hash
from common.identity.names import hub_dns_name
from common.identity.pin import meet_pinned_hub
from common.wire.canonical import encode
from common.wire.v1.enrollment_pb2 import JoinResponse
from tests import pki
from tests.builders import TRUST_DOMAIN
from tests.coroutines import SOON_S
from tests.enrolling import NodeKeys, join_request
from tests.hubs import running_hub
from tests.wire_client import JOIN, Client, refused


@contextmanager
def impostor(identity: pki.Identity, folder: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A TLS server with its own certificate, and every byte of payload that it gets."""
    pem = folder / "impostor.pem"
    pem.write_bytes(identity.key_pem + identity.chain_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_alpn_protocols(["h2"])
    payload: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(SOON_S)

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.settimeout(SOON_S)
            try:
                while got := wrapped.recv(4096):
                    payload.append(got)
            except OSError:
                return  # the other side closed without a goodbye

    thread = Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], payload
    finally:
        thread.join()
        listener.close()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=SOON_S)


def test_s04_a_hub_with_another_key_than_the_pin_gets_no_byte_of_payload(tmp_path: Path) -> None:
    pinned = spki_hash(make_p256().public_key())
    with (
        impostor(pki.Region().server(), tmp_path) as (port, payload),
        pytest.raises(NotAuthenticated, match="nothing was sent"),
    ):
        meet_pinned_hub(connected(port), pinned)
    assert payload == []


def test_s04_the_pinned_hub_is_met_and_gets_no_byte_of_payload_either(tmp_path: Path) -> None:
    server = pki.Region().server()
    with impostor(server, tmp_path) as (port, payload):
        met = meet_pinned_hub(connected(port), spki_hash(server.key.public_key()))
    assert (met.certificate_pem, met.trust_domain) == (server.pem, TRUST_DOMAIN)
    assert payload == []


def test_s04_a_pinned_key_under_a_name_that_is_no_hubs_is_refused(tmp_path: Path) -> None:
    wrong = pki.Region().issue(usages=[pki.SERVER])
    with impostor(wrong, tmp_path) as (port, _), pytest.raises(NotAuthenticated, match="region"):
        meet_pinned_hub(connected(port), spki_hash(wrong.key.public_key()))


def test_what_does_not_speak_tls_is_told_from_what_hangs_up() -> None:
    def answer(said: bytes) -> Exception:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ours = connected(listener.getsockname()[1])
            theirs, _ = listener.accept()
            theirs.sendall(said)
            theirs.shutdown(socket.SHUT_WR)
            with theirs, pytest.raises((NotAuthenticated, TemporarilyUnavailable)) as told:
                meet_pinned_hub(ours, bytes(32))
        return told.value

    assert isinstance(answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"), NotAuthenticated)


async def test_s04_a_channel_that_trusts_the_pinned_hub_does_not_join_another(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        answer = await hub.ask("invite", agency="ridgeline-fire", discipline="fire", name="Ridgeline Fire")
        join_string = parse_join_string(answer["join_string"])
        met = await asyncio.to_thread(
            meet_pinned_hub, socket.create_connection(read_address(hub.enrollment)), join_string.pin
        )
        request = join_request(join_string.secret, NodeKeys())
        elsewhere = pki.Region().server()
        async with Client(hub.enrollment, pki.channel_credentials(None, elsewhere.pem)) as client:
            code, _ = await refused(client.call(JOIN, encode(request)))
        assert code is grpc.StatusCode.UNAVAILABLE
        async with Client(hub.enrollment, pki.channel_credentials(None, met.certificate_pem)) as client:
            joined = JoinResponse.FromString(await client.call(JOIN, encode(request)))
        assert joined.agency_name == "Ridgeline Fire"


async def test_both_ports_speak_tls_1_3_only(tmp_path: Path) -> None:
    def handshake(address: str, version: ssl.TLSVersion) -> str | None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection(read_address(address), timeout=SOON_S)
        with plain, context.wrap_socket(plain, server_hostname=hub_dns_name(TRUST_DOMAIN)) as wrapped:
            return wrapped.version()

    async with running_hub(tmp_path) as hub:
        for address in (hub.enrollment, hub.uplink):
            assert await asyncio.to_thread(handshake, address, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
            with pytest.raises(ssl.SSLError):
                await asyncio.to_thread(handshake, address, ssl.TLSVersion.TLSv1_2)
