"""A session: how long it stands, its token, and what only the token's holder can open.

1. A token is 32 random bytes, told once; the store has its hash. Who reads the store cannot act as anybody.
2. A session ends after 15 minutes without a word, and 12 hours after its beginning.
3. What a session carries is sealed under a key from the token (HKDF): the store alone opens nothing.

Source: issue "people and access"; DESIGN.md 6, "At rest".
"""

import os
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(seconds=30)  # a session's last word is written down no more often: it ends earlier, never later
TOKEN_BYTES = 32
_NONCE = 12


def new_token() -> str:
    """Make a token, in hex."""
    return os.urandom(TOKEN_BYTES).hex()


def token_hash(token: object, of: bytes = b"session") -> bytes | None:
    """Give what a token is found by; None for what is no token.

    Args:
        of: what it opens: equal tokens of two kinds are found by different hashes.
    """
    try:
        raw = bytes.fromhex(token) if isinstance(token, str) else b""
    except ValueError:
        return None
    return sha256(b"holdfast " + of + b"\0" + raw).digest() if len(raw) == TOKEN_BYTES else None


def is_over(made_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a session has ended by itself (2)."""
    return now - seen_at >= IDLE or now - made_at >= LONGEST


def seal_for(token: str, content: bytes) -> bytes:
    """Seal what a session carries (3)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(token)).encrypt(nonce, content, None)


def open_carried(token: str, sealed: bytes) -> bytes | None:
    """Open what a session carries; None when it was altered."""
    try:
        return AESGCM(_key(token)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError):
        return None


def _key(token: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"holdfast session carries").derive(bytes.fromhex(token))
