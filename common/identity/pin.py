"""Meets a hub for the first time: takes its certificate and compares its key with the join string's pin.

1. Over a connection that the caller opened, a bare TLS 1.3 handshake: nothing is verified yet, and no byte of payload
   is sent.
2. The hub proved, in the handshake, that it has the key of its certificate. The SHA-256 of that key must be the pin.
3. The certificate becomes the only root of the channel that joins. So the channel's own handshake proves the same key
   again.

Source: DESIGN.md 4; TRUST.md s04.
"""

import hashlib
import hmac
import socket
import ssl
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from common.errors import InvalidRequest, NotAuthenticated, TemporarilyUnavailable
from common.identity.names import trust_domain_of_hub


@dataclass(frozen=True)
class PinnedHub:
    """A hub that proved the pinned key."""

    certificate_pem: bytes  # the channel's only root
    dns_name: str  # what the channel must verify: hub.<trust domain>
    trust_domain: str


def meet_pinned_hub(connection: socket.socket, pin: bytes) -> PinnedHub:
    """Do steps 1 and 2 over an open connection, which is closed in any case.

    Args:
        connection: to the hub's enrollment port, with a timeout set.
        pin: SHA-256 of the hub's SubjectPublicKeyInfo, 32 bytes.

    Raises:
        NotAuthenticated: another key than the pinned one, or no TLS 1.3.
        TemporarilyUnavailable: the connection broke.
    """
    with connection:
        leaf = _leaf_of(connection)
    try:
        certificate = x509.load_der_x509_certificate(leaf)
        spki = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, UnsupportedAlgorithm):
        raise NotAuthenticated("what answers there has a certificate that cannot be read") from None
    if not hmac.compare_digest(hashlib.sha256(spki).digest(), pin):
        raise NotAuthenticated(
            "the hub that answers there is not the one that made the join string (its key is another): nothing was "
            "sent. Check the address with the hub's operator, and that nothing on the way opens TLS"
        )
    dns_name = _dns_name(certificate)
    return PinnedHub(certificate.public_bytes(serialization.Encoding.PEM), dns_name, trust_domain_of_hub(dns_name))


def _leaf_of(connection: socket.socket) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the pin decides, just below
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["h2"])
    try:
        with context.wrap_socket(connection) as wrapped:
            leaf = wrapped.getpeercert(binary_form=True)
    except ssl.SSLError:
        raise NotAuthenticated("what answers there does not speak TLS 1.3: check the address and the port") from None
    except OSError:
        raise TemporarilyUnavailable("the hub did not finish the handshake; try again") from None
    if not leaf:
        raise NotAuthenticated("what answers there has no certificate")
    return leaf


def _dns_name(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise NotAuthenticated("the hub's certificate names no region") from None
    found = names.get_values_for_type(x509.DNSName)
    if len(found) != 1:
        raise NotAuthenticated("the hub's certificate must name exactly one region")
    try:
        trust_domain_of_hub(found[0])
    except InvalidRequest:
        raise NotAuthenticated("the hub's certificate names no region") from None
    return found[0]
