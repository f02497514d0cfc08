"""The file of terms that an operator writes: what it may say, and that every mistake in it is told at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS, ActivationProtocol, Terms
from common.errors import InvalidRequest
from common.wire.v1.agreement_pb2 import CountsAudience, DocumentationMinimum, ReportingPeriod
from common.wire.v1.codes_pb2 import Discipline, IncidentType
from hub.domain.agreement_template import TEMPLATE
from hub.domain.agreement_terms import parse_terms
from hub.domain.agreement_text import write_terms

TITLE = 'title = "T"\n'


def test_the_template_has_the_defaults_and_a_protocol_for_each_type_of_incident() -> None:
    title, terms = parse_terms(TEMPLATE)

    assert title == "Regional peer support agreement"
    assert replace(terms, protocols={}) == DEFAULT_TERMS
    assert set(terms.protocols) == {number for number in IncidentType.values() if number}
    assert encode_terms(terms)


def test_a_file_with_a_title_alone_has_the_defaults() -> None:
    assert parse_terms(TITLE) == ("T", DEFAULT_TERMS)


def test_every_term_can_be_written() -> None:
    text = """
        title = "Ridgeline agreement"
        accept_within = "30m"
        contact_within = "48h"
        check_ins = ["3d"]
        escalate_every = "2h"
        documentation = "check_ins"
        reporting_period = "month"
        k = 20
        counts_seen_by = "hub"
        regional_coordinator = "Ann Ames, 555 0100"
        state_coordinator = "Bo Berg"
        anniversary = true
        [protocols.officer-involved-shooting]
        asked = ["law_enforcement", "911"]
        activate_within = "90m"
    """

    assert parse_terms(text) == (
        "Ridgeline agreement",
        Terms(
            protocols={
                IncidentType.INCIDENT_TYPE_OFFICER_INVOLVED_SHOOTING: ActivationProtocol(
                    (Discipline.DISCIPLINE_LAW_ENFORCEMENT, Discipline.DISCIPLINE_911), timedelta(minutes=90)
                )
            },
            accept_within=timedelta(minutes=30),
            contact_within=timedelta(hours=48),
            check_ins=(timedelta(days=3),),
            escalate_every=timedelta(hours=2),
            documentation=DocumentationMinimum.DOCUMENTATION_MINIMUM_CHECK_INS,
            reporting_period=ReportingPeriod.REPORTING_PERIOD_MONTH,
            k=20,
            counts_seen_by=CountsAudience.COUNTS_AUDIENCE_HUB,
            regional_coordinator="Ann Ames, 555 0100",
            state_coordinator="Bo Berg",
            anniversary=True,
        ),
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('accept_within = "4 hours"', "accept_within: a time from 1m to 30d"),
        ('accept_within = "31d"', "accept_within: a time from 1m to 30d"),
        ('accept_within = "999999d"', "accept_within: a time from 1m to 30d"),
        ("accept_within = 4", "accept_within: a time from 1m to 30d"),
        ('contact_within = "30m"', "contact_within: a time from 1h to 30d"),
        ('check_ins = "7d"', "check_ins: a list of at most 16 times"),
        ('check_ins = ["7d", "often"]', "check_ins: a time from 1h to 367d"),
        ('escalate_every = "1m"', "escalate_every: a time from 10m to 7d"),
        ('documentation = "all"', "documentation: 'all' is not one of outcome, first_contact, check_ins"),
        ("documentation = 1", "documentation: '1' is not one of"),
        ('reporting_period = "year"', "reporting_period: 'year' is not one of month, quarter"),
        ("k = 1", "k: a whole number from 2 to 100"),
        ("k = true", "k: a whole number from 2 to 100"),
        ('k = "11"', "k: a whole number from 2 to 100"),
        ('counts_seen_by = "all"', "counts_seen_by: 'all' is not one of participants, hub"),
        ("regional_coordinator = 5", "regional_coordinator: text of at most 200"),
        (f'state_coordinator = "{"x" * 201}"', "state_coordinator: text of at most 200"),
        ('state_coordinator = "a\\u202eb"', "state_coordinator: text of at most 200 printable"),
        ("anniversary = 1", "anniversary: true or false"),
        ("protocols = 1", "protocols: a table for each type"),
        ("protocols.fire_drill.asked = []", "protocols.fire_drill: 'fire_drill' is not one of structure_fire"),
        ("protocols.other = 1", "protocols.other: a table with asked and activate_within"),
        ('protocols.other.asked = ["army"]', "protocols.other.asked: 'army' is not one of fire"),
        ('protocols.other.asked = ["ems", "EMS"]', "protocols.other.asked: one discipline is named twice"),
        ('protocols.other.activate_within = "8d"', "protocols.other.activate_within: a time from 1m to 7d"),
        ("protocols.other.asked = []", "protocols.other.activate_within: is missing"),
        ("protocols.other.aksed = []", "protocols.other: 'aksed' is no term"),
        ('protocols.other.asked = ["ems"]\nprotocols.Other.asked = ["ems"]', "this type has a protocol already"),
        ("acept_within = 1", "'acept_within': is no term"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_right(line: str, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        parse_terms(TITLE + line)


def test_everything_that_is_wrong_is_told_in_one_error() -> None:
    text = """
        k = 1
        acept_within = "4h"
        documentation = "all"
        [protocols.other]
        asked = ["army"]
        [protocols.fire_drill]
        within = "2h"
    """

    with pytest.raises(InvalidRequest) as told:
        parse_terms(text)

    for part in (
        "title: is missing", "k: a whole", "'acept_within'", "documentation: 'all'", "protocols.other.asked: 'army'",
        "protocols.other.activate_within: is missing", "protocols.fire_drill: 'fire_drill'",
        "protocols.fire_drill.asked: is missing", "protocols.fire_drill: 'within' is no term",
    ):  # fmt: skip
        assert part in str(told.value)


@pytest.mark.parametrize("text", ["title =", "k = 1\nk = 2", "\x00", "title = 2", 'title = "  "', ""])
def test_a_file_that_is_no_terms_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="title|TOML"):
        parse_terms(text)


def test_terms_that_are_written_are_read_as_they_were() -> None:
    title, terms = parse_terms(TEMPLATE)
    changed = replace(terms, accept_within=timedelta(minutes=90), check_ins=(), anniversary=True, k=5)
    changed = replace(
        changed,
        regional_coordinator='Rita "R" \u00c5s, \\ desk \U0001f691',
        counts_seen_by=CountsAudience.COUNTS_AUDIENCE_HUB,
    )

    for each in (terms, changed, DEFAULT_TERMS):
        assert parse_terms(write_terms(title, each)) == (title, each)
