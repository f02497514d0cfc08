"""What left is shown in plain words, and proved offline: any change on disk is named."""

import io
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from common.ledger.export import verify_export
from node.use_cases import egress
from node.use_cases.egress import Verified
from tests.builders import activation_report, capacity_report
from tests.nodes import BOUND_KEY, HUB_KEY, INCIDENT_ID, NodeStore


@pytest.fixture
def written(node: NodeStore) -> NodeStore:
    """A node that wrote six reports, of which the hub confirmed four."""
    for count in range(2):
        node.append(activation_report(INCIDENT_ID, deployed=count), capacity_report(count))
        node.acknowledge(node.send())
    node.append(capacity_report(8))
    node.append(capacity_report(9))
    return node


def verify(node: NodeStore) -> Verified:
    [found] = node.read(partial(egress.verify, node_key=BOUND_KEY.public_key()))
    return found


def test_an_untouched_ledger_verifies(written: NodeStore) -> None:
    summary = verify(written).summary

    assert summary is not None
    assert (summary.leaves, summary.receipted, summary.receipts) == (6, 4, 2)


def test_a_stream_that_is_too_long_to_be_read_at_once_is_left_unread_and_said_so(written: NodeStore) -> None:
    def found(longest: int) -> Verified:
        [one] = written.read(partial(egress.verify, node_key=BOUND_KEY.public_key(), longest=longest))
        return one

    assert (found(6).summary is not None, found(6).unread) == (True, 0)
    assert (found(5).summary, found(5).first_bad, found(5).unread) == (None, None, 6)


TAMPERINGS = {
    "a leaf edited": ("UPDATE ledger_leaf SET body = body || x'00' WHERE sequence = 3", 3),
    "a leaf and its hash edited": (
        "UPDATE ledger_leaf SET body = x'00', leaf_hash = randomblob(32) WHERE sequence = 3",
        3,
    ),
    "a leaf removed": ("DELETE FROM ledger_leaf WHERE sequence = 2", 2),
    "a leaf inserted": (
        "INSERT INTO ledger_leaf SELECT stream_id, 7, body, leaf_hash FROM ledger_leaf WHERE sequence = 1",
        7,
    ),
    "the tail cut": ("DELETE FROM ledger_leaf WHERE sequence = 6", 6),
    "the tail cut with its checkpoint": (
        "DELETE FROM ledger_leaf WHERE sequence = 6; DELETE FROM ledger_checkpoint WHERE size = 6",
        6,
    ),
    "a checkpoint edited": ("UPDATE ledger_checkpoint SET root = randomblob(32) WHERE size = 6", 6),
    "a receipt edited": ("UPDATE ledger_receipt SET signature = randomblob(64) WHERE size = 4", 4),
    "leaves reordered": (
        "UPDATE ledger_leaf SET sequence = 99 WHERE sequence = 1; "
        "UPDATE ledger_leaf SET sequence = 1 WHERE sequence = 2; "
        "UPDATE ledger_leaf SET sequence = 2 WHERE sequence = 99",
        1,
    ),
}


@pytest.mark.parametrize(("changes", "first_bad"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_t02_a_ledger_that_was_changed_on_disk_names_its_first_bad_entry(
    written: NodeStore, changes: str, first_bad: int
) -> None:
    for change in ("PRAGMA foreign_keys = OFF", *changes.split("; ")):
        with written.store.writing.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # the pragma acts outside a transaction only
            connection.exec_driver_sql(change)
            connection.exec_driver_sql("BEGIN")

    found = verify(written)

    assert found.summary is None
    assert found.first_bad == first_bad


def test_every_report_is_shown_in_plain_words(written: NodeStore) -> None:
    shown = written.read(lambda connection: list(egress.show(connection)))

    assert [leaf.sequence for leaf in shown] == [1, 2, 3, 4, 5, 6]
    assert [leaf.outcome for leaf in shown] == ["applied"] * 4 + ["waiting"] * 2
    assert shown[2].words == f"activation: incident id {INCIDENT_ID.hex()}, status active, supporters deployed 1"
    assert shown[5].words == "supporter capacity: designated 9, available 9"


def test_a_part_can_be_shown(written: NodeStore) -> None:
    shown = written.read(lambda connection: list(egress.show(connection, first=3, limit=2)))

    assert [leaf.sequence for leaf in shown] == [3, 4]


def test_a_damaged_entry_is_shown_as_such(written: NodeStore) -> None:
    written.write(lambda connection: connection.execute(text("UPDATE ledger_leaf SET body = x'ff' WHERE sequence = 2")))

    shown = written.read(lambda connection: list(egress.show(connection)))

    assert "damaged" in shown[1].words


def test_r01_the_exported_ledger_verifies_with_nothing_but_the_two_keys(written: NodeStore, tmp_path: Path) -> None:
    file = io.StringIO()
    written.read(partial(egress.export, node_key=BOUND_KEY.public_key(), file=file))
    path = tmp_path / "ledger.jsonl"
    path.write_text(file.getvalue(), "ascii")

    summary = verify_export(path, BOUND_KEY.public_key(), HUB_KEY.public_key())

    assert (summary.leaves, summary.receipted) == (6, 4)
