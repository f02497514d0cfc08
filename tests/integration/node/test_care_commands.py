"""Check-ins, resources, disclosures and today, by the commands that people type."""

import json
from asyncio import run
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from common.access.roles import Role
from common.errors import InvalidRequest, NotAllowed, NotAuthenticated
from node.cli import app
from node.cli.session import token_file
from node.founding import found
from node.opened import OpenNode
from tests.care import add_member, add_supporter
from tests.node_command import command
from tests.on_duty import signed_in
from tests.people import sign_in_as


class Desk:
    """A stopped node, and people who sign in at it one after the other."""

    def __init__(self, directory: Path) -> None:
        self.data = directory / "node"
        found(self.data, "Ridgeline Fire District", "America/Los_Angeles", "ca")
        self.tokens: dict[str, str] = {}
        with OpenNode(self.data) as node:
            self.casey, self.riley = add_supporter(node), add_supporter(node, "riley")
            _, self.ann = add_member(node)
            roles = {"casey": Role.SUPPORTER, "riley": Role.SUPPORTER, "morgan": Role.COORDINATOR}
            ids = {"casey": self.casey.id, "riley": self.riley.id}
            for name, role in (roles | {"quinn": Role.CLINICIAN}).items():
                self.tokens[name] = sign_in_as(node, role, name=name, supporter_id=ids.get(name))

    def run(self, who: str, *words: str) -> str:
        """Run a command as somebody, and give what it printed."""
        token_file(self.data).forget()
        if who:
            token_file(self.data).keep(self.tokens[who])
        ended = CliRunner().invoke(app, [*words, "--data", str(self.data)])
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def json(self, who: str, *words: str) -> Any:
        """Run a command with --json, and give its answer."""
        return json.loads(self.run(who, *words, "--json"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_shift_from_opening_to_hand_over_and_back(desk: Desk) -> None:
    due = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    assert desk.run("casey", "check-in", "open", "--member", desk.ann, "--due", due).startswith("C-1 opened; due ")
    desk.run("casey", "check-in", "open")
    assert desk.run("casey", "check-in", "done", "C-2", "--again").splitlines()[0] == "C-2 is done"
    assert "C-1" in desk.run("casey", "check-in", "list")
    assert "version 1" in desk.run("casey", "check-in", "show", "C-1")

    told = desk.run("casey", "check-in", "hand-over", "--to", desk.riley.code, "--all")
    assert told.startswith(f"{desk.riley.code} now has 2 check-ins of {desk.casey.code}: C-3, C-1\n")
    assert desk.json("riley", "check-in", "handed")[0]["check_ins"] == ["C-1", "C-3"]
    assert desk.run("casey", "check-in", "list") == ("no check-in is open: `holdfast node check-in open` opens one\n")
    assert desk.run("riley", "check-in", "close", "C-3", "--outcome", "unable").startswith("C-3 is closed")
    undone = desk.run("casey", "check-in", "undo")
    assert undone == (f"{desk.casey.code} has again: C-1\nthese stayed, since somebody has worked on them: C-3\n")


def test_who_hands_a_shift_over_is_told_what_to_think_of(desk: Desk) -> None:
    with OpenNode(desk.data) as node:
        boss_id, _ = add_member(node, "Bo Boss")
        boss = add_supporter(node, "boss", member_id=boss_id)
        _, kim = add_member(node, "Kim Ota", supervisor_id=boss_id)
    desk.run("casey", "check-in", "open", "--member", kim)

    told = desk.run("casey", "check-in", "hand-over", "--to", boss.code, "--all")

    assert f"Think of this: {boss.code} supervises the person: C-1\n" in told


def test_a_coordinator_records_a_course_about_several_topics_with_one_command(desk: Desk) -> None:
    desk.run("morgan", "supporter", "add", "Sam Roe")
    told = desk.run("morgan", "supporter", "train", "Sam Roe", "active", "self", "--completed", "2026-01-10")
    assert "  active listening: 2026-01-10\n  self care: 2026-01-10\n" in told


def test_what_a_coordinator_does(desk: Desk) -> None:
    desk.run("morgan", "check-in", "open", "--coordinator", "--member", desk.ann)
    assert desk.json("morgan", "today")["unassigned"][0]["check_in"] == "C-1"
    assert "unassigned: C-1" in desk.run("morgan", "today")
    assert desk.run("morgan", "check-in", "assign", "C-1", "--to", desk.casey.code) == (
        f"C-1 now belongs to {desk.casey.code}\n"
    )
    [row] = desk.json("morgan", "check-in", "list", "--coordinator", "--supporter", desk.casey.code)
    assert (row["owner"], row["member"]) == (desk.casey.code, desk.ann)
    with pytest.raises(NotAllowed, match="it is not yours"):
        desk.run("riley", "check-in", "close", "C-1", "--outcome", "unable")
    with pytest.raises(NotAllowed, match="none of your roles may do this"):
        desk.run("casey", "today")
    with pytest.raises(NotAuthenticated):
        desk.run("", "check-in", "list")
    with pytest.raises(InvalidRequest, match="name some, or say --all"):
        desk.run("casey", "check-in", "hand-over", "C-1", "--to", "S-02", "--all")


def test_the_resource_directory(desk: Desk) -> None:
    assert "988" in desk.run("casey", "resource", "list")
    words = ("--kind", "eap", "--name", "County EAP", "--reach", "+1 303 555 0100", "--language", "English")
    assert desk.run("morgan", "resource", "add", *words) == "R-2 County EAP is in the directory\n"
    assert desk.run("morgan", "resource", "edit", "R-2", "--checked", "today") == "R-2 County EAP: version 2\n"
    assert "languages: English" in desk.run("quinn", "resource", "show", "R-2")
    assert desk.run("morgan", "resource", "end", "R-2", "--yes") == "R-2 County EAP is offered no longer\n"
    assert [row["resource"] for row in desk.json("casey", "resource", "list")] == ["R-1"]


def test_a_disclosure_with_its_notice(desk: Desk) -> None:
    words = ("--reason", "court_order", "--told", "court", "--member", desk.ann)
    assert desk.run("quinn", "disclosure", "record", *words).startswith(
        "D-1 is recorded; the person is to be told in writing by "
    )
    assert "D-1" in desk.run("quinn", "disclosure", "list")
    assert "disclosure: a written notice is due by" in desk.run("morgan", "today")
    assert "the notice was given on" in desk.run("quinn", "disclosure", "notice-given", "D-1", "--how", "by_post")
    assert desk.run("quinn", "disclosure", "close", "D-1", "--because", "notice_given") == (
        "D-1 is closed: notice given\n"
    )
    assert "reason: court_order" in desk.run("quinn", "disclosure", "show", "D-1")
    first = ("disclosure", "notice-given", "--how", "in_person", "--first-session", desk.ann)
    assert desk.run("casey", *first, "--supporter").startswith(f"{desk.ann} has had the notice")
    with pytest.raises(NotAllowed, match="none of your roles may do this"):
        desk.run("morgan", "disclosure", "list")


def test_the_way_back_from_a_hand_over_that_a_coordinator_is_told_goes(desk: Desk) -> None:
    desk.run("casey", "check-in", "open")
    words = ("--from", desk.casey.code, "--to", desk.riley.code, "--all")
    told = desk.run("morgan", "check-in", "hand-over", *words).partition("`holdfast node ")[2].partition("`")[0]

    assert desk.run("morgan", *told.split()) == f"{desk.casey.code} has again: C-1\n"


def test_who_asks_for_a_peer_hears_nothing_of_the_nodes_log(desk: Desk) -> None:
    with OpenNode(desk.data) as node:
        signed_in(node, "dana", Role.COORDINATOR)  # nobody is on call: the node would log that it can tell nobody

    asked = run(command("ask-for-peer", data=desk.data))

    assert (asked.returncode, asked.stderr) == (0, "")


def test_a_slip_for_feedback_is_a_box_with_straight_edges(desk: Desk) -> None:
    slip = desk.run("morgan", "feedback", "issue").splitlines()

    assert {(len(line), line[-1]) for line in slip} == {(74, "+"), (74, "|")}


def test_a_mistake_in_a_setting_is_told_in_our_words(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        found(tmp_path / "new", "Ridgeline Fire District", "America/Denvr", "ca")

    assert str(refusal.value).startswith("time_zone: 'America/Denvr' is no time zone")
