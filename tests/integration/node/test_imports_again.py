"""A row of a sheet is one encounter, whatever number of times it comes and however it is read; and what it asks for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.access.roles import Action
from node.domain.encounter import Referral
from node.domain.local_follow_up import LocalFollowUp, end_of_day
from node.domain.resource import Resource
from node.domain.supporter import Supporter
from node.importer.report import READ_OTHERWISE
from node.opened import OpenNode
from node.operations import imports as operation
from node.operations.imports import list_
from node.persistence.local_follow_ups import list_follow_ups
from node.use_cases import resources
from node.use_cases.doing import Doing
from node.use_cases.supporters import add_supporters
from tests.importing import COORDINATOR, HEADING, exported, imported, sheet_file
from tests.local_node import local_node
from tests.sheets import FOLDER


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def test_a_file_that_grew_and_is_read_by_another_map_doubles_nothing(node: OpenNode, tmp_path: Path) -> None:
    sheet = (FOLDER / "ridgeline-fire.csv").read_bytes()
    (tmp_path / "first.csv").write_bytes(b"".join(sheet.splitlines(keepends=True)[:500]))
    (tmp_path / "grown.csv").write_bytes(sheet)
    first = imported(node, tmp_path / "first.csv", write_map=str(tmp_path / "map.toml"))
    text = (tmp_path / "map.toml").read_text().replace('"Employee" = "member"', '"Employee" = "ignore"')
    grown = imported(node, tmp_path / "grown.csv", map=str(sheet_file(tmp_path, text, "other.toml")))
    assert grown["already_there"] == first["imported"] > 400
    assert grown["imported"] + grown["already_there"] + grown["refused"] == grown["read"]
    again = imported(node, tmp_path / "grown.csv", map=str(tmp_path / "map.toml"))
    assert (again["imported"], again["told"][READ_OTHERWISE]) == (0, again["already_there"])


def test_a_follow_up_that_is_still_ahead_opens_a_check_in_and_a_past_one_does_not(
    node: OpenNode, tmp_path: Path
) -> None:
    now = node.clock.now()
    given = [Supporter(code="", name="Ines Soto", selected_on=now.date(), designated_on=now.date())]
    node.write("x", lambda c: add_supporters(c, node.vault, "user x", Action.IMPORT_RECORDS, given, now))
    day, ahead, past = (f"{now + timedelta(days=days):%m/%d/%Y}" for days in (-10, 5, -3))
    sheet = sheet_file(
        tmp_path,
        "Date,Peer,Employee,Reason,F/U date\n"
        + f"{day},Ines Soto,Ann Lee,work,{ahead}\n{day},Ines Soto,Bo Ek,work,{past}\n"
        + f"{day},Peer 2,Cy Ito,work,{ahead}\n",
    )
    assert imported(node, sheet)["imported"] == 3
    assert imported(node, sheet)["already_there"] == 3
    held = [each.follow_up for each in node.read(lambda c: list_follow_ups(c, node.vault))]
    due = end_of_day((now + timedelta(days=5)).date(), node.settings.zone)
    assert [each.due_at for each in held if isinstance(each, LocalFollowUp)] == [due] * 2
    owners = {each.supporter_id is None for each in held if isinstance(each, LocalFollowUp)}
    assert owners == {True, False}  # a label of a sheet is no designated supporter yet: the coordinator gives it away
    exported_rows = exported(node, "check-ins", tmp_path / "c.csv")
    assert [(row["code"], row["state"], bool(row["supporter"])) for row in exported_rows] == [
        ("C-1", "open", True),
        ("C-2", "open", False),
    ]


def test_equal_rows_are_as_many_encounters_as_there_are_rows(node: OpenNode, tmp_path: Path) -> None:
    row = "10/25/2025,Peer 1,Ann Lee,work\n"
    assert imported(node, sheet_file(tmp_path, HEADING + row * 3))["imported"] == 3
    assert imported(node, sheet_file(tmp_path, HEADING + row * 5))["imported"] == 2
    assert len(exported(node, "members", tmp_path / "m.csv")) == 1


def test_d01_an_import_that_was_cut_off_goes_on_where_it_ended(node: OpenNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "BATCH", 100)
    calls = 0

    def progress(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(node, FOLDER / "cedar-valley-ems.csv", progress=progress)
    after = imported(node, FOLDER / "cedar-valley-ems.csv")
    assert (after["imported"], after["already_there"]) == (720, 400)
    runs = list_(node, COORDINATOR, {})
    assert {(run["imported"], run["finished_at"] is None) for run in runs} == {(720, False), (400, True)}


def test_the_resource_directory_is_exported_as_it_stands(node: OpenNode, tmp_path: Path) -> None:
    now = node.clock.now()
    doing = Doing.of(COORDINATOR, Action.IMPORT_RECORDS, now)
    told = Resource(0, 0, Referral.CHAPLAIN, "=Chaplain on call", "555 0100", languages=("English", "Spanish"))
    node.write("x", lambda c: resources.add(c, doing, told))
    rows = exported(node, "resources", tmp_path / "r.csv")
    assert [(row["kind"], row["name"], row["languages"]) for row in rows if row["kind"] == "chaplain"] == [
        ("chaplain", "'=Chaplain on call", "English; Spanish")
    ]
