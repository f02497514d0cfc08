"""Every page of help of a node, at 80 columns: nothing of it is cut off."""

from collections.abc import Iterator

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from node.cli import app


def _pages(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, found in getattr(command, "commands", {}).items():
        yield from _pages(found, (*words, name))


def cut_off(app: typer.Typer) -> list[str]:
    """Give the lines of help that are cut off or too long."""
    run, found = CliRunner(), []
    for words in _pages(get_command(app)):
        answer = run.invoke(app, [*words, "--help"], terminal_width=80)
        assert answer.exit_code == 0, words
        found += [line for line in answer.output.splitlines() if "\N{HORIZONTAL ELLIPSIS}" in line or len(line) > 80]
    return found


def test_no_page_of_help_is_cut_off_at_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    assert cut_off(app) == []
