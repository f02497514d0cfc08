"""Backups: made while the node works, restored into a new directory, refused where one is not as it was written."""

import json
from pathlib import Path

import pytest

from node.backups.restoring import restore_backup
from node.opened import OpenNode
from node.operations import WRITING
from node.operations.backups import standing
from node.vault.keyring import WrongKey
from tests.builders import NOON
from tests.fakes import SetClock
from tests.node_backups import add_keys, back_up, everything_in, readable, restored, say_nothing, with_key_of
from tests.node_command import command


def test_a_backup_is_restored_into_a_new_directory_with_everything_that_opens(
    backed_up: OpenNode, tmp_path: Path
) -> None:
    node = backed_up
    ids = add_keys(node)
    backup = back_up(node, tmp_path / "backups")
    later = add_keys(node)

    with restored(backup, tmp_path / "new", with_key_of(node.data)) as new:
        assert readable(new, ids) == set(ids)
        assert new.keys.database_key == node.keys.database_key
        assert new.bound_key.private_bytes_raw() == node.bound_key.private_bytes_raw()
        assert new.vault.blind("member.code", "M-0001") == node.vault.blind("member.code", "M-0001")
        assert new.settings == node.settings
        assert readable(new, later) == set(), "made after the backup, and not yet beside it"
    assert standing(node)["age_s"] == 0


def test_a_backup_shows_nothing_without_the_key(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    ids = add_keys(node)
    back_up(node, tmp_path / "backups")

    found = everything_in(tmp_path / "backups")

    for secret in (node.keys.database_key, node.bound_key.private_bytes_raw(), b"Ridgeline", *ids):
        assert secret not in found
        assert secret.hex().encode() not in found


def test_an_older_backup_still_opens_what_is_not_erased(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    ids = add_keys(node)
    first = back_up(node, tmp_path / "backups")
    add_keys(node)
    back_up(node, tmp_path / "backups")

    with restored(first, tmp_path / "new", with_key_of(node.data)) as new:
        assert readable(new, ids) == set(ids)


def test_after_a_rotation_old_backups_open_with_the_new_key_and_not_with_the_old_one(
    backed_up: OpenNode, tmp_path: Path
) -> None:
    node = backed_up
    ids = add_keys(node)
    backup = back_up(node, tmp_path / "backups")
    old = with_key_of(node.data)

    answer = WRITING["keys_rotate"](node, {})

    assert (answer["backups"], answer["backups_left"]) == (1, 0)
    with pytest.raises(WrongKey):
        restore_backup(backup, tmp_path / "no", old, SetClock(NOON), say_nothing)
    with restored(backup, tmp_path / "new", with_key_of(node.data)) as new:
        assert readable(new, ids) == set(ids)


async def test_the_commands_make_list_verify_and_restore(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    ids, data = add_keys(node), node.data
    node.close()

    made = await command("backup", "make", "--json", data=data)
    listed = await command("backup", "list", "--json", data=data)
    backup = json.loads(made.stdout)["backup"]
    verified = await command("backup", "verify", backup, data=data)
    unnamed = await command("backup", "restore", backup, data=tmp_path / "new")
    key = str(data / "secrets" / "key-encryption.key")
    done = await command("backup", "restore", backup, "--key-file", key, data=tmp_path / "new")

    assert json.loads(listed.stdout)[0]["backup"] == Path(backup).name
    assert "is whole and opens" in verified.stdout
    assert (unnamed.returncode, "--key-file" in unnamed.stderr) == (2, True)
    assert "new-stream --confirm" in done.stdout
    with OpenNode(tmp_path / "new") as new:
        assert readable(new, ids) == set(ids)
