"""Who may own a follow-up: each rule alone with its sentence, then all of them together."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.eligibility import NO_ROSTER, Candidate, Case, Judged, Rule, failures_of, judge
from node.domain.incident_roster import Presence
from node.domain.jurisdiction import Pack
from node.packs import get_pack, load_packs

DAY = date(2026, 11, 3)
BEFORE = DAY - timedelta(days=1)
DEFAULT = get_pack("default")
READY = Candidate(
    code="S-0004",
    designated_on=BEFORE,
    training_lacking=(),
    policies_lacking=(),
    away_because="",
    caseload=2,
    cap=3,
    presence=None,
    presence_altered=False,
    supervises_person=False,
)
MILL_FIRE = Case(
    began_on=DAY, has_incident=True, own=DEFAULT, origin=DEFAULT, opened_by="Cedar Valley Ambulance", roster_known=True
)


def case(own: str = "default", origin: str = "default", **changes: Any) -> Case:
    return replace(MILL_FIRE, own=get_pack(own), origin=get_pack(origin), **changes)


def test_who_meets_every_rule_may_own_it_and_so_may_the_agency() -> None:
    found = judge(MILL_FIRE, [READY])

    assert (found.eligible, found.may_own, found.refusal) == (("S-0004",), True, "")


@pytest.mark.parametrize(
    ("changes", "given_case", "rule", "sentence"),
    [
        (
            {"designated_on": DAY},
            case(),
            Rule.DESIGNATED,
            "S-0004 was designated on 2026-11-03, not before the incident of 2026-11-03",
        ),
        (
            {"designated_on": DAY},
            case(has_incident=False),
            Rule.DESIGNATED,
            "S-0004 was designated on 2026-11-03, not before it was opened on 2026-11-03",
        ),
        ({"designated_on": None}, case(), Rule.DESIGNATED, "S-0004 was never designated"),
        (
            {"training_lacking": ("de-escalation", "self-care", "suicide recognition")},
            case(),
            Rule.TRAINED,
            "S-0004 has no training in date in de-escalation, self-care and suicide recognition",
        ),
        (
            {"policies_lacking": ("CONF version 2",)},
            case(),
            Rule.POLICY,
            "S-0004 has not acknowledged CONF version 2",
        ),
        ({"away_because": "is paused"}, case(), Rule.AVAILABLE, "S-0004 is paused"),
        ({"caseload": 3}, case(), Rule.UNDER_CAP, "S-0004 has 3 open follow-ups, and the agency's cap is 3"),
        ({"caseload": 0, "cap": 0}, case(), Rule.UNDER_CAP, "S-0004 has 0 open follow-ups, and the agency's cap is 0"),
        (
            {"presence": Presence.WITNESS},
            case(own="co"),
            Rule.NOT_AT_INCIDENT,
            "S-0004 was at the incident (witness), and has no privilege for it in Colorado",
        ),
        (
            {"presence": Presence.PARTY},
            case(origin="ut"),
            Rule.NOT_AT_INCIDENT,
            "S-0004 was at the incident (party), and has no privilege for it in Utah",
        ),
        (
            {"presence": Presence.RESPONDER},
            case(own="wi", origin="la"),
            Rule.NOT_AT_INCIDENT,
            "S-0004 was at the incident (responder), and has no privilege for it in Wisconsin and Louisiana",
        ),
        (
            {"presence_altered": True},
            case(own="co"),
            Rule.NOT_AT_INCIDENT,
            "S-0004 has a record of this incident that was altered: set the incident's roster again",
        ),
        ({"supervises_person": True}, case(), Rule.NOT_SUPERVISOR, "S-0004 supervises the person"),
        (
            {"supervises_person": True},
            case(own="mt", opened_by=""),
            Rule.NOT_SUPERVISOR,
            "S-0004 supervises the person, which the law of Montana rules out",
        ),
    ],
)
def test_each_rule_that_fails_alone_says_so_in_one_sentence(
    changes: dict[str, Any], given_case: Case, rule: Rule, sentence: str
) -> None:
    (failure,) = failures_of(replace(READY, **changes), given_case)
    assert (failure.rule, failure.sentence) == (rule, sentence)

    found = judge(given_case, [replace(READY, **changes)])
    assert not found.may_own
    assert found.refusal == f"no supporter here meets every rule; what fails: {rule}"
    assert "S-0004" not in found.refusal
    assert judge(given_case, [replace(READY, **changes), replace(READY, code="S-0005")]).eligible == ("S-0005",)


@pytest.mark.parametrize(("own", "origin"), [("fl", "default"), ("default", "fl"), ("fl", "wa"), ("fl", "fl")])
def test_no_follow_up_changes_agencies_where_either_jurisdiction_forbids_it(own: str, origin: str) -> None:
    found = judge(case(own, origin), [READY])

    assert found.refusal == (
        "in Florida a supporter must be designated by the person's own agency, and Cedar Valley Ambulance opened it"
    )
    assert found.eligible == ("S-0004",)  # it is nobody's fault here
    assert judge(case(own, origin, opened_by=""), [READY]).may_own


@pytest.mark.parametrize("presence", Presence)
@pytest.mark.parametrize("name", load_packs())
def test_having_been_there_matters_only_where_the_pack_says_so(name: str, presence: Presence) -> None:
    there = replace(READY, presence=presence)
    strict = name in {"co", "mn", "wi", "la", "ut"}

    assert bool(failures_of(there, case(own=name))) is strict
    assert bool(failures_of(there, case(origin=name))) is strict


def test_an_agency_without_a_roster_is_not_judged_by_it_but_by_the_law_between_agencies() -> None:
    found = judge(case(), [])
    assert (found.may_own, NO_ROSTER in found.notes) == (True, True)

    assert not judge(case(own="fl"), []).may_own


def test_what_a_person_should_know_besides_is_said() -> None:
    said = "nobody recorded which supporters were at the incident, or that none was: set its roster"
    silent = "neither jurisdiction's pack says whether another agency's supporter is covered"

    assert judge(case("wa"), [READY]).notes == ("in Washington any agency's supporter is covered",)
    assert judge(case(), [READY]).notes == (silent,)
    assert judge(case(opened_by=""), [READY]).notes == ()
    assert judge(case("co", opened_by="", roster_known=False), [READY]).notes == (said,)
    assert judge(case("co", opened_by="", roster_known=False, has_incident=False), [READY]).notes == ()
    assert judge(case(opened_by="", roster_known=False), [READY]).notes == ()


def test_a_refusal_names_the_rules_that_fail_and_no_supporter() -> None:
    paused, untrained = replace(READY, away_because="is paused"), replace(READY, training_lacking=("self-care",))

    assert judge(case(), [paused, untrained, paused]).refusal == (
        "no supporter here meets every rule; what fails: trained in date, available"
    )


CANDIDATES = st.builds(
    Candidate,
    code=st.integers(1, 9).map(lambda number: f"S-000{number}"),
    designated_on=st.none() | st.dates(DAY - timedelta(days=2), DAY + timedelta(days=2)),
    training_lacking=st.lists(st.sampled_from(["self-care", "de-escalation"]), max_size=2).map(tuple),
    policies_lacking=st.lists(st.just("CONF version 1"), max_size=1).map(tuple),
    away_because=st.sampled_from(["", "", "is paused"]),
    caseload=st.integers(0, 3),
    cap=st.none() | st.integers(0, 4),
    presence=st.none() | st.sampled_from(Presence),
    presence_altered=st.booleans(),
    supervises_person=st.booleans(),
)
PACKS = st.sampled_from(list(load_packs().values()))
CASES = st.builds(
    Case,
    began_on=st.just(DAY),
    has_incident=st.booleans(),
    own=PACKS,
    origin=PACKS,
    opened_by=st.sampled_from(["", "Cedar Valley Ambulance"]),
    roster_known=st.booleans(),
)


def _holds(each: Candidate, about: Case) -> bool:
    """Every rule of DOMAIN.md 3 for one supporter, said again in other words."""
    packs: list[Pack] = [about.own, about.origin]
    return (
        each.designated_on is not None
        and each.designated_on < about.began_on
        and not each.training_lacking
        and not each.policies_lacking
        and each.away_because == ""
        and (each.cap is None or each.cap - each.caseload > 0)
        and not (
            (each.presence is not None or each.presence_altered)
            and packs[0].witness_loses_privilege | packs[1].witness_loses_privilege
        )
        and not each.supervises_person
    )


@given(CASES, st.lists(CANDIDATES, max_size=4))
def test_an_agency_may_own_it_exactly_if_every_rule_holds(about: Case, candidates: list[Candidate]) -> None:
    found = judge(about, candidates)

    holding = [each.code for each in candidates if _holds(each, about)]
    crossing = about.opened_by != "" and (about.own.own_agency_only or about.origin.own_agency_only)
    assert list(found.eligible) == holding
    assert found.may_own is (not crossing and (not candidates or bool(holding)))
    assert found.may_own is (found.refusal == "")
    assert [each.code for each in found.supporters] == [each.code for each in candidates]
    assert all(failure.sentence.startswith(each.code) for each in found.supporters for failure in each.failures)
    assert len({failure.rule for failure in found.agency}) == len(found.agency)
    assert all(isinstance(each, Judged) for each in found.supporters)
