"""What a node's jurisdiction changes, through the operations that people's commands call."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.wire.v1.report_pb2 import Report
from node.operations import READING, WRITING
from node.use_cases import delivery
from tests.eligible import hear, node_in
from tests.node_command import command
from tests.nodes import INCIDENT_ID, incident_notice

ACTIVE: dict[str, Any] = {
    "incident": INCIDENT_ID.hex(),
    "status": "active",
    "supporters_deployed": 4,
    "supporters_for_mutual_aid": 0,
    "people_exposed": "26_to_50",
    "contacts_made": "1_to_10",
}


@pytest.mark.parametrize(
    ("jurisdiction", "told", "withheld"),
    [
        ("default", {"supporters_deployed", "supporters_for_mutual_aid", "people_exposed", "contacts_made"}, []),
        ("tx", {"supporters_for_mutual_aid", "people_exposed"}, ["supporters_deployed", "contacts_made"]),
    ],
)
def test_i02_an_activations_small_counts_do_not_leave_a_node_in_texas(
    tmp_path: Path, jurisdiction: str, told: set[str], withheld: list[str]
) -> None:
    with node_in(jurisdiction, tmp_path) as node:
        hear(node, incident_opened=incident_notice().incident_opened)

        answer = WRITING["activate"](node, ACTIVE)
        batch = node.read(delivery.next_batch)

        assert batch is not None
        report = Report.FromString(batch.bodies[-1]).activation
        assert {name for name in ACTIVE if name in told | set(withheld) and report.HasField(name)} == told
        assert answer["withheld"] == withheld
        assert ("Texas: counts below 11 do not leave this node" in answer["withheld_because"]) is bool(withheld)


async def test_the_command_shows_the_pack_that_holds_here_and_any_other(tmp_path: Path) -> None:
    with node_in("MT", tmp_path) as node:
        data = node.data
        assert READING["jurisdiction"](node, {})["name"] == "mt"

    shown = await command("jurisdiction", "show", data=data)
    first, second, *_, last = shown.stdout.splitlines()
    assert first == "mt: Montana (MCA 7-32-602)"
    assert second == "- No recording of a session: an encounter has no note."
    assert last.startswith("For design, not legal advice: ")
    other = json.loads((await command("jurisdiction", "show", "us-wa", "--json", data=data)).stdout)
    assert other["rules"]["any_agency_covered"] == "Any agency's designated supporter is covered."


async def test_a_node_does_not_start_under_a_pack_that_there_is_not(tmp_path: Path) -> None:
    with node_in("default", tmp_path) as node:
        data = node.data
    settings = data / "node.toml"
    settings.write_text(settings.read_text().replace('jurisdiction = "default"', 'jurisdiction = "Nevada"'))

    ended = await command("run", data=data)

    assert ended.returncode == 2
    assert "there is no pack 'Nevada': there are default, us-federal, ca, co, fl, la, mn, mt, pa, tx" in ended.stderr


async def test_no_node_is_made_under_a_pack_that_there_is_not(tmp_path: Path) -> None:
    data = tmp_path / "node"

    ended = await command("init", "--agency", "Ridgeline Fire District", "--jurisdiction", "Nevada", data=data)

    assert ended.returncode == 2
    assert "there is no pack 'Nevada'" in ended.stderr
    assert not data.exists()
