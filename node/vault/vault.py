"""The vault of one node: wraps data keys under the key-encryption key, and indexes what must be found blindly.

Source: DESIGN.md 6, "At rest".
"""

import hmac
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from node.vault.fields import KEY_BYTES, NONCE_BYTES, Altered, DataKey
from node.vault.keyring import key_id

BLIND_BYTES = 16


class Vault:
    """The node's keys, in memory, as long as it runs."""

    def __init__(self, key_encryption_key: bytes, index_key: bytes) -> None:
        self._wrapping = AESGCM(key_encryption_key)
        self._index_key = index_key
        self.key_id = key_id(key_encryption_key)

    def under(self, key_encryption_key: bytes) -> "Vault":
        """Give a vault with the same blind indexes under another key-encryption key."""
        return Vault(key_encryption_key, self._index_key)

    def move_to(self, other: "Vault") -> None:
        """Become the other vault, for everybody who holds this one: its key-encryption key is forgotten."""
        self._wrapping, self._index_key, self.key_id = other._wrapping, other._index_key, other.key_id

    def new_key(self, subject_id: bytes) -> tuple[DataKey, bytes]:
        """Make a data key for a subject: ready for use, and wrapped for the store."""
        key = os.urandom(KEY_BYTES)
        return DataKey(key), self.wrap(subject_id, key)

    def new_keys(self, subject_ids: Iterable[bytes]) -> list[tuple[DataKey, bytes]]:
        """Make data keys for many subjects as `new_key` does, with one call for all that is random."""
        wanted = list(subject_ids)
        size = KEY_BYTES + NONCE_BYTES
        random, made = os.urandom(size * len(wanted)), []
        for number, subject_id in enumerate(wanted):
            key = random[number * size : number * size + KEY_BYTES]
            nonce = random[number * size + KEY_BYTES : (number + 1) * size]
            wrapped = nonce + self._wrapping.encrypt(nonce, key, b"data key\0" + subject_id)
            made.append((DataKey(key), wrapped))
        return made

    def unwrap(self, subject_id: bytes, wrapped: bytes) -> DataKey:
        """Unwrap a subject's data key; raises Altered when it is another's, or of another key."""
        return DataKey(self.unwrapped(subject_id, wrapped))

    def unwrapped(self, subject_id: bytes, wrapped: bytes) -> bytes:
        """Give a data key's bytes, to wrap it anew; raises Altered."""
        try:
            return self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], b"data key\0" + subject_id)
        except (InvalidTag, ValueError):
            raise Altered(f"the data key of {subject_id.hex()[:8]} does not open: altered, or of another key") from None

    def wrap(self, subject_id: bytes, key: bytes) -> bytes:
        """Wrap a data key's bytes for the store."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, b"data key\0" + subject_id)

    def blind(self, index: str, value: str) -> bytes:
        """Give what stands in a blind index for a value, 16 bytes: alike for equal values, and nothing else.

        Args:
            index: which index, such as `member.name`; equal values of two indexes come out different.
            value: normalised by the caller.
        """
        message = index.encode() + b"\0" + value.encode()
        return hmac.digest(self._index_key, message, "sha256")[:BLIND_BYTES]
