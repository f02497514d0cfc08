"""Bodies, connections and certificates of a console (TRUST.md d04, d05)."""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.access.roles import Role
from common.errors import NotAllowed
from common.web import safety, serving
from common.web.certificate import CERTIFICATE_NAME, LASTS, fingerprint, own_certificate
from common.web.told import console_lines
from tests.builders import NOON
from tests.console_client import Client
from tests.consoles import ServedNode, served_node, served_region
from tests.fakes import SetClock


def test_d04_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(ann: Client) -> None:
    ticket = ann.get("/rate").ticket
    assert ann.send("POST", "/rate", {"ticket": ticket, "code": "x" * 70_000}).status == 413

    def unsaid() -> Iterator[bytes]:
        yield f"ticket={ticket}&code=".encode()
        for _ in range(40):
            yield b"x" * 4096

    answer = ann.send("POST", "/rate", unsaid())
    assert (answer.status, "larger than the page takes" in answer.text) == (413, True)
    junk = {"Content-Length": "nine", "Sec-Fetch-Site": "same-origin"}
    assert ann.send("POST", "/rate", {"ticket": ticket}, junk).status in (400, 413)
    many = "&".join(f"f{number}=x" for number in range(500))
    assert ann.send("POST", "/rate", f"ticket={ticket}&{many}".encode()).status == 422


def test_d05_silent_and_slow_connections_keep_nobody_from_being_answered(
    served: ServedNode, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_SILENT_S", 1)
    monkeypatch.setattr(safety, "BODY_S", 1)
    monkeypatch.setattr(safety, "SLOWEST_BYTES_A_SECOND", 1_000_000)
    host = f"localhost:{ann.where.port}"
    silent, half, slow = (_connected(served) for _ in range(3))
    half.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: ".encode())
    slow.sendall(
        f"POST /rate HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nticket=".encode()
    )
    others = [_connected(served) for _ in range(60)]

    assert ann.get("/kept").status == 200

    assert silent.recv(100) == b""
    assert half.recv(100) == b""
    assert b" 408 " in slow.recv(1000)
    for each in (silent, half, slow, *others):
        each.close()


def test_a_connection_that_is_answered_again_and_again_is_kept(served: ServedNode, ann: Client) -> None:
    connection = ann.connect()
    for _ in range(3):
        connection.request("GET", "/kept")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
    connection.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_console_speaks_tls_of_today(served: ServedNode, version: ssl.TLSVersion) -> None:
    context = ssl.create_default_context(cafile=str(served.certificate))
    context.minimum_version = context.maximum_version = version
    with _connected(served, context) as connected:
        assert isinstance(connected, ssl.SSLSocket)
        assert connected.version() == version.name.replace("_", ".")


def test_the_console_speaks_no_older_tls_and_no_plain_http(served: ServedNode) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        _connected(served, old)
    plain = Client(served.origin.replace("https", "http"))
    with pytest.raises((ConnectionError, OSError)):
        plain.get("/")


def test_the_status_shows_the_fingerprint_that_a_browser_warns_of(served: ServedNode, tmp_path: Path) -> None:
    with _connected(served) as connected:
        assert isinstance(connected, ssl.SSLSocket)
        met = hashlib.sha256(connected.getpeercert(binary_form=True) or b"").digest().hex(":").upper()
    console = served.do("status")["console"]
    assert (console["address"], console["fingerprint"]) == (served.origin, met)
    assert any(met in line for line in console_lines(console))
    with served_region(tmp_path, agreed=False) as region:
        found = region.hub.ask("status")["console"]
        assert (found["address"], found["fingerprint"]) == (region.hub.origin, None)
        olga, rita = region.hub.sign_in_as(Role.OPERATOR), region.hub.sign_in_as(Role.BOARD, name="bo")
        assert region.hub.ask("status", session=olga)["console"] == found
        with pytest.raises(NotAllowed):
            region.hub.ask("status", session=rita)


def test_a_console_makes_its_certificate_once_and_anew_before_it_ends(tmp_path: Path) -> None:
    folder, origin = tmp_path, "https://node.ridgeline.example:8443"
    first = fingerprint(own_certificate(folder, origin, NOON)[0])
    assert fingerprint(own_certificate(folder, origin, NOON + LASTS - timedelta(days=31, hours=2))[0]) == first
    assert (folder / "console.key").stat().st_mode & 0o77 == 0
    renewed = fingerprint(own_certificate(folder, origin, NOON + LASTS - timedelta(days=30))[0])
    elsewhere = fingerprint(own_certificate(folder, "https://10.1.2.3", NOON)[0])
    assert len({first, renewed, elsewhere}) == 3
    (folder / CERTIFICATE_NAME).write_bytes(b"not a certificate")
    assert fingerprint(own_certificate(folder, origin, NOON)[0]) not in (first, renewed, elsewhere)


def test_what_a_proxy_says_of_an_address_is_believed_from_the_proxy_alone(tmp_path: Path) -> None:
    for proxy, statuses in (("", {422, 429}), ("192.0.2.9", {422, 429}), ("127.0.0.1", {422})):
        with served_node(tmp_path / (proxy or "none"), SetClock(NOON), console_proxy=proxy) as node:
            ann = Client(node.origin)
            ticket = ann.get("/answer").ticket
            said = {"ticket": ticket, "code": "x"}
            own = {"Sec-Fetch-Site": "same-origin"}
            got = {
                ann.send("POST", "/answer", said, own | {"X-Forwarded-For": f"192.0.2.{number}"}).status
                for number in range(25)
            }
            assert got == statuses, proxy
            node.sign_in_as(Role.LEADER)


def _connected(served: ServedNode, context: ssl.SSLContext | None = None) -> socket.socket:
    port = int(served.origin.rpartition(":")[2])
    raw = socket.create_connection(("localhost", port), 10)
    tls = context or ssl.create_default_context(cafile=str(served.certificate))
    return tls.wrap_socket(raw, server_hostname="localhost")
