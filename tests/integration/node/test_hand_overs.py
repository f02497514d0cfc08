"""A shift is handed over whole, to somebody who may own it; who may not is named, and nothing changes."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from common.errors import InvalidRequest, NotFound, WrongState
from node.domain.incident_roster import Presence
from node.opened import OpenNode
from node.persistence.incident_rosters import save_presence
from tests.builders import NOON
from tests.care import add_incident, add_member, add_supporter, do
from tests.local_node import local_node

DAY = timedelta(days=1)


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def later(node: OpenNode, span: timedelta) -> None:
    node.clock.advance(span)  # type: ignore[attr-defined]


def open_one(node: OpenNode, who: Any, **arguments: Any) -> Any:
    return do(node, "own_followup_open", who, **arguments)


def test_in_montana_nobody_is_assigned_a_supporter_who_supervises_them(tmp_path: Path) -> None:
    with local_node(tmp_path, jurisdiction="mt") as node:
        boss_id, _ = add_member(node, "Bo Boss")
        boss, riley = add_supporter(node, "boss", member_id=boss_id), add_supporter(node, "riley")
        _, ann = add_member(node, "Ann Ek", supervisor_id=boss_id)

        assert open_one(node, boss, member=ann)["owner"] == "unassigned"  # never lost, never theirs
        with pytest.raises(WrongState, match=r"supervises the person, which the law of Montana rules out: C-1"):
            do(node, "check_in_assign", check_in="C-1", supporter=boss.code)
        do(node, "check_in_assign", check_in="C-1", supporter=riley.code)
        open_one(node, riley)
        with pytest.raises(WrongState, match=r": C-1\. Nothing was changed"):
            do(node, "own_followups_hand_over", riley, to=boss.code, all=True)
        assert len(do(node, "own_followups", riley)) == 2
        assert do(node, "own_followups_hand_over", riley, to=boss.code, check_ins=["C-2"])["check_ins"] == ["C-2"]


def test_elsewhere_a_supervisor_is_assigned_with_a_warning(tmp_path: Path) -> None:
    with local_node(tmp_path, jurisdiction="default") as node:
        boss_id, _ = add_member(node, "Bo Boss")
        boss, riley = add_supporter(node, "boss", member_id=boss_id), add_supporter(node, "riley")
        _, ann = add_member(node, "Ann Ek", supervisor_id=boss_id)
        open_one(node, riley, member=ann)

        told = do(node, "check_in_assign", check_in="C-1", supporter=boss.code)
        assert (told["owner"], told["warnings"]) == (boss.code, [f"{boss.code} supervises the person: C-1"])
        assert do(node, "check_in_assign", check_in="C-1", supporter=riley.code)["warnings"] == []


def test_elsewhere_a_shift_is_handed_to_a_supervisor_with_the_same_warning(tmp_path: Path) -> None:
    with local_node(tmp_path, jurisdiction="default") as node:
        boss_id, _ = add_member(node, "Bo Boss")
        boss, riley = add_supporter(node, "boss", member_id=boss_id), add_supporter(node, "riley")
        _, ann = add_member(node, "Ann Ek", supervisor_id=boss_id)
        open_one(node, riley, member=ann)
        open_one(node, riley)

        told = do(node, "own_followups_hand_over", riley, to=boss.code, all=True)
        assert (told["check_ins"], told["warnings"]) == (["C-1", "C-2"], [f"{boss.code} supervises the person: C-1"])
        back = {"from": boss.code, "to": riley.code, "all": True}
        assert do(node, "check_ins_hand_over", **back)["warnings"] == []


def test_in_colorado_who_was_at_the_incident_owns_none_of_its_check_ins(tmp_path: Path) -> None:
    for law, owner in (("co", "unassigned"), ("default", None)):
        with local_node(tmp_path / law, jurisdiction=law) as node:
            incident, casey, (_, ann) = add_incident(node), add_supporter(node), add_member(node)
            there = partial(save_presence, vault=node.vault, incident_id=incident.id, supporter_id=casey.id)
            node.write("roster", partial(there, presence=Presence.WITNESS, now=NOON))
            later(node, DAY)

            do(node, "check_in_plan", incident=incident.id.hex(), members=[ann], supporter=casey.code)

            assert do(node, "check_ins")[0]["owner"] == (owner or casey.code)


def test_a_shift_is_handed_over_whole_both_see_it_and_it_is_undone_within_the_hour(node: OpenNode) -> None:
    casey, riley = add_supporter(node), add_supporter(node, "riley")
    for _ in range(3):
        open_one(node, casey)
    open_one(node, riley)

    made = do(node, "own_followups_hand_over", casey, to=riley.code, all=True)

    assert (made["from"], made["to"], made["check_ins"]) == (casey.code, riley.code, ["C-1", "C-2", "C-3"])
    assert do(node, "own_followups", casey) == []
    assert len(do(node, "own_followups", riley)) == 4
    for who in (casey, riley):
        assert [row["check_ins"] for row in do(node, "own_followups_handed", who)] == [["C-1", "C-2", "C-3"]]
    do(node, "own_followup_change", riley, check_in="C-2", verb="postpone", due="2026-12-01")
    later(node, timedelta(minutes=59))

    undone = do(node, "own_followups_undo", casey)

    assert (undone["check_ins"], undone["stayed"]) == (["C-1", "C-3"], ["C-2"])
    assert [row["check_in"] for row in do(node, "own_followups", casey)] == ["C-1", "C-3"]
    with pytest.raises(WrongState, match="was undone already"):
        do(node, "own_followups_undo", casey)


def test_after_an_hour_nothing_is_undone(node: OpenNode) -> None:
    casey, riley = add_supporter(node), add_supporter(node, "riley")
    open_one(node, casey)
    named: dict[str, Any] = {"from": casey.code, "to": riley.code, "all": True}
    do(node, "check_ins_hand_over", **named)
    later(node, timedelta(hours=1, seconds=1))

    with pytest.raises(WrongState, match="undone within an hour"):
        do(node, "check_ins_undo")
    assert len(do(node, "own_followups", riley)) == 1


def test_a_hand_over_that_cannot_be_whole_is_none(node: OpenNode) -> None:
    casey, riley = add_supporter(node), add_supporter(node, "riley")
    paused = add_supporter(node, "sam", paused_since=NOON)
    open_one(node, casey)
    open_one(node, riley)

    refusals: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"to": paused.code, "all": True}, WrongState, "takes a break: choose another supporter"),
        ({"to": casey.code, "all": True}, InvalidRequest, "to another supporter"),
        ({"to": riley.code, "check_ins": ["C-1", "C-2"]}, NotFound, "C-2: no open check-in of that supporter"),
        ({"to": riley.code}, InvalidRequest, "say which ones, or all"),
        ({"to": "nobody", "all": True}, NotFound, "no supporter of this code"),
    ]
    for arguments, kind, why in refusals:
        with pytest.raises(kind, match=why):
            do(node, "own_followups_hand_over", casey, **arguments)
    assert [row["version"] for row in do(node, "own_followups", casey)] == [1]
