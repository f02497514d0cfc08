"""Passwords: argon2id, 15 characters and more, none that is known from breaches or says who it belongs to.

1. A password is compared in its NFKC form, so that two keyboards spell it alike.
2. Each try costs one verification, also for a name that does not exist (TRUST.md i05): what answers cannot be told
   apart by the time it takes.
3. Parameters are RFC 9106's second recommendation, 64 MiB, three passes; what was hashed with others is hashed anew
   at the next sign-in.

Source: RFC 9106 section 4; NIST SP 800-63B.
"""

import os
import unicodedata
from base64 import b64encode
from collections.abc import Iterable

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from common.access.common_passwords import is_common
from common.errors import InvalidRequest

SHORTEST, LONGEST = 15, 256  # characters


class Passwords:
    """Hashes passwords and verifies them."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        salt, digest = (b64encode(os.urandom(n)).rstrip(b"=").decode() for n in (16, 32))
        costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
        self._nobodys = f"$argon2id$v=19${costs}${salt}${digest}"  # 2: costs what a real one costs, fits no password

    def hash(self, password: str) -> str:
        """Hash a password that was checked."""
        return self._hasher.hash(normal(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether a password is the one that was stored; without one stored, as long, and no (2)."""
        said = normal(password[: 4 * LONGEST])
        try:
            self._hasher.verify(stored or self._nobodys, said if len(said) <= LONGEST else "")
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a password was hashed with other parameters than now (3)."""
        return self._hasher.check_needs_rehash(stored)


def normal(password: str) -> str:
    """Give the form in which a password is hashed and compared (1)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


def check_new(password: str, told: Iterable[str]) -> None:
    """Check a password that somebody chose.

    Args:
        told: what it must not contain: the user's name and the agency's.

    Raises:
        InvalidRequest: says what is wrong with it, and never the password.
    """
    said = normal(password)
    if len(said) < SHORTEST:
        raise InvalidRequest(f"password: at least {SHORTEST} characters; four or five random words make a good one")
    if len(said) > LONGEST:
        raise InvalidRequest(f"password: at most {LONGEST} characters")
    bare = _bare(said)
    if any(len(word) >= 3 and word in bare for name in told for word in _parts(name)):
        raise InvalidRequest("password: it contains your name or the agency's; take one that says nothing about you")
    if is_common(said):
        raise InvalidRequest(
            "password: one of the first that anybody would try (known words, keyboard walks, digits); "
            "four or five random words make a good one"
        )


def _parts(name: str) -> list[str]:
    first, *_ = [*name.split(), ""]
    return [_bare(name), _bare(first) if len(first) >= 5 else ""]


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
