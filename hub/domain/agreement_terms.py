"""The file in which an operator writes an agreement's terms: TOML in, terms out. What is left out has its default.

Everything that is wrong is told in one error, so that nobody mends a file ten times.

Source: DOMAIN.md 4, "Agreement"; the ranges are those of `agreement.proto`.
"""

import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from common.agreement.encoding import MAX_TEXT
from common.agreement.terms import ActivationProtocol, Terms
from common.codes import code
from common.errors import InvalidRequest
from common.wire.v1 import agreement_pb2 as wire
from common.wire.v1.agreement_pb2 import CountsAudience, DocumentationMinimum, ReportingPeriod
from common.wire.v1.codes_pb2 import Discipline, IncidentType
from common.wire.v1.rules_pb2 import Rule
from common.wire.validate import rule_of

_SPAN = re.compile(r"([1-9][0-9]{0,5})([mhd])\Z", re.ASCII)
_UNIT_S = {"m": 60, "h": 3600, "d": 86_400}
_OWN, _PROTOCOL = wire.AgreementTerms.DESCRIPTOR, wire.ActivationProtocol.DESCRIPTOR
Reader = Callable[[Any, str], Any]  # value, where it stands -> what it says; raises InvalidRequest with the place


def parse_terms(text: str) -> tuple[str, Terms]:
    """Read an agreement's title and terms from a file's text.

    Raises:
        InvalidRequest: names every key that is unknown and every value that is wrong.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidRequest(f"terms: this is not TOML: {error}") from None
    wrong: list[str] = []
    title = _taken(written, "title", _title, "", wrong)
    if "title" not in written:
        wrong.append("title: is missing")
    protocols = _protocols(written.get("protocols", {}), wrong)
    given = {name: _taken(written, name, reader, None, wrong) for name, reader in _READERS.items() if name in written}
    wrong += [f"{name!r}: is no term" for name in written if name not in {"title", "protocols", *_READERS}]
    if wrong:
        raise InvalidRequest("; ".join(wrong))
    return title, Terms(protocols=protocols, **given)


def _protocols(written: Any, wrong: list[str]) -> dict[int, ActivationProtocol]:
    if not isinstance(written, dict):
        wrong.append("protocols: a table for each type of incident is needed, such as [protocols.structure_fire]")
        return {}
    found: dict[int, ActivationProtocol] = {}
    for name, protocol in written.items():
        place = f"protocols.{name}" if name.isidentifier() else f"protocols.{name!r}"
        type_ = _taken({place: name}, place, _code(IncidentType), 0, wrong)
        if type_ and type_ in found:
            wrong.append(f"{place}: this type has a protocol already")
        if not isinstance(protocol, dict):
            wrong.append(f"{place}: a table with asked and activate_within is needed")
            continue
        values = {f"{place}.{key}": value for key, value in protocol.items()}
        asked = _taken(values, f"{place}.asked", _disciplines, (), wrong)
        within = _taken(values, f"{place}.activate_within", _span("activate_within", _PROTOCOL), timedelta(), wrong)
        wrong += [f"{place}.{key}: is missing" for key in ("asked", "activate_within") if key not in protocol]
        wrong += [f"{place}: {key!r} is no term" for key in protocol if key not in ("asked", "activate_within")]
        found[type_] = ActivationProtocol(asked, within)
    return found


def _taken(written: dict[str, Any], name: str, reader: Reader, otherwise: Any, wrong: list[str]) -> Any:
    """Read one value, or give `otherwise` and note what is wrong with it."""
    if name not in written:
        return otherwise
    try:
        return reader(written[name], name)
    except InvalidRequest as error:
        wrong.append(str(error))
        return otherwise


def _title(value: Any, place: str) -> str:
    text = _text(value, place)
    if not text.strip():
        raise InvalidRequest(f"{place}: 1 to {MAX_TEXT} printable characters are needed")
    return text


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
        raise InvalidRequest(f"{place}: text of at most {MAX_TEXT} printable characters is needed")
    return value


def _code(kind: Any) -> Reader:
    return lambda value, place: int(code(kind, value if isinstance(value, str) else repr(value), place))


def _disciplines(value: Any, place: str) -> tuple[int, ...]:
    most = _rule("asked", _PROTOCOL).max_items
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise InvalidRequest(f'{place}: a list of 1 to {most} disciplines is needed, such as ["fire", "ems"]')
    asked = tuple(_code(Discipline)(each, place) for each in value)
    if len(set(asked)) != len(asked):
        raise InvalidRequest(f"{place}: one discipline is named twice")
    return asked


def _span(field: str, descriptor: Any = _OWN) -> Reader:
    rule = _rule(field, descriptor)

    def read(value: Any, place: str) -> timedelta:
        match = _SPAN.match(value) if isinstance(value, str) else None
        span_s = int(match[1]) * _UNIT_S[match[2]] if match else 0
        if not rule.min <= span_s <= rule.max:
            raise InvalidRequest(f'{place}: a time from {_short(rule.min)} to {_short(rule.max)} is needed, as "4h"')
        return timedelta(seconds=span_s)

    return read


def _spans(field: str) -> Reader:
    rule, read = _rule(field), _span(field)

    def read_all(value: Any, place: str) -> tuple[timedelta, ...]:
        if not isinstance(value, list) or len(value) > rule.max_items:
            raise InvalidRequest(f'{place}: a list of at most {rule.max_items} times is needed, such as ["7d", "14d"]')
        return tuple(read(each, place) for each in value)

    return read_all


def _k(value: Any, place: str) -> int:
    rule = _rule("k")
    if type(value) is not int or not rule.min <= value <= rule.max:
        raise InvalidRequest(f"{place}: a whole number from {rule.min} to {rule.max} is needed")
    return value


def _yes_or_no(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidRequest(f"{place}: true or false is needed")
    return value


def _rule(field: str, descriptor: Any = _OWN) -> Rule:
    return rule_of(descriptor.fields_by_name[field])


def _short(seconds: int) -> str:
    unit = next(unit for unit in ("d", "h", "m") if seconds % _UNIT_S[unit] == 0)
    return f"{seconds // _UNIT_S[unit]}{unit}"


_READERS: dict[str, Reader] = {
    "accept_within": _span("accept_within"),
    "contact_within": _span("contact_within"),
    "check_ins": _spans("check_ins"),
    "escalate_every": _span("escalate_every"),
    "documentation": _code(DocumentationMinimum),
    "reporting_period": _code(ReportingPeriod),
    "k": _k,
    "counts_seen_by": _code(CountsAudience),
    "regional_coordinator": _text,
    "state_coordinator": _text,
    "anniversary": _yes_or_no,
    "release_grace": _span("release_grace"),
}
