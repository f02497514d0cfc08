"""A jurisdiction pack: what the law of one place changes about how a peer support programme works, as data.

1. `default` says every rule; any other pack extends one and says only what it changes.
2. A state's pack extends `default`, not the federal one: 34 USC 50901 binds federal agencies, not a state's.
3. A name that is not known, a value of the wrong kind, a rule that contradicts another: refused, naming it.
4. A pack is for design, not legal advice, and is never shown without saying so.

Source: DOMAIN.md 3, "Jurisdiction packs".
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, cast, get_type_hints

from common.errors import InvalidRequest
from node.domain.disclosure_reason import DisclosureReason

DEFAULT = "default"
DISCLAIMER = "For design, not legal advice: have the agency's counsel check each rule before relying on it."
_HEADINGS = ("title", "extends", "sources", "rules")


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction."""

    name: str
    title: str
    sources: tuple[str, ...]
    notes_allowed: bool  # a session may be recorded in a free-text note
    notice_before_first_session: bool  # the person is told in writing what is confidential, and what is not
    notice_after_disclosure: frozenset[DisclosureReason]  # after a disclosure for one of these the person is told so
    reasons_refused: frozenset[DisclosureReason]  # nothing may be disclosed for these
    ideation_needs_plan_or_means: bool  # thoughts of suicide alone are no exception to confidentiality
    witness_loses_privilege: bool  # a supporter on the incident's roster may not own its follow-ups
    supervisor_may_not_support: bool  # nobody is assigned a supporter who supervises them
    withhold_activation_below_k: bool  # taking part is itself confidential: small counts stay here
    withhold_zero_counts: bool  # in released counts a zero is withheld like a small one
    own_agency_only: bool  # the supporter must be designated by the person's own agency
    any_agency_covered: bool  # any agency's designated supporter is covered

    @property
    def disclaimer(self) -> str:
        """What is said wherever the pack is shown (4)."""
        return DISCLAIMER

    def may_disclose_for(self, reason: DisclosureReason) -> bool:
        """Tell whether something may be disclosed for this reason."""
        is_ideation_alone = reason is DisclosureReason.SELF_HARM_OTHER and self.ideation_needs_plan_or_means
        return reason not in self.reasons_refused and not is_ideation_alone

    def notice_due_after(self, reason: DisclosureReason) -> bool:
        """Tell whether the person must be told in writing of a disclosure for this reason."""
        return reason in self.notice_after_disclosure


_TYPES = get_type_hints(Pack)
RULES = tuple(field.name for field in fields(Pack))[3:]


def parse_pack(name: str, text: str, extended: Mapping[str, Pack]) -> Pack:
    """Read a pack from its TOML.

    Args:
        name: the file's, without its ending.
        extended: the packs that it may extend; `default` extends none.

    Raises:
        InvalidRequest: names the pack and what is wrong in it.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(name, f"no TOML: {error}") from None
    _check_names(name, said, _HEADINGS, "heading")
    rules = said.get("rules", {})
    if not isinstance(rules, dict):
        raise _wrong(name, "rules: must be a table")
    _check_names(name, rules, RULES, "rule")
    values = {rule: _value(name, rule, value) for rule, value in rules.items()}
    values |= {"name": name, "title": _text(name, "title", said.get("title"))}
    values["sources"] = tuple(_text(name, "sources", each) for each in _list(name, "sources", said.get("sources", [])))
    pack = _complete(name, values) if name == DEFAULT else _extended(name, said.get("extends"), values, extended)
    if pack.own_agency_only and pack.any_agency_covered:
        raise _wrong(name, "own_agency_only and any_agency_covered contradict each other")
    return pack


def find_name(said: str, names: Collection[str]) -> str | None:
    """Find which pack is meant; capitals do not matter, and `US-CO` means `co`. None, if there is no such pack."""
    plain = said.strip().lower().replace("_", "-").replace(" ", "-")
    return next((name for name in (plain, plain.removeprefix("us-")) if name in names), None)


@dataclass(frozen=True)
class Law:
    """The rules that hold here, and the packs that other agencies may be under."""

    own: Pack
    packs: Mapping[str, Pack]

    def elsewhere(self, said: str) -> Pack | None:
        """Give the pack of another agency, as the hub's directory names it; None: there is no such pack."""
        name = find_name(said, self.packs)
        return None if name is None else self.packs[name]

    @property
    def default(self) -> Pack:
        """What is taken for an agency whose pack is not known."""
        return self.packs[DEFAULT]


def _complete(name: str, values: dict[str, Any]) -> Pack:
    missing = [rule for rule in RULES if rule not in values]
    if missing:
        raise _wrong(name, f"must say every rule, and leaves out {', '.join(missing)}")
    return Pack(**values)


def _extended(name: str, parent: object, values: dict[str, Any], extended: Mapping[str, Pack]) -> Pack:
    if not isinstance(parent, str) or parent not in extended:
        raise _wrong(name, f"extends: must be one of {', '.join(extended)}")
    return replace(extended[parent], **values)


def _check_names(name: str, said: Mapping[str, object], known: Collection[str], noun: str) -> None:
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise _wrong(name, f"{unknown[0]!r} is no {noun}: there are {', '.join(known)}")


def _value(name: str, rule: str, value: object) -> object:
    if _TYPES[rule] is not bool:
        return frozenset(_reason(name, rule, said) for said in _list(name, rule, value))
    if not isinstance(value, bool):
        raise _wrong(name, f"{rule}: must be true or false")
    return value


def _reason(name: str, rule: str, said: object) -> DisclosureReason:
    try:
        return DisclosureReason(cast("str", said))
    except ValueError:
        raise _wrong(name, f"{rule}: {said!r} is no disclosure reason") from None


def _list(name: str, what: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise _wrong(name, f"{what}: must be a list")
    return value


def _text(name: str, what: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, f"{what}: must be a text")
    return value


def _wrong(name: str, what: str) -> InvalidRequest:
    return InvalidRequest(f"jurisdiction pack {name}: {what}")
