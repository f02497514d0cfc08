"""An id as people type it: whole, or its first hex digits, as long as they mean one thing."""

from collections.abc import Iterable, Sequence

from common.errors import InvalidRequest, NotFound
from common.ids import ID_LENGTH

SHORTEST_PREFIX = 4  # hex digits
ID_DIGITS = 2 * ID_LENGTH


def one_meant(typed: str, ids: Iterable[bytes], noun: str, unknown: str) -> bytes:
    """Give the one id that starts with these hex digits.

    Args:
        typed: as a person typed it; hyphens, capitals and blanks around it do not matter.
        ids: those that may be meant.
        noun: what has the ids, such as `incident`.
        unknown: what to say when none is meant, with `{digits}` in it.

    Raises:
        InvalidRequest: too short, not hex, or more than one starts so.
        NotFound: none does.
    """
    digits = prefix_typed(typed, noun)
    return only_one([id_ for id_ in ids if id_.hex().startswith(digits)], digits, noun, unknown)


def prefix_typed(typed: str, noun: str) -> str:
    """Read an id's first hex digits, or all of them.

    Raises:
        InvalidRequest: too short, too long or not hex.
    """
    digits = hex_digits(typed)
    if len(digits) < SHORTEST_PREFIX:
        raise InvalidRequest(f"{noun}: give its id, or its first {SHORTEST_PREFIX} or more hex digits")
    return digits


def span(digits: str) -> tuple[bytes, bytes]:
    """Give the lowest and the highest id that start with these digits."""
    low, high = (bytes.fromhex(digits.ljust(ID_DIGITS, end)) for end in "0f")
    return low, high


def only_one(found: Sequence[bytes], digits: str, noun: str, unknown: str) -> bytes:
    """Give what was found when it is one thing; raises as `one_meant` does."""
    if not found:
        raise NotFound(unknown.format(digits=digits))
    if len(found) > 1:
        raise InvalidRequest(f"{noun}: {len(found)} {noun}s start with {digits}: give more of the id")
    return found[0]


def hex_digits(typed: str) -> str:
    """Give the digits of what was typed; nothing, where it cannot be an id."""
    digits = typed.strip().lower().replace("-", "")
    return "" if len(digits) > ID_DIGITS or set(digits) - set("0123456789abcdef") else digits
