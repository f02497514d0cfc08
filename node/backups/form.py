"""What a backup looks like on disk.

    FOLDER/
        keys.sealed              the data keys as they are now; one file for all backups, replaced at each erasure
        20261127T015500Z/
            manifest.json        what it is, sizes and hashes, its keys wrapped, a MAC over all of it
            records.db           every table but the data keys, encrypted as a whole under a key of its own

1. `records.db` holds no data key, and never did: not even on a page that was freed.
2. A record opens with three things: its backup, the present `keys.sealed`, and the key-encryption key (KEK). Erasing
   a record takes its key out of `keys.sealed`: from then on no backup of this folder opens it, however old.
   A copy of `keys.sealed` taken away before still has it, until the KEK is replaced and the old one is gone.
3. A backup's own key is wrapped under the KEK; what identifies the node (root keys, bound key, certificates, settings)
   is sealed under the backup's own key. Nothing about the agency can be read without the KEK.
4. A backup that is being made is called `....partial`; it gets its name when every byte of it is on the disk.
5. Nothing in a manifest names a path: the files of a backup are the ones above, plain files, no links.

Source: DESIGN.md 6; TRUST.md d03, e03, i04.
"""

import hashlib
import hmac
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from common.errors import NotFound, WrongState
from node.vault.keyring import Wrapping

MANIFEST, RECORDS, KEYS = "manifest.json", "records.db", "keys.sealed"
BACKUP = "backup"  # the wrapped key of rule 3
NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z")
FORMAT = 1
_LONGEST_MANIFEST = 4 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class FileSum:
    """What a file of a backup must be."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    schema_revision: int
    records: FileSum
    keys: Wrapping
    sealed: bytes  # rule 3
    mac: str = ""

    def signed(self, backup_key: bytes) -> "Manifest":
        """Give it with its MAC."""
        values = {name: value for name, value in vars(self).items() if name != "mac"}
        return Manifest(**values, mac=self._mac(backup_key))

    def check(self, backup_key: bytes) -> None:
        """Raise WrongState where it is not what the node wrote."""
        if not hmac.compare_digest(self._mac(backup_key), self.mac):
            raise WrongState(
                f"{MANIFEST} was changed after the backup was made: use another backup. Nothing was changed"
            )

    def to_json(self) -> bytes:
        """Write it."""
        return json.dumps(self._plain() | {"mac": self.mac}, indent=1).encode()

    def _plain(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "schema_revision": self.schema_revision,
            "files": {RECORDS: {"bytes": self.records.size, "sha256": self.records.sha256}},
            "keys": self.keys.to_plain(),
            "sealed": self.sealed.hex(),
        }

    def _mac(self, backup_key: bytes) -> str:
        key = hmac.digest(backup_key, b"manifest", "sha256")
        return hmac.digest(key, json.dumps(self._plain(), sort_keys=True).encode(), "sha256").hex()


def read_manifest(backup: Path) -> Manifest:
    """Read a backup's manifest.

    Raises:
        NotFound: there is no backup, or it was never finished.
        WrongState: it is damaged, or of a newer version.
    """
    if backup.is_symlink() or not backup.is_dir():
        raise NotFound(f"there is no backup {backup.name!r}: `holdfast node backup list` shows what there is")
    with open_plain(backup / MANIFEST) as file:
        content = file.read(_LONGEST_MANIFEST)
    try:
        plain = json.loads(content)
        if plain["format"] != FORMAT:
            raise WrongState(f"{MANIFEST} is of a newer version: restore it with that one")
        [(name, told)] = plain["files"].items()
        if name != RECORDS:  # rule 5
            raise ValueError(name)
        return Manifest(
            made_at=str(plain["made_at"]),
            schema_revision=int(plain["schema_revision"]),
            records=FileSum(int(told["bytes"]), str(told["sha256"])),
            keys=Wrapping.from_plain(plain["keys"]),
            sealed=bytes.fromhex(plain["sealed"]),
            mac=str(plain["mac"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongState(f"{MANIFEST} of {backup.name!r} is damaged: use another backup. Nothing was changed") from None


def check_file(path: Path, told: FileSum) -> None:
    """Raise WrongState where a file is not the one that the manifest tells of."""
    found = sum_of(path)
    if found.size != told.size:
        raise WrongState(
            f"{path.name!r} has {found.size:,} bytes, {told.size:,} were written: it was not copied whole. Copy it "
            "again, or use another backup. Nothing was changed"
        )
    if found.sha256 != told.sha256:
        raise WrongState(f"{path.name!r} is damaged: use another backup. Nothing was changed")


def check_nothing_else(backup: Path) -> None:
    """Raise WrongState where something lies in a backup that does not belong there (rule 5)."""
    for path in sorted(backup.iterdir()):
        if path.name not in (MANIFEST, RECORDS):
            raise WrongState(f"{path.name!r} does not belong into a backup: take it away. Nothing was changed")


def sum_of(path: Path) -> FileSum:
    """Read a whole file for its size and hash."""
    hashed, size = hashlib.sha256(), 0
    with open_plain(path) as file:
        while piece := file.read(_PIECE):
            hashed.update(piece)
            size += len(piece)
    return FileSum(size, hashed.hexdigest())


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file to read; a link or anything else is refused (rule 5).

    Raises:
        NotFound: there is none.
        WrongState: it is no plain file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotFound(
            f"{path.name!r} is missing in {path.parent.name!r}: it was not copied whole, or never finished. "
            "Nothing was changed"
        ) from None
    except OSError:
        raise WrongState(f"{path.name!r} is a link, or cannot be opened: put the file itself there") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise WrongState(f"{path.name!r} is no plain file: put the file itself there")
    return os.fdopen(handle, "rb")


def find_backups(folder: Path) -> list[Path]:
    """List the finished backups of a folder, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and not path.is_symlink())
