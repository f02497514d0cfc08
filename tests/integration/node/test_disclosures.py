"""The necessary-disclosure workflow at a node: a clinician's, sealed, versioned, audited; no word of a story."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import NODE_MAY, Role
from common.errors import AlreadyExists, InvalidRequest, NotAllowed, NotFound, WrongState
from node.domain.disclosure_reason import DisclosureReason
from node.opened import OpenNode
from node.operations import GUARDED
from tests.care import CLINICIAN, add_member, add_supporter, do, try_as
from tests.local_node import local_node
from tests.people import audited

HARM = {"reason": "harm_to_others", "told": ["law_enforcement", "supervisor"]}


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path, time_zone="America/Los_Angeles", jurisdiction="ca") as opened:
        yield opened


def later(node: OpenNode, span: timedelta) -> None:
    node.clock.advance(span)  # type: ignore[attr-defined]


def test_it_is_recorded_the_person_is_told_in_writing_and_it_is_closed(node: OpenNode) -> None:
    _, ann = add_member(node)

    made = do(node, "disclosure_record", CLINICIAN, member=ann, **HARM)

    assert (made["disclosure"], made["member"], made["told"]) == ("D-1", ann, ["supervisor", "law_enforcement"])
    assert (made["notice_due_at"], made["owes_notice"]) == ("2026-11-10T23:59:00-08:00", True)
    later(node, timedelta(days=8))
    assert do(node, "disclosure_list", CLINICIAN)[0]["overdue"] is True
    do(node, "disclosure_notice_given", CLINICIAN, disclosure="D-1", way="by_post")
    ended = do(node, "disclosure_close", CLINICIAN, disclosure="d1", because="notice_given", seen_version=2)
    assert (ended["state"], ended["version"], ended["overdue"]) == ("closed", 3, False)
    assert do(node, "disclosure_list", CLINICIAN) == []
    assert len(do(node, "disclosure_list", CLINICIAN, closed=True)) == 1
    assert [each["version"] for each in do(node, "disclosure_show", CLINICIAN, disclosure="D-1")["versions"]] == [
        1,
        2,
        3,
    ]
    with pytest.raises(WrongState, match="was changed since you saw it"):
        do(node, "disclosure_close", CLINICIAN, disclosure="D-1", because="notice_given", seen_version=2)


def test_in_federal_law_ideation_alone_is_refused_with_the_sentence_why_and_the_refusal_is_audited(
    tmp_path: Path,
) -> None:
    with local_node(tmp_path, jurisdiction="us-federal") as node:
        _, ann = add_member(node)
        said = {"told": ["medical"], "member": ann}

        with pytest.raises(NotAllowed, match="thoughts of suicide alone are no reason to disclose"):
            do(node, "disclosure_record", CLINICIAN, reason="self_harm_other", intent=True, **said)

        actor, action, _, outcome = audited(node)[-1]
        assert (actor, action) == ("user quinn", "necessary disclosure")
        assert outcome.startswith("refused: in US federal thoughts of suicide alone")
        assert do(node, "disclosure_list", CLINICIAN) == []
        plan = "self_harm_with_intent_and_plan_or_means"
        made = do(node, "disclosure_record", CLINICIAN, reason=plan, intent=True, means=True, **said)
        assert (made["intent"], made["plan"], made["means"], made["notice_due_at"]) == (True, False, True, None)


@pytest.mark.parametrize("reason", list(DisclosureReason))
def test_each_reason_is_stored_and_read_again(node: OpenNode, reason: DisclosureReason) -> None:
    _, ann = add_member(node)
    flags = {"intent": True, "plan": True} if reason is DisclosureReason.SELF_HARM_WITH_PLAN else {}

    do(node, "disclosure_record", CLINICIAN, reason=reason.value, told=["other"], member=ann, **flags)

    assert do(node, "disclosure_show", CLINICIAN, disclosure="D-1")["reason"] == reason.value


@pytest.mark.parametrize("name", sorted(name for name in GUARDED if name.startswith("disclosure_")))
def test_i03_it_is_a_clinicians_alone(node: OpenNode, name: str) -> None:
    assert NODE_MAY[GUARDED[name].action] == {Role.CLINICIAN}
    for role in (Role.SUPPORTER, Role.COORDINATOR, Role.LEADER, Role.AUDITOR, Role.OPERATOR):
        with pytest.raises(NotAllowed, match="none of your roles may do this"):
            try_as(node, role, name)


def test_the_notice_before_a_first_session_is_given_once_by_a_clinician_or_the_supporter(node: OpenNode) -> None:
    casey, (_, ann), (_, bo) = add_supporter(node), add_member(node), add_member(node, "Bo Berg")

    assert do(node, "own_first_notice", casey, member=ann, way="in_person")["member"] == ann
    do(node, "disclosure_first_notice", CLINICIAN, member=bo, way="by_email")

    with pytest.raises(AlreadyExists, match="once is enough"):
        do(node, "own_first_notice", casey, member=ann, way="in_person")


def test_t03_a_first_notice_that_was_altered_counts_no_more_and_is_given_again(node: OpenNode) -> None:
    _, ann = add_member(node)
    do(node, "disclosure_first_notice", CLINICIAN, member=ann, way="by_post")
    with node.store.begin() as connection:
        connection.execute(text("UPDATE first_session_notice SET body = zeroblob(90)"))

    do(node, "disclosure_first_notice", CLINICIAN, member=ann, way="in_person")
    with pytest.raises(AlreadyExists, match="once is enough"):
        do(node, "disclosure_first_notice", CLINICIAN, member=ann, way="in_person")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"reason": "because"}, "reason: "),
        ({"reason": "a\0b"}, "reason: "),
        ({"reason": None}, "reason: "),
        ({"told": "police"}, "told: a list"),
        ({"told": []}, "told: say who"),
        ({"told": ["x" * 10**6]}, "told: "),
        ({"member": None}, "member: say which"),
        ({"member": "Ann\u202e"}, "member: "),
        ({"member": "M-1' OR 1=1"}, "member: "),
        ({"encounter": "zz"}, "encounter: "),
        ({"at": "2026-11-04"}, "at: "),
        ({"at": "9999-01-01T00:00"}, "at: "),
        ({"intent": True}, "intent, plan, means: "),
        ({"intent": "yes"}, "intent: "),
    ],
)
def test_t07_e01_what_is_wrong_is_refused_naming_the_field(node: OpenNode, changes: dict[str, Any], wrong: str) -> None:
    _, ann = add_member(node)
    with pytest.raises(InvalidRequest) as refused:
        do(node, "disclosure_record", CLINICIAN, **(HARM | {"member": ann} | changes))

    assert str(refused.value).startswith(wrong)
    assert do(node, "disclosure_list", CLINICIAN) == []


def test_what_there_is_not_is_said(node: OpenNode) -> None:
    with pytest.raises(NotFound, match="there is no encounter abcd"):
        do(node, "disclosure_record", CLINICIAN, encounter="abcd", **HARM)
    with pytest.raises(NotFound, match="there is no disclosure D-9"):
        do(node, "disclosure_show", CLINICIAN, disclosure="D-9")


def test_t03_one_that_was_altered_is_flagged_and_the_others_stay_readable(node: OpenNode) -> None:
    _, ann = add_member(node)
    for _ in range(2):
        do(node, "disclosure_record", CLINICIAN, member=ann, **HARM)

    node.write("test", lambda c: c.execute(text("UPDATE disclosure SET owed_by = NULL WHERE number = 1")))

    flagged, readable = do(node, "disclosure_list", CLINICIAN)
    assert "what stands beside it" in flagged["flag"]
    assert readable["disclosure"] == "D-2"


def test_i01_neither_reason_nor_class_stands_readable_in_the_store(node: OpenNode) -> None:
    _, ann = add_member(node)
    do(node, "disclosure_record", CLINICIAN, member=ann, **HARM)

    queries = (text("SELECT * FROM disclosure"), text("SELECT * FROM disclosure_version"))
    rows = node.read(lambda connection: str([connection.execute(query).all() for query in queries]))

    assert "harm" not in rows
    assert "law_enforcement" not in rows
