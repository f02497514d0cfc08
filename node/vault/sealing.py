"""Something sealed to people's own keys, one copy for each (HPKE): no key of the machine opens it.

`info` says what it is and where it stands; a copy that is moved elsewhere does not open.

Source: DESIGN.md 6, "At rest"; RFC 9180.
"""

from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from node.vault.fields import KEY_BYTES, Altered

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal_to(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Seal for the holder of one private key."""
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info)


def seal_to_each(recipients: Iterable[tuple[bytes, bytes]], plain: bytes, info: bytes) -> dict[bytes, bytes]:
    """Seal one copy for each of several people, given as (user id, public key)."""
    return {user_id: seal_to(public, plain, info) for user_id, public in recipients}


def open_sealed(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Open a copy; raises Altered when it is not for this key, or not what was put there."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError):
        raise Altered("this copy does not open with your key: it is for somebody else, or was altered") from None


def key_of_code(code: str) -> bytes:
    """Give the private key of a one-time code: what is sealed to its public key, only the code's holder opens."""
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"holdfast one-time code", info=b"X25519")
    return derived.derive(code.encode("ascii"))


def public_of(private: bytes) -> bytes:
    """Give the public key of a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
