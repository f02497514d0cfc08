"""Whatever people do in whatever order, a check-in has exactly one owner or stands on the coordinator's list."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from common.errors import HoldfastError, NotAllowed, NotFound, WrongState
from node.domain.local_follow_up import Stale
from tests.care import COORDINATOR, Somebody, add_supporter, do
from tests.local_node import local_node

WHO = st.sampled_from([0, 1, 2])
WHICH = st.integers(0, 9)


class CheckIns(RuleBasedStateMachine):
    """Three supporters and a coordinator at one node, beside a plain model: who owns what, at which version."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.node = self.stack.enter_context(local_node(Path(folder)))
        self.owner: dict[str, int | None] = {}
        self.version: dict[str, int] = {}
        self.open: dict[str, bool] = {}
        self.handed: list[tuple[int, int, dict[str, int]]] = []

    @initialize()
    def roster(self) -> None:
        self.people: list[Somebody] = [add_supporter(self.node, name) for name in ("casey", "riley", "sam")]

    def teardown(self) -> None:
        self.stack.close()

    @rule(who=st.one_of(st.none(), WHO))
    def open_one(self, who: int | None) -> None:
        row = do(self.node, "check_in_open") if who is None else do(self.node, "own_followup_open", self.people[who])
        self.owner[row["check_in"]], self.version[row["check_in"]], self.open[row["check_in"]] = who, 1, True

    @rule(who=WHO, which=WHICH, verb=st.sampled_from(["done", "close", "reopen", "postpone"]), is_stale=st.booleans())
    def work(self, who: int, which: int, verb: str, is_stale: bool) -> None:
        if (code := self.pick(which)) is None:
            return
        seen = self.version[code] - is_stale
        arguments = {"verb": verb, "outcome": "unable", "due": "2026-12-01", "seen_version": seen}

        def act() -> Any:
            return do(self.node, "own_followup_change", self.people[who], check_in=code, **arguments)

        if self.owner[code] != who:
            self.refused(act, NotAllowed)
        elif is_stale:
            self.refused(act, Stale)
        elif self.open[code] == (verb == "reopen"):
            self.refused(act, WrongState)
        else:
            act()
            self.version[code] += 1
            self.open[code] = verb in ("reopen", "postpone")

    @rule(which=WHICH, to=st.one_of(st.none(), WHO), is_stale=st.booleans())
    def assign(self, which: int, to: int | None, is_stale: bool) -> None:
        if (code := self.pick(which)) is None:
            return
        named = None if to is None else self.people[to].code
        seen = self.version[code] - is_stale

        def act() -> Any:
            return do(self.node, "check_in_assign", check_in=code, supporter=named, seen_version=seen)

        if is_stale:
            self.refused(act, Stale)
        elif not self.open[code] or self.owner[code] == to:
            self.refused(act, WrongState)
        else:
            act()
            self.owner[code], self.version[code] = to, self.version[code] + 1

    @rule(giver=WHO, to=WHO)
    def hand_over(self, giver: int, to: int) -> None:
        mine = [code for code, who in self.owner.items() if who == giver and self.open[code]]

        def act() -> Any:
            return do(self.node, "own_followups_hand_over", self.people[giver], to=self.people[to].code, all=True)

        if giver == to or not mine:
            self.refused(act, HoldfastError)
            return
        assert sorted(act()["check_ins"]) == sorted(mine)
        for code in mine:
            self.owner[code], self.version[code] = to, self.version[code] + 1
        self.handed.append((giver, to, {code: self.version[code] for code in mine}))
        self.node.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]

    @rule()
    def undo(self) -> None:
        if not self.handed:
            self.refused(lambda: do(self.node, "check_ins_undo"), NotFound)
            return
        giver, to, items = self.handed[-1]
        if not items:  # undone before
            self.refused(lambda: do(self.node, "check_ins_undo"), WrongState)
            return
        untouched = [
            code for code, version in items.items()
            if self.version[code] == version and self.open[code] and self.owner[code] == to
        ]  # fmt: skip
        undone = do(self.node, "check_ins_undo")
        assert sorted(undone["check_ins"]) == sorted(untouched)
        assert sorted(undone["stayed"]) == sorted(set(items) - set(untouched))
        for code in untouched:
            self.owner[code], self.version[code] = giver, self.version[code] + 1
        self.handed[-1] = (giver, to, {})

    @invariant()
    def each_has_one_owner_and_is_on_one_list(self) -> None:
        if not self.owner:
            return
        rows = {row["check_in"]: row for row in do(self.node, "check_ins", COORDINATOR, ended=True)}
        codes = {None: "unassigned"} | {number: each.code for number, each in enumerate(self.people)}
        assert {code: row["owner"] for code, row in rows.items()} == {c: codes[who] for c, who in self.owner.items()}
        assert {code: row["version"] for code, row in rows.items()} == self.version
        lists = [do(self.node, "own_followups", each) for each in self.people]
        lists.append(do(self.node, "check_ins", unassigned=True))
        listed = [row["check_in"] for each in lists for row in each]
        assert sorted(listed) == sorted(code for code, is_open in self.open.items() if is_open)

    def pick(self, which: int) -> str | None:
        return None if not self.owner else sorted(self.owner)[which % len(self.owner)]

    def refused(self, act: Callable[[], Any], kind: type[Exception]) -> None:
        try:
            act()
        except kind:
            return
        raise AssertionError("it was not refused")


TestCheckIns = CheckIns.TestCase
TestCheckIns.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
