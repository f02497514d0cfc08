"""The hub's own certificate changes while both ports stay open; certificates that TLS itself stops; the doctor."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from grpc.experimental import session_cache

from common.clock import SystemClock
from common.identity.join_string import read_address
from common.identity.peer import is_issued_by, parse_der
from hub.identity.authority import certificate_der
from hub.identity.doctor import Finding, findings
from hub.identity.rotation import activate, load_root, prepare
from hub.persistence.intermediates import get_active_intermediate
from tests import pki
from tests.builders import TRUST_DOMAIN
from tests.coroutines import SOON_S
from tests.fakes import SetClock
from tests.hubs import PASSPHRASE, ROOT_KEY, RunningHub, running_hub
from tests.wire_client import HEARTBEAT, Client, heartbeat, refused


async def leaf_at(address: str) -> bytes:
    """The certificate that a fresh handshake shows."""

    def look() -> bytes:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection(read_address(address), timeout=SOON_S)
        with plain, context.wrap_socket(plain) as wrapped:
            return wrapped.getpeercert(binary_form=True) or b""

    return await asyncio.to_thread(look)


async def test_the_hubs_certificate_is_renewed_with_no_restart_and_its_pin_stays(tmp_path: Path) -> None:
    clock = SetClock(datetime.now(UTC) - timedelta(days=16))
    async with running_hub(tmp_path, clock) as hub:
        old = [await leaf_at(hub.enrollment), await leaf_at(hub.uplink)]
        assert old[0] == old[1]
        clock.advance(timedelta(days=14))
        assert not hub.process.certificate.refresh()
        clock.advance(timedelta(days=2))
        node = await hub.joined()
        async with hub.client(node) as client:
            await client.call(HEARTBEAT, heartbeat())
            assert await asyncio.to_thread(hub.process.certificate.refresh)
            await client.call(HEARTBEAT, heartbeat())  # the open connection goes on
        new = [await leaf_at(hub.enrollment), await leaf_at(hub.uplink)]
        assert new[0] == new[1] != old[0]
        assert parse_der(new[0]).spki_hash == parse_der(old[0]).spki_hash == hub.process.certificate.pin
        assert parse_der(new[0]).not_after - clock.now() > timedelta(days=29)
        async with hub.client(node) as client:
            await client.call(HEARTBEAT, heartbeat())


async def test_a_hub_that_lives_in_the_future_issues_certificates_that_are_valid_by_the_machines_clock(
    tmp_path: Path,
) -> None:
    ahead = SetClock(datetime.now(UTC) + timedelta(days=4))
    async with running_hub(tmp_path, ahead, SystemClock()) as hub:
        (tmp_path / "hub" / "authority" / "server.crt").unlink()
        assert hub.process.certificate.refresh()

        node = await hub.joined()
        async with hub.client(node) as client:  # both ends of TLS look at the machine's clock
            await client.call(HEARTBEAT, heartbeat())

        ends_at = hub.credentials(node.agency_id)[0].not_after
        assert abs(ends_at - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)


async def test_the_hubs_certificate_follows_the_active_intermediate(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        root = load_root(hub.data, hub.data.parent / ROOT_KEY, PASSPHRASE)
        await hub.process.writer.submit(lambda tx, now: prepare(root, TRUST_DOMAIN, hub.data, tx, now))
        await hub.process.writer.submit(lambda tx, now: activate(hub.data, tx, now))
        await asyncio.to_thread(hub.process.certificate.refresh)
        with hub.store.read() as connection:
            active = get_active_intermediate(connection)
        assert active.number == 2
        assert is_issued_by(await leaf_at(hub.uplink), active.certificate)
        async with hub.client(node) as client:
            await client.call(HEARTBEAT, heartbeat())  # its own certificate is of the first intermediate


async def test_a_damaged_certificate_file_is_replaced_when_the_hub_starts(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        pin = hub.process.certificate.pin
    (tmp_path / "hub" / "authority" / "server.crt").write_bytes(b"hello")
    async with running_hub(tmp_path) as hub:
        assert parse_der(await leaf_at(hub.enrollment)).spki_hash == pin


@pytest.mark.parametrize("kind", [*pki.STOPPED_BY_TLS, "none"])
async def test_s01_a_certificate_that_is_not_this_regions_is_stopped_before_any_handler(
    tmp_path: Path, kind: str
) -> None:
    async with running_hub(tmp_path) as hub:
        wrong = None if kind == "none" else pki.STOPPED_BY_TLS[kind](hub.authority())
        async with Client(hub.uplink, pki.channel_credentials(wrong, hub.root_pem)) as client:
            code, _ = await refused(client.call(HEARTBEAT, heartbeat()))
        assert code is grpc.StatusCode.UNAVAILABLE
        assert hub.audit("Uplink") == []


async def test_s02_a_certificate_that_expires_is_refused_on_its_open_channel_and_when_tls_resumes(
    tmp_path: Path,
) -> None:
    cache = (("grpc.ssl_session_cache", session_cache.ssl_session_cache_lru(4)),)  # type: ignore[no-untyped-call]
    async with running_hub(tmp_path) as hub:
        brief = hub.authority().issue(ends=timedelta(seconds=6))  # TLS must take it before
        credentials = pki.channel_credentials(brief, hub.root_pem)
        async with Client(hub.uplink, credentials, options=cache) as client:
            code, _ = await refused(client.call(HEARTBEAT, heartbeat()))
            assert code is grpc.StatusCode.PERMISSION_DENIED  # TLS took it; it is not on the allow-list
            expires_at = brief.certificate.not_valid_after_utc
            await asyncio.sleep((expires_at - datetime.now(UTC)).total_seconds() + 0.2)  # TLS reads the machine's clock
            for same_or_resumed in (client, Client(hub.uplink, credentials, options=cache)):
                async with same_or_resumed:
                    code, said = await refused(same_or_resumed.call(HEARTBEAT, heartbeat()))
                assert (code, said.startswith("certificate expired")) == (grpc.StatusCode.UNAUTHENTICATED, True)
        async with Client(hub.uplink, credentials) as afresh:
            code, _ = await refused(afresh.call(HEARTBEAT, heartbeat()))
            assert code is grpc.StatusCode.UNAVAILABLE  # with no session to resume, TLS itself stops it


def doctor(hub: RunningHub, now: datetime) -> list[Finding]:
    with hub.store.read() as connection:
        return findings(hub.data, TRUST_DOMAIN, connection, now)


async def test_the_doctor_says_what_is_wrong_and_what_to_do_one_line_each(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        await hub.joined()
        now = datetime.now(UTC)
        assert [finding for finding in doctor(hub, now) if not finding.is_fine] == []
        (hub.data / "secrets" / "ledger.key").rename(hub.data / "secrets" / "moved.key")
        (hub.data / "offline-root.key").write_bytes(b"")
        (hub.data / "authority" / "server.crt").unlink()
        wrong = [finding for finding in doctor(hub, now + timedelta(days=700)) if not finding.is_fine]
        told = "\n".join(f"{finding.what}: {finding.to_do}" for finding in wrong)
        parts = ("ledger.key", "root key", "server.crt", "intermediate 1 is good for 29", "with a lapsed certificate")
        for part in parts:
            assert part in told
        assert all(finding.to_do and "\n" not in finding.what + finding.to_do for finding in wrong)


def test_the_intermediate_may_name_its_own_region_only() -> None:
    region = pki.Region()
    constraints = region.intermediate.certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [name.value for name in constraints.value.permitted_subtrees or []] == [TRUST_DOMAIN, f"hub.{TRUST_DOMAIN}"]
    basic = region.intermediate.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.value.ca, basic.value.path_length, basic.critical) == (True, 0, True)
    assert is_issued_by(certificate_der(region.intermediate.certificate), certificate_der(region.root.certificate))
