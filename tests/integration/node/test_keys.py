"""The key-encryption key: where it comes from, and how another takes its place."""

import json
import os
import re
from pathlib import Path

import pytest

from common.errors import InvalidRequest, NotFound, WrongState
from node import passphrase
from node.key_files import key_file
from node.opened import OpenNode
from node.operations import READING
from node.vault.sources import CREDENTIALS
from tests.node_command import command
from tests.node_keys import SAID, SUBJECTS, in_secrets, key_file_of, opens, rotate, sealed


def test_no_key_but_the_bound_one_lies_plain_beside_the_key_encryption_key(data: Path) -> None:
    with OpenNode(data) as node:
        plain = [node.keys.database_key, node.keys._index_key]

    assert in_secrets(data) == {"bound.key", "key-encryption.key", "keyring.json"}
    for path in (data / "secrets").iterdir():
        assert not any(key in path.read_bytes() or key.hex().encode() in path.read_bytes() for key in plain)


def test_a_rotation_leaves_the_old_key_nowhere_and_everything_readable(data: Path) -> None:
    fields, old = sealed(data), key_file_of(data).read_bytes()

    answer = rotate(data)

    assert answer["data_keys"] == len(SUBJECTS)
    assert opens(data, fields)
    assert key_file_of(data).read_bytes() != old
    assert not any(old in path.read_bytes() for path in data.rglob("*") if path.is_file())
    key_file_of(data).write_bytes(old)
    with pytest.raises(WrongState, match="wrong key: the key file is another one"):
        OpenNode(data)


def test_a_wrong_passphrase_is_refused_and_may_be_said_again(data: Path) -> None:
    fields = sealed(data)
    rotate(data, "passphrase", passphrase=SAID)
    passphrase.remember("something else altogether")
    with pytest.raises(WrongState, match="wrong passphrase"):
        OpenNode(data)
    passphrase.remember(SAID)
    assert opens(data, fields)
    assert in_secrets(data) == {"bound.key", "keyring.json"}


def test_a_passphrase_that_is_too_short_changes_nothing(data: Path) -> None:
    with pytest.raises(InvalidRequest, match="15 characters or more"):
        rotate(data, "passphrase", passphrase="short")
    assert opens(data, {})


async def test_a_command_reads_the_passphrase_from_standard_input_or_a_descriptor(data: Path) -> None:
    changed = await command("keys", "change-source", "passphrase", "--yes", data=data, said=f"{SAID}\n")
    shown = await command("keys", "show", "--json", data=data, said=f"{SAID}\n")
    refused = await command("keys", "show", data=data, said="")

    assert changed.returncode == 0, changed.stderr
    assert json.loads(shown.stdout)["source"] == "passphrase"
    assert (refused.returncode, "none was said" in refused.stderr) == (2, True)
    reading, writing = os.pipe()
    os.write(writing, f"{SAID}\n".encode())
    with (data / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"passphrase_fd = {reading}\n")
    with OpenNode(data) as node:
        assert READING["keys_show"](node, {})["data_keys"] == len(SUBJECTS)


def test_a_systemd_credential_holds_the_key(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields, key = sealed(data), os.urandom(32)
    rotate(data, "credential", key=key.hex())
    assert "key-encryption.key" not in in_secrets(data)
    with pytest.raises(NotFound, match="LoadCredentialEncrypted"):
        OpenNode(data)

    monkeypatch.setenv(CREDENTIALS, str(tmp_path))
    for said in (key, key.hex().encode() + b"\n"):
        (tmp_path / "holdfast-key").write_bytes(said)
        assert opens(data, fields)
    (tmp_path / "holdfast-key").write_bytes(os.urandom(32))
    with pytest.raises(WrongState, match="wrong key: the credential is another one"):
        OpenNode(data)


def test_settings_that_name_another_source_are_told(data: Path) -> None:
    settings = data / "node.toml"
    settings.write_text(settings.read_text("utf-8") + 'key_source = "credential"\n', "utf-8")
    with pytest.raises(WrongState, match=re.escape("comes from 'file': set that")):
        OpenNode(data)


def test_a_key_file_may_lie_elsewhere(data: Path, tmp_path: Path) -> None:
    fields, elsewhere = sealed(data), tmp_path / "stick.key"
    (data / "secrets" / "key-encryption.key").rename(elsewhere)
    settings = data / "node.toml"
    settings.write_text(settings.read_text("utf-8") + f"key_file = {str(elsewhere)!r}\n", "utf-8")

    assert opens(data, fields)
    rotate(data)
    assert opens(data, fields)
    with OpenNode(data) as node:
        assert key_file(data, node.settings) == elsewhere
