"""What an encounter says of its follow-up holds: logged, corrected or voided, there is one check-in for it, or none."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from node.opened import OpenNode
from node.packs import get_pack
from node.use_cases import encounters
from tests.builders import NOON
from tests.care import Somebody, add_member, add_supporter, do
from tests.local_node import local_node
from tests.records import encounter

DUE = date(2026, 11, 10)


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path) as opened:
        yield opened


def log(node: OpenNode, who: Somebody, law: str = "default", **fields: Any) -> bytes:
    told, pack = encounter(who.id, **fields), get_pack(law)
    zone = node.settings.zone
    return node.write("e", lambda c: encounters.log_encounter(c, node.vault, who.person, told, pack, zone, NOON)).id


def correct(node: OpenNode, who: Somebody, id_: bytes, **changes: Any) -> None:
    zone = node.settings.zone
    node.write(
        "e",
        lambda c: encounters.change_encounter(c, node.vault, who.person, id_, changes, node.settings.pack, zone, NOON),
    )


def rows(node: OpenNode) -> list[tuple[str, str, str, str]]:
    found = do(node, "check_ins", ended=True)
    return [(row["owner"], row["member"], row["due_at"][:10], row["state"]) for row in found]


def test_logging_opens_one_for_who_logged_it_when_one_is_due(node: OpenNode) -> None:
    casey, (ann_id, ann) = add_supporter(node), add_member(node)
    log(node, casey, member_id=ann_id)
    assert rows(node) == []

    id_ = log(node, casey, member_id=ann_id, follow_up_due=DUE)

    assert rows(node) == [(casey.code, ann, "2026-11-10", "open")]
    assert do(node, "own_followups", casey)[0]["encounter"] == id_.hex()


def test_correcting_the_encounter_moves_it_closes_it_and_opens_none_twice(node: OpenNode) -> None:
    casey, (ann_id, ann) = add_supporter(node), add_member(node)
    id_ = log(node, casey, follow_up_due=DUE)

    correct(node, casey, id_, follow_up_due=DUE + timedelta(days=1), member_id=ann_id)
    assert rows(node) == [(casey.code, ann, "2026-11-11", "open")]
    correct(node, casey, id_, participants=1)
    assert do(node, "check_ins")[0]["version"] == 2
    correct(node, casey, id_, follow_up_due=None)
    assert rows(node) == [(casey.code, ann, "2026-11-11", "closed")]
    correct(node, casey, id_, follow_up_due=DUE)
    assert len(rows(node)) == 1


def test_voiding_the_encounter_closes_it_as_not_needed(node: OpenNode) -> None:
    casey = add_supporter(node)
    id_ = log(node, casey, follow_up_due=DUE)

    node.write("e", lambda c: encounters.void_encounter(c, node.vault, casey.person, id_, NOON))

    [row] = do(node, "check_ins", ended=True)
    assert (row["state"], row["outcome"]) == ("closed", "not_needed")


def test_where_the_law_rules_the_supporter_out_it_stands_on_the_coordinators_list(node: OpenNode) -> None:
    boss_id, _ = add_member(node, "Bo Boss")
    boss = add_supporter(node, "boss", member_id=boss_id)
    ann_id, _ = add_member(node, supervisor_id=boss_id)

    log(node, boss, "mt", member_id=ann_id, follow_up_due=DUE)

    assert [row[0] for row in rows(node)] == ["unassigned"]


@pytest.mark.parametrize(("law", "is_kept"), [("mt", False), ("default", True)])
def test_an_encounter_that_is_corrected_to_another_member_asks_again_who_may_own_its_check_in(
    tmp_path: Path, law: str, is_kept: bool
) -> None:
    with local_node(tmp_path, jurisdiction=law) as node:
        boss_id, _ = add_member(node, "Bo Boss")
        boss = add_supporter(node, "boss", member_id=boss_id)
        ann_id, _ = add_member(node, "Ann Ek")
        bo_id, bo = add_member(node, "Bo Berg", supervisor_id=boss_id)
        id_ = log(node, boss, law, member_id=ann_id, follow_up_due=DUE)

        correct(node, boss, id_, follow_up_due=DUE + timedelta(days=1))
        assert [row[0] for row in rows(node)] == [boss.code]
        correct(node, boss, id_, member_id=bo_id)
        assert [row[:2] for row in rows(node)] == [(boss.code if is_kept else "unassigned", bo)]
