"""Restores a backup into a new directory, and verifies one without restoring it.

1. Nothing is written before the manifest, every file and the present keys are checked.
2. A restore goes only into a directory that does not exist yet, first under another name; the last step is its name.
3. The data keys are those of now, not of then: what was erased since is emptied in the restored store too.
4. The node then finds the hub ahead of it, or not: DESIGN.md 3, "Restores".

Source: TRUST.md d03, e03, t04, i04.
"""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from functools import partial as bound
from pathlib import Path

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.clock import Clock
from common.errors import AlreadyExists, NotFound, WrongState
from common.settings import load_settings
from common.storage.files import write_private
from common.storage.integrity import find_damage
from common.storage.migration import newest_revision
from common.storage.sqlite import open_sqlite
from node import migrations
from node.backups.form import BACKUP, KEYS, RECORDS, Manifest, check_file, check_nothing_else, read_manifest
from node.backups.identity import Identity, open_identity
from node.backups.present_keys import Unwrap, read_present_keys
from node.key_files import key_file
from node.opened import STORE_NAME, OpenNode
from node.persistence.audit import TRAIL
from node.persistence.copies import copy_store
from node.persistence.data_keys import KeyCopy, put_keys
from node.persistence.erasing import empty_records
from node.settings import SETTINGS_NAME, NodeSettings
from node.vault.keyring import DATABASE, Keyring, Wrapping, wrap, write_keyring
from node.vault.sources import KeySource

Told = Callable[[int, int], None]


Fetch = Callable[[Wrapping], bytes]  # gives the key-encryption key that a wrapping wants


class Checked:
    """A backup whose every part was checked (1)."""

    def __init__(self, backup: Path, unwrap: Unwrap) -> None:
        """Check it.

        Raises:
            NotFound: a part is missing.
            WrongKey: the key-encryption key is another.
            WrongState: a part is damaged, cut off or altered; names it.
        """
        self.backup = backup
        self.manifest: Manifest = read_manifest(backup)
        newest = newest_revision(migrations.FOLDER)
        if self.manifest.schema_revision > newest:
            raise WrongState(
                f"the backup has schema revision {self.manifest.schema_revision}, this version knows {newest}: install "
                "the newer version first"
            )
        backup_key = unwrap(self.manifest.keys)[BACKUP]
        self.manifest.check(backup_key)
        check_nothing_else(backup)
        check_file(backup / RECORDS, self.manifest.records)
        self.identity: Identity = open_identity(backup_key, self.manifest.sealed)
        wrapping, self.keys = _present_keys(backup.resolve().parent, unwrap)
        if wrapping.key_id != self.manifest.keys.key_id:
            raise WrongState(
                f"{KEYS!r} and the backup are wrapped under different keys: copy both from one place again"
            )


def verify_backup(backup: Path, unwrap: Unwrap, told: Told) -> Checked:
    """Check a backup as a restore would, and read every page of its store besides."""
    checked = Checked(backup, unwrap)
    told(1, 2)
    store = open_sqlite(backup / RECORDS, checked.identity.records_key)
    try:
        with store.read() as connection:
            damage = find_damage(connection)
    finally:
        store.close()
    if damage:
        raise WrongState(f"{RECORDS!r} is damaged ({damage}): use another backup")
    told(2, 2)
    return checked


def restore_backup(backup: Path, new: Path, fetch: Fetch, clock: Clock, told: Told) -> int:
    """Restore a backup into a new directory; tell how many records were erased since it was made.

    Raises:
        AlreadyExists: the directory is there already (2).
        HoldfastError: as `Checked` does; nothing was written then.
    """
    if new.exists() or new.is_symlink():
        raise AlreadyExists(
            f"{new.name!r} exists already: a backup is restored into a new directory. Nothing was changed"
        )
    if not new.parent.is_dir():
        raise NotFound(f"there is no folder {new.parent.name!r} to make {new.name!r} in")
    checked = Checked(backup, lambda wrapping: wrapping.open(fetch(wrapping)))
    partial = new.with_name(new.name + ".partial")
    if partial.exists() or partial.is_symlink():
        raise AlreadyExists(f"{partial.name!r} is left from a restore that was cut short: remove it first")
    partial.mkdir(mode=0o700)
    try:
        erased = _fill(checked, partial, fetch(checked.manifest.keys), clock, told)
        os.rename(partial, new)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return erased


def _fill(checked: Checked, data: Path, key: bytes, clock: Clock, told: Told) -> int:
    identity, keys = checked.identity, checked.manifest.keys
    identity.put_back(data)
    write_keyring(data / "secrets", Keyring(wrap(key, keys.source, keys.stretch, identity.root)))
    if keys.source is KeySource.FILE:
        path = key_file(data, load_settings(NodeSettings, data / SETTINGS_NAME))
        if not path.exists():
            write_private(path, key)
    copy_store(checked.backup / RECORDS, identity.records_key, data / STORE_NAME, identity.root[DATABASE], told=told)
    with OpenNode(data, clock, "holdfast node backup restore") as node:
        return node.write("restore", bound(_put_keys, checked, node.clock.now()))


def _put_keys(checked: Checked, now: datetime, connection: Connection) -> int:
    put_keys(connection, checked.keys)
    erased = empty_records(connection, [key.subject_id for key in checked.keys if key.wrapped is None])  # 3
    TRAIL.record(connection, now, Entry("operator", "restore", f"backup {checked.backup.name}"))
    return erased


def _present_keys(folder: Path, unwrap: Unwrap) -> tuple[Wrapping, list[KeyCopy]]:
    try:
        return read_present_keys(folder, unwrap)
    except NotFound:
        raise NotFound(
            f"{KEYS!r} is missing beside the backup: copy it from the folder that the backup was made in, since no "
            "record opens without it. Nothing was changed"
        ) from None
