"""`holdfast node release ...`, as a coordinator types it; and what happens once though the process is killed."""

import json
import re
import signal
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from common.access.roles import Role
from common.clock import SystemClock
from common.errors import WrongState
from common.failpoint import VARIABLE
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import TableKind
from node.cli import app
from node.cli.session import token_file
from node.founding import found
from node.opened import OpenNode
from node.operations.releases import draw_due
from node.persistence import releases
from tests.node_command import line
from tests.people import sign_in_as
from tests.records import supporter
from tests.releasing import BY_QUARTER, contacts, hub_answers, in_a_region, opened, reports, withhold_zeros

DAY = timedelta(days=1)
START, END = datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A stopped node with a quarter that was drawn, and leaves by itself from now on."""
    data = tmp_path / "node"
    found(data, "Ridgeline Fire District", "UTC", "default")
    with (data / "node.toml").open("a", encoding="utf-8") as file:
        file.write("release_mode = 'after_grace'\n")
    with OpenNode(data) as node:
        in_a_region(node)
        token_file(data).keep(sign_in_as(node, Role.COORDINATOR))
        leaves = SystemClock().now() + 20 * DAY
        opened(node, START, release_by=timestamp(leaves))
        casey = supporter(node)
        contacts(node, casey, 39, date(2025, 10, 5))
        contacts(node, casey, 3, date(2025, 10, 5), is_incident_related=True)
        hub_answers(node)
        draw_due(node)
    return data


def run(data: Path, *words: str, exit_code: int = 0) -> str:
    """Run a command, and give what it printed."""
    ended = CliRunner().invoke(app, ["release", *words, "--data", str(data)])
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    assert ended.exit_code == exit_code, ended.output
    return ended.stdout


def told(data: Path, *words: str) -> Any:
    """Run a command with --json."""
    return json.loads(run(data, *words, "--json"))


def test_a_period_is_looked_at_held_let_go_and_sent(data: Path) -> None:
    shown = run(data, "preview").splitlines()
    assert shown[0] == "2025-Q4: drawn; counts of 1 to 10 withheld"
    assert "exactly this leaves at" in shown[1]
    assert any(row.split() == ["work", "stress", "42"] for row in shown)
    assert any(re.fullmatch(r"work stress +42 +\(1 to 10\) +\(protects\) *", row) for row in shown)
    assert any(row.split() == ["15-29", "42"] for row in shown)
    assert run(data, "hold").startswith("2025-Q4 is held")
    with pytest.raises(WrongState, match="is held"):
        run(data, "send", "--yes", "--window", "2025-q4")
    assert run(data, "lift").startswith("2025-Q4 is not held any more: it leaves at ")
    assert run(data, "send", "--yes") == "2025-Q4 is sent: it leaves as soon as the hub can be reached.\n"
    [row] = told(data, "list")["windows"]
    assert (row["state"], row["hub"]) == ("sent", f"{len(BY_QUARTER)} of {len(BY_QUARTER)} tables wait")
    assert "2025-Q4" in run(data, "list")


def test_why_a_figure_is_withheld_stands_beside_it_in_words(data: Path) -> None:
    found = told(data, "preview", "--window", "2025-Q4")
    [two_way] = [table for table in found["tables"] if table["columns"]]
    withheld = [cell for cell in two_way["cells"] if cell["withheld"]]
    assert {(cell["count"], cell["withheld"]) for cell in withheld} == {(None, "small"), (None, "protects_another")}
    shown = run(data, "preview")
    assert "(1 to 10)" in shown
    assert "(protects)" in shown


def test_where_zeros_are_withheld_the_preview_says_so_first_and_beside_each(data: Path) -> None:
    with OpenNode(data) as node:
        withhold_zeros(node)
        opened(node, END, ends_at=timestamp(END + DAY), tables=[TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE])
        hub_answers(node)
        draw_due(node)

    shown = run(data, "preview", "--window", "2026-01-01..2026-01-01").splitlines()

    assert shown[0] == "2026-01-01..2026-01-01: drawn; counts of 0 to 10 withheld"
    assert "Zeros are withheld here, like small counts: the jurisdiction's pack asks for it." in shown
    assert any(re.fullmatch(r"phone +withheld +it is 0 to 10", row.rstrip()) for row in shown)


@pytest.mark.parametrize(("place", "is_sent"), [("before_commit", False), ("after_commit", True)])
def test_d01_a_release_is_sent_once_though_the_process_is_killed(data: Path, place: str, is_sent: bool) -> None:
    started = line("release", "send", "--yes", data=data)
    started["env"] |= {VARIABLE: f"node.release.{place}:1"}
    ended = subprocess.run(**started, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    with OpenNode(data) as node:
        assert len(reports(node, "table_release")) == (len(BY_QUARTER) if is_sent else 0)
    if is_sent:
        with pytest.raises(WrongState, match="never sent twice"):
            run(data, "send", "--yes", "--window", "2025-Q4")
    else:
        run(data, "send", "--yes")
    with OpenNode(data) as node:
        assert len(reports(node, "table_release")) == len(BY_QUARTER)


@pytest.mark.parametrize("place", ["before_commit", "after_commit"])
def test_d01_a_window_is_drawn_once_though_the_process_is_killed(data: Path, place: str) -> None:
    with OpenNode(data) as node:
        opened(node, END)
        contacts(node, supporter(node, "riley"), 30, date(2026, 2, 5))
        hub_answers(node)
    started = line("release", "hold", "--window", "2025-Q4", data=data)
    started["env"] |= {VARIABLE: f"node.draw.{place}:1"}
    ended = subprocess.run(**started, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    with OpenNode(data) as node:
        drawn = len(node.read(releases.list_states))
        assert drawn == (1 if place == "before_commit" else 2)
        draw_due(node)
        found = node.read(lambda connection: releases.list_releases(connection, node.vault))
        assert len(found) == 2
