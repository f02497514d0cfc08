"""What somebody had entered when their session ended, carried through signing in again.

1. It travels in the page of signing in, sealed: whoever sits down at the screen next reads nothing of it.
2. Only the same user opens it again; another one is told that it is not theirs.
3. The key lives as long as the process: what was carried over its end is entered anew.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Fields = Sequence[tuple[str, str]]
_NONCE = 12


class Carrying:
    """Seals and opens what is carried."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))  # 3

    def seal(self, fields: Fields, whose: str) -> str:
        """Seal a form's fields for one user (1); empty where there are none."""
        if not fields:
            return ""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, json.dumps([list(each) for each in fields]).encode(), whose.encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def open(self, said: str | None, whose: str) -> Fields | None:
        """Give the fields back; None: it is another's (2), or of another process (3). Nothing carried: no fields."""
        if not said:
            return []
        try:
            raw = urlsafe_b64decode(said.encode())
            fields = json.loads(self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], whose.encode()))
        except (ValueError, InvalidTag):
            return None
        return [(str(name), str(value)) for name, value in fields]
