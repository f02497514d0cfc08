"""`holdfast node backup make | list | verify | restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from common.clock import SystemClock
from common.errors import WrongState
from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.cli.long_work import ask_long, shown

if TYPE_CHECKING:
    from node.vault.keyring import Wrapping

backup = typer.Typer(
    no_args_is_help=True,
    help="Encrypted backups: made while the node runs, restored into a new directory.\n\n"
    "A backup opens with the key-encryption key alone: keep a copy of that key where the backups are not.",
)
Folder = Annotated[Path | None, typer.Argument(help="The folder of the backups; else the setting backup_folder.")]
From = Annotated[Path, typer.Argument(metavar="BACKUP", help="A backup's own folder, such as 20261127T015500Z.")]


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(backup, name="backup")


@backup.command("make")
def make(folder: Folder = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Make a backup of everything; the node works on meanwhile."""
    answer = ask_long(data, "copying the store", "backup_make", folder=_absolute(folder))
    lines = [f"backup {answer['backup']}: {answer['bytes']:,} bytes. `holdfast node backup verify` reads it back."]
    if not answer["is_in_backup_folder"]:
        lines.append("Set backup_folder in node.toml to that folder: only there do erasures take their keys out, too.")
    show(answer, as_json, lines)


@backup.command("list")
def list_(folder: Folder = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the backups, the newest first."""
    rows = ask(data, "backup_list", folder=_absolute(folder))
    columns = ("backup", "made_at", "bytes", "schema_revision", "wrong")
    show_table(rows, as_json, columns, "no backup there: `holdfast node backup make` makes one")


@backup.command("verify")
def verify(source: From, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Check a backup as a restore would, every page of it; nothing is written."""
    answer = ask_long(data, "reading the backup", "backup_verify", backup=_absolute(source))
    made = f"backup {answer['backup']}, made {answer['made_at']}, is whole and opens with this node's keys."
    show(answer, as_json, [made])


@backup.command("restore")
def restore(
    source: From,
    data: Annotated[Path, typer.Option("--data", help="The new data directory; it must not exist yet.")],
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="Your copy of the key-encryption key, where it comes from a file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into a new directory. Stop the old node first, and for good: only one of the two may run."""
    from node.backups.restoring import restore_backup

    fetched: dict[bytes, bytes] = {}

    def fetch(wrapping: "Wrapping") -> bytes:
        if wrapping.key_id not in fetched:
            fetched[wrapping.key_id] = _key(wrapping, key_file)
        return fetched[wrapping.key_id]

    with shown("restoring") as told:
        erased = restore_backup(source.absolute(), data.absolute(), fetch, SystemClock(), told)
    lines = [
        f"Restored into {data}. Rows emptied, since they were erased after the backup was made: {erased}.",
        "Now: holdfast node doctor. If it says that the hub is ahead, and no other copy of this node runs: "
        "holdfast node new-stream --confirm",
    ]
    show({"data": str(data), "rows_emptied": erased}, as_json, lines)


def _key(wrapping: "Wrapping", key_file: Path | None) -> bytes:
    from node import passphrase
    from node.vault.sources import KeySource, Stretch, read_credential, read_key_file

    if wrapping.source is KeySource.CREDENTIAL and key_file is None:
        return read_credential()
    if wrapping.source is KeySource.PASSPHRASE:
        return (wrapping.stretch or Stretch()).key(passphrase.say())
    if key_file is None:
        raise WrongState(
            "this backup opens with a key file: name your copy of it with --key-file (secrets/key-encryption.key of "
            "the node that made it)"
        )
    return read_key_file(key_file)


def _absolute(path: Path | None) -> str:
    return "" if path is None else str(path.absolute())
