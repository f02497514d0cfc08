"""The jurisdiction packs: every row of DOMAIN.md 3's table, and what a pack's file may not say."""

from dataclasses import asdict
from typing import Any

import pytest

from common.errors import InvalidRequest
from node.domain.disclosure_reason import DisclosureReason
from node.domain.jurisdiction import DISCLAIMER, RULES, find_name, parse_pack
from node.domain.jurisdiction_words import rules_in_words
from node.packs import get_pack, load_packs
from node.settings import NodeSettings

NO_EXTRA_RULE: dict[str, Any] = {
    "notes_allowed": True,
    "notice_before_first_session": False,
    "notice_after_disclosure": frozenset(),
    "reasons_refused": frozenset(),
    "ideation_needs_plan_or_means": False,
    "witness_loses_privilege": False,
    "supervisor_may_not_support": False,
    "withhold_activation_below_k": False,
    "withhold_zero_counts": False,
    "own_agency_only": False,
    "any_agency_covered": False,
}
MOST_DISCLOSURES = {
    "self_harm_with_intent_and_plan_or_means",
    "self_harm_other",
    "harm_to_others",
    "child_abuse_or_neglect",
    "vulnerable_adult_abuse",
    "crime_admitted_or_planned",
    "property_threat",
    "court_order",
    "team_consultation",
    "clinical_referral",
}
TABLE: dict[str, dict[str, Any]] = {  # the table of DOMAIN.md 3: what each pack changes, and nothing else
    "us-federal": {"ideation_needs_plan_or_means": True, "notice_before_first_session": True},
    "ca": {"notice_after_disclosure": MOST_DISCLOSURES},
    "co": {"witness_loses_privilege": True},
    "mn": {"witness_loses_privilege": True},
    "wi": {"witness_loses_privilege": True},
    "la": {"witness_loses_privilege": True},
    "ut": {"witness_loses_privilege": True},
    "mt": {"notes_allowed": False, "supervisor_may_not_support": True},
    "tx": {"withhold_activation_below_k": True},
    "fl": {"own_agency_only": True},
    "wa": {"any_agency_covered": True},
    "pa": {},
    "default": {},
}
DEFAULT = {"default": get_pack("default")}


def _settings(jurisdiction: str) -> NodeSettings:
    named: dict[str, Any] = {"jurisdiction": jurisdiction}
    return NodeSettings(**named)


def test_there_is_a_pack_for_every_row_of_the_table_and_no_other() -> None:
    assert set(load_packs()) == set(TABLE)
    assert set(NO_EXTRA_RULE) == set(RULES)


@pytest.mark.parametrize("name", TABLE)
def test_a_pack_changes_what_its_row_says_and_nothing_else(name: str) -> None:
    found = asdict(load_packs()[name])

    assert {rule: found[rule] for rule in RULES} == NO_EXTRA_RULE | TABLE[name]


@pytest.mark.parametrize("reason", DisclosureReason)
@pytest.mark.parametrize("name", TABLE)
def test_every_reason_for_a_disclosure_may_be_given_but_ideation_alone_at_a_federal_agency(
    name: str, reason: DisclosureReason
) -> None:
    refused = name == "us-federal" and reason == "self_harm_other"

    assert get_pack(name).may_disclose_for(reason) is not refused


@pytest.mark.parametrize("reason", DisclosureReason)
@pytest.mark.parametrize("name", TABLE)
def test_the_person_is_told_of_most_disclosures_in_california(name: str, reason: DisclosureReason) -> None:
    assert get_pack(name).notice_due_after(reason) is (name == "ca" and reason.value in MOST_DISCLOSURES)


@pytest.mark.parametrize("name", TABLE)
def test_every_rule_of_a_pack_is_said_in_one_sentence_and_a_change_reads_otherwise(name: str) -> None:
    said, without = rules_in_words(get_pack(name)), rules_in_words(get_pack("default"))

    assert set(said) == set(RULES)
    assert all(sentence.endswith(".") for sentence in said.values())
    assert {rule for rule in TABLE[name] if said[rule] == without[rule]} == set()
    assert "not legal advice" in get_pack(name).disclaimer == DISCLAIMER


@pytest.mark.parametrize("said", ["co", "CO", " Co ", "US-CO", "us_co"])
def test_a_pack_is_found_however_it_is_written(said: str) -> None:
    assert get_pack(said).name == "co"
    assert _settings(said).pack is get_pack("co")


@pytest.mark.parametrize("said", ["nv", "", "colorado!", "us-", "federal", "../default", "co\0"])
def test_an_unknown_pack_is_refused_with_those_that_there_are(said: str) -> None:
    assert find_name(said, load_packs()) is None
    with pytest.raises(InvalidRequest, match=r"there is no pack .*: there are default, us-federal, ca, co, fl"):
        get_pack(said)
    with pytest.raises(ValueError, match=r"there is no pack .*: there are default"):
        _settings(said)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("title = ", "no TOML"),
        ('titel = "X"', "'titel' is no heading"),
        ('title = "X"\nextends = "default"\n[rules]\nnote_allowed = true', "'note_allowed' is no rule"),
        ('title = "X"\nextends = "default"\n[rules]\nname = "y"', "'name' is no rule"),
        ('title = "X"\nextends = "default"\n[rules]\nnotes_allowed = 1', "notes_allowed: must be true or false"),
        ('title = "X"\nextends = "default"\n[rules]\nreasons_refused = "court_order"', "reasons_refused: must be a"),
        ('title = "X"\nextends = "default"\n[rules]\nreasons_refused = ["court"]', "'court' is no disclosure reason"),
        ('title = "X"\nextends = "default"\n[rules]\nreasons_refused = [1]', "1 is no disclosure reason"),
        ('title = "X"\nextends = "default"\n[rules]\nreasons_refused = [[]]', "is no disclosure reason"),
        ('title = "X"\nextends = "default"\nrules = 3', "rules: must be a table"),
        ('title = "X"\nextends = "default"\nsources = "MCA"', "sources: must be a list"),
        ('title = "X"\nextends = "default"\nsources = [1]', "sources: must be a text"),
        ('title = " "\nextends = "default"', "title: must be a text"),
        ('extends = "default"', "title: must be a text"),
        ('title = "X"', "extends: must be one of default"),
        ('title = "X"\nextends = "nevada"', "extends: must be one of default"),
        (
            'title = "X"\nextends = "default"\n[rules]\nown_agency_only = true\nany_agency_covered = true',
            "contradict each other",
        ),
    ],
)
def test_a_pack_that_is_not_as_it_should_be_is_refused_naming_it_and_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_pack("nv", text, DEFAULT)

    assert str(refused.value).startswith("jurisdiction pack nv: ")
    assert wrong in str(refused.value)


def test_default_must_say_every_rule() -> None:
    with pytest.raises(InvalidRequest, match=r"default: must say every rule, and leaves out notice_before_first"):
        parse_pack("default", 'title = "X"\n[rules]\nnotes_allowed = true', {})
