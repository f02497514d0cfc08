"""What has left is looked through: the newest first, by kind, day and incident; each report with its proof."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from common.errors import InvalidRequest, NotFound
from node.opened import OpenNode
from node.operations import READING, WRITING
from node.use_cases.outbox import append
from tests.builders import NOON, activation_report, capacity_report
from tests.eligible import hear, hear_offer, node_in
from tests.nodes import INCIDENT_ID, incident_notice


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    """A node that told of an incident, its capacity, and a follow-up of the incident; one a day."""
    with node_in("default", tmp_path) as opened:
        hear(opened, incident_opened=incident_notice().incident_opened)
        for day, report in enumerate((activation_report(INCIDENT_ID), capacity_report(4), capacity_report(5))):
            written_at = NOON + timedelta(days=day)
            opened.write("test", partial(append, reports=[report], key=opened.bound_key, now=written_at))
        yield opened


def ask(node: OpenNode, name: str, **arguments: Any) -> Any:
    return READING[name](node, arguments)


def listed(node: OpenNode, **wanted: Any) -> list[str]:
    return [row["report"] for row in ask(node, "left", **wanted)]


def test_the_newest_stands_first_and_older_ones_follow_page_by_page(node: OpenNode) -> None:
    assert listed(node) == ["1.3", "1.2", "1.1"]
    assert listed(node, limit=2) == ["1.3", "1.2"]
    assert listed(node, limit=2, before="1.2") == ["1.1"]


def test_it_is_narrowed_by_kind_day_and_what_waits(node: OpenNode) -> None:
    assert listed(node, kind="activation") == ["1.1"]
    assert listed(node, since="2026-11-04", until="2026-11-04") == ["1.2"]
    assert listed(node, until="2026-11-02") == []
    assert listed(node, waiting=True) == ["1.3", "1.2", "1.1"]
    with pytest.raises(InvalidRequest, match="^kind: is not one of activation, "):
        listed(node, kind="gossip")
    with pytest.raises(InvalidRequest, match="^since: a day is needed"):
        listed(node, since="yesterday")


def test_of_an_incident_it_shows_what_is_about_it_and_about_its_follow_ups(node: OpenNode) -> None:
    follow_up = hear_offer(node)
    WRITING["followup_command"](node, {"follow_up": follow_up, "verb": "acknowledge"})

    assert listed(node, incident=INCIDENT_ID.hex()) == ["1.4", "1.1"]


def test_it_is_told_with_the_names_that_are_known_here(node: OpenNode) -> None:
    [row] = ask(node, "left", kind="activation")

    title = incident_notice().incident_opened.title
    assert f"incident \u201c{title}\u201d" in row["told"]
    assert INCIDENT_ID.hex() in row["words"]


def test_what_never_left_is_not_found(node: OpenNode) -> None:
    for report in ("1.4", "2.1", "1.0"):
        with pytest.raises(NotFound, match="nothing left as"):
            ask(node, "left_report", report=report)
    with pytest.raises(InvalidRequest, match="report: stream and number are needed"):
        ask(node, "left_report", report="../1")


def test_a_report_that_waits_is_proved_by_the_nodes_own_checkpoint(node: OpenNode) -> None:
    proof = ask(node, "left_proof", report="1.2")["proof"]

    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert proof.count("\n\u2014 ") == 1  # nobody but the node has signed


def test_what_the_hub_knows_is_counted_by_kind(node: OpenNode) -> None:
    kinds = {each["kind"]: (each["count"], each["taken"]) for each in ask(node, "left_known")["kinds"]}

    assert kinds == {"activation": (1, 0), "supporter_capacity": (2, 0)}
    assert ask(node, "left_standing")[0]["countersigned"] == 0
