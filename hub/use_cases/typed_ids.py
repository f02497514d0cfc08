"""An id as a person types it: its first hex digits are enough, where nothing else begins so."""

from collections.abc import Callable

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.short_ids import ID_DIGITS, hex_digits, only_one, prefix_typed, span
from hub.persistence import incident_requests, incidents

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
    digits = hex_digits(typed)
    if len(digits) != ID_DIGITS:
        raise InvalidRequest(f"{field}: all {ID_DIGITS} hex digits are needed; `holdfast node incidents` shows them")
    return bytes.fromhex(digits)


def _find(connection: Connection, typed: str, noun: str, between: Between, listed_by: str) -> bytes:
    digits = prefix_typed(typed, noun)
    unknown = f"this hub knows no {noun} {{digits}}: `{listed_by}` lists them"
    return only_one(between(connection, *span(digits)), digits, noun, unknown)
