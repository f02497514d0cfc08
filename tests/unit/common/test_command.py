"""The `holdfast` command finds its groups by name, and tells any error in one line (STYLE.md 4)."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.command import main

GROUP = """
import typer
from common.errors import InvalidRequest

app = typer.Typer()


@app.command()
def refuse() -> None:
    raise InvalidRequest("title: too long\\n  shorten it\\tplease")


@app.command()
def read(file: str) -> None:
    open(file)


@app.command()
def fail() -> None:
    raise ZeroDivisionError("a detail of ours")


@app.command()
def greet() -> None:
    print("hello")
"""
ENTRIES = """[holdfast.commands]
beacon = beacon_cli:app
absent = not_installed_here.cli:app
broken = beacon_broken:app
number = beacon_cli:__name__
"""


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution beside this one that brings groups of its own."""
    (tmp_path / "beacon_cli.py").write_text(GROUP)
    (tmp_path / "beacon_broken.py").write_text("import not_installed_here")
    metadata = tmp_path / "beacon-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: beacon\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    hook = sys.excepthook
    yield
    sys.excepthook = hook  # typer puts its own there
    sys.modules.pop("beacon_cli", None)


def run(*words: str) -> object:
    """Run the command, and give what it exits with."""
    with pytest.raises(SystemExit) as left:
        main(words)
    return left.value.code


def test_a_group_is_found_by_name_and_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("beacon", "greet") == 0
    assert capsys.readouterr().out == "hello\n"


def test_an_error_of_the_contract_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("beacon", "refuse") == 2
    said = capsys.readouterr()
    assert said.err == "holdfast: title: too long shorten it please\n"
    assert said.out == ""


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = tmp_path / "nothing.txt"

    assert run("beacon", "read", str(missing)) == 2
    assert capsys.readouterr().err == f"holdfast: No such file or directory: {missing}\n"


def test_r02_nothing_in_an_error_acts_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("beacon", "read", "\x1b[2J\u202egnp\x9b31m\r\nforged") == 2
    assert capsys.readouterr().err.removesuffix("\n").isprintable()


def test_an_error_of_ours_is_one_line_without_its_details(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("beacon", "fail") == 2
    said = capsys.readouterr().err
    assert said == "holdfast: internal error (ZeroDivisionError); set HOLDFAST_TRACEBACK=1 to see where\n"


def test_the_traceback_is_shown_to_who_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_TRACEBACK", "1")

    with pytest.raises(ZeroDivisionError):
        main(["beacon", "fail"])


def test_a_group_that_is_not_in_this_installation_says_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("absent") == 2
    assert capsys.readouterr().err == (
        "holdfast: `holdfast absent` is not part of this installation: run it from a checkout\n"
    )


def test_a_group_that_lacks_something_it_needs_is_a_fault_and_not_absent(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("broken") == 2
    assert "internal error (ModuleNotFoundError)" in capsys.readouterr().err


def test_an_entry_that_is_no_group_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("number") == 2
    assert capsys.readouterr().err == "holdfast: `holdfast number` is not a command group\n"


def test_help_lists_every_group_without_loading_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    shown = capsys.readouterr().out
    assert [group for group in ("hub", "node", "demo", "bench", "beacon") if group not in shown] == []
    assert "beacon_cli" not in sys.modules


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.count(".") >= 1


@pytest.mark.parametrize("words", [("nothing",), ("--nothing",), ("beacon", "nothing")])
def test_a_word_that_is_not_known_is_exit_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    assert "o such" in capsys.readouterr().err
