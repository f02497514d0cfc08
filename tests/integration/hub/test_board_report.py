"""The board's report of an incident, on both databases: made once of what is true then, and the same ever after."""

from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

import pytest

from common.errors import WrongState
from common.storage.store import Store
from common.wire.v1.codes_pb2 import FollowUpOutcome, IncidentStatus
from hub.domain.after_action import WITHHELD, AfterAction
from hub.persistence import audit
from hub.use_cases.after_action import coordinators_report, find_board_report, get_draft, keep, made
from hub.use_cases.incidents import change_status
from tests.coordinating import APPLIED, Coordination

COMPLETED, DECLINED = (
    FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED,
    FollowUpOutcome.FOLLOW_UP_OUTCOME_DECLINED_BY_MEMBER,
)
SECRET = bytes(range(32))


class Board:
    """A region whose incident is over, with follow-ups of fire, and what its board asks for."""

    def __init__(self, store: Store) -> None:
        self.region = region = Coordination(store)
        self.follow_ups = [region.opened(region.fire) for _ in range(25)]
        for each in self.follow_ups[:12]:
            assert region.say(region.fire, "first_contact", each) == APPLIED
            self.close(each, COMPLETED)
        self.close(self.follow_ups[12], DECLINED)
        closed = IncidentStatus.INCIDENT_STATUS_CLOSED
        region.do(partial(change_status, self.id, closed, keep_open=True, open_follow_ups=12))

    @property
    def id(self) -> bytes:
        return self.region.incident.id

    def close(self, follow_up: bytes, outcome: int) -> None:
        assert self.region.say(self.region.fire, "close", follow_up, outcome=outcome) == APPLIED

    def read(self, query: Any) -> Any:
        with self.region.store.read() as connection:
            return query(connection, self.id)

    def draw(self, *, with_open: bool = False) -> Any:
        draft = self.read(partial(get_draft, now=self.region.now))
        return made(draft, SECRET, self.region.now, with_open=with_open)

    def ask(self, *, with_open: bool = False) -> AfterAction:
        """Ask for the report as the hub's operation does."""
        found: AfterAction | None = self.read(find_board_report)
        if found is None:
            found = self.region.do(partial(keep, self.draw(with_open=with_open)))
        return found


@pytest.fixture
def board(store: Store) -> Board:
    return Board(store)


def shown(report: AfterAction) -> list[object]:
    done = report.follow_ups
    return [done.opened, done.closed, done.open, done.closed_percent, *chain(*done.by_outcome)]


def test_i02_two_reports_of_an_incident_on_different_days_never_differ_by_the_few_who_changed(board: Board) -> None:
    first = board.ask(with_open=True)
    region = board.region
    region.now += timedelta(days=1)
    for each in board.follow_ups[13:18]:
        board.close(each, DECLINED)
    assert region.say(region.fire, "reopen", board.follow_ups[0]) == APPLIED
    region.publish(region.terms_now(k=2))

    later = board.ask()

    assert later == first
    assert (later.k, later.made_at) == (11, region.incident.opened_at)
    assert board.read(coordinators_report).follow_ups.closed == 17  # who may know sees it as it is
    assert WITHHELD in shown(first)


def test_the_boards_figures_wait_until_no_follow_up_is_open_or_are_made_on_purpose(board: Board) -> None:
    with pytest.raises(WrongState, match=r"made once: wait until they are closed, or have a coordinator make them"):
        board.ask()
    assert board.read(find_board_report) is None

    for each in board.follow_ups[13:]:
        board.close(each, DECLINED)

    done = board.ask().follow_ups
    assert (done.opened, done.closed, done.open, done.closed_percent) == (25, 25, 0, 100)
    assert dict(done.by_outcome)[COMPLETED] == 12
    with board.region.store.read() as connection:
        lines = audit.list_entries(connection)
    assert [(line["subject"], line["outcome"]) for line in lines if line["action"] == "board figures"] == [
        (board.id.hex(), "done")
    ]


def test_i02_of_two_that_are_made_at_once_the_first_that_is_written_stands(board: Board) -> None:
    early = board.draw(with_open=True)
    board.close(board.follow_ups[13], DECLINED)
    late = board.draw(with_open=True)

    reports = [board.region.do(partial(keep, figures)) for figures in (late, early)]

    assert reports[0] == reports[1] == board.ask()
    assert (late.figures != early.figures, board.ask().made_at) == (True, late.made_at)
