"""An id as a person types it: its first hex digits are enough, where nothing else begins so."""

from collections.abc import Callable

from sqlalchemy import Connection

from common.errors import InvalidRequest, NotFound
from hub.persistence import incident_requests, incidents

SHORTEST_PREFIX = 4  # hex digits
ID_DIGITS = 32

Between = Callable[[Connection, bytes, bytes], list[bytes]]


def get_incident_id(connection: Connection, typed: str) -> bytes:
    """Give the id of the one incident that begins with these hex digits.

    Raises:
        InvalidRequest: too short, not hex, or more than one incident begins so.
        NotFound: none does.
    """
    return _find(connection, typed, "incident", incidents.ids_between, "holdfast hub incident list")


def get_request_id(connection: Connection, typed: str) -> bytes:
    """Give the id of the one request for an incident that begins with these hex digits; raises as above."""
    return _find(connection, typed, "request", incident_requests.ids_between, "holdfast hub incident requests")


def read_whole_id(typed: str, field: str) -> bytes:
    """Read an id that has to be typed as a whole, since this hub does not know it.

    Raises:
        InvalidRequest: not 32 hex digits.
    """
    digits = _digits(typed)
    if len(digits) != ID_DIGITS:
        raise InvalidRequest(f"{field}: all {ID_DIGITS} hex digits are needed; `holdfast node incidents` shows them")
    return bytes.fromhex(digits)


def _find(connection: Connection, typed: str, noun: str, between: Between, listed_by: str) -> bytes:
    digits = _digits(typed)
    if len(digits) < SHORTEST_PREFIX:
        raise InvalidRequest(f"{noun}: give its id, or its first {SHORTEST_PREFIX} or more hex digits")
    low, high = (bytes.fromhex(digits.ljust(ID_DIGITS, end)) for end in "0f")
    found = between(connection, low, high)
    if not found:
        raise NotFound(f"this hub knows no {noun} {digits}: `{listed_by}` lists them")
    if len(found) > 1:
        raise InvalidRequest(f"{noun}: {len(found)} {noun}s start with {digits}: give more of the id")
    return found[0]


def _digits(typed: str) -> str:
    """Give the digits of what was typed; nothing, where it cannot be an id."""
    digits = typed.strip().lower().replace("-", "")
    return "" if len(digits) > ID_DIGITS or set(digits) - set("0123456789abcdef") else digits
