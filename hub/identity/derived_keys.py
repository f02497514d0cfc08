"""Keys for one purpose each, derived from the hub's ledger key, which lies beside the store in `secrets/`."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derived_key(ledger_key: Ed25519PrivateKey, purpose: bytes) -> bytes:
    """Derive the 32 bytes that serve one purpose. The same key and purpose always give the same."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(ledger_key.private_bytes_raw())
