"""The agency's own numbers of an incident, as a coordinator links and finds them.

Source: node/domain/agency_number.py.
"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from common.access.roles import Role
from common.errors import AlreadyExists, InvalidRequest, NotAllowed, NotFound
from node.cli import app
from node.cli.session import token_file
from node.founding import found
from node.opened import OpenNode
from node.operations import READING
from node.operations.incidents import board
from tests.care import add_incident, do, try_as
from tests.local_node import local_node
from tests.nodes import INCIDENT_ID
from tests.people import audited, sign_in_as

INCIDENT = INCIDENT_ID.hex()


def test_a_coordinator_links_numbers_and_finds_the_incident_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        do(node, "incident_numbers", incident=INCIDENT[:6], system=" CAD", numbers=["F26-2", "F26-1", "F26-1"])
        [row] = READING["incidents"](node, {"number": "F26-1"})
        assert row["numbers"] == ["cad F26-1", "cad F26-2"]
        assert READING["incidents"](node, {"number": "F26-3"}) == []
        monkeypatch.setattr(OpenNode, "has_hub", True)  # the board is between agencies
        assert board(node, {"incident": INCIDENT})["numbers"] == row["numbers"]
        assert ("user morgan", "link incident", f"incident {INCIDENT}", "done: cad, 2") in audited(node)


def test_the_news_of_an_incident_leave_its_numbers_as_they_are(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        do(node, "incident_numbers", incident=INCIDENT, system="cad", numbers=["F26-1"])
        add_incident(node, version=2, title="Mill fire, contained")
        [row] = READING["incidents"](node, {})
        assert (row["title"], row["numbers"]) == ("Mill fire, contained", ["cad F26-1"])


def test_a_number_that_is_none_or_another_incidents_is_refused_whole(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        add_incident(node, id=b"\x22" * 16)
        do(node, "incident_numbers", incident=INCIDENT, system="cad", numbers=["F26-1"])
        for numbers, error in (
            (["F26-2", "F26-1"], AlreadyExists),
            (["Ann Ek 1"], InvalidRequest),
            (["F26-2", "smith"], InvalidRequest),
            ([f"F{n}" for n in range(21)], InvalidRequest),
            ([7], InvalidRequest),
            ("F26-2", InvalidRequest),
        ):
            with pytest.raises(error):
                do(node, "incident_numbers", incident="22" * 16, system="cad", numbers=numbers)
        for system in ("", "C A D", "x" * 21, None):
            with pytest.raises(InvalidRequest):
                do(node, "incident_numbers", incident=INCIDENT, system=system, numbers=[])
        with pytest.raises(NotFound):
            do(node, "incident_numbers", incident="33" * 16, system="cad", numbers=[])
        assert {row["id"][:2]: row["numbers"] for row in READING["incidents"](node, {})} == {
            "11": ["cad F26-1"], "22": [],
        }  # fmt: skip


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.OPERATOR, Role.LEADER])
def test_nobody_but_a_coordinator_links_numbers(tmp_path: Path, role: Role) -> None:
    with local_node(tmp_path) as node:
        add_incident(node)
        with pytest.raises(NotAllowed):
            try_as(node, role, "incident_numbers", incident=INCIDENT, system="cad", numbers=["F26-1"])


def test_numbers_are_linked_and_found_on_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "node"
    found(data, "Ridgeline Fire District", "UTC", "default")
    with OpenNode(data) as node:
        add_incident(node)
        token_file(data).keep(sign_in_as(node, Role.COORDINATOR, name="morgan"))

    def run(*words: str) -> str:
        ended = CliRunner().invoke(app, [*words, "--data", str(data)])
        assert ended.exit_code == 0, ended.output
        return " ".join(ended.stdout.split())

    assert run("incident-number", INCIDENT[:4], "cad", "F26-1", "F26-2") == "Mill fire: cad F26-1, cad F26-2"
    assert "cad F26-1, cad F26-2" in run("incidents", "--number", "F26-2")
    assert run("incidents", "--number", "F26-3") == "no incident has that number"
    assert run("incident-number", INCIDENT[:4], "cad") == "Mill fire: no numbers"
