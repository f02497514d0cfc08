"""`holdfast node note ...`. A note's text never stands on a command line, where others could read it."""

import sys

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.cli.encounters import Name

note = typer.Typer(
    no_args_is_help=True,
    help="Notes about encounters, where the law and the agency allow any.\n\n"
    "They are sealed to their author and the clinical leads.",
)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(note, name="note")


@note.command("write")
def write(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Write a note about an encounter of yours; the text is read from the terminal, or standard input."""
    if sys.stdin.isatty():
        typer.echo("Write, and end with Ctrl-D on a line of its own:", err=True)
    made = ask(data, "note_write", encounter=name, text=sys.stdin.read())
    show(made, as_json, [f"sealed, version {made['version']}: you and the clinical leads can read it, nobody else"])


@note.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the notes that are sealed to you, the newest first; none is opened."""
    found = ask(data, "note_list", limit=200)
    show_table(found, as_json, ("reference", "written_at", "version", "is_erased"), "no note is sealed to you")


@note.command("read")
def read(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Read a note that is sealed to you; that you did stands in the audit trail."""
    found = ask(data, "note_read", encounter=name)
    show(found, as_json, found["text"].splitlines())
