"""One field under one data key: AES-256-GCM, with the place where it stands as associated data.

1. What is moved to another row or column, or put back from an earlier version, does not open.
2. A nonce is random: a data key seals few fields, far from the bound at which random nonces repeat.

    12 bytes nonce | ciphertext | 16 bytes tag

Source: DESIGN.md 6; TRUST.md t03.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.errors import WrongState

KEY_BYTES = 32
NONCE_BYTES = 12


class Altered(WrongState):
    """This field is not what was stored here: moved, put back or overwritten. Others stay readable."""


@dataclass(frozen=True)
class Place:
    """Where a field stands; sealed at one place, it opens at no other."""

    table: str
    column: str
    row: bytes
    version: int = 0

    @property
    def associated_data(self) -> bytes:
        """The place as bytes, no two alike."""
        return b"\0".join((self.table.encode(), self.column.encode(), self.version.to_bytes(8, "big") + self.row))


class DataKey:
    """The key of one member, supporter, encounter or request."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, place: Place, plain: bytes) -> bytes:
        """Encrypt a field for its place."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place.associated_data)

    def open(self, place: Place, sealed: bytes) -> bytes:
        """Decrypt a field that was sealed for this place; raises Altered."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.associated_data)
        except (InvalidTag, ValueError):
            raise Altered(
                f"{place.table} {place.row.hex()[:8]}: its {place.column} is not what was stored there; "
                "the audit trail tells who wrote it last, a backup has it as it was"
            ) from None
