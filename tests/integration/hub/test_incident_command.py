"""`holdfast hub incident ...`, `board` and `directory`, as a coordinator types them while the hub runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub_command import command, told
from tests.hub_process import running


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A hub that runs, with two invited agencies."""
    with running(tmp_path / "hub") as hub:
        for slug in ("cedar-valley", "ridgeline-fire"):
            hub.ask("invite", agency=slug, discipline="ems")
        yield hub.data


def answer(*words: str, data: Path) -> Any:
    ended = command(*words, "--json", data=data)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def opened(data: Path) -> str:
    words = ("incident", "open", "Flood at the mill", "--type", "disaster", "--agency", "cedar-valley")
    incident_id: str = answer(*words, data=data)["id"]
    return incident_id


def test_an_incident_is_known_by_the_start_of_its_id_and_reported_on_when_it_is_closed(data: Path) -> None:
    short = opened(data)[:6]

    added = command("incident", "add", short, "--agency", "ridgeline-fire", data=data)
    assert "Flood at the mill: 2 agencies take part" in added.stdout
    board = " ".join(command("board", short, data=data).stdout.split())
    assert all(word in board for word in ("cedar-valley", "ridgeline-fire", "requested"))
    assert "not closed: its after-action report comes afterwards" in told("incident", "report", short, data=data)
    assert command("incident", "status", short, "closed", "--yes", data=data).returncode == 0

    report = command("incident", "report", short, data=data).stdout
    assert "After-action report: Flood at the mill" in report
    assert "first team active        did not happen" in report
    assert "ridgeline-fire" in report
    assert "only the board's figures are made once" in told("incident", "report", short, "--with-open", data=data)
    for_board = command("incident", "report", short, "--for", "board", data=data).stdout
    assert "took part                withheld" in for_board
    assert "withheld: fewer than 11" in for_board
    assert "Made on " in for_board
    assert command("incident", "report", short, "--for", "board", data=data).stdout == for_board
    assert [word for word in ("Flood at", "cedar-valley", "ridgeline-fire") if word in for_board] == []


def test_what_is_mistyped_is_told_in_one_line_and_changes_nothing(data: Path) -> None:
    incident = opened(data)

    assert "knows no incident" in told("incident", "add", "0000", "--agency", "ridgeline-fire", data=data)
    assert "first 4 or more hex digits" in told("board", incident[:3], data=data)
    assert "takes part already" in told("incident", "add", incident, "--agency", "cedar-valley", data=data)
    assert "title, --type and --agency are needed" in told("incident", "open", "Flood", data=data)
    assert "knows no request" in told("incident", "open", "--request", "abcd", data=data)
    assert "never restored" in told(
        "incident", "open", "Fire", "--type", "other", "--agency", "cedar-valley", "--id", "ab" * 16, data=data
    )
    assert "knows no request" in told("incident", "decline-request", "abcd", "--reason", "other", data=data)
    assert "no agency has asked" in command("incident", "requests", data=data).stdout

    assert [row["id"] for row in answer("incident", "list", data=data)] == [incident]


def test_a_duty_contact_is_set_listed_and_cleared(data: Path) -> None:
    words = ("directory", "set", "cedar-valley")

    said = command(*words, "--duty-contact", "Desk, +1 555 0100", "--jurisdiction", "CO", data=data)
    assert "cedar-valley (CO): Desk, +1 555 0100" in said.stdout
    assert "say what changes" in told(*words, data=data)
    assert "duty_contact: 1 to 200 printable" in told(*words, "--duty-contact", "x" * 201, data=data)
    listed = {row["agency"]: row for row in answer("directory", "list", data=data)}
    assert listed["cedar-valley"]["duty_contact"] == "Desk, +1 555 0100"

    assert "no duty contact" in command(*words, "--duty-contact", "", data=data).stdout
    assert {row["duty_contact"] for row in answer("directory", "list", data=data)} == {""}
