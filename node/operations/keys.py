"""The key-encryption key: where it comes from, and another one in its place.

Source: DESIGN.md 6, "At rest"; TRUST.md d01, d02.
"""

import os
from typing import Any

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.errors import InvalidRequest, WrongState
from node import passphrase
from node.backups.present_keys import settle_erasures
from node.key_files import NewKey
from node.opened import OpenNode, StoreUnwritable
from node.operations.guarded import Progress, progress_of
from node.persistence.audit import TRAIL
from node.persistence.backups import set_due
from node.persistence.data_keys import count_keys
from node.settings import NodeSettings
from node.vault.fields import KEY_BYTES
from node.vault.sources import KeySource, check_passphrase

_SETTING = f"{NodeSettings.model_config.get('env_prefix', '')}KEY_SOURCE"


def show(node: OpenNode, _: dict[str, Any]) -> Any:
    """Tell where the key-encryption key comes from, and what is wrapped under it."""
    wrapped, destroyed = node.read(count_keys)
    return {
        "source": node.keys.source.value,
        "key_id": node.keys.vault.key_id.hex(),
        "data_keys": wrapped,
        "destroyed": destroyed,
    }


def rotate(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Put another key-encryption key in the place of the present one, and wrap everything under it.

    Raises:
        InvalidRequest: the new source needs a passphrase or a key that was not given.
        StoreUnwritable: the disk is full; the old key goes on to hold, or the next start finishes the work.
    """
    new = _new_key(node, arguments)
    try:
        node.write("settle", node.keys.settle)()  # an earlier one that the disk had no room to finish
        node.keys.begin(new)
        moved = _rewrap(node, new, progress_of(arguments))
        node.keys.finish()
    except OSError:
        raise StoreUnwritable(
            "the keys could not be written (is the disk full, or read-only?): make room and start the node again, "
            "which finishes what was begun; until then remove neither the old key nor the new one"
        ) from None
    settle_erasures(node)  # the keys beside the backups, too
    if new.source is KeySource.PASSPHRASE:
        passphrase.remember(str(arguments["passphrase"]))
    backups, left = node.keys.backups_moved
    told = {"source": new.source.value, "key_id": node.vault.key_id.hex(), "data_keys": moved}
    return told | {"backups": backups, "backups_left": left}


def _rewrap(node: OpenNode, new: NewKey, told: Progress) -> int:
    def use_case(connection: Connection) -> int:
        moved = node.keys.rewrap(connection, told)
        subject = f"key-encryption key from {new.source.value}"
        set_due(connection, is_due=True)
        TRAIL.record(connection, node.clock.now(), Entry("operator", "rotate keys", subject))
        return moved

    try:
        return node.write("rotate", use_case)
    except Exception:
        node.keys.drop()
        raise


def _new_key(node: OpenNode, arguments: dict[str, Any]) -> NewKey:
    source = KeySource(arguments.get("source") or node.keys.source)
    if source is not node.keys.source and _SETTING in os.environ:
        raise WrongState(
            f"the environment says {_SETTING}, which wins over the settings file: take it away there first"
        )
    if source is KeySource.PASSPHRASE:
        return NewKey.make(source, check_passphrase(str(arguments.get("passphrase", ""))))
    if source is KeySource.CREDENTIAL:
        try:
            key = bytes.fromhex(str(arguments.get("key", "")))
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise InvalidRequest("key: the new credential's key is needed: --to FILE writes one")
        return NewKey(key, source)
    return NewKey.make(source)
