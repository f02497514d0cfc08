"""A change of keys that is cut short, keys of the previous version, and keys that do not fit."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from common.errors import HoldfastError, WrongState
from common.failpoint import reach as really_reach
from node import keys, opened, passphrase
from node.opened import OpenNode, StoreUnwritable
from node.vault import keyring as rings
from node.vault.sources import KeySource
from tests.killing import run_killed
from tests.node_keys import (
    SAID,
    SAID_NEXT,
    SUBJECTS,
    PowerCut,
    in_secrets,
    opens,
    rotate,
    sealed,
)

CHANGES = {
    "file to file": ("", {}),
    "file to passphrase": ("passphrase", {"passphrase": SAID}),
    "passphrase to file": ("file", {}),
    "passphrase to passphrase": ("passphrase", {"passphrase": SAID_NEXT}),
}
PLACES = [f"node.rotate.{name}" for name in (
    "after_both", "before_commit", "after_commit", "after_key", "after_setting", "after_removal", "after_keyring"
)]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", PLACES)
def test_d01_a_rotation_that_is_cut_short_anywhere_leaves_a_node_that_opens(
    data: Path, change: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, given = CHANGES[change]
    if change.startswith("passphrase"):
        rotate(data, "passphrase", passphrase=SAID)
    fields = sealed(data)

    def cut(name: str) -> None:
        if name == place:
            raise PowerCut
        really_reach(name)

    with monkeypatch.context() as patched:
        for module in (keys, opened):
            patched.setattr(module, "reach", cut)
        with suppress(PowerCut):
            rotate(data, source, **given)

    said = [SAID, SAID_NEXT] if "passphrase" in change else [""]
    assert any(_opens_with(data, fields, each) for each in said)
    passphrase.forget()
    assert any(_opens_with(data, fields, each) for each in said), "at the second start"
    with OpenNode(data) as node:
        assert ("key-encryption.key" in in_secrets(data)) == (node.keys.source is KeySource.FILE)


def _opens_with(data: Path, fields: dict[bytes, bytes], said: str) -> bool:
    if said:
        passphrase.remember(said)
    try:
        return opens(data, fields)
    except WrongState:
        return False


@pytest.mark.parametrize("place", [*PLACES[:4], "node.rotate.after_keyring"])
async def test_d01_a_command_that_is_killed_while_it_rotates_leaves_a_node_that_opens(data: Path, place: str) -> None:
    fields = sealed(data)

    await run_killed(place, "keys", "rotate", "--yes", data=data)

    assert opens(data, fields)
    assert rotate(data)["data_keys"] == len(SUBJECTS)
    assert opens(data, fields)


def test_d02_a_rotation_that_finds_no_room_leaves_the_old_key(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = sealed(data)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for module, name in ((rings, "write_private"), (keys, "write_private")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, full)
            with pytest.raises(StoreUnwritable, match="make room"):
                rotate(data)
        assert opens(data, fields)


@pytest.mark.parametrize("place", ["", "node.keys.after_key", "node.keys.after_keyring"])
def test_d01_a_node_of_the_previous_version_is_taken_over_whatever_cuts_it_short(
    data: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenNode(data) as node:
        database_key = node.keys.database_key
        node.write("test", lambda c: c.exec_driver_sql("DELETE FROM data_key"))
    for name in ("keyring.json", "key-encryption.key"):
        (data / "secrets" / name).unlink()
    (data / "secrets" / "database.key").write_bytes(database_key)
    (data / "secrets" / "database.key").chmod(0o600)

    def cut(name: str) -> None:
        if name == place:
            raise PowerCut

    if place:
        with monkeypatch.context() as patched:
            patched.setattr(keys, "reach", cut)
            with pytest.raises(PowerCut):
                OpenNode(data)

    with OpenNode(data) as node:
        assert node.keys.database_key == database_key
    assert in_secrets(data) == {"bound.key", "key-encryption.key", "keyring.json"}


DAMAGE: dict[str, tuple[str, str]] = {
    "keyring missing": ("keyring.json", "is missing, and without it nothing here can be read"),
    "key missing": ("key-encryption.key", "'key-encryption.key' is missing: restore it"),
    "wrong key": ("key-encryption.key", "wrong key: the key file is another one"),
    "keyring damaged": ("keyring.json", "is damaged: put back"),
    "short key": ("key-encryption.key", "holds 31 bytes"),
    "open to others": ("key-encryption.key", "can be read by others: run chmod 600"),
    "a link": ("key-encryption.key", "is a link"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_d03_keys_that_do_not_fit_are_refused_with_what_to_do(data: Path, damage: str, tmp_path: Path) -> None:
    name, told = DAMAGE[damage]
    path, before = data / "secrets" / name, (data / "node.db").read_bytes()
    whole = path.read_bytes()
    if damage in ("keyring missing", "key missing"):
        path.unlink()
    elif damage == "a link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif damage == "open to others":
        path.chmod(0o640)
    else:
        path.write_bytes({"wrong key": os.urandom(32), "short key": whole[:31]}.get(damage, whole[: len(whole) // 2]))

    for _ in range(2):
        with pytest.raises(HoldfastError, match=told):
            OpenNode(data)

    assert (data / "node.db").read_bytes() == before
    assert not (damage == "keyring missing" and path.exists())


def test_d03_a_keyring_from_before_the_last_rotation_is_refused(data: Path) -> None:
    kept = {path: path.read_bytes() for path in (data / "secrets").iterdir()}
    rotate(data)
    for path, content in kept.items():
        path.write_bytes(content)

    with pytest.raises(WrongState, match="of another time than the store"):
        OpenNode(data)
