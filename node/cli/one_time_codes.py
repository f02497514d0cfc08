"""`holdfast node one-time-code set-up | confirm | remove`."""

from pathlib import Path
from typing import Any

import typer

from common.access.one_time_commands import one_time_code_commands
from node.cli.asking import DEFAULT_DATA, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(one_time_code_commands("node", _ask, DEFAULT_DATA), name="one-time-code")


def _ask(data: Path, step: str, /, **arguments: Any) -> Any:
    return ask(data, f"one_time_{step}", **arguments)
