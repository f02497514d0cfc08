"""One-time codes (TOTP, RFC 6238) for who has no passkey: six digits, 30 seconds, each good once.

1. A code of the step before and after is taken too: a phone's clock may be off by half a minute.
2. The step of the last code used is remembered: that code and older ones are refused (TRUST.md e05).
"""

from datetime import datetime
from hmac import compare_digest

import pyotp

STEP_S = 30
_DRIFT = 1
_DIGITS = 6


def new_secret() -> str:
    """Make a secret, in base32, for a phone."""
    return pyotp.random_base32()


def secret_uri(secret: str, name: str, agency: str) -> str:
    """Give what a phone reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=agency)


def find_step(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """Give the step that a code is of; None when it is of none, or of one that was used (1, 2)."""
    said = "".join(code.split())
    if len(said) != _DIGITS or not said.isascii():
        return None
    at, found = int(now.timestamp()) // STEP_S, None
    for step in range(at - _DRIFT, at + _DRIFT + 1):
        is_it = compare_digest(pyotp.TOTP(secret).at(step * STEP_S), said)
        if is_it and step > last_step:
            found = step
    return found
