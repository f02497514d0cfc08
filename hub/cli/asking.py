"""How a command reaches a hub: the process that runs on the data directory, or the stopped hub's store itself."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from common.rpc.local import call_local
from common.storage.lock import DirectoryHeld
from hub.operations import operations_of
from hub.process import open_hub

Data = Annotated[
    Path, typer.Option("--data", envvar="HOLDFAST_HUB_DATA", help="The hub's data directory.", show_default=True)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DEFAULT_DATA = Path("holdfast-hub")


def ask(data: Path, operation: str, **arguments: Any) -> Any:
    """Have a hub do something, and give its answer.

    Raises:
        HoldfastError: what the hub answered, or why it cannot be reached.
    """
    try:
        hub = open_hub(data)
    except DirectoryHeld:
        return call_local(data, operation, arguments)

    async def directly() -> Any:
        await hub.start()
        try:
            return await operations_of(hub)[operation](arguments)
        finally:
            await hub.stop()

    return asyncio.run(directly())


def show(answer: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print an answer: as JSON, or as these lines."""
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
    else:
        for line in lines:
            typer.echo(line)


def show_table(rows: Sequence[dict[str, Any]], as_json: bool, columns: Sequence[str], empty: str) -> None:
    """Print rows as JSON, or as a table of these columns; a value that is not known is shown as missing."""
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    elif not rows:
        typer.echo(empty)
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in ("id", *columns[:1]))
        for row in rows:
            # Text, not markup: a name with brackets in it is shown as it is.
            table.add_row(*(Text(_cell(row[column])) for column in columns))
        Console().print(table)


def _cell(value: Any) -> str:
    """Say a value in a table; times to the second, since people compare them by eye."""
    if value is None:
        return "-"
    try:
        return (
            f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S}"
            if isinstance(value, str) and "T" in value
            else str(value)
        )
    except ValueError:
        return str(value)
