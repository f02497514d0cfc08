"""Leaf, signed tree and outbox row are written together or not at all."""

from functools import partial

import pytest
from sqlalchemy import Connection, func, select, text

from common.errors import InvalidRequest
from common.wire.canonical import encode
from node.persistence import ledger, outbox
from node.persistence.tables import METADATA
from node.use_cases import egress
from tests.builders import activation_report, capacity_report
from tests.nodes import BOUND_KEY, INCIDENT_ID, NodeStore

EVERY_TABLE = ("ledger_leaf", "ledger_checkpoint", "outbox")


def rows(node: NodeStore) -> dict[str, int]:
    def count(connection: Connection) -> dict[str, int]:
        return {
            name: connection.execute(select(func.count()).select_from(METADATA.tables[name])).scalar_one()
            for name in EVERY_TABLE
        }

    return node.read(count)


def test_what_is_written_verifies_and_is_what_will_be_sent(node: NodeStore) -> None:
    reports = [activation_report(INCIDENT_ID, deployed=count) for count in range(5)]
    node.append(*reports[:2])
    node.append(*reports[2:])

    batch = node.next_batch()
    assert batch is not None
    assert batch.bodies == tuple(encode(report) for report in reports)
    verified = node.read(partial(egress.verify, node_key=BOUND_KEY.public_key()))
    assert [found.summary.leaves for found in verified if found.summary] == [5]
    assert rows(node) == {"ledger_leaf": 5, "ledger_checkpoint": 2, "outbox": 5}


def test_t06_one_bad_report_stores_none_of_its_transaction(node: NodeStore) -> None:
    bad = activation_report(INCIDENT_ID, deployed=10_000)

    with pytest.raises(InvalidRequest, match="activation.supporters_deployed"):
        node.append(capacity_report(), bad)

    assert rows(node) == dict.fromkeys(EVERY_TABLE, 0)
    assert node.stream.head == 0


def test_t05_a_report_with_an_unknown_field_stores_nothing(node: NodeStore) -> None:
    report = capacity_report()
    report.supporter_capacity.MergeFromString(b"\xba\x06\x05story")

    with pytest.raises(InvalidRequest, match="canonical"):
        node.append(report)

    assert rows(node) == dict.fromkeys(EVERY_TABLE, 0)


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_d02_where_one_table_cannot_be_written_nothing_is(node: NodeStore, table: str) -> None:
    node.write(
        lambda connection: connection.execute(
            text(f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        )
    )

    with pytest.raises(Exception, match="disk full"):
        node.append(capacity_report())

    assert rows(node) == dict.fromkeys(EVERY_TABLE, 0)
    assert node.stream.head == 0


def test_the_bytes_on_the_wire_are_the_bytes_in_the_ledger(node: NodeStore) -> None:
    from node.uplink.push import encode_batch

    node.append(activation_report(INCIDENT_ID), capacity_report())
    batch = node.next_batch()
    assert batch is not None

    wire = encode(encode_batch(batch))

    for leaf in node.read(lambda connection: list(ledger.read_leaves(connection, batch.stream_id))):
        assert leaf.body in wire
    assert tuple(encode(report) for report in encode_batch(batch).reports) == batch.bodies


def test_waiting_reports_are_listed_in_order(node: NodeStore) -> None:
    node.append(activation_report(INCIDENT_ID), capacity_report())

    waiting = node.read(lambda connection: outbox.list_from(connection, node.stream.stream_id, 1))

    assert [(entry.sequence, entry.kind, entry.subject_id) for entry in waiting] == [
        (1, "activation", INCIDENT_ID),
        (2, "supporter_capacity", None),
    ]
    assert [entry.outcome for entry in waiting] == [None, None]
