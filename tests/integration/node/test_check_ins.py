"""Check-ins at a node: a supporter's own, a coordinator's list, each version in the store and in the audit trail."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import NODE_MAY, Action, Role
from common.errors import InvalidRequest, NotAllowed, WrongState
from common.followup.reference import reference_of, spaced
from node.domain.local_follow_up import Stale
from node.opened import OpenNode
from node.operations import GUARDED
from tests.builders import NOON
from tests.care import COORDINATOR, add_member, add_supporter, do, try_as
from tests.local_node import local_node
from tests.people import audited

DAY = timedelta(days=1)
REFERENCE = reference_of(b"f" * 16)


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def later(node: OpenNode, span: timedelta) -> None:
    node.clock.advance(span)  # type: ignore[attr-defined]


def open_one(node: OpenNode, who: Any, **arguments: Any) -> Any:
    return do(node, "own_followup_open", who, **arguments)


def test_a_supporter_opens_their_own_and_finds_it_by_its_code(node: OpenNode) -> None:
    casey, (_, ann) = add_supporter(node), add_member(node)

    opened = open_one(node, casey, member="m1", due="2026-11-05")

    assert (opened["check_in"], opened["owner"], opened["member"], opened["state"]) == ("C-1", casey.code, ann, "open")
    assert opened["due_at"] == "2026-11-05T23:59:00-07:00"
    assert [row["check_in"] for row in do(node, "own_followups", casey)] == ["C-1"]
    shown = do(node, "own_followup", casey, check_in="c1")
    assert [each["version"] for each in shown["versions"]] == [1]
    assert open_one(node, casey)["due_at"] == "2026-11-10T23:59:00-07:00"  # by the cadence: 7 days


def test_i03_a_supporter_reaches_no_check_in_of_another_and_the_trail_tells(node: OpenNode) -> None:
    casey, riley = add_supporter(node), add_supporter(node, "riley")
    row = open_one(node, casey)

    for name, more in (("own_followup", {}), ("own_followup_change", {"verb": "done"})):
        with pytest.raises(NotAllowed, match="it is not yours"):
            do(node, name, riley, check_in="C-1", **more)

    subject = f"local_follow_up {row['id']}"
    reason = "refused: it is not yours: it may have been handed over"
    assert audited(node)[-2:] == [
        ("user riley", "see own follow-ups", subject, reason),
        ("user riley", "work on own follow-up", subject, reason),
    ]
    assert do(node, "own_followups", riley) == []
    assert do(node, "own_followup", casey, check_in="C-1")["version"] == 1


@pytest.mark.parametrize("name", sorted(name for name in GUARDED if "check_in" in name or "own_followup" in name))
@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.OPERATOR])
def test_the_role_table_decides_who_may(node: OpenNode, name: str, role: Role) -> None:
    expected = Action.SEE_OWN_FOLLOW_UPS, Action.WORK_OWN_FOLLOW_UP
    assert (GUARDED[name].action in expected) == name.startswith("own_")
    if role not in NODE_MAY[GUARDED[name].action]:
        with pytest.raises(NotAllowed, match="none of your roles may do this"):
            try_as(node, role, name)


def test_who_is_no_supporter_of_the_roster_is_told_so(node: OpenNode) -> None:
    with pytest.raises(NotAllowed, match="not linked to a supporter of the roster"):
        do(node, "own_followups")


def test_done_may_open_the_next_one_by_the_cadence_or_on_a_day(node: OpenNode) -> None:
    casey, (_, ann) = add_supporter(node), add_member(node)
    open_one(node, casey, member=ann, reference=spaced(REFERENCE))
    later(node, 7 * DAY)

    made = do(node, "own_followup_change", casey, check_in="C-1", verb="done", by_cadence=True)

    assert (made["state"], made["outcome"], made["overdue"]) == ("done", "completed", False)
    assert (made["next"]["check_in"], made["next"]["member"]) == ("C-2", ann)
    assert made["next"]["reference"] == spaced(REFERENCE)
    assert made["next"]["due_at"][:10] == "2026-11-17"  # 7 days on; the next after it, 14
    second = do(node, "own_followup_change", casey, check_in="C-2", verb="done", by_cadence=True)
    assert second["next"]["due_at"][:10] == "2026-11-24"
    third = do(node, "own_followup_change", casey, check_in="C-3", verb="done", next_due="2026-12-24")
    assert third["next"]["due_at"][:10] == "2026-12-24"
    assert do(node, "own_followup_change", casey, check_in="C-4", verb="done")["next"] is None


def test_a_day_is_said_as_in_an_encounter(node: OpenNode) -> None:
    casey = add_supporter(node)
    today = node.clock.now().astimezone(node.settings.zone).date()

    for said, day in (("3d", today + 3 * DAY), ("tomorrow", today + DAY)):
        assert open_one(node, casey, due=said)["due_at"][:10] == day.isoformat()


def test_a_stale_change_is_refused_and_nothing_changes(node: OpenNode) -> None:
    casey, riley = add_supporter(node), add_supporter(node, "riley")
    open_one(node, casey)
    do(node, "check_in_assign", check_in="C-1", supporter=riley.code)

    with pytest.raises(Stale, match="C-1 was changed since you saw it: it is at version 2, you saw 1"):
        do(node, "own_followup_change", riley, check_in="C-1", verb="done", seen_version=1)
    with pytest.raises(NotAllowed):
        do(node, "own_followup_change", casey, check_in="C-1", verb="done", seen_version=1)

    assert do(node, "check_in", check_in="C-1")["state"] == "open"


def test_a_coordinator_assigns_takes_back_and_lists_what_is_unassigned(node: OpenNode) -> None:
    casey = add_supporter(node)
    do(node, "check_in_open", due="2026-11-05")
    open_one(node, casey, due="2026-11-04")

    assert [row["check_in"] for row in do(node, "check_ins")] == ["C-2", "C-1"]
    assert [row["owner"] for row in do(node, "check_ins", unassigned=True)] == ["unassigned"]
    assert do(node, "check_in_assign", check_in="C-1", supporter="casey")["owner"] == casey.code
    assert do(node, "check_ins", unassigned=True) == []
    assert [row["check_in"] for row in do(node, "check_ins", supporter=casey.code)] == ["C-2", "C-1"]
    assert do(node, "check_in_assign", check_in="C-1")["owner"] == "unassigned"


def test_one_of_the_region_is_linked_by_its_reference_alone(node: OpenNode) -> None:
    casey = add_supporter(node)
    open_one(node, casey)
    before = node.read(lambda c: c.execute(text("SELECT count(*) FROM outbox")).scalar_one())

    linked = do(node, "own_followup_change", casey, check_in="C-1", verb="link", reference=REFERENCE.lower())

    assert linked["reference"] == spaced(REFERENCE)
    assert [row["check_in"] for row in do(node, "check_ins", reference=REFERENCE)] == ["C-1"]
    assert node.read(lambda c: c.execute(text("SELECT count(*) FROM outbox")).scalar_one()) == before == 0
    with pytest.raises(InvalidRequest, match="reference"):
        do(node, "own_followup_change", casey, check_in="C-1", verb="link", reference="7K3M-PXR5")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE local_follow_up SET supporter_id = NULL WHERE number = 1", "what stands beside it"),
        ("UPDATE local_follow_up SET due_at = due_at + 1 WHERE number = 1", "what stands beside it"),
        ("UPDATE local_follow_up SET state = 'done' WHERE number = 1", "what stands beside it"),
        ("UPDATE local_follow_up_version SET body = zeroblob(90) WHERE version = 2", "altered"),
        ("UPDATE local_follow_up SET version = 1 WHERE number = 1", "put back"),
    ],
)
def test_t03_a_check_in_that_was_altered_or_put_back_is_flagged_and_the_other_stays_readable(
    node: OpenNode, sql: str, why: str
) -> None:
    casey = add_supporter(node)
    for _ in range(2):
        open_one(node, casey)
    do(node, "own_followup_change", casey, check_in="C-1", verb="postpone", due="2026-12-01")

    node.write("test", lambda connection: connection.execute(text(sql)))

    rows = do(node, "check_ins", ended=True)
    [flag] = [row["flag"] for row in rows if row["state"] == "flagged"]
    assert why in flag
    assert [row["check_in"] for row in rows if row["flag"] is None] == ["C-2"]
    with pytest.raises((WrongState, NotAllowed)):
        do(node, "own_followup_change", casey, check_in="C-1", verb="done")


@pytest.mark.parametrize("said", ["", "x", "C-", "C-1' OR 1=1", "C-\0", "C-\u202e1", "9" * 40, None, 7, ["C-1"]])
def test_t07_e01_what_is_no_check_in_is_refused_naming_the_field(node: OpenNode, said: Any) -> None:
    with pytest.raises(InvalidRequest, match="check-in: give its code, such as C-42"):
        do(node, "check_in", check_in=said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "yesterday",
        "3 moons",
        "2026-13-01",
        "0001-01-01",
        "9999-01-01",
        "2026-11-05\0",
        "x" * 10**6,
        7,
        "2026-11-01",
    ],
)
def test_t06_t07_what_is_no_day_or_past_is_refused_naming_the_field(node: OpenNode, said: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^due: "):
        do(node, "check_in_open", due=said)
    assert do(node, "check_ins") == []


def test_every_version_stands_in_the_trail_and_every_member_that_was_shown(node: OpenNode) -> None:
    casey, (ann_id, ann) = add_supporter(node), add_member(node)
    row = open_one(node, casey, member=ann)
    do(node, "own_followup_change", casey, check_in="C-1", verb="close", outcome="unable")
    do(node, "check_ins", ended=True)

    work, subject, member = "work on own follow-up", f"local_follow_up {row['id']}", f"member {ann_id.hex()}"
    told = [line[:3] for line in audited(node)]
    assert told.count(("user casey", work, subject)) == 2
    assert told[-1] == (f"user {COORDINATOR.name}", "assign follow-up", member)
    assert datetime.fromisoformat(row["due_at"]).astimezone(UTC) > NOON
