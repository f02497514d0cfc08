"""Where the node's keys come from: the key-encryption key, and the index key that it wraps.

Source: DESIGN.md 6, "At rest".
"""

import os
from pathlib import Path

from common.storage.files import read_private, write_private
from node.vault.fields import KEY_BYTES, DataKey, Place
from node.vault.vault import Vault

KEY_NAME, INDEX_NAME = "key-encryption.key", "index.key"
_INDEX = Place("keyring", "index key", b"")


def open_vault(secrets: Path) -> Vault:
    """Read the node's keys from its `secrets` folder; make them at the first call."""
    if not (secrets / KEY_NAME).exists() and not (secrets / INDEX_NAME).exists():
        key = os.urandom(KEY_BYTES)
        write_private(secrets / KEY_NAME, key)
        write_private(secrets / INDEX_NAME, DataKey(key).seal(_INDEX, os.urandom(KEY_BYTES)))
    key = read_private(secrets / KEY_NAME)
    return Vault(key, DataKey(key).open(_INDEX, read_private(secrets / INDEX_NAME)))
