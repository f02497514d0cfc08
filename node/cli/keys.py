"""`holdfast node keys show | rotate | change-source`."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from common.errors import AlreadyExists, InvalidRequest
from common.storage.files import write_private
from common.terminal import Yes, make_sure, show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.cli.long_work import ask_long
from node.domain.key_source import KeySource

keys = typer.Typer(
    no_args_is_help=True,
    help="The key-encryption key: every other key of this node is wrapped under it.\n\n"
    "It comes from a file, a passphrase or a systemd credential (setting key_source).",
)
To = Annotated[
    Path | None, typer.Option("--to", help="With a credential: a new file for the new key, to give to systemd-creds.")
]
_KEEP = {
    KeySource.FILE: "Copy the new key file to where its copy is kept: the old copy opens nothing here any more.",
    KeySource.PASSPHRASE: "From now on the node starts with the new passphrase alone. Nobody can recover it.",
    KeySource.CREDENTIAL: "Encrypt that file with systemd-creds (see the runbook, Keys), keep a copy of it elsewhere, "
    "remove it here, then restart the node: it no longer starts with the old credential.",
}


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(keys, name="keys")


@keys.command("show")
def show_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show where the key comes from and how many keys are wrapped under it; never a key."""
    found = ask(data, "keys_show")
    lines = [
        f"the key-encryption key comes from: {found['source']} (id {found['key_id']})",
        f"under it: {found['data_keys']} keys of members, encounters and requests; {found['destroyed']} were destroyed",
    ]
    show(found, as_json, lines)


@keys.command("rotate")
def rotate(to: To = None, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Make a new key in the place of the present one and wrap everything under it; the old one is kept nowhere."""
    source = KeySource(ask(data, "keys_show")["source"])
    make_sure("Replace the key-encryption key? The old one, and copies of it, will open nothing here any more", yes)
    _rotate(data, source, to, as_json)


@keys.command("change-source")
def change_source(
    source: Annotated[KeySource, typer.Argument(help="Where the new key is to come from.")],
    to: To = None,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Have the key come from elsewhere: a rotation that also changes the setting `key_source`."""
    make_sure(f"Replace the key-encryption key by one that comes from: {source.value}", yes)
    _rotate(data, source, to, as_json)


def _rotate(data: Path, source: KeySource, to: Path | None, as_json: bool) -> None:
    answer = ask_long(data, "wrapping the keys anew", "keys_rotate", source=source.value, **_given(source, to))
    first = (
        f"{answer['data_keys']} keys are wrapped under the new key (id {answer['key_id']}, from {answer['source']})."
    )
    lines = [
        first,
        _KEEP[source],
        "Make a backup now: copies of backups that lie elsewhere open with the old key alone.",
    ]
    if answer["backups_left"]:
        lines.append(f"{answer['backups_left']} backups in backup_folder could not be wrapped anew: remove them.")
    show(answer, as_json, lines)


def _given(source: KeySource, to: Path | None) -> dict[str, Any]:
    """What the new key is made of, where the node cannot make it alone."""
    from node import passphrase
    from node.vault.fields import KEY_BYTES

    if source is KeySource.PASSPHRASE:
        return {"passphrase": passphrase.say_new()}
    if source is KeySource.FILE:
        return {}
    if to is None:
        raise InvalidRequest(
            "--to: name a new file for the new key, on a disk that you trust, such as /run/holdfast-key"
        )
    if to.exists():
        raise AlreadyExists(f"{to.name!r} exists already: name a new file. Nothing was changed")
    key = os.urandom(KEY_BYTES)
    write_private(to, key)  # before anything is wrapped under it
    return {"key": key.hex()}
