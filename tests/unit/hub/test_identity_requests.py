"""What a CSR may bring: one P-256 key, and nothing else."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common.errors import InvalidRequest
from common.identity.keys import make_p256, spki
from common.identity.names import NodeName
from common.identity.requests import make_csr
from hub.identity.authority import issue_node_leaf
from hub.identity.requests import read_csr
from tests import pki

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
KEY = make_p256()


def csr(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(serialization.Encoding.DER)


def test_the_key_of_a_request_is_read() -> None:
    assert spki(read_csr(make_csr(KEY))) == spki(KEY.public_key())


def test_s08_another_agencys_name_and_ca_true_in_a_request_leave_no_trace() -> None:
    region = pki.Region(now=NOW)
    wish = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub.ridgeline.holdfast.internal")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=3), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(region.uri(pki.OTHER_AGENCY))]), critical=False
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(KEY, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    name = NodeName(region.trust_domain, pki.AGENCY, 1)
    leaf = issue_node_leaf(region.intermediate, read_csr(wish), name, NOW)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.UniformResourceIdentifier(name.uri)]
    assert leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.CLIENT_AUTH
    ]
    assert "hub" not in leaf.subject.rfc4514_string()


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["RSA", "secp256k1", "P-384", "Ed25519"],
)
def test_s08_a_request_with_any_other_key_is_refused(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    with pytest.raises(InvalidRequest, match="P-256"):
        read_csr(csr(key))


def test_s08_a_request_that_its_key_did_not_sign_is_refused() -> None:
    signed = make_csr(KEY)
    forged = signed.replace(spki(KEY.public_key()), spki(make_p256().public_key()))
    for wrong in (forged, signed[:-1] + bytes([signed[-1] ^ 1])):
        with pytest.raises(InvalidRequest, match="not signed by its own key"):
            read_csr(wrong)


@pytest.mark.parametrize("raw", [b"", b"hello", make_csr(KEY)[:-1], make_csr(KEY) + b"x", b"\x30" * 4097])
def test_s08_what_is_not_one_request_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidRequest, match="csr"):
        read_csr(raw)
