"""What left, with the names that this node knows for the ids in it, and times by the agency's clocks."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.followup.reference import reference_of, spaced
from node.operations.plain import agency_names
from node.persistence import agreements, incidents, reporting_windows

_HEX = re.compile(r"\b[0-9a-f]{32,}\b", re.ASCII)
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00", re.ASCII)
_FOLLOW_UP = re.compile(r"follow up id ([0-9a-f]{32})", re.ASCII)
_WITH_NAME = re.compile(r"\b(agency|agreement|incident|window) ids? (?=\[?\u201c)")
_WHAT = {"window": "period"}  # as people call it
_VERB = re.compile(r": verb (?=[a-z])", re.ASCII)
_ID_LENGTH = 32  # hex digits


class Named:
    """Says what left with names; the report's own page has every byte."""

    def __init__(self, connection: Connection, zone: ZoneInfo) -> None:
        self._zone = zone
        self._names = {each: name for each, name in agency_names(connection).items() if name}
        self._names |= {each.id: each.title for each in incidents.list_incidents(connection)}
        self._names |= {each.id: each.title for each in agreements.list_agreements(connection)}
        self._names |= {each.id: each.label for each in reporting_windows.list_windows(connection)}

    def said(self, words: str) -> str:
        """Put names in place of ids, and shorten what has none."""
        referred = _FOLLOW_UP.sub(lambda found: f"follow up {spaced(reference_of(bytes.fromhex(found[1])))}", words)
        named = _TIME.sub(self._at, _HEX.sub(self._name, referred))
        return _VERB.sub(": ", _WITH_NAME.sub(lambda found: f"{_WHAT.get(found[1], found[1])} ", named))

    def _name(self, found: re.Match[str]) -> str:
        name = self._names.get(bytes.fromhex(found[0])) if len(found[0]) == _ID_LENGTH else None
        return f"\u201c{name}\u201d" if name else f"{found[0][:8]}\u2026"

    def _at(self, found: re.Match[str]) -> str:
        return f"{datetime.fromisoformat(found[0]).astimezone(self._zone):%Y-%m-%d %H:%M}"
