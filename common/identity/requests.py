"""The request that a node sends for its certificate (PKCS#10)."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from common.identity.keys import P256PrivateKey

_SUBJECT = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "holdfast node")])  # ignored; the same for everybody


def make_csr(key: P256PrivateKey) -> bytes:
    """Make a request for a key: DER. It names nobody, since the hub ignores every name in it."""
    request = x509.CertificateSigningRequestBuilder().subject_name(_SUBJECT).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.DER)
