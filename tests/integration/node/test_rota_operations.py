"""The on-call rota as people set it: weekly turns, one-time changes, swaps, gaps in plain words."""

from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.errors import InvalidRequest, NotAllowed, NotFound
from tests.local_node import local_node
from tests.on_duty import coordinator, signed_in
from tests.people import audited


def test_a_week_with_a_hole_names_the_hole_by_the_agencys_clocks(tmp_path: Path) -> None:
    with local_node(tmp_path, time_zone="America/Denver") as node:  # Tuesday 3 November 2026, 05:00 in Denver
        dana = coordinator(node)
        dana.is_on_call("06:00", "02:00")

        gaps = dana.do("rota_gaps", days=3)

        assert [gap["says"] for gap in gaps] == [
            "nobody is on call Tuesday 3 Nov 05:00-06:00",
            "nobody is on call Wednesday 4 Nov 02:00-06:00",
            "nobody is on call Thursday 5 Nov 02:00-06:00",
            "nobody is on call Friday 6 Nov 02:00-05:00",
        ]
        assert dana.do("rota_now") == []
        shown = dana.do("rota_show", days=3)
        assert (len(shown["turns"]), shown["gaps"]) == (7, gaps)


def test_a_gap_of_a_week_names_the_day_on_which_it_ends(tmp_path: Path) -> None:
    with local_node(tmp_path, time_zone="America/Denver") as node:
        gaps = coordinator(node).do("rota_gaps", days=7)

        assert [gap["says"] for gap in gaps] == ["nobody is on call Tuesday 3 Nov 05:00 until Tuesday 10 Nov 05:00"]


def test_shifts_are_swapped_one_for_one_and_each_change_stands_in_the_trail(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana, kim = coordinator(node), coordinator(node, "kim")
        dana.do("rota_set", user="dana", weekday="wed", starts="08:00", ends="20:00")
        dana.do("rota_set", user="dana", weekday="thu", starts="08:00", ends="20:00")
        kim.do("rota_set", user="kim", weekday="friday", starts="20:00", ends="08:00")

        changed = dana.do("rota_swap", at="2026-11-04T12:00", to="kim", back="2026-11-07T03:00")

        assert [(each["who"], each["from"][:16]) for each in changed] == [
            ("kim", "2026-11-04T08:00"), ("dana", "2026-11-06T20:00"),
        ]  # fmt: skip
        shifts = dana.do("rota_show", days=7)["shifts"]
        assert [(each["who"], each["from"][5:16]) for each in shifts] == [
            ("kim", "11-04T08:00"), ("dana", "11-05T08:00"), ("dana", "11-06T20:00"),
        ]  # fmt: skip
        assert next(entry for entry in audited(node) if "changed for one time" in entry[3])[:2] == (
            "user dana", "change on-call rota",
        )  # fmt: skip
        with pytest.raises(NotFound, match="nobody who is meant"):
            dana.do("rota_swap", at="2026-11-04T21:00", to="kim")


def test_a_one_time_change_and_a_turn_that_is_removed(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana, sam = coordinator(node), signed_in(node, "sam", Role.SUPPORTER)
        turn = dana.do("rota_set", user="dana", weekday="tuesday", starts="00:00", ends="00:00")["id"]
        dana.do("rota_set", user="sam", starts="2026-11-03T11:00", ends="2026-11-03T13:00+00:00")
        dana.do("rota_set", user="sam", starts="2026-11-03T11:00", ends="2026-11-03T13:00", duty="backup")

        assert [(each["who"], each["duty"]) for each in sam.do("rota_now")] == [("sam", "first"), ("sam", "backup")]
        dana.do("rota_set", nobody=True, starts="2026-11-03T11:00", ends="2026-11-03T13:00")
        assert [each["duty"] for each in sam.do("rota_now")] == ["backup"]
        dana.do("rota_remove", id=turn[-8:])
        assert dana.do("rota_show")["turns"] == []


def test_i03_a_supporter_sees_the_rota_and_does_not_change_it_others_do_not_see_it(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        sam, oren = signed_in(node, "sam", Role.SUPPORTER), signed_in(node, "oren", Role.OPERATOR)
        assert sam.do("rota_now") == []
        for who, operation in ((sam, "rota_set"), (sam, "rota_swap"), (sam, "rota_remove"), (oren, "rota_show")):
            with pytest.raises(NotAllowed):
                who.do(operation)


@pytest.mark.parametrize(
    "said",
    [
        {"user": "nobody-here", "weekday": "monday", "starts": "08:00", "ends": "09:00"},
        {"user": "oren", "weekday": "monday", "starts": "08:00", "ends": "09:00"},
        {"user": "dana", "weekday": "m", "starts": "08:00", "ends": "09:00"},
        {"user": "dana", "weekday": "monday", "starts": "25:00", "ends": "09:00"},
        {"user": "dana", "weekday": "monday", "starts": "08:00\x00", "ends": "09:00"},
        {"user": "dana", "weekday": "monday", "starts": "08:00", "ends": "x" * 10**6},
        {"user": "dana", "weekday": "monday", "starts": "08:00", "ends": "09:00", "duty": "'; DROP TABLE rota_turn"},
        {"user": "dana", "starts": "2026-11-03T09:00", "ends": "2026-11-03T09:00"},
        {"user": "dana", "starts": "2026-11-03T09:00", "ends": "2029-11-03T09:00"},
        {"user": "dana", "starts": "0001-01-01T00:00", "ends": "2026-11-03T09:00"},
        {"user": "dana", "starts": "9999-12-31T23:59", "ends": "9999-12-31T23:59"},
        {"user": "\u202edana", "weekday": "monday", "starts": "08:00", "ends": "09:00"},
        {"nobody": True, "weekday": "monday", "starts": "08:00", "ends": "09:00"},
        {"user": 7, "weekday": ["x"], "starts": {}, "ends": None},
    ],
)
def test_t07_what_makes_no_shift_is_refused(tmp_path: Path, said: dict[str, Any]) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        signed_in(node, "oren", Role.OPERATOR)

        with pytest.raises((InvalidRequest, NotFound)):
            dana.do("rota_set", **said)
        assert dana.do("rota_show") == {"turns": [], "shifts": [], "gaps": dana.do("rota_gaps")}
