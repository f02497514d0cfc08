"""A node restored from a backup sends again what the hub may hold already: recognised, on both databases."""

import pytest

from common.wire.v1.codes_pb2 import ActivationStatus, Outcome
from common.wire.v1.report_pb2 import Report
from hub.persistence import capacities, incidents, streams
from hub.persistence.memory import Memory
from hub.use_cases.intake import Intake
from tests.builders import TRUST_DOMAIN, NodeLedger, activation_report, capacity_report
from tests.intake_world import World

APPLIED, REFUSED = Outcome.OUTCOME_APPLIED, Outcome.OUTCOME_REFUSED_RANGE
ACTIVE = ActivationStatus.ACTIVATION_STATUS_ACTIVE
MONITORING = ActivationStatus.ACTIVATION_STATUS_MONITORING
STOOD_DOWN = ActivationStatus.ACTIVATION_STATUS_STOOD_DOWN


class Night(World):
    """An incident, and a node that is restored from backups."""

    def begin(self) -> "Night":
        self.incident = self.open_incident()
        return self

    def status(self, status: ActivationStatus, deployed: int = 4) -> Report:
        return activation_report(self.incident.id, status=status, deployed=deployed)

    def restored(self, before: NodeLedger | None = None) -> NodeLedger:
        """The stream that a restored node begins."""
        held = before or self.ledger
        return NodeLedger(held.agency_id, held.key, held.node)

    def board(self) -> tuple[int, int]:
        """The agency's line on the board: its status, and its version."""
        with self.store.read() as connection:
            _, [line] = incidents.get_board(connection, self.incident.id)
        return line.status, line.version

    def available(self) -> int:
        with self.store.read() as connection:
            [available] = [
                row["available"] for row in capacities.list_capacities(connection) if row["agency_id"] == self.fire.id
            ]
        return int(available)

    def restart_hub(self) -> None:
        """What a hub knows after a restart is what its store holds."""
        self.memory = Memory()
        self.intake = Intake(TRUST_DOMAIN, self.hub_key, hub_epoch=1)

    def carrying(self) -> list[bool]:
        with self.store.read() as connection:
            return [stream.carries for stream in streams.list_streams(connection)]


@pytest.fixture
def night(store: object) -> Night:
    return Night(store).begin()  # type: ignore[arg-type]


def test_t04_a_board_is_not_set_back_by_a_report_that_is_carried_over(night: Night) -> None:
    active, stood_down = night.status(ACTIVE), night.status(STOOD_DOWN)
    night.push_one(night.ledger.batch(active, stood_down))
    before, told = night.board(), len(night.mail(night.fire.id))

    accepted = night.push_one(night.restored().batch(active))

    assert accepted.outcomes == (APPLIED,)
    assert night.board() == before
    assert before[0] == STOOD_DOWN
    assert len(night.mail(night.fire.id)) == told


def test_t04_a_capacity_is_not_set_back_either(night: Night) -> None:
    first, second = capacity_report(9), capacity_report(2)
    night.push_one(night.ledger.batch(first, second))

    night.push_one(night.restored().batch(first))

    assert night.available() == 2


def test_t04_what_the_restored_node_writes_anew_is_applied(night: Night) -> None:
    active, stood_down = night.status(ACTIVE), night.status(STOOD_DOWN)
    night.push_one(night.ledger.batch(active, stood_down))
    new = night.restored()

    accepted = night.push_one(new.batch(active, night.status(MONITORING, deployed=2)))
    later = night.push_one(new.batch(capacity_report(7)))

    assert (accepted.outcomes, later.outcomes) == ((APPLIED, APPLIED), (APPLIED,))
    assert night.board()[0] == MONITORING
    assert night.available() == 7
    assert night.carrying() == [False, False]


def test_t04_what_the_hub_had_not_taken_is_applied_where_carrying_over_ends(night: Night) -> None:
    taken, missed = night.status(ACTIVE), night.status(STOOD_DOWN)
    night.push_one(night.ledger.batch(taken))

    accepted = night.push_one(night.restored().batch(taken, missed))

    assert accepted.outcomes == (APPLIED, APPLIED)
    assert night.board()[0] == STOOD_DOWN


def test_t04_a_refused_report_is_refused_again_with_its_code_and_told_for_its_new_place(night: Night) -> None:
    bad, good = night.status(ACTIVE, deployed=10_000), night.status(ACTIVE)
    unknown = activation_report(b"\x09" * 16)
    night.push_one(night.ledger.batch(night.status(ACTIVE), bad, unknown, good))
    new = night.restored()

    accepted = night.push_one(new.batch(bad, unknown, good))

    assert accepted.outcomes == (REFUSED, Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT, APPLIED)
    told = [notice.report_refused for notice in night.mail(night.fire.id) if notice.HasField("report_refused")]
    again = [notice for notice in told if notice.stream_id == new.stream_id]
    assert [(notice.sequence, notice.outcome) for notice in again] == [
        (1, REFUSED),
        (2, Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT),
    ]
    assert "supporters_deployed" in again[0].reason


def test_t04_a_report_refused_for_its_incident_stays_refused_when_the_incident_is_known_meanwhile(
    night: Night,
) -> None:
    early = night.status(ACTIVE)
    early.activation.incident_id = b"\x09" * 16
    night.push_one(night.ledger.batch(early))
    with night.store.begin() as connection:
        held, lines = incidents.get_board(connection, night.incident.id)
        known = type(held)(**(vars(held) | {"id": b"\x09" * 16}))
        incidents.add_incident(connection, known, [type(lines[0])(**(vars(lines[0]) | {"incident_id": known.id}))])
    night.memory.forget()

    accepted = night.push_one(night.restored().batch(early))

    assert accepted.outcomes == (Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT,)


def test_t04_two_restores_in_a_row_from_one_backup(night: Night) -> None:
    first, second, third = (night.status(ACTIVE, deployed=count) for count in (1, 2, 3))
    night.push_one(night.ledger.batch(first, second))
    one = night.restored()
    night.push_one(one.batch(first))  # restored again before the rest of it left

    two = night.restored()
    night.push_one(two.batch(first, second, third))
    night.push_one(two.batch(night.status(STOOD_DOWN)))
    before = night.board()
    three = night.restored()
    night.push_one(three.batch(first))
    accepted = night.push_one(three.batch(second, third))

    assert accepted.outcomes == (APPLIED, APPLIED)
    assert night.board() == before
    assert before == (STOOD_DOWN, 5)


def test_t04_the_hub_goes_on_recognising_after_a_restart_in_the_middle(night: Night) -> None:
    old = [night.status(ACTIVE, deployed=count) for count in (1, 2, 3)]
    night.push_one(night.ledger.batch(*old, night.status(STOOD_DOWN)))
    new = night.restored()
    night.push_one(new.batch(old[0]))

    night.restart_hub()
    night.push_one(new.batch(old[1]))
    night.restart_hub()
    night.push_one(new.batch(old[2]))

    assert night.board() == (STOOD_DOWN, 5)
    assert night.carrying() == [False, True]
    night.push_one(new.batch(capacity_report()))
    night.restart_hub()
    assert night.carrying() == [False, False]


def test_t04_batches_of_the_new_stream_that_arrive_in_one_group_are_recognised(night: Night) -> None:
    old = [night.status(ACTIVE, deployed=count) for count in range(6)]
    night.push_one(night.ledger.batch(*old, night.status(STOOD_DOWN)))
    new = night.restored()
    batches = [new.batch(*old[:2]), new.batch(*old[2:5]), new.batch(old[5], night.status(MONITORING))]

    answers = night.push(*reversed(batches))

    assert [answer.outcomes for answer in answers] == [(APPLIED,) * 2, (APPLIED,) * 3, (APPLIED,) * 2]  # type: ignore[union-attr]
    assert night.board() == (MONITORING, 9)


def test_t04_a_late_batch_of_the_old_stream_in_the_same_group_counts_too(night: Night) -> None:
    first, second = night.status(STOOD_DOWN), night.status(ACTIVE)
    night.push_one(night.ledger.batch(first))
    late, new = night.ledger.batch(second), night.restored().batch(second)

    night.push(late, new)

    assert night.board() == (ACTIVE, 3)


def test_t04_more_than_one_statement_looks_up_is_recognised(night: Night) -> None:
    old = [night.status(ACTIVE, deployed=count) for count in range(300)]
    for start in (0, 200):
        night.push_one(night.ledger.batch(*old[start : start + 200]))
    new = night.restored()

    night.push(*[new.batch(*old[start : start + 200]) for start in (0, 200)])

    assert night.board() == (ACTIVE, 301)


def test_t04_once_something_new_came_nothing_is_carried_over_any_more(night: Night) -> None:
    first, second = night.status(ACTIVE), night.status(STOOD_DOWN)
    night.push_one(night.ledger.batch(first, second))
    new = night.restored()
    night.push_one(new.batch(capacity_report()))

    night.push_one(new.batch(first))

    assert night.board() == (ACTIVE, 4)


def test_t04_what_another_node_of_the_agency_delivered_is_not_this_nodes(night: Night) -> None:
    report = night.status(ACTIVE)
    night.push_one(night.ledger.batch(report, night.status(STOOD_DOWN)))
    second = night.join(night.fire.id, node=2)
    night.push_one(second.batch(capacity_report()))

    night.push_one(night.restored(second).batch(report))

    assert night.board() == (ACTIVE, 4)


def test_t04_another_agencys_equal_bytes_are_not_its_own(night: Night) -> None:
    report = capacity_report(4)
    night.push_one(night.other.batch(report))
    night.push_one(night.ledger.batch(capacity_report(9)))

    night.push_one(night.restored().batch(report))

    assert night.available() == 4


def test_t04_reports_that_say_the_same_are_different_reports(night: Night) -> None:
    night.push_one(night.ledger.batch(night.status(ACTIVE), night.status(STOOD_DOWN)))

    night.push_one(night.restored().batch(night.status(ACTIVE)))

    assert night.board() == (ACTIVE, 4)
