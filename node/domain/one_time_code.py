"""Codes that people are given on paper or screen: 20 signs, 100 random bits, no look-alikes.

Source: DOMAIN.md 3, "by one-time link or code"; TRUST.md e05.
"""

from common.errors import InvalidRequest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH = 20
RANDOM_BYTES = 13  # 104 bits, of which 100 are used
_GROUP = 5
_LONGEST_TYPED = 60
_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def code_from(random: bytes) -> str:
    """Spell a code, from random bytes."""
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"a code needs {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def grouped(code: str) -> str:
    """Show a code in groups that can be read aloud."""
    return "-".join(code[first : first + _GROUP] for first in range(0, LENGTH, _GROUP))


def read_code(typed: str) -> str:
    """Read a code as people type it: capitals, blanks and hyphens do not matter.

    Raises:
        InvalidRequest: it cannot be one.
    """
    code = typed.strip().upper().translate(_MEANT) if len(typed) <= _LONGEST_TYPED else ""
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        raise InvalidRequest(f"code: {LENGTH} letters and digits are needed, as they stand on the slip")
    return code
