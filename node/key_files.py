"""Where a key-encryption key (KEK) is fetched from and put: its file, the settings; and a new one.

Source: DESIGN.md 6, "At rest".
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from common.storage.files import write_private
from common.storage.sqlite import KEY_BYTES
from node import passphrase
from node.settings import SETTINGS_NAME, NodeSettings
from node.vault.sources import KeySource, Stretch, read_credential, read_key_file


@dataclass(frozen=True)
class NewKey:
    """A key-encryption key that is to take the present one's place."""

    key: bytes
    source: KeySource
    stretch: Stretch | None = None

    @classmethod
    def make(cls, source: KeySource, said: str = "") -> "NewKey":
        """Make one: random, or stretched from a passphrase."""
        if source is KeySource.PASSPHRASE:
            stretch = Stretch()
            return cls(stretch.key(said), source, stretch)
        return cls(os.urandom(KEY_BYTES), source)


def key_file(data: Path, settings: NodeSettings) -> Path:
    """Name the key file: within the data directory unless the setting is an absolute path."""
    return data / settings.key_file


def fetch_key(data: Path, settings: NodeSettings, stretch: Stretch | None) -> bytes:
    """Fetch the KEK from where the settings say."""
    if settings.key_source is KeySource.FILE:
        return read_key_file(key_file(data, settings))
    if settings.key_source is KeySource.CREDENTIAL:
        return read_credential()
    return (stretch or Stretch()).key(passphrase.say(settings.passphrase_fd))


def destroy_file(path: Path) -> None:
    """Write over a file and remove it. A disk that keeps old blocks may still have it: encrypt the disk as well."""
    if not path.is_file() or path.is_symlink():
        return
    with path.open("r+b", buffering=0) as file:
        file.write(bytes(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()


def set_source(data: Path, source: KeySource) -> None:
    """Write the setting `key_source` into the settings file; everything else there stays."""
    path = data / SETTINGS_NAME
    lines = [line for line in path.read_text("utf-8").splitlines() if not re.match(r"\s*key_source\s*=", line)]
    write_private(path, "\n".join([f'key_source = "{source.value}"', *lines, ""]).encode())
