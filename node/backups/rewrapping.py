"""Wraps the keys of old backups under a new key-encryption key (KEK), so that they can still be restored.

1. A backup that is wrapped under neither the old nor the new KEK, or is damaged, stays as it is, and is counted.
2. Safe to repeat: one that is under the new KEK already is left alone.

Source: `node/keys.py`, rule 2.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from common.errors import HoldfastError
from common.storage.files import write_private
from node.backups.form import BACKUP, MANIFEST, find_backups, read_manifest
from node.vault.keyring import Wrapping, key_id

_log = logging.getLogger(__name__)


def move_backups(folder: Path, old: bytes, wrap: Callable[[Mapping[str, bytes]], Wrapping]) -> tuple[int, int]:
    """Wrap the keys of a folder's backups anew; tell of how many it was done, and of how many it could not be."""
    moved = left = 0
    for backup in find_backups(folder):
        try:
            moved += _move(backup, old, wrap)
        except (HoldfastError, OSError):  # 1
            left += 1
    if left or not folder.is_dir():
        _log.warning("backups that open only with the old key-encryption key were left", extra={"backups": left})
    return moved, left


def _move(backup: Path, old: bytes, wrap: Callable[[Mapping[str, bytes]], Wrapping]) -> bool:
    manifest = read_manifest(backup)
    if manifest.keys.key_id != key_id(old) and manifest.keys.key_id == wrap({}).key_id:  # 2
        return True
    plain = manifest.keys.open(old)
    manifest.check(plain[BACKUP])
    write_private(backup / MANIFEST, replace(manifest, keys=wrap(plain)).signed(plain[BACKUP]).to_json())
    return True
