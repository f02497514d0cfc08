"""The checks that every call's certificate must pass, and that need no store.

TLS has proved that the peer holds the certificate's key and that our root issued it. It does not look at the rest,
and it looks only once: gRPC keeps an expired certificate's channel, and TLS resumption brings it back. So, on each
call:

1. The connection is mutual TLS 1.3.
2. The certificate has exactly one URI name.
3. That name is a node's, in our own trust domain, compared whole.
4. The certificate is valid now.

The store's part (on the allow-list, not removed) is the hub's. Reading a certificate costs some 25 us, so what was
read is kept by the certificate's exact bytes; the checks themselves are made each time.

Source: DESIGN.md 4, "On every call"; TRUST.md s02, s03.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from common.errors import InvalidRequest, NotAllowed, NotAuthenticated
from common.identity.names import NodeName, parse_node_name

MAX_CERTIFICATE_BYTES = 4096
CERTIFICATES_KEPT = 8192  # parsed ones; a region has a node for each agency
EXPIRED = "certificate expired"  # these two words start the message that a node acts on
NOT_YET_VALID = "certificate not yet valid"
_TLS_1_3 = b"TLSv1.3"

AuthContext = Mapping[str, Iterable[bytes]]


@dataclass(frozen=True)
class PeerCertificate:
    """What a certificate says, whoever issued it."""

    fingerprint: bytes  # SHA-256 of the DER, 32 bytes
    uris: tuple[str, ...]
    dns_names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    name: NodeName | None  # set when the one URI is a node's name
    der: bytes = field(repr=False)

    @cached_property
    def spki_hash(self) -> bytes:
        """The SHA-256 of the key's SubjectPublicKeyInfo, 32 bytes; no call needs it, so it is made when asked for."""
        try:
            key = x509.load_der_x509_certificate(self.der).public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise InvalidRequest("certificate: its key cannot be read") from None
        spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(spki).digest()


@dataclass(frozen=True)
class PeerIdentity:
    """A node whose certificate passed the checks of this file."""

    name: NodeName
    fingerprint: bytes
    not_before: datetime
    not_after: datetime


def identify(auth_context: AuthContext, trust_domain: str, now: datetime) -> PeerIdentity:
    """Make the checks 1 to 4 on a call's authentication context.

    Raises:
        NotAuthenticated: no certificate, not TLS 1.3, or not valid now.
        NotAllowed: its name is not one that this region takes.
    """
    pems = tuple(auth_context.get("x509_pem_cert", ()))
    if len(pems) != 1 or tuple(auth_context.get("ssl_tls_version", ())) != (_TLS_1_3,):  # 1
        raise NotAuthenticated("the uplink needs mutual TLS 1.3 with a certificate of this region")
    peer = parse_pem(pems[0])
    if len(peer.uris) != 1:  # 2
        raise NotAllowed(f"the certificate must have exactly one URI name, it has {len(peer.uris)}")
    if peer.name is None or peer.name.trust_domain != trust_domain:  # 3
        raise NotAllowed("the certificate does not name a node of this region")
    check_validity(peer.not_before, peer.not_after, now)  # 4
    return PeerIdentity(peer.name, peer.fingerprint, peer.not_before, peer.not_after)


def check_validity(not_before: datetime, not_after: datetime, now: datetime) -> None:
    """Raise NotAuthenticated unless a certificate with these bounds is valid now."""
    if now < not_before:
        raise NotAuthenticated(f"{NOT_YET_VALID}: it starts at {not_before:%Y-%m-%d %H:%M} UTC; check the node's clock")
    if now > not_after:
        raise NotAuthenticated(f"{EXPIRED} at {not_after:%Y-%m-%d %H:%M} UTC: the node must recover its identity")


@lru_cache(maxsize=CERTIFICATES_KEPT)
def parse_pem(pem: bytes) -> PeerCertificate:
    """Read a certificate from PEM, as a call or a file of ours shows it.

    Raises:
        InvalidRequest: it is no certificate, or too large.
    """
    if len(pem) > 2 * MAX_CERTIFICATE_BYTES:
        raise InvalidRequest(f"certificate: at most {MAX_CERTIFICATE_BYTES:,} bytes")
    try:
        return _peer(x509.load_pem_x509_certificate(pem))
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidRequest("certificate: this is no X.509 certificate") from None


def parse_der(der: bytes) -> PeerCertificate:
    """Read a certificate from DER; raises as `parse_pem` does."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise InvalidRequest(f"certificate: at most {MAX_CERTIFICATE_BYTES:,} bytes")
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()  # one from a connection has proved its key; of any other, the key must be readable
        return _peer(certificate)
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidRequest("certificate: this is no X.509 certificate") from None


def _peer(certificate: x509.Certificate) -> PeerCertificate:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    uris = tuple(names.get_values_for_type(x509.UniformResourceIdentifier))
    der = certificate.public_bytes(serialization.Encoding.DER)
    return PeerCertificate(
        fingerprint=hashlib.sha256(der).digest(),
        uris=uris,
        dns_names=tuple(names.get_values_for_type(x509.DNSName)),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        name=_node_name(uris),
        der=der,
    )


def _node_name(uris: tuple[str, ...]) -> NodeName | None:
    try:
        return parse_node_name(uris[0]) if len(uris) == 1 else None
    except InvalidRequest:
        return None


def is_issued_by(leaf_der: bytes, issuer_der: bytes) -> bool:
    """Tell whether a certificate was signed by another one's key, and names it as its issuer."""
    try:
        leaf = x509.load_der_x509_certificate(leaf_der)
        leaf.verify_directly_issued_by(x509.load_der_x509_certificate(issuer_der))
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        return False
    return True
