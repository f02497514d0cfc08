"""Makes a backup while the node works on; `form` says what it looks like.

1. The copy is one consistent picture of the store, taken beside the thread that writes.
2. Then the present keys are written beside it, then its manifest; last it gets its name. Whatever cuts this short
   leaves the backups before as they were, and a folder called `.partial`, which the next backup takes away.

Source: DESIGN.md 6; TRUST.md d01, d02.
"""

import logging
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.errors import AlreadyExists, InvalidRequest, TemporarilyUnavailable, WrongState
from common.failpoint import reach
from common.storage.files import write_private
from node.backups.form import BACKUP, MANIFEST, NAME, RECORDS, Manifest, sum_of
from node.backups.identity import seal_identity
from node.backups.present_keys import folder_of, settle_erasures, write_present_keys
from node.opened import STORE_NAME, OpenNode, StoreUnwritable
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL
from node.persistence.backups import record_backup
from node.persistence.copies import copy_store
from node.vault.fields import KEY_BYTES

Told = Callable[[int, int], None]  # how much is done, of how much
_PARTIAL = ".partial"
_log = logging.getLogger(__name__)
_NO_ROOM = "the backup could not be written (is that disk full, or read-only?): make room and try again"


def make_backup(node: OpenNode, folder: Path | None, told: Told) -> Path:
    """Make a backup in a folder, or in the one of the settings.

    Raises:
        InvalidRequest: no folder is named.
        NotFound: the folder is not there.
        TemporarilyUnavailable: its disk is full; no backup was made, the others are as they were.
    """
    folder = folder or folder_of(node)
    if folder is None:
        raise InvalidRequest("where to? Name a folder, best on another disk, or set backup_folder in node.toml")
    if not folder.is_dir():
        raise WrongState(
            f"there is no folder {folder.name!r}: is its disk attached? Make it, readable by the node alone"
        )
    now = node.clock.now()
    backup = folder / f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if backup.exists():
        raise AlreadyExists(f"there is a backup {backup.name} already: wait a second")
    partial = folder / (backup.name + _PARTIAL)
    try:
        _clear(folder)
        partial.mkdir(mode=0o700)
        _write(node, partial, now, told)
        os.rename(partial, backup)
        _sync(folder)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise TemporarilyUnavailable(_NO_ROOM) from None
    except TemporarilyUnavailable:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    reach("node.backup.after_name")
    _record(node, backup, now)
    settle_erasures(node)
    return backup


def _write(node: OpenNode, partial: Path, now: datetime, told: Told) -> None:
    backup_key, records_key = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
    store = node.data / STORE_NAME
    empty = ["data_key", ACCESS.sessions.name]  # who is signed in now is not signed in to what is restored
    copy_store(store, node.keys.database_key, partial / RECORDS, records_key, empty=empty, told=told)  # 1
    reach("node.backup.after_copy")
    write_present_keys(node, partial.parent)  # 2
    reach("node.backup.after_keys")
    manifest = Manifest(
        made_at=now.isoformat(),
        schema_revision=node.schema_revision,
        records=sum_of(partial / RECORDS),
        keys=node.keys.wrapped({BACKUP: backup_key}),
        sealed=seal_identity(node.data, backup_key, node.keys.root, records_key),
    )
    write_private(partial / MANIFEST, manifest.signed(backup_key).to_json())
    reach("node.backup.after_manifest")


def _record(node: OpenNode, backup: Path, now: datetime) -> None:
    size = (backup / RECORDS).stat().st_size

    def use_case(connection: Connection) -> None:
        record_backup(connection, now, size)
        TRAIL.record(connection, now, Entry("operator", "back up", f"backup {backup.name}"))

    try:
        node.write("backup", use_case)
    except StoreUnwritable:  # the backup stands all the same
        _log.warning(
            "the backup was made, but the store has no room to note it: make room", extra={"backup": backup.name}
        )


def _clear(folder: Path) -> None:
    """Take away what earlier attempts left."""
    for path in folder.iterdir():
        if path.name.endswith(_PARTIAL) and NAME.fullmatch(path.name.removesuffix(_PARTIAL)) and not path.is_symlink():
            shutil.rmtree(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
