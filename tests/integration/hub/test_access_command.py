"""`holdfast hub user | sign-in | audit`, as people run them, while the hub runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub_command import command, told
from tests.hub_process import HubProcess, running

GOOD = "vivid otter lamp quarry"


def done(*words: str, data: Path, said: str = "") -> str:
    """What a command prints."""
    ended = command(*words, data=data, said=said)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def lines(*words: str, data: Path) -> list[dict[str, Any]]:
    """Lines of the audit trail."""
    found: list[dict[str, Any]] = json.loads(done("audit", *words, "--json", data=data))
    return found


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub that runs, and knows nobody."""
    with running(tmp_path / "hub") as started:
        yield started


def test_a_user_is_added_signs_in_is_reset_and_finds_in_the_trail_what_was_done(
    hub: HubProcess, tmp_path: Path
) -> None:
    data, part, whole = hub.data, tmp_path / "part.jsonl", tmp_path / "whole.jsonl"
    roles = ("--role", "operator", "--role", "auditor")
    code = json.loads(done("user", "add", "op", *roles, "--json", data=data))["setup_code"]
    signed_in = done("sign-in", "op", "--setup", data=data, said=f"{code}\n{GOOD}\n")
    assert "Signed in as op: auditor, operator." in signed_in
    assert "Recovery codes, each good once" in signed_in
    assert "Second factor: none\nRecovery codes left: 10\n" in done("whoami", data=data)

    added = done("user", "add", "casey", "--role", "board", data=data)
    assert "casey, who runs: holdfast hub sign-in casey --setup" in added
    assert "Reset casey? Nothing was done" in told("user", "reset", "casey", data=data)
    assert "Set-up code, shown only now" in done("user", "reset", "casey", "--yes", data=data)
    assert "waits for set-up" in done("user", "list", data=data)

    every = lines(data=data)
    assert lines("show", data=data) == every
    by_op = [line for line in every if line["actor"] == "user op"]
    assert 0 < len(by_op) < len(every)
    assert lines("show", "--user", "op", data=data) == by_op
    reset = [line for line in every if line["subject"] == "user casey"]
    assert [line["action"] for line in reset] == ["user add", "user reset"]
    assert lines("show", "--subject", "user casey", data=data) == reset
    assert lines("show", "--after", str(reset[0]["sequence"]), data=data) == every[reset[0]["sequence"] :]
    day = every[0]["at"][:10]  # in UTC
    assert lines("show", "--since", day, data=data) == every
    assert lines("show", "--since", "2099-01-01", data=data) == []
    assert "it is written 2026-11-03" in told("audit", "show", "--since", "soon", data=data)

    assert done("audit", "export", str(part), "--subject", "user casey", data=data) == "2 lines in part.jsonl\n"
    assert [json.loads(line) for line in part.read_text().splitlines()] == reset
    key = json.loads(done("audit", "export", str(whole), "--json", data=data))["key"]
    assert "lines verified" in done("audit", "verify", "--file", str(whole), "--key", key, data=data)
    assert "a part of a trail proves nothing" in told("audit", "verify", "--file", str(part), "--key", key, data=data)

    assert f"Access from {day}" in done("audit", "review", "--since", day, data=data)
    assert [lines("show", data=data)[-1][name] for name in ("actor", "action")] == ["user op", "review access"]
    assert "before the end" in told("audit", "review", "--since", "2099-01-01", data=data)
    done("sign-out", data=data)
    assert "sign in first" in told("user", "list", data=data)
