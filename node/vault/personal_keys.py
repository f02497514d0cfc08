"""A person's own key pair (X25519), for notes: the private key is stored only under what that person alone knows.

1. It is wrapped twice: under a key from the password, and under one from a recovery code, each by argon2id with a salt
   of its own. The node's key-encryption key opens neither: an operator with the disk reads no note.
2. A wrapped key opens only for its user.

    16 bytes salt | 12 bytes nonce | ciphertext | 16 bytes tag

Source: DESIGN.md 6, "At rest"; RFC 9106.
"""

import os
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT, _NONCE, _KEY = 16, 12, 32


@dataclass(frozen=True)
class PersonalKey:
    """A new key pair, wrapped."""

    private: bytes  # raw; in memory only
    public: bytes  # raw, 32 bytes
    under_password: bytes
    under_recovery: bytes


def make_personal_key(user_id: bytes, password: str, recovery_code: str) -> PersonalKey:
    """Make a key pair for a user."""
    key = X25519PrivateKey.generate()
    private = key.private_bytes_raw()
    return PersonalKey(
        private,
        key.public_key().public_bytes_raw(),
        wrap(user_id, password, private),
        wrap(user_id, recovery_code, private),
    )


def wrap(user_id: bytes, secret: str, private: bytes) -> bytes:
    """Wrap a private key under what its user knows (1)."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + AESGCM(_derived(secret, salt)).encrypt(nonce, private, _bound_to(user_id))


def unwrap(user_id: bytes, secret: str, wrapped: bytes) -> bytes | None:
    """Unwrap a private key; None when the secret is another, or the key another user's (2)."""
    salt, nonce, sealed = wrapped[:_SALT], wrapped[_SALT : _SALT + _NONCE], wrapped[_SALT + _NONCE :]
    try:
        return AESGCM(_derived(secret, salt)).decrypt(nonce, sealed, _bound_to(user_id))
    except (InvalidTag, ValueError):
        return None


def fingerprint(public: bytes) -> str:
    """Give what people compare a public key by."""
    digits = sha256(public).hexdigest()[:16]
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def _derived(secret: str, salt: bytes) -> bytes:
    costs = RFC_9106_LOW_MEMORY
    said = unicodedata.normalize("NFKC", secret).encode("utf-8", "replace")
    return hash_secret_raw(said, salt, costs.time_cost, costs.memory_cost, costs.parallelism, _KEY, Type.ID)


def _bound_to(user_id: bytes) -> bytes:
    return b"holdfast note key\0" + user_id
