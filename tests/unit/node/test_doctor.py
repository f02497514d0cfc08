"""One line for each subject, and what to do about it."""

from typing import Any

import pytest

from node.doctor import Finding, examine

STATUS: dict[str, Any] = {
    "region": "ridgeline.example",
    "certificate_left_s": 5 * 86_400,
    "sending": "flowing",
    "sending_stopped_because": "",
    "written": 7,
    "acknowledged": 7,
    "waiting": 0,
    "oldest_waiting_s": None,
    "mailbox_cursor": 3,
    "jurisdiction": "co",
    "listed_under": "US-CO",
    "is_listed_otherwise": False,
    "backup": {"age_s": 3600, "is_erasure_due": False},
}
LINK: dict[str, Any] = {"running": True, "trouble": "", "skew": "", "last_heard_at": "2026-11-03", "mailbox_head": 3}


def findings(status: dict[str, Any] | None = None, link: dict[str, Any] | None = None, **machine: Any) -> list[Finding]:
    known: dict[str, Any] = {"sqlite": "3.53.4", "disk_free_percent": 60.0} | machine
    return examine(STATUS | (status or {}), LINK | (link or {}), **known)


def test_a_healthy_node_has_nothing_to_look_at() -> None:
    assert [found.subject for found in findings() if not found.is_ok] == []


@pytest.mark.parametrize(
    ("changes", "subject", "says"),
    [
        ({"link": {"running": False}}, "process", "holdfast node run"),
        ({"link": {"trouble": "certificate expired at noon"}}, "hub", "certificate expired at noon"),
        ({"status": {"certificate_left_s": -1}}, "certificate", "certificate expired"),
        ({"status": {"certificate_left_s": 7200}}, "certificate", "2 h left"),
        ({"status": {"is_listed_otherwise": True}}, "jurisdiction", "under US-CO, and co holds here"),
        ({"link": {"skew": "this machine's clock is 61 min ahead of the hub's"}}, "clock", "61 min ahead"),
        ({"status": {"sending": "ahead", "sending_stopped_because": "restored"}}, "sending", "restored"),
        ({"status": {"waiting": 2, "oldest_waiting_s": 9000}}, "waiting", "2 reports wait, the oldest for 2 h"),
        ({"link": {"mailbox_head": 9}}, "mailbox", "6 notices"),
        ({"disk_free_percent": 1.0}, "disk", "make room"),
        ({"sqlite": "3.45.1"}, "sqlite", "3.45.1"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(changes: dict[str, Any], subject: str, says: str) -> None:
    [found] = [finding for finding in findings(**changes) if not finding.is_ok]

    assert (found.subject, says in found.says) == (subject, True)


def test_a_node_without_a_hub_is_told_nothing_about_one_but_how_to_join() -> None:
    found = examine({"region": None, "backup": STATUS["backup"]}, {"running": True}, "3.53.4", 60.0, "")

    assert [line.subject for line in found] == ["process", "hub", "disk", "sqlite", "backup", "store"]
    assert all(line.is_ok for line in found)
    assert "holdfast node join" in found[1].says


@pytest.mark.parametrize(
    ("backup", "told"),
    [
        ({"age_s": None, "is_erasure_due": False}, "none was made yet"),
        ({"age_s": 5 * 86_400, "is_erasure_due": False}, "5 days old"),
        ({"age_s": 0, "is_erasure_due": True}, "attach their disk"),
    ],
)
def test_backups_that_are_missing_old_or_behind_an_erasure_are_told(backup: dict[str, Any], told: str) -> None:
    [found] = [each for each in findings({"backup": backup}) if each.subject == "backup"]
    assert not found.is_ok
    assert told in found.says
