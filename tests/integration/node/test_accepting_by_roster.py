"""An acceptance is judged by the agency's roster: training, policies, breaks, cap, and who was at the incident."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from common.access.roles import Action, Role
from common.errors import NotAllowed, WrongState
from node.domain.eligibility import ROSTER_MISSING, Eligibility
from node.domain.member import Member
from node.domain.supporter import Topic, Training
from node.opened import OpenNode
from node.operations.answering import answer
from node.operations.plain import here
from node.use_cases.candidates import About
from node.use_cases.doing import Doing
from node.use_cases.eligibility import judge_own
from node.use_cases.local_follow_ups import NewFollowUp, open_follow_ups
from tests.builders import NOON
from tests.eligible import (
    DESIGNATED_ON,
    accept,
    do,
    hear_of_agency,
    hear_offer,
    judged,
    node_in,
    ready,
    with_members,
    with_supporters,
    written,
)
from tests.nodes import INCIDENT_ID
from tests.people import audited, sign_in_as


def sql(node: OpenNode, statement: str) -> None:
    node.write("test", lambda connection: connection.execute(text(statement)))


def test_an_agency_with_an_eligible_supporter_accepts_and_one_without_is_refused_with_the_rules_that_fail(
    tmp_path: Path,
) -> None:
    with node_in("default", tmp_path) as node:
        offered = hear_offer(node)
        paused = ready(paused_since=NOON - timedelta(hours=1))
        half_trained = ready(trainings=ready().trainings[1:])
        with_supporters(node, paused, half_trained, ready(cap=0), ready(designated_on=NOON.date()))

        with pytest.raises(WrongState) as refused:
            accept(node, offered)
        assert str(refused.value).startswith(
            "this agency is not eligible to own it: no supporter here meets every rule; what fails: "
            "designated before, trained in date, available, under the cap. Its eligibility says it"
        )
        assert "S-0" not in str(refused.value)  # whoever holds the machine reads it
        assert written(node) == []
        found = judged(node, offered)
        assert (found["eligible"], [_sentences(each) for each in found["not_eligible"]]) == (
            [],
            [
                ["S-01 is paused"],
                ["S-02 has no training in date in active listening"],
                ["S-03 has 0 open follow-ups, and the agency's cap is 0"],
                ["S-04 was designated on 2026-11-03, not before the incident of 2026-11-03"],
            ],
        )

        with_supporters(node, ready())
        assert judged(node, offered)["eligible"] == ["S-05"]
        accept(node, offered)
        assert written(node) == ["FOLLOW_UP_VERB_ACCEPT"]


def test_a_training_that_ran_out_a_break_that_ended_and_an_end_of_office_count_as_of_now(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        offered = hear_offer(node)
        lasting = ready().trainings[1:]
        runs_out = Training(Topic.ACTIVE_LISTENING, DESIGNATED_ON, expires_on=date(2026, 11, 4))
        back = ready(paused_since=NOON - timedelta(days=1), paused_until=NOON - timedelta(minutes=1))
        with_supporters(node, ready(trainings=(runs_out, *lasting)), back, ready(ended_on=date(2026, 11, 4)))
        assert judged(node, offered)["eligible"] == ["S-01", "S-02", "S-03"]

        node.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]

        found = judged(node, offered)
        assert found["eligible"] == ["S-02"]
        assert [_sentences(each) for each in found["not_eligible"]] == [
            ["S-01 has no training in date in active listening"],
            ["S-03 is no supporter any more"],
        ]


def test_the_open_check_ins_of_a_supporter_count_against_the_cap(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        offered = hear_offer(node)
        (supporter_id,) = with_supporters(node, ready(cap=2))
        doing = Doing("user morgan", bytes(16), Action.ASSIGN_FOLLOW_UP, NOON)

        def open_one(connection: Connection) -> None:
            new = NewFollowUp(NOON + timedelta(days=2), supporter_id)
            open_follow_ups(connection, node.vault, doing, [new], node.settings.pack, node.settings.zone)

        node.write("test", open_one)
        assert judged(node, offered)["eligible"] == ["S-01"]
        node.write("test", open_one)
        (failing,) = judged(node, offered)["not_eligible"]
        assert _sentences(failing) == ["S-01 has 2 open follow-ups, and the agency's cap is 2"]


def test_who_has_not_acknowledged_the_policy_in_force_may_not_own_it(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        offered = hear_offer(node)
        _, signed_in, _ = with_supporters(node, ready(), ready(), ready())
        do(node, "policy_publish", policy="CONF", title="Confidentiality", text="It stays here.")
        user = sign_in_as(node, Role.SUPPORTER, supporter_id=signed_in)
        do(node, "policy_acknowledge_for", policy="CONF", supporter="S-01", on="2026-11-02")
        answer(node, "policy_acknowledge", {"policy": "CONF", "session": user})

        found = judged(node, offered)
        assert found["eligible"] == ["S-01", "S-02"]
        assert _sentences(found["not_eligible"][0]) == ["S-03 has not acknowledged CONF version 1"]
        assert do(node, "policy_outstanding") == [
            {
                "who": "S-03",
                "policy": "CONF",
                "version": 1,
                "title": "Confidentiality",
                "in_force_from": "2026-11-03",
                "flag": None,
            }
        ]


@pytest.mark.parametrize(
    ("jurisdiction", "sentence"),
    [
        ("mt", "S-01 supervises the person, which the law of Montana rules out"),
        ("default", "S-01 supervises the person"),
        ("fl", "S-01 supervises the person"),  # and that the follow-up stays in the agency is fine there
    ],
)
def test_nobody_owns_a_follow_up_of_a_person_they_supervise(tmp_path: Path, jurisdiction: str, sentence: str) -> None:
    with node_in(jurisdiction, tmp_path) as node:
        boss, other = with_members(node, Member("", "Robin"), Member("", "Sam"))
        with_supporters(node, ready(member_id=boss), ready(member_id=other))

        def judge(person: Member) -> Eligibility:
            about = About(None, person, NOON)
            return node.read(lambda connection: judge_own(connection, about, here(node), NOON))

        found = judge(Member("M-0003", "Kim", supervisor_id=boss))
        assert (found.eligible, found.may_own) == (("S-02",), True)
        assert [failure.sentence for failure in found.supporters[0].failures] == [sentence]
        assert judge(Member("M-0003", "Kim")).eligible == ("S-01", "S-02")


@pytest.mark.parametrize("own", ["default", "co"])
@pytest.mark.parametrize("other", ["default", "ut"])
def test_a_supporter_who_was_there_may_not_own_it_where_either_law_says_so(
    tmp_path: Path, own: str, other: str
) -> None:
    with node_in(own, tmp_path) as node:
        hear_of_agency(node, other)
        offered = hear_offer(node)
        with_supporters(node, ready(), ready())
        incident, before = INCIDENT_ID.hex()[:8], judged(node, offered)
        do(node, "incident_roster_set", incident=incident, witness=["S-01"], responder=["S-02"])

        assert (ROSTER_MISSING in before["notes"]) is ("co" in (own, other) or "ut" in (own, other))
        found = judged(node, offered)
        assert ROSTER_MISSING not in found["notes"]
        strict = [title for name, title in ((own, "Colorado"), (other, "Utah")) if name in ("co", "ut")]
        assert found["may_own"] is not bool(strict)
        said = [_sentences(each) for each in found["not_eligible"]]
        if strict:
            where = " and ".join(strict)
            assert said == [
                [f"S-01 was at the incident (witness), and has no privilege for it in {where}"],
                [f"S-02 was at the incident (responder), and has no privilege for it in {where}"],
            ]
        else:
            assert said == []

        do(node, "incident_roster_set", incident=incident, witness=["S-02"])  # it was a mistake: S-01 was elsewhere
        assert "S-01" in judged(node, offered)["eligible"]
        assert do(node, "incident_roster_list", incident=incident)["supporters"] == [
            {"supporter": "S-02", "presence": "witness", "altered": False}
        ]


def test_t03_nobody_becomes_eligible_by_what_is_altered_in_the_store(tmp_path: Path) -> None:
    with node_in("co", tmp_path) as node:
        offered = hear_offer(node)
        _, second = with_supporters(node, ready(), ready(paused_since=NOON))
        do(node, "incident_roster_set", incident=INCIDENT_ID.hex(), witness=["S-01"])
        assert not judged(node, offered)["may_own"]
        sql(node, "DELETE FROM incident_roster")
        sql(node, "UPDATE supporter SET paused_since = NULL")

        found = judged(node, offered)

        assert not found["may_own"]
        assert [_sentences(each) for each in found["not_eligible"]] == [
            ["S-01 has a record of this incident that was altered: set the incident's roster again"],
            [f"{second.hex()[:8]} has a record that was altered"],
        ]


def test_a_roster_whose_supporters_all_ended_is_a_roster(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        offered = hear_offer(node)
        with_supporters(node, ready(ended_on=date(2026, 11, 3)))

        with pytest.raises(WrongState, match="what fails: available"):
            accept(node, offered)


def test_i03_what_the_rules_say_of_each_supporter_is_for_those_who_may_see_the_roster(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        offered = hear_offer(node)
        with_supporters(node, ready())
        for role in Role:
            if role in (Role.REGIONAL_COORDINATOR, Role.STATE_COORDINATOR, Role.BOARD):
                continue
            asked = {"follow_up": offered, "session": sign_in_as(node, role, name=f"user-{role}")}
            if role is Role.COORDINATOR:
                assert answer(node, "followup_eligibility", asked)["eligible"] == ["S-01"]
            else:
                with pytest.raises(NotAllowed, match="none of your roles may do this"):
                    answer(node, "followup_eligibility", asked)
                assert audited(node)[-1][:2] == (f"user user-{role}", "see roster")


def _sentences(each: dict[str, Any]) -> list[str]:
    return [failing["sentence"] for failing in each["failing"]]
