"""The keys of one node: made with it, opened at every start, replaced without a moment in which the node cannot open.

1. A new key-encryption key (KEK) is where it comes from before anything is wrapped under it alone.
2. Replacing it: the keyring first holds both wrappings; then one transaction re-wraps every data key; then the new KEK
   takes the old one's place (key file, setting), the old key file is removed, and last the keyring holds the new one
   alone. A crash anywhere leaves a node that opens with the old KEK or the new one, and `settle` finishes or drops it.
3. A node of the previous version has its store's key as a plain file: the keyring is written, then that file goes.
4. A keyring that is missing is never made anew beside a store.

Source: DESIGN.md 6, "At rest"; TRUST.md d01, d03.
"""

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection

from common.errors import WrongState
from common.failpoint import reach
from common.settings import load_settings
from common.storage.files import read_private, write_private
from common.storage.sqlite import KEY_BYTES
from node import passphrase
from node.backups.rewrapping import move_backups
from node.key_files import NewKey, destroy_file, fetch_key, key_file, set_source
from node.persistence.backups import set_due
from node.persistence.data_keys import find_key_id, rewrap
from node.settings import SETTINGS_NAME, NodeSettings
from node.vault import keyring as rings
from node.vault.fields import DataKey, Place
from node.vault.keyring import DATABASE, INDEX, KEYRING_NAME, NEXT, PREVIOUS, Keyring, Wrapping, WrongKey
from node.vault.sources import KeySource, Stretch, read_credential, read_key_file
from node.vault.vault import Vault

_PLAIN_DATABASE, _PLAIN_INDEX = "database.key", "index.key"  # rule 3
_log = logging.getLogger(__name__)


class NodeKeys:
    """The opened keys of one node."""

    def __init__(self, data: Path, settings: NodeSettings, keyring: Keyring, found: Wrapping, key: bytes) -> None:
        self._data = data
        self._secrets = data / "secrets"
        self._settings = settings
        self.keyring = keyring
        self._found = found
        self._key = key
        self.backups_moved = (0, 0)  # at the last change of the KEK: of how many backups it was done, and not
        opened = found.open(key)
        self._other = opened.get(NEXT) or opened.get(PREVIOUS)
        self.database_key = opened[DATABASE]
        self._index_key = opened[INDEX]
        self.vault = Vault(key, self._index_key)

    @classmethod
    def make(cls, data: Path, settings: NodeSettings) -> "NodeKeys":
        """Make the keys of a new node, or open those that an earlier attempt made."""
        secrets = data / "secrets"
        if not ((secrets / KEYRING_NAME).exists() or (secrets / _PLAIN_DATABASE).exists()):
            _make_keyring(data, settings, os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))
        return cls.open(data, settings)

    @classmethod
    def open(cls, data: Path, settings: NodeSettings) -> "NodeKeys":
        """Open a node's keys; takes over those of the previous version (rule 3).

        Raises:
            NotFound: the keyring, the key file or the credential is missing.
            WrongKey: it is another key.
            WrongState: the keyring is damaged, or others can read a secret.
        """
        secrets = data / "secrets"
        if not (secrets / KEYRING_NAME).exists() and (secrets / _PLAIN_DATABASE).exists():
            _take_over(data, settings)
        keyring = rings.read_keyring(secrets)
        try:
            found, key = keyring.find_key(settings.key_source, lambda stretch: fetch_key(data, settings, stretch))
        except WrongKey:
            passphrase.forget()
            raise
        opened = cls(data, settings, keyring, found, key)
        _drop_plain(secrets, opened.database_key)
        return opened

    @property
    def source(self) -> KeySource:
        """Where the KEK comes from."""
        return self._settings.key_source

    def wrapped(self, plain: Mapping[str, bytes]) -> Wrapping:
        """Wrap other keys under the KEK, such as a backup's."""
        return rings.wrap(self._key, self._found.source, self._found.stretch, plain)

    def unwrapped(self, wrapping: Wrapping) -> dict[str, bytes]:
        """Unwrap what `wrapped` gave; raises WrongKey."""
        return wrapping.open(self._key)

    @property
    def root(self) -> dict[str, bytes]:
        """The root keys, as a backup seals them."""
        return {DATABASE: self.database_key, INDEX: self._index_key}

    def settle(self, connection: Connection) -> Callable[[], None]:
        """Finish or drop a replacement that a crash cut short (rule 2); what is given must be called after the commit.

        Raises:
            WrongState: the store's data keys are wrapped under a KEK that the keyring does not know.
        """
        held = find_key_id(connection)
        following = self.keyring.next
        known = {each.key_id for each in (self.keyring.current, following) if each is not None}
        if held is not None and held not in known:
            raise WrongState(
                "the keys in secrets/ are of another time than the store: put back the keyring and the key that belong "
                "to it, or restore a backup. Nothing was changed"
            )
        if following is None:
            return lambda: None
        if self._found is self.keyring.current and held != following.key_id:
            return self._dropped
        self._move(connection, None)
        set_due(connection, is_due=True)
        return self.finish

    def begin(self, new: NewKey) -> None:
        """Have the keyring hold both KEKs, each under the other."""
        plain = self.root
        current = self.keyring.current
        both = Keyring(
            rings.wrap(self._key, current.source, current.stretch, plain | {NEXT: new.key}),
            rings.wrap(new.key, new.source, new.stretch, plain | {PREVIOUS: self._key}),
        )
        rings.write_keyring(self._secrets, both)
        self.keyring, self._found, self._other = both, both.current, new.key
        reach("node.rotate.after_both")

    def rewrap(self, connection: Connection, told: Callable[[int, int], None] | None = None) -> int:
        """Wrap every data key of the store under the new KEK, in the caller's transaction; tell how many there were."""
        return self._move(connection, told)

    def finish(self) -> None:
        """Let the new KEK take the old one's place, and keep the old one nowhere."""
        following = self.keyring.next
        if following is None:
            return
        new = self._key if self._found is following else self._other
        assert new is not None
        self.vault.move_to(self.vault.under(new))  # the store is wrapped under it already
        self.backups_moved = self._move_backups(following, new)
        source = following.source
        if source is KeySource.FILE:
            write_private(key_file(self._data, self._settings), new)
        reach("node.rotate.after_key")
        if source is not self._settings.key_source:
            set_source(self._data, source)
            self._settings = self._settings.model_copy(update={"key_source": source})
            reach("node.rotate.after_setting")
        if source is not KeySource.FILE and self.keyring.current.source is KeySource.FILE:
            destroy_file(key_file(self._data, self._settings))
            reach("node.rotate.after_removal")
        alone = rings.wrap(new, source, following.stretch, self.root)
        rings.write_keyring(self._secrets, Keyring(alone))
        reach("node.rotate.after_keyring")
        self.keyring, self._found, self._key, self._other = Keyring(alone), alone, new, None

    def _move_backups(self, following: Wrapping, new: bytes) -> tuple[int, int]:
        """Wrap the keys of the settings' backups under the new KEK; tell of how many it was done, or not."""
        old = self._other if self._found is following else self._key
        assert old is not None
        if not self._settings.backup_folder:
            return 0, 0
        return move_backups(
            self._data / self._settings.backup_folder,
            old,
            lambda plain: rings.wrap(new, following.source, following.stretch, plain),
        )

    def drop(self) -> None:
        """Let the old KEK go on to hold."""
        alone = rings.wrap(
            self._key,
            self._found.source,
            self._found.stretch,
            self.root,
        )
        rings.write_keyring(self._secrets, Keyring(alone))
        self.keyring, self._found, self._other = Keyring(alone), alone, None

    def _dropped(self) -> None:
        self.drop()
        _log.warning("a change of the key-encryption key was cut short: the old key goes on to hold")

    def _move(self, connection: Connection, told: Callable[[int, int], None] | None) -> int:
        """Re-wrap what is under the old KEK; what is under the new one already stays."""
        is_next = self._found is self.keyring.next
        old, new = (self._other, self._key) if is_next else (self._key, self._other)
        assert old is not None
        assert new is not None
        return rewrap(connection, self.vault.under(old), self.vault.under(new), told)


def open_keys(data: Path) -> NodeKeys:
    """Open a node's keys by its own settings; raises as `NodeKeys.open` does."""
    return NodeKeys.open(data, load_settings(NodeSettings, data / SETTINGS_NAME))


def _make_keyring(data: Path, settings: NodeSettings, database_key: bytes, index_key: bytes) -> None:
    source, stretch = settings.key_source, None
    if source is KeySource.FILE:
        path = key_file(data, settings)
        if not path.exists():
            write_private(path, os.urandom(KEY_BYTES))  # 1
        key = read_key_file(path)
    elif source is KeySource.CREDENTIAL:
        key = read_credential()
    else:
        stretch = Stretch()
        key = stretch.key(passphrase.say_new(settings.passphrase_fd))
    reach("node.keys.after_key")
    wrapping = rings.wrap(key, source, stretch, {DATABASE: database_key, INDEX: index_key})
    rings.write_keyring(data / "secrets", Keyring(wrapping))
    reach("node.keys.after_keyring")


def _take_over(data: Path, settings: NodeSettings) -> None:
    secrets = data / "secrets"
    database_key, index_key = read_private(secrets / _PLAIN_DATABASE), os.urandom(KEY_BYTES)
    if (secrets / _PLAIN_INDEX).exists():  # wrapped by an unfinished form of this version
        sealed = read_private(secrets / _PLAIN_INDEX)
        index_key = DataKey(read_key_file(key_file(data, settings))).open(Place("keyring", "index key", b""), sealed)
    _make_keyring(data, settings, database_key, index_key)


def _drop_plain(secrets: Path, database_key: bytes) -> None:
    """Remove the plain keys of the previous version, once the keyring holds them."""
    plain = secrets / _PLAIN_DATABASE
    if plain.exists():
        if read_private(plain) != database_key:
            raise WrongState(
                f"secrets/ holds a {_PLAIN_DATABASE} that is not this keyring's: take away the one that does not "
                "belong here"
            )
        destroy_file(plain)
    destroy_file(secrets / _PLAIN_INDEX)
