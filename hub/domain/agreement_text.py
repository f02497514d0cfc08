"""An agreement's terms as the text in which they are written (`parse_terms`), to begin the next version with."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from common.agreement.terms import Terms
from common.codes import word
from common.wire.v1.agreement_pb2 import CountsAudience, DocumentationMinimum, ReportingPeriod
from common.wire.v1.codes_pb2 import Discipline, IncidentType

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60))
_CODES: dict[str, Any] = {
    "documentation": DocumentationMinimum,
    "reporting_period": ReportingPeriod,
    "counts_seen_by": CountsAudience,
}


def write_terms(title: str, terms: Terms) -> str:
    """Write terms; reading them gives the same."""
    return "\n".join(_lines(title, terms)) + "\n"


def _lines(title: str, terms: Terms) -> Iterator[str]:
    yield f"title = {_text(title)}"
    yield ""
    for name, value in vars(terms).items():
        if name != "protocols":
            yield f"{name} = {_value(name, value)}"
    for type_, protocol in sorted(terms.protocols.items()):
        yield ""
        yield f"[protocols.{word(IncidentType, type_)}]"
        yield f"asked = {_text([word(Discipline, each) for each in protocol.asked])}"
        yield f"activate_within = {_value('activate_within', protocol.activate_within)}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)  # TOML knows no pairs of surrogates


def _value(name: str, value: Any) -> str:
    if name in _CODES:
        return _text(word(_CODES[name], value))
    if isinstance(value, timedelta):
        return _text(_span(value))
    return _text([_span(each) for each in value]) if isinstance(value, tuple) else _text(value)


def _span(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"
