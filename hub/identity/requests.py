"""Reads what a node sends to be certified. Only the public key is taken; every name and every wish is left behind.

1. At most 4 KiB, and nothing but one PKCS#10 request.
2. The key is P-256: no RSA, no other curve, no weak key can come in.
3. The request is signed by that key, so whoever asks holds it.
4. Subject, subject alternative names, `CA:true` and all other requested extensions are not even looked at.

Source: DESIGN.md 4; TRUST.md s08.
"""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common.errors import InvalidRequest
from common.identity.keys import P256PublicKey

MAX_CSR_BYTES = 4096


def read_csr(der: bytes) -> P256PublicKey:
    """Give the public key of a certificate request.

    Raises:
        InvalidRequest: says which of the rules 1 to 3 it breaks.
    """
    if not 0 < len(der) <= MAX_CSR_BYTES:  # 1
        raise InvalidRequest(f"csr: must be 1 to {MAX_CSR_BYTES:,} bytes, {len(der):,} given")
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
        whole = request.public_bytes(serialization.Encoding.DER) == der
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InvalidRequest("csr: this is no certificate request (PKCS#10, DER)") from None
    if not whole:
        raise InvalidRequest("csr: there is more in it than one certificate request")
    if not isinstance(key, P256PublicKey) or not isinstance(key.curve, ec.SECP256R1):  # 2
        raise InvalidRequest("csr: its key must be ECDSA P-256")
    if not _is_signed(request):  # 3
        raise InvalidRequest("csr: it is not signed by its own key")
    return key


def _is_signed(request: x509.CertificateSigningRequest) -> bool:
    try:
        return request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm):
        return False
