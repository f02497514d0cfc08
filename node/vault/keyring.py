"""The keyring: the node's root keys, wrapped under the key-encryption key (KEK), as one file.

    secrets/keyring.json   which KEK, where it comes from, and under it: the store's key, the key of the blind indexes

1. The KEK itself never stands in the keyring, only an id of it: by that a wrong key is told before anything is opened.
2. While the KEK is being replaced the keyring holds both wrappings, and each KEK wrapped under the other: whoever has
   one of the two opens the node, and what was begun can be finished or dropped. Afterwards the old one is nowhere.
3. The file is replaced all at once.

Source: DESIGN.md 6, "At rest"; TRUST.md d03.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import NotFound, WrongState
from common.storage.files import read_private, write_private
from node.vault.fields import Altered, DataKey, Place
from node.vault.sources import KeySource, Stretch

KEYRING_NAME = "keyring.json"
DATABASE, INDEX = "database", "index"  # the root keys
NEXT, PREVIOUS = "next", "previous"  # rule 2
_FORMAT = 1
_DAMAGED = f"{KEYRING_NAME} is damaged: put back the one from the last backup of secrets/, or restore a backup"

Fetch = Callable[[Stretch | None], bytes]


class WrongKey(WrongState):
    """The key-encryption key is another one than the keys here are wrapped under."""


def key_id(key: bytes) -> bytes:
    """Give the id of a key-encryption key, 8 bytes: it tells two apart, and nothing about either."""
    return hashlib.sha256(b"holdfast key-encryption key\0" + key).digest()[:8]


@dataclass(frozen=True)
class Wrapping:
    """Some keys wrapped under one KEK."""

    source: KeySource
    key_id: bytes
    stretch: Stretch | None  # of a passphrase
    wrapped: Mapping[str, bytes]

    def open(self, key: bytes) -> dict[str, bytes]:
        """Unwrap every key; raises WrongKey, or WrongState where one was altered."""
        if key_id(key) != self.key_id:
            raise WrongKey(_wrong_key(self.source))
        try:
            return {name: DataKey(key).open(_place(name), sealed) for name, sealed in self.wrapped.items()}
        except Altered:
            raise WrongState(_DAMAGED) from None

    def to_plain(self) -> dict[str, Any]:
        """Give what JSON can carry."""
        return {
            "source": self.source.value,
            "key_id": self.key_id.hex(),
            "stretch": None if self.stretch is None else self.stretch.to_plain(),
            "wrapped": {name: sealed.hex() for name, sealed in self.wrapped.items()},
        }

    @classmethod
    def from_plain(cls, plain: Any) -> "Wrapping":
        """Read what `to_plain` gave; raises ValueError, KeyError or TypeError for anything else."""
        stretch = None if plain["stretch"] is None else Stretch.from_plain(plain["stretch"])
        wrapped = {str(name): bytes.fromhex(sealed) for name, sealed in plain["wrapped"].items()}
        return cls(KeySource(plain["source"]), bytes.fromhex(plain["key_id"]), stretch, wrapped)


def wrap(key: bytes, source: KeySource, stretch: Stretch | None, plain: Mapping[str, bytes]) -> Wrapping:
    """Wrap keys under a KEK."""
    return Wrapping(
        source, key_id(key), stretch, {name: DataKey(key).seal(_place(name), each) for name, each in plain.items()}
    )


@dataclass(frozen=True)
class Keyring:
    """What the file holds: one wrapping, or two while the KEK is being replaced."""

    current: Wrapping
    next: Wrapping | None = None

    def find_key(self, source: KeySource, fetch: Fetch) -> tuple[Wrapping, bytes]:
        """Fetch the KEK and tell which wrapping it opens.

        Args:
            source: where the settings say that it comes from.
            fetch: gives the key of that source; for a passphrase, stretched as told.

        Raises:
            WrongKey: the source gives another key.
            WrongState: the settings name another source than the keyring.
        """
        fitting = [each for each in (self.current, self.next) if each is not None and each.source is source]
        if not fitting:
            raise WrongState(
                f"the settings say key_source = {source.value!r}, but the keys here are wrapped under one that comes "
                f"from {self.current.source.value!r}: set that, then use `holdfast node keys change-source`"
            )
        for wrapping in fitting:
            key = fetch(wrapping.stretch)
            if key_id(key) == wrapping.key_id:
                return wrapping, key
        raise WrongKey(_wrong_key(source))


def write_keyring(secrets: Path, keyring: Keyring) -> None:
    """Write the keyring all at once (rule 3)."""
    plain: dict[str, Any] = {"format": _FORMAT, "current": keyring.current.to_plain()}
    if keyring.next is not None:
        plain["next"] = keyring.next.to_plain()
    write_private(secrets / KEYRING_NAME, json.dumps(plain, indent=1).encode())


def read_keyring(secrets: Path) -> Keyring:
    """Read the keyring.

    Raises:
        NotFound: there is none.
        WrongState: it is damaged, of a newer version, or others can read it.
    """
    try:
        content = read_private(secrets / KEYRING_NAME)
    except NotFound:
        raise NotFound(
            f"secrets/{KEYRING_NAME} is missing, and without it nothing here can be read: put it back from your copy "
            "of secrets/, or restore a backup with `holdfast node backup restore`. Nothing was changed"
        ) from None
    try:
        plain = json.loads(content)
        if plain["format"] != _FORMAT:
            raise WrongState(f"{KEYRING_NAME} was written by a newer version: install that one again")
        following = plain.get("next")
        return Keyring(
            Wrapping.from_plain(plain["current"]), None if following is None else Wrapping.from_plain(following)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongState(_DAMAGED) from None


def _place(name: str) -> Place:
    return Place("keyring", name, b"")


def _wrong_key(source: KeySource) -> str:
    if source is KeySource.PASSPHRASE:
        return "wrong passphrase: the keys here do not open with it. Nothing was changed; try again"
    where = "key file" if source is KeySource.FILE else "credential"
    return (
        f"wrong key: the {where} is another one than the keys here are wrapped under. Nothing was changed. "
        f"Put the right {where} back, or restore a backup made under this one"
    )
