"""An id as people type it: whole, or its first hex digits, as long as they mean one thing."""

from collections.abc import Iterable

from common.errors import InvalidRequest, NotFound

SHORTEST_PREFIX = 4  # hex digits


def one_meant(typed: str, ids: Iterable[bytes], noun: str, unknown: str) -> bytes:
    """Give the one id that starts with these hex digits.

    Args:
        typed: as a person typed it; hyphens and capitals do not matter.
        ids: those that may be meant.
        noun: what has the ids, such as `incident`.
        unknown: what to say when none is meant, with `{digits}` in it.

    Raises:
        InvalidRequest: too short, not hex, or more than one starts so.
        NotFound: none does.
    """
    digits = typed.lower().replace("-", "")
    if len(digits) < SHORTEST_PREFIX or set(digits) - set("0123456789abcdef"):
        raise InvalidRequest(f"{noun}: give its id, or its first {SHORTEST_PREFIX} or more hex digits")
    found = [id_ for id_ in ids if id_.hex().startswith(digits)]
    if not found:
        raise NotFound(unknown.format(digits=digits))
    if len(found) > 1:
        raise InvalidRequest(f"{noun}: {len(found)} {noun}s start with {digits}: give more of the id")
    return found[0]
