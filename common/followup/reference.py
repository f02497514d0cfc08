"""The short name of a follow-up: eight characters that two coordinators read to each other over a bad line.

1. It is derived from the follow-up's id on either side, so that it does not travel upward.
2. Its alphabet has no look-alikes: no 0 O Q, no 1 I L, and one only of 2 Z, 5 S, 6 G, 8 B, U V. Capitals, spaces and
   hyphens do not matter.
3. The last character is a check: the sum of the characters' places in the alphabet, each times its position, is a
   multiple of 23, a prime. So every single wrong character is found, and every two that changed places.
4. It names one among the follow-ups that an agency knows, not in the world: where two have the same, whoever uses it is
   told, and gives the id.

Source: DOMAIN.md 4, rule 6.
"""

import hashlib
from functools import lru_cache

from common.errors import InvalidRequest

ALPHABET = "2346789ACDEFHJKMNPRTWXY"
LENGTH = 8
_PRIME = len(ALPHABET)  # 23
_INVERSE_OF_LAST = pow(LENGTH, -1, _PRIME)
_MEANING = _PRIME ** (LENGTH - 1)  # how many references there are
_REMEMBERED = 16_384  # of the ids asked for last: each change of a follow-up tells its reference again
_DOMAIN = b"holdfast follow-up reference v1\n"


@lru_cache(_REMEMBERED)
def reference_of(follow_up_id: bytes) -> str:
    """Give the reference of a follow-up: 8 characters (1, 3)."""
    number = int.from_bytes(hashlib.sha256(_DOMAIN + follow_up_id).digest()) % _MEANING
    places = []
    for _ in range(LENGTH - 1):
        number, place = divmod(number, _PRIME)
        places.append(place)
    places.append(-_weighted(places) * _INVERSE_OF_LAST % _PRIME)
    return "".join(ALPHABET[place] for place in places)


def read_reference(said: str) -> str:
    """Read a reference as somebody typed or heard it.

    Raises:
        InvalidRequest: it has another length, a character that no reference has, or its check fails.
    """
    reference = said.upper().replace("-", "").replace(" ", "")
    strange = sorted(set(reference) - set(ALPHABET))
    if len(reference) != LENGTH or strange:
        why = f"no reference has {strange[0]!r} in it" if strange else f"it has {LENGTH} characters, like 7K3M-PXRM"
        raise InvalidRequest(f"reference: {said!r} is none: {why}")
    if _weighted([ALPHABET.index(character) for character in reference]) % _PRIME:
        raise InvalidRequest(f"reference: {said!r} has a wrong character, or two that changed places: ask again")
    return reference


def is_reference(said: str) -> bool:
    """Tell whether something is a reference as somebody typed it, with its check."""
    try:
        read_reference(said)
    except InvalidRequest:
        return False
    return True


def spaced(reference: str) -> str:
    """Write a reference as people read it aloud: `7K3M-PXRM`."""
    return f"{reference[:4]}-{reference[4:]}"


def _weighted(places: list[int]) -> int:
    return sum(position * place for position, place in enumerate(places, 1))
