"""The one file of data keys beside all backups: `keys.sealed`, always as the store has them now.

1. It is read from the store and written while nobody else writes the store: an erasure and a backup cannot overtake
   each other, and a destroyed key never comes back.
2. What was erased and is not yet gone from this file, or from the store's log, stands in the store as *due*; it is done
   again at each start and each hour, until it is done. So a folder on a disk that is away is caught up with.
3. The file before is written over before it goes.

Source: TRUST.md i04; `node/backups/form.py`, rule 2.
"""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from common.errors import WrongState
from common.failpoint import reach
from common.storage.files import write_private
from node.backups.form import KEYS, open_plain
from node.opened import OpenNode
from node.persistence.backups import find_state, set_due
from node.persistence.data_keys import KeyCopy, list_keys, pack_keys, unpack_keys
from node.vault.fields import KEY_BYTES, Altered, DataKey, Place
from node.vault.keyring import Wrapping

Unwrap = Callable[[Wrapping], dict[str, bytes]]
_NAME, _PLACE = "keys", Place("backup", "keys", b"")
_DAMAGED = f"{KEYS!r} is damaged: copy it again from where it lay. Nothing was changed"
_log = logging.getLogger(__name__)


def folder_of(node: OpenNode) -> Path | None:
    """Give the folder where this node's backups lie; None where the settings name none."""
    return node.data / node.settings.backup_folder if node.settings.backup_folder else None


def write_present_keys(node: OpenNode, folder: Path) -> int:
    """Write the data keys as they are now beside the backups of a folder; tell how many are there."""
    with node.store.begin() as connection:  # 1
        return _write(node, connection, folder)


def settle_erasures(node: OpenNode) -> bool:
    """Do what an erasure left to be done outside of the store (2); tell whether all of it is done."""
    if not node.read(find_state).is_due:
        return True
    folder = folder_of(node)
    is_emptied = node.store.empty_log()
    if folder is not None and not folder.is_dir():
        _log.warning("the folder of the backups is not there: keys that were destroyed are still in it")
        return False
    with node.store.begin() as connection:
        if folder is not None and (folder / KEYS).exists():
            _write(node, connection, folder)
        reach("node.erase.before_settled")
        if is_emptied:
            set_due(connection, is_due=False)
    return is_emptied and node.store.empty_log()


def read_present_keys(folder: Path, unwrap: Unwrap) -> tuple[Wrapping, list[KeyCopy]]:
    """Read the keys beside the backups of a folder.

    Raises:
        NotFound: the file is missing.
        WrongKey: it is wrapped under another KEK.
        WrongState: it is damaged.
    """
    with open_plain(folder / KEYS) as file:
        content = file.read()
    try:
        head, sealed = content.split(b"\n", 1)
        wrapping = Wrapping.from_plain(json.loads(head))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongState(_DAMAGED) from None
    key = unwrap(wrapping)[_NAME]
    try:
        return wrapping, unpack_keys(DataKey(key).open(_PLACE, sealed))
    except Altered:
        raise WrongState(_DAMAGED) from None


def _write(node: OpenNode, connection: Connection, folder: Path) -> int:
    rows = list_keys(connection)
    key = os.urandom(KEY_BYTES)
    head = json.dumps(node.keys.wrapped({_NAME: key}).to_plain()).encode()
    content = head + b"\n" + DataKey(key).seal(_PLACE, pack_keys(rows))
    path = folder / KEYS
    before = os.open(path, os.O_RDWR | os.O_NOFOLLOW) if path.is_file() else -1
    try:
        write_private(path, content)
        if before >= 0:  # 3
            os.pwrite(before, bytes(os.fstat(before).st_size), 0)
            os.fsync(before)
    finally:
        if before >= 0:
            os.close(before)
    return len(rows)
