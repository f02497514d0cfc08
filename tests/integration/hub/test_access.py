"""The check of each call, against the allow-list of a real store, and what it leaves in the audit trail."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography import x509

from common.errors import HoldfastError, NotAllowed, NotAuthenticated
from common.identity.keys import make_p256
from common.identity.peer import AuthContext
from common.storage.store import Store
from hub.domain.credential import Caller
from hub.identity import rotation
from hub.identity.authority import certificate_pem
from hub.identity.issuing import load_issuer
from hub.persistence import audit
from hub.persistence.intermediates import get_active_intermediate
from hub.rpc.access import REFUSALS_KEPT, Access
from tests import pki
from tests.builders import NOON, TRUST_DOMAIN
from tests.enrolling import PASSPHRASE, EnrollingHub
from tests.fakes import SetClock

T = TypeVar("T")


class Call:
    """A call over TLS 1.3 with a certificate, and with whatever else a peer may claim."""

    def __init__(self, pem: bytes, **claims: list[bytes]) -> None:
        self._context: AuthContext = {"x509_pem_cert": [pem], "ssl_tls_version": [b"TLSv1.3"], **claims}

    def auth_context(self) -> AuthContext:
        return self._context


class Gate:
    """An Access on an enrolling hub, whose writer writes at once."""

    def __init__(self, hub: EnrollingHub) -> None:
        self.hub = hub
        self.clock = SetClock(hub.now)
        self.access = Access(TRUST_DOMAIN, self.clock, self)
        self.refresh()

    def submit(self, command: Callable[..., T], /) -> Awaitable[T]:
        async def run() -> T:
            self.hub.now = self.clock.now()
            return self.hub.write(command)

        return run()

    def refresh(self) -> None:
        with self.hub.store.read() as connection:
            self.access.refresh(connection)

    def call(self, pem: bytes, method: str = "Push", **claims: list[bytes]) -> Caller:
        async def run() -> Caller:
            try:
                return await self.access.caller(Call(pem, **claims), method)
            finally:
                await self.access.settle()

        return _run(run())

    def audited(self) -> list[tuple[object, object, object]]:
        with self.hub.store.read() as connection:
            entries = audit.list_entries(connection)
        return [
            (entry["actor"], entry["action"], entry["outcome"])
            for entry in entries
            if str(entry["outcome"]).startswith("refused")
        ]


def _run(running: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(running)


@pytest.fixture
def gate(store: Store, tmp_path: Path) -> Gate:
    return Gate(EnrollingHub(store, tmp_path))


def pem_of(der: bytes) -> bytes:
    return certificate_pem(x509.load_der_x509_certificate(der))


def test_a_joined_node_is_who_its_certificate_says(gate: Gate) -> None:
    _, enrolled = gate.hub.joined()
    gate.refresh()
    caller = gate.call(pem_of(enrolled.chain[0]))
    assert (caller.agency_id, caller.node) == (enrolled.agency.id, 1)
    assert gate.audited() == []


def test_s02_an_expired_certificate_is_refused_on_each_call_also_when_the_list_was_not_read_again(gate: Gate) -> None:
    _, enrolled = gate.hub.joined()
    gate.refresh()
    caller = gate.call(pem_of(enrolled.chain[0]))
    gate.clock.advance(timedelta(days=7, seconds=1))
    with pytest.raises(NotAuthenticated, match="^certificate expired"):
        gate.call(pem_of(enrolled.chain[0]))
    with pytest.raises(NotAuthenticated, match="^certificate expired"):
        gate.access.still_valid(caller)
    assert gate.audited() == [(f"node {enrolled.agency.id.hex()}/1", "Uplink.Push", "refused: UNAUTHENTICATED")]


@pytest.mark.parametrize("kind", pki.STOPPED_BY_THE_APPLICATION)
def test_s03_a_certificate_of_our_own_root_with_another_name_is_refused_and_audited(gate: Gate, kind: str) -> None:
    region = pki.Region(now=NOON, constrained=False)
    wrong = pki.STOPPED_BY_THE_APPLICATION[kind](region)
    with pytest.raises(NotAllowed):
        gate.call(wrong.pem)
    assert [entry[1:] for entry in gate.audited()] == [("Uplink.Push", "refused: PERMISSION_DENIED")]


def test_s03_a_good_name_on_a_certificate_that_this_hub_did_not_issue_is_refused(gate: Gate) -> None:
    _, enrolled = gate.hub.joined()
    gate.refresh()
    with gate.hub.store.read() as connection:
        active = get_active_intermediate(connection)
    region = pki.Region(now=NOON)
    region.intermediate = load_issuer(gate.hub.data, active)
    for twin in (region.node(enrolled.agency.id, 1), region.node(enrolled.agency.id, 2), region.node(pki.AGENCY, 1)):
        with pytest.raises(NotAllowed, match="WhyRejected"):
            gate.call(twin.pem)


def test_s05_what_a_peer_claims_beside_its_certificate_changes_nothing(gate: Gate) -> None:
    _, enrolled = gate.hub.joined("ridgeline-fire")
    _, other = gate.hub.joined("cedar-valley-ems")
    gate.refresh()
    uri = pki.Region(now=NOON).uri(other.agency.id).encode()
    caller = gate.call(pem_of(enrolled.chain[0]), peer_spiffe_id=[uri], x509_subject_alternative_name=[uri])
    assert caller.agency_id == enrolled.agency.id


@pytest.mark.parametrize("remove", [EnrollingHub.evict, EnrollingHub.ban])
def test_s09_a_removed_agency_is_refused_at_once_on_calls_and_open_streams(
    gate: Gate, remove: Callable[[EnrollingHub], None]
) -> None:
    _, enrolled = gate.hub.joined()
    gate.refresh()
    caller = gate.call(pem_of(enrolled.chain[0]), "Watch")
    gate.access.still_valid(caller)
    remove(gate.hub)
    assert gate.hub.last is not None
    assert gate.hub.last.allow_list_changed
    gate.refresh()
    with pytest.raises(NotAllowed):
        gate.access.still_valid(caller)
    for method in ("Push", "Watch", "Heartbeat", "Renew"):
        with pytest.raises(NotAllowed):
            gate.call(pem_of(enrolled.chain[0]), method)


@pytest.mark.parametrize("method", ["push", "Push/", "Push ", "PushX", "", "../Enrollment/Join", "Restore"])
def test_e04_a_method_spelled_otherwise_is_refused(gate: Gate, method: str) -> None:
    _, enrolled = gate.hub.joined()
    gate.refresh()
    with pytest.raises(NotAllowed, match="does not give this call"):
        gate.call(pem_of(enrolled.chain[0]), method)


def test_refusals_by_the_thousand_leave_one_audit_entry_a_minute_and_bounded_memory(gate: Gate) -> None:
    stranger = pki.Region(now=NOON).node()
    for _ in range(50):
        with pytest.raises(NotAllowed):
            gate.call(stranger.pem)
    assert len(gate.audited()) == 1
    gate.clock.advance(timedelta(minutes=1))
    with pytest.raises(NotAllowed):
        gate.call(stranger.pem)
    assert len(gate.audited()) == 2
    for number in range(REFUSALS_KEPT + 10):
        gate.access._is_news((number.to_bytes(4, "big"), "UNAUTHENTICATED"), gate.clock.now())
    assert len(gate.access._audited) == REFUSALS_KEPT


def test_the_first_call_with_a_renewed_certificate_lets_the_old_one_run_out(gate: Gate) -> None:
    _, enrolled = gate.hub.joined()
    gate.clock.advance(timedelta(days=4))
    gate.hub.now = gate.clock.now()
    new = gate.hub.renew(enrolled, enrolled.chain[0], make_p256()).certificate_chain[0]
    gate.refresh()
    old_caller = gate.call(pem_of(enrolled.chain[0]))
    gate.clock.advance(timedelta(hours=5))
    gate.access.still_valid(old_caller)
    gate.call(pem_of(new))
    gate.refresh()
    gate.access.still_valid(old_caller)
    gate.clock.advance(timedelta(minutes=10))
    with pytest.raises(NotAllowed):
        gate.access.still_valid(old_caller)
    gate.call(pem_of(new))


def test_a_node_is_asked_to_renew_when_another_intermediate_issues(gate: Gate) -> None:
    _, enrolled = gate.hub.joined()
    gate.refresh()
    caller = gate.call(pem_of(enrolled.chain[0]))
    assert not gate.access.should_renew(caller)
    root = rotation.load_root(gate.hub.data, gate.hub.root_key_file, PASSPHRASE)
    gate.hub.write(lambda tx, now: rotation.prepare(root, TRUST_DOMAIN, gate.hub.data, tx, now))
    gate.hub.write(lambda tx, now: rotation.activate(gate.hub.data, tx, now))
    gate.refresh()
    assert gate.access.should_renew(caller)


def test_a_refusal_is_one_of_our_errors_whatever_the_certificate_holds(gate: Gate) -> None:
    for pem in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(HoldfastError):
            gate.call(pem)
