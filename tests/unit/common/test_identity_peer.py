"""The checks of each call's certificate that need no store."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from common.errors import InvalidRequest, NotAllowed, NotAuthenticated
from common.identity.keys import point, spki_hash
from common.identity.peer import identify, is_issued_by, parse_der, parse_pem
from hub.identity.authority import certificate_pem
from tests import pki

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
REGION = pki.Region(now=NOW)
NODE = REGION.node(pki.AGENCY, 3)


def test_a_node_is_who_its_certificate_says() -> None:
    peer = identify(NODE.auth_context, REGION.trust_domain, NOW)
    assert (peer.name.agency_id, peer.name.node, peer.fingerprint) == (pki.AGENCY, 3, NODE.fingerprint)
    assert peer.not_after == NOW + timedelta(days=7)


def test_s02_a_certificate_is_taken_up_to_its_last_second_and_not_after() -> None:
    identify(NODE.auth_context, REGION.trust_domain, NOW + timedelta(days=7))
    with pytest.raises(NotAuthenticated, match=r"^certificate expired at 2026-11-10 12:00 UTC"):
        identify(NODE.auth_context, REGION.trust_domain, NOW + timedelta(days=7, seconds=1))


def test_s02_a_certificate_is_not_taken_before_its_first_second() -> None:
    identify(NODE.auth_context, REGION.trust_domain, NOW - timedelta(minutes=10))
    with pytest.raises(NotAuthenticated, match=r"^certificate not yet valid: .* clock"):
        identify(NODE.auth_context, REGION.trust_domain, NOW - timedelta(minutes=10, seconds=1))


@pytest.mark.parametrize("kind", pki.STOPPED_BY_THE_APPLICATION)
def test_s03_a_certificate_with_another_name_is_refused(kind: str) -> None:
    wrong = pki.STOPPED_BY_THE_APPLICATION[kind](REGION)
    said = "exactly one URI name" if kind in ("two URI names", "no name at all", "only a DNS name") else "this region"
    with pytest.raises(NotAllowed, match=said):
        identify(wrong.auth_context, REGION.trust_domain, NOW)


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"ssl_tls_version": [b"TLSv1.3"]},
        {"x509_pem_cert": [NODE.pem]},
        {"x509_pem_cert": [NODE.pem], "ssl_tls_version": [b"TLSv1.2"]},
        {"x509_pem_cert": [NODE.pem, NODE.pem], "ssl_tls_version": [b"TLSv1.3"]},
    ],
)
def test_s01_without_a_certificate_over_tls_1_3_nobody_is_identified(context: dict[str, list[bytes]]) -> None:
    with pytest.raises(NotAuthenticated, match=r"mutual TLS 1\.3"):
        identify(context, REGION.trust_domain, NOW)


def test_s05_names_beside_the_certificate_are_not_read() -> None:
    claimed = {
        "x509_common_name": [b"operator"],
        "x509_subject_alternative_name": [REGION.uri(pki.OTHER_AGENCY).encode()],
        "peer_spiffe_id": [REGION.uri(pki.OTHER_AGENCY).encode()],
    }
    peer = identify(NODE.auth_context | claimed, REGION.trust_domain, NOW)
    assert peer.name.agency_id == pki.AGENCY


def test_what_is_no_certificate_is_said_to_be_none() -> None:
    for wrong in (b"", b"hello", NODE.der[:-1], NODE.der + b"x", b"\x30" * 5000):
        with pytest.raises(InvalidRequest, match="certificate"):
            parse_der(wrong)
        with pytest.raises(InvalidRequest, match="certificate"):
            parse_pem(wrong)


def test_a_certificate_gives_the_hash_of_its_key() -> None:
    assert parse_der(NODE.der).spki_hash == parse_pem(NODE.pem).spki_hash == spki_hash(NODE.key.public_key())


def test_a_certificate_whose_key_cannot_be_read_is_refused_or_gives_no_hash() -> None:
    off_the_curve = NODE.der.replace(point(NODE.key.public_key()), b"\x04" + bytes(64))
    with pytest.raises(InvalidRequest, match="no X.509 certificate"):
        parse_der(off_the_curve)
    peer = parse_pem(certificate_pem(x509.load_der_x509_certificate(off_the_curve)))
    with pytest.raises(InvalidRequest, match="key cannot be read"):
        _ = peer.spki_hash


def test_the_issuer_of_a_certificate_is_told_from_another_of_the_same_name() -> None:
    same_name = pki.Region(now=NOW)
    assert is_issued_by(NODE.der, REGION.intermediate.der)
    assert not is_issued_by(NODE.der, same_name.intermediate.der)
    assert not is_issued_by(NODE.der, REGION.root.der)
    assert not is_issued_by(b"hello", REGION.root.der)
