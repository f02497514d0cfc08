"""`holdfast node new-stream`."""

from typing import Annotated

import typer

from common.terminal import show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("new-stream")(new_stream)


def new_stream(
    confirm: Annotated[bool, typer.Option("--confirm", help="Yes: no other copy of this node runs.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Start a new stream, after this node was restored from a backup and `doctor` says that the hub is ahead.

    What the hub has not acknowledged goes along; the old stream stays, readable and verifiable.
    """
    answer = ask(data, "new_stream", confirm=confirm)
    show(answer, as_json, [f"stream {answer['stream']} begins; {answer['carried_over']} reports went along"])
