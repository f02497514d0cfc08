"""Whatever is entered, corrected, voided and drawn in whatever order, a contact counts once, as it was then."""

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from common.disclosure.audit import pinned
from common.disclosure.cell import Cell, Rule
from common.disclosure.relations import relations_of
from node.domain.counting import Series
from node.domain.encounter import SupportKind
from node.domain.release import ReportingWindow
from node.operations.releases import draw_due
from node.persistence import counted, releases
from node.use_cases import encounters as use_case
from node.use_cases.erasure import erase
from tests.local_node import local_node
from tests.records import added, encounter, supporter
from tests.releasing import KIND, MONTHLY, QUARTERLY, TWO_WAY, at, hub_answers, in_a_region, opened, windows

START = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
K = 3  # so small that much is shown
KINDS = st.sampled_from([SupportKind.WORK_STRESS, SupportKind.MORAL_INJURY, SupportKind.GRIEF_OR_LOSS])
_NO_PACK: Any = None  # correcting an encounter without a follow-up asks no rule


class Counting(RuleBasedStateMachine):
    """A node with six months and their two quarters, beside a plain model: which contact counted where, and as what."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.node = self.stack.enter_context(local_node(Path(folder)))
        self.there: dict[bytes, tuple[datetime, SupportKind, bool]] = {}  # neither void nor erased
        self.counted: dict[bytes, tuple[bytes, SupportKind, bool]] = {}  # the month, and what it was then

    @initialize()
    def region(self) -> None:
        in_a_region(self.node)
        self.casey = supporter(self.node)
        starts = [datetime(2026 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(9, 15)]
        self.months = [opened(self.node, start, 1, tables=sorted(MONTHLY), k=K) for start in starts]
        self.quarters = [opened(self.node, start, tables=sorted(QUARTERLY), k=K) for start in (starts[0], starts[3])]

    def teardown(self) -> None:
        self.stack.close()

    @rule(number=st.integers(1, 9), back=st.integers(0, 100), kind=KINDS, is_related=st.booleans())
    def log(self, number: int, back: int, kind: SupportKind, is_related: bool) -> None:
        moment = self.node.clock.now() - back * DAY
        told = encounter(self.casey.supporter_id, occurred_at=moment, kind=kind, is_incident_related=is_related)
        ids = added(self.node, self.casey, *[told] * number)
        self.there |= dict.fromkeys(ids, (moment, kind, is_related))

    @rule(which=st.integers(0, 200), kind=KINDS, back=st.integers(0, 60))
    def correct(self, which: int, kind: SupportKind, back: int) -> None:
        if (id_ := self.pick(which)) is None:
            return
        moment = self.node.clock.now() - back * DAY
        changes = {"kind": kind, "occurred_at": moment}
        change = partial(
            use_case.change_encounter, vault=self.node.vault, person=self.casey.person, encounter_id=id_,
            changes=changes, pack=_NO_PACK, zone=UTC, now=self.node.clock.now(),
        )  # fmt: skip
        self.node.write("change", change)
        self.there[id_] = (moment, kind, self.there[id_][2])

    @rule(which=st.integers(0, 200))
    def void(self, which: int) -> None:
        if (id_ := self.pick(which)) is not None:
            now = self.node.clock.now()
            gone = partial(
                use_case.void_encounter, vault=self.node.vault, person=self.casey.person, encounter_id=id_, now=now
            )
            self.node.write("void", gone)
            del self.there[id_]

    @rule(which=st.integers(0, 200))
    def erase(self, which: int) -> None:
        if (id_ := self.pick(which)) is not None:
            now = self.node.clock.now()
            self.node.write("erase", lambda c: erase(c, "user kim", [("encounter", id_)], now))
            del self.there[id_]

    @rule(days=st.integers(5, 45))
    def time_passes(self, days: int) -> None:
        at(self.node, self.node.clock.now() + days * DAY)
        for month in self.months:
            if month.draws_at <= self.node.clock.now():
                self._counts(month)
        hub_answers(self.node)
        draw_due(self.node)

    def _counts(self, month: ReportingWindow) -> None:
        """What the model counts, when a month is drawn at last."""
        if month.id not in self.node.read(releases.list_states):
            for id_, (moment, kind, is_related) in self.there.items():
                if id_ not in self.counted and START <= moment < month.ends_at:
                    self.counted[id_] = (month.id, kind, is_related)

    def pick(self, which: int) -> bytes | None:
        """One of those that are there."""
        ids = sorted(self.there)
        return ids[which % len(ids)] if ids else None

    @invariant()
    def each_counts_once_where_the_model_has_it(self) -> None:
        if not hasattr(self, "months"):
            return
        for month in self.months:
            ids = self.node.read(partial(counted.list_counted, series=Series.CONTACTS, windows=[month.id]))
            assert set(ids) == {id_ for id_, (where, *_) in self.counted.items() if where == month.id}

    @invariant()
    def every_figure_is_the_models_count_and_none_that_is_withheld_is_told(self) -> None:
        if not hasattr(self, "months"):
            return
        stored = self.node.read(lambda connection: releases.list_releases(connection, self.node.vault))
        figures = {cell: count for each in stored.values() for cell, count in each.figures.items()}
        for cell, count in self.expected(stored.keys()).items():
            assert figures.get(cell, count) in (count, None)
        assert [cell for cell, count in figures.items() if count is not None and 0 < count < K] == []
        asked = [cell for cell, count in figures.items() if count is None]
        known = [window for window in windows(self.node) if window.id in stored]
        assert asked == [] or pinned(figures, relations_of(known), Rule(self.months[0].k), asked) == {}

    def expected(self, drawn: Any) -> dict[Cell, int]:
        """The model's counts by kind of each month, and two-way of each quarter, that are drawn."""
        counts: dict[Cell, int] = {}
        kinds = list(SupportKind)
        for window in [*self.months, *self.quarters]:
            inside = {each.id for each in self.months if window.starts_at <= each.starts_at < window.ends_at}
            table = KIND if window in self.months else TWO_WAY
            if window.id in drawn:
                said = [(kind, is_related) for where, kind, is_related in self.counted.values() if where in inside]
                for row, kind in enumerate(kinds, 1):
                    counts[Cell(window.id, table, row)] = sum(each == kind for each, _ in said)
                if table == TWO_WAY:
                    counts[Cell(window.id, table, 0, 1)] = sum(is_related for _, is_related in said)
        return counts


Counting.TestCase.settings = settings(
    max_examples=12, stateful_step_count=14, suppress_health_check=list(HealthCheck), deadline=None
)
TestCounting = Counting.TestCase
