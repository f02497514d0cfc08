"""`holdfast node report`: what leaders see of their own agency."""

import csv
import io
import itertools
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from common.access.roles import Role
from common.disclosure.cell import Cell
from common.errors import InvalidRequest, NotAllowed, NotFound
from node.cli import app
from node.cli.session import token_file
from node.domain.encounter import SupportKind
from node.opened import OpenNode
from node.operations.answering import answer
from node.operations.sessions import SESSION
from tests.local_node import local_node
from tests.people import sign_in_as
from tests.records import Somebody, supporter
from tests.releasing import KIND, contacts, drawn, in_a_region, opened, release, windows

_NUMBERS = itertools.count()
QUARTERS = [datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)]


def ask(node: OpenNode, role: Role = Role.LEADER, **arguments: Any) -> Any:
    return answer(node, "report", {SESSION: sign_in_as(node, role, name=f"somebody.{next(_NUMBERS)}"), **arguments})


@pytest.fixture
def reported(region: OpenNode, casey: Somebody) -> OpenNode:
    """A node with two quarters that were drawn: 30 contacts and 5, then 14."""
    first, second = (opened(region, start) for start in QUARTERS)
    contacts(region, casey, 30, date(2026, 10, 5), kind=SupportKind.WORK_STRESS)
    contacts(region, casey, 5, date(2026, 10, 6), kind=SupportKind.GRIEF_OR_LOSS)
    drawn(region, first)
    contacts(region, casey, 14, date(2027, 2, 5), kind=SupportKind.WORK_STRESS)
    drawn(region, second)
    return region


def figure(found: Any, row: str, period: int = 0, table: str = "encounters_by_support_kind") -> dict[str, Any]:
    section = next(each for each in found["sections"] if each["name"] == table)
    line = next(each for each in section["lines"] if (each["row"], each["column"]) == (row, ""))
    return dict(line["figures"][period])


def test_i02_a_leader_sees_what_was_released_and_ranges_that_follow_from_it(reported: OpenNode) -> None:
    found = ask(reported, period="2026-Q4")

    release = {cell[1:]: count for cell, count in _figures(reported).items() if cell.table == KIND}
    assert figure(found, "total")["low"] == release[KIND, 0, 0] == 35
    grief, stress = figure(found, "grief_or_loss"), figure(found, "work_stress")
    assert (grief["shown"], stress["shown"]) == (False, False)
    assert grief["high"] - grief["low"] + 1 >= 11
    assert (grief["low"], grief["high"]) == (1, 34)
    assert "5" not in {str(grief[name]) for name in ("low", "high")}


def test_the_newest_period_is_shown_or_several_side_by_side_or_one_table(reported: OpenNode) -> None:
    newest = ask(reported)
    both = ask(reported, Role.COORDINATOR, last=8, table="encounters-by-support-kind")

    assert {period["name"] for section in newest["sections"] for period in section["periods"]} == {"2027 Q1"}
    [section] = both["sections"]
    assert [period["name"] for period in section["periods"]] == ["2026 Q4", "2027 Q1"]
    assert [figure(both, "total", place)["low"] for place in (0, 1)] == [35, 14]


def test_around_a_day_are_the_periods_before_and_after_it(reported: OpenNode) -> None:
    found = ask(reported, around="2027-01-15", table="encounters_by_mode")

    [section] = found["sections"]
    assert [period["name"] for period in section["periods"]] == ["2026 Q4", "2027 Q1"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"period": "last summer"}, "such as 2026, 2026-Q2 or 2026-05"),
        ({"table": "secrets"}, "is not one of encounters_by_support_kind"),
        ({"last": 0}, "1 to 40 periods"),
        ({"last": 3, "period": "2026"}, "one of them, not several"),
        ({"around": "2026-99-99"}, "a day is needed"),
        ({"around": "2020-01-01"}, None),
    ],
)
def test_what_cannot_be_reported_on_is_refused_with_what_can(
    reported: OpenNode, said: dict[str, Any], message: str | None
) -> None:
    if message is None:
        assert ask(reported, **said)["sections"]  # the periods after it
    else:
        with pytest.raises(InvalidRequest, match=message):
            ask(reported, **said)


def test_before_anything_was_drawn_it_says_when_the_first_figures_come(region: OpenNode) -> None:
    with pytest.raises(NotFound, match="no period was opened"):
        ask(region)
    opened(region)
    with pytest.raises(NotFound, match="those of 2026-Q4 are counted at 2027-01-04 00:00 UTC"):
        ask(region, last=1)


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.CLINICIAN, Role.AUDITOR, Role.OPERATOR])
def test_i03_no_other_role_is_shown_figures_and_the_refusal_is_audited(reported: OpenNode, role: Role) -> None:
    with pytest.raises(NotAllowed):
        ask(reported, role)


def test_the_command_prints_a_report_that_fits_80_columns_and_csv(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        in_a_region(node)

        first = opened(node, QUARTERS[0])
        contacts(node, supporter(node), 40, date(2026, 10, 5))
        drawn(node, first)
        token_file(node.data).keep(sign_in_as(node, Role.LEADER))
        data = node.data

    text = _run(data, "--period", "2026-Q4")
    rows = list(csv.DictReader(io.StringIO(_run(data, "--csv"))))
    found = json.loads(_run(data, "--json"))

    assert max(map(len, text.splitlines())) <= 80
    assert "Contacts by kind of support" in text
    assert {row["period"] for row in rows} == {"2026 Q4"}
    assert len(rows) == sum(len(line["figures"]) for section in found["sections"] for line in section["lines"])


def _run(data: Path, *words: str) -> str:
    ended = CliRunner().invoke(app, ["report", *words, "--data", str(data)])
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def _figures(node: OpenNode) -> dict[Cell, int | None]:

    return dict(release(node, windows(node)[0]).figures)
