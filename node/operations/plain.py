"""Codes, times and agencies, between JSON and what the node holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.codes import code, word
from common.errors import InvalidRequest
from node.opened import OpenNode
from node.persistence import directory
from node.persistence.membership import get_membership
from node.use_cases.candidates import Here


def word_or_none(kind: Any, number: int | None) -> str | None:
    """Say a code; None when there is none."""
    return None if number is None else word(kind, number)


def code_or_none(kind: Any, said: str | None, field: str) -> int | None:
    """Read a code that may be left out; raises InvalidRequest naming the field."""
    return None if said is None else int(code(kind, said, field))


def time_of(said: str, field: str) -> datetime:
    """Read a time; raises InvalidRequest naming the field."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidRequest(f"{field}: a time with its zone is needed, such as 2026-11-03T14:20:00+00:00")
    return moment


def here(node: OpenNode) -> Here:
    """Give what this node judges eligibility with."""
    return Here(node.vault, node.settings.law, node.settings.zone)


def agency_names(connection: Connection) -> dict[bytes, str]:
    """Give the name of each agency that is known, this one's included."""
    names = {entry.agency_id: entry.name for entry in directory.list_directory(connection)}
    own = get_membership(connection)
    return names | {own.agency_id: own.agency_name}
