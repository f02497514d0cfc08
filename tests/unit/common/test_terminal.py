"""What a command prints for people: tables that keep to the terminal, and times that say whose they are."""

import io
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest

from common.terminal import show, show_table


class Screen(io.StringIO):
    """A terminal of 80 columns."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"COLUMNS": "80", "LINES": "40", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)


def on_screen(print_it: Callable[[], None]) -> str:
    """What stands on the screen after something was printed."""
    screen = Screen()
    with redirect_stdout(screen):
        print_it()
    return screen.getvalue()


def test_a_table_cuts_no_word_in_two_where_the_terminal_ends() -> None:
    users = [
        {"name": "dana", "roles": "coordinator, clinician", "title": "a b " * 20,
         "state": "waits for set-up", "second_factor": "a code",
         "made_at": "2026-11-27T04:37:42+00:00", "ended_on": None}
    ]  # fmt: skip
    shown = on_screen(lambda: show_table(users, False, list(users[0]), "no users yet"))

    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert {"coordinator,", "clinician", "2026-11-27", "04:37:42Z"} <= set(shown.split())


def test_a_table_that_just_fits_shows_its_last_column_whole() -> None:
    row = {"check_in": "C-2", "due_at": "2026-11-29T23:59:00-07:00", "overdue": False, "owner": "S-03"}
    row |= {"member": "M-0001", "state": "open", "step": None, "reference": None, "flag": None}
    lines = on_screen(lambda: show_table([row], False, list(row), "none")).splitlines()

    assert max(map(len, lines)) <= 80
    assert [line.split()[-1] for line in lines[-2:]] == ["flag", "-"]


def test_a_table_too_wide_for_the_terminal_is_shown_row_by_row_and_loses_no_column() -> None:
    row = {f"column_{number}": f"{number}-" + "x" * 20 for number in range(6)} | {"ended_on": None, "name": "a b " * 30}
    shown = on_screen(lambda: show_table([row], False, list(row), "nothing"))

    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:2] == ["0-" + "x" * 20, "  column 1  1-" + "x" * 20]
    assert shown.count("x" * 20) == 6
    assert "ended" not in shown


def test_a_yes_a_time_and_a_name_like_a_time_are_shown_as_people_say_them(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"backup": "20261127T051026Z", "here": "2026-11-26T21:50:55-07:00", "utc": "2026-11-27T04:50:55+00:00"}
    show_table([row | {"whole": True, "checked": False}], False, [*row, "whole", "checked"], "none")

    shown = capsys.readouterr().out.splitlines()[1].split("  ")
    assert [cell.strip() for cell in shown if cell.strip()] == [
        "20261127T051026Z", "2026-11-26 21:50:55", "2026-11-27 04:50:55Z", "yes", "no"
    ]  # fmt: skip


def test_what_is_longer_than_a_line_of_the_screen_can_be_copied_from_it() -> None:
    signature = "- trail " + "A" * 90
    lines = on_screen(lambda: show({}, False, [signature, "word " * 30])).splitlines()

    assert lines[0] == signature
    assert max(map(len, lines[1:])) <= 80
