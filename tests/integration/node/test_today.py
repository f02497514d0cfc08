"""What a coordinator should see to stands in one read, and no member in it."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from node.domain.supporter import Topic, Training
from node.operations.today import keep_care
from tests.care import CLINICIAN, COORDINATOR, add_incident, add_member, add_supporter, do
from tests.eligible import hear_of_agency, hear_offer, node_in
from tests.local_node import local_node

DAY = timedelta(days=1)


def advance(node: Any, span: timedelta) -> None:
    node.clock.advance(span)


@pytest.mark.parametrize("brief", [False, True])
def test_check_ins_due_overdue_and_unassigned_stand_in_it_without_a_member(tmp_path: Path, brief: bool) -> None:
    with local_node(tmp_path) as node:
        casey, (ann_id, ann) = add_supporter(node), add_member(node, "Ann Ek")
        do(node, "own_followup_open", casey, member=ann, due="2026-11-03")
        do(node, "own_followup_open", casey, member=ann, due="2026-11-05")
        do(node, "check_in_open", member=ann, due="2026-12-05")
        do(node, "own_followup_open", casey, member=ann, due="2026-12-05")
        advance(node, timedelta(days=1, hours=12, minutes=30))

        found = do(node, "today", brief=brief)

        codes = {name: [row["check_in"] for row in found[name]] for name in ("overdue", "due", "unassigned")}
        assert codes == {"overdue": ["C-1"], "due": ["C-2"], "unassigned": ["C-3"]}
        assert found["overdue"][0]["owner"] == casey.code
        for canary in ("Ann", ann, ann_id.hex()):
            assert canary not in json.dumps(found)


def test_a_caseload_that_stays_full_is_named_after_the_days_that_the_agency_set(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        casey = add_supporter(node, cap=2)
        for _ in range(2):
            do(node, "own_followup_open", casey, due="2027-06-01")
        keep_care(node)
        advance(node, 7 * DAY - timedelta(seconds=1))
        assert do(node, "today")["high_load"] == []
        advance(node, timedelta(seconds=1))

        [row] = do(node, "today")["high_load"]

        assert (row["supporter"], row["load"], row["cap"]) == (casey.code, 2, 2)
        do(node, "own_followup_change", casey, check_in="C-1", verb="done")
        assert do(node, "today")["high_load"] == []
        do(node, "own_followup_open", casey, due="2027-06-01")
        assert do(node, "today")["high_load"] == []  # it begins anew


def test_training_that_ends_within_60_days_and_policies_outstanding(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        held = [
            Training(Topic.SELF_CARE, date(2026, 1, 1), date(2027, 1, 2)),
            Training(Topic.CONFIDENTIALITY, date(2026, 1, 1), date(2027, 1, 3)),
            Training(Topic.DE_ESCALATION, date(2020, 1, 1), date(2021, 1, 1)),
            Training(Topic.DE_ESCALATION, date(2026, 1, 1)),
            Training(Topic.ACTIVE_LISTENING, date(2025, 1, 1), date(2026, 1, 1)),
        ]
        casey = add_supporter(node, trainings=tuple(held))
        do(node, "policy_publish", policy="CONF", title="Confidentiality", text="Keep it.")

        found = do(node, "today")

        assert [(row["topic"], row["expires_on"]) for row in found["training"]] == [
            ("active_listening", "2026-01-01"),
            ("self_care", "2027-01-02"),
        ]
        assert found["policies"] == [{"supporter": casey.code, "outstanding": ["CONF version 1"]}]
        do(node, "policy_acknowledge", casey, policy="CONF")
        assert do(node, "today")["policies"] == []


def test_notices_owed_and_members_without_one_before_the_first_session(tmp_path: Path) -> None:
    with local_node(tmp_path / "ca", jurisdiction="ca") as node:
        _, ann = add_member(node)
        do(node, "disclosure_record", CLINICIAN, reason="court_order", told=["court"], member=ann)
        assert do(node, "today")["disclosure_notices"] == ["2026-11-10T23:59:00+00:00"]
        do(node, "disclosure_notice_given", CLINICIAN, disclosure="D-1", way="by_post")
        assert do(node, "today")["disclosure_notices"] == []
        assert do(node, "today")["without_first_notice"] == 0
    with local_node(tmp_path / "us", jurisdiction="us-federal") as node:
        casey, (_, ann) = add_supporter(node), add_member(node)
        for _ in range(2):
            do(node, "own_followup_open", casey, member=ann)
        assert do(node, "today")["without_first_notice"] == 1
        do(node, "own_first_notice", casey, member=ann, way="in_person")
        assert do(node, "today")["without_first_notice"] == 0


def test_offers_that_wait_and_check_ins_that_open_now(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        hear_of_agency(node, "default")
        hear_offer(node)
        _, ann = add_member(node)
        do(node, "check_in_plan", incident=add_incident(node).id.hex(), members=[ann])
        advance(node, DAY)

        found = do(node, "today", COORDINATOR)

        assert [each["accept_by"] for each in found["offers"]] == ["2026-11-03T16:00:00+00:00"]
        assert [each["check_in"] for each in found["unassigned"]] == ["C-1"]


@pytest.mark.parametrize("days", [179, 180])
def test_a_resource_that_nobody_checked_for_180_days(tmp_path: Path, days: int) -> None:
    with local_node(tmp_path) as node:
        do(node, "resource_list")
        advance(node, days * DAY)
        assert [each["resource"] for each in do(node, "today")["resources"]] == (["R-1"] if days == 180 else [])


def test_i04_a_notice_about_somebody_who_was_erased_is_owed_no_more(tmp_path: Path) -> None:
    with local_node(tmp_path, jurisdiction="ca") as node:
        both = [add_member(node, name)[1] for name in ("Ann Ek", "Bo Berg")]
        for code in both:
            do(node, "disclosure_record", CLINICIAN, reason="harm_to_others", told=["law_enforcement"], member=code)
        assert len(do(node, "today")["disclosure_notices"]) == 2

        do(node, "erase_member", member=both[0])

        assert len(do(node, "today")["disclosure_notices"]) == 1
        assert len(do(node, "disclosure_list", CLINICIAN)) == 1
