"""Secrets of the hub's users that the hub itself must read, such as a one-time code's: sealed, so that a copy of the
store shows none.

The key is derived from the hub's ledger key (`derived_keys.py`); the user's id is bound in.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.errors import WrongState
from hub.identity.derived_keys import derived_key

_NONCE = 12


def seal_secret(ledger_key: Ed25519PrivateKey, user_id: bytes, secret: str) -> bytes:
    """Seal a user's secret."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(ledger_key).encrypt(nonce, secret.encode(), user_id)


def open_secret(ledger_key: Ed25519PrivateKey, user_id: bytes, sealed: bytes) -> str:
    """Open a user's secret; raises WrongState when it was altered, or is of another user or hub."""
    try:
        return _cipher(ledger_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], user_id).decode()
    except (InvalidTag, ValueError):
        raise WrongState(
            "your one-time codes cannot be checked, their secret was altered: sign in with a recovery code"
        ) from None


def _cipher(ledger_key: Ed25519PrivateKey) -> AESGCM:
    return AESGCM(derived_key(ledger_key, b"holdfast hub user secrets"))
