"""Files that pass through the console: an upload until it is imported, an export until it is taken.

1. Each is one private file of the data directory, sealed under a key that this process alone holds, in memory: what a
   crash leaves behind cannot be read.
2. It belongs to whoever brought it or had it made; nobody else finds it.
3. It goes when it was used, or after an hour; all go when the node is opened and when it is closed.

Source: DESIGN.md 6, "At rest"; TRUST.md e03, i01.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from common.clock import Clock
from common.errors import NotFound, TemporarilyUnavailable, TooMuch
from common.storage.files import write_private
from node.vault.fields import KEY_BYTES, DataKey, Place

FOLDER = "passing"
KEPT_FOR = timedelta(hours=1)
MOST = 20
_GONE = "this file is gone: it is kept for an hour, and not beyond a restart; nothing of it was changed. Send it again"


@dataclass(frozen=True)
class Passing:
    """One file.

    Args:
        owner: the id of the user whose it is.
        name: what its owner calls it.
    """

    owner: bytes
    name: str
    kept_at: datetime


class PassingFiles:
    """The files that pass through one node; used from several threads."""

    def __init__(self, data: Path, clock: Clock) -> None:
        self._folder, self._clock = data / FOLDER, clock
        self._key = DataKey(os.urandom(KEY_BYTES))
        self._held: dict[str, Passing] = {}
        self._lock = Lock()
        shutil.rmtree(self._folder, ignore_errors=True)  # 3

    def keep(self, owner: bytes, name: str, content: bytes) -> str:
        """Keep a file, and give the id that its owner finds it by.

        Raises:
            TooMuch: many wait already.
            TemporarilyUnavailable: the disk takes no more.
        """
        id_ = os.urandom(16).hex()
        sealed = self._key.seal(_place(id_), content)
        with self._lock:
            self._forget()
            if len(self._held) >= MOST:
                raise TooMuch("many files wait here already: use or leave those, or try again in an hour")
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                write_private(self._folder / id_, sealed)
            except OSError:
                (self._folder / f"{id_}.new").unlink(missing_ok=True)
                raise TemporarilyUnavailable(
                    "the file could not be kept (is the disk full, or read-only?): nothing was changed"
                ) from None
            self._held[id_] = Passing(owner, name, self._clock.now())
        return id_

    def get(self, owner: bytes, id_: str) -> tuple[str, bytes]:
        """Give somebody's own file as (name, content); raises NotFound (2)."""
        with self._lock:
            self._forget()
            found = self._held.get(id_)
            if found is None or found.owner != owner:
                raise NotFound(_GONE)
            sealed = (self._folder / id_).read_bytes()
        return found.name, self._key.open(_place(id_), sealed)

    def drop(self, owner: bytes, id_: str) -> None:
        """Remove somebody's own file, if it is there."""
        with self._lock:
            found = self._held.get(id_)
            if found is not None and found.owner == owner:
                self._remove(id_)

    def close(self) -> None:
        """Remove all of them."""
        with self._lock:
            self._held.clear()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self) -> None:
        before = self._clock.now() - KEPT_FOR
        for id_ in [id_ for id_, each in self._held.items() if each.kept_at <= before]:
            self._remove(id_)

    def _remove(self, id_: str) -> None:
        del self._held[id_]
        (self._folder / id_).unlink(missing_ok=True)


def _place(id_: str) -> Place:
    return Place("passing", "content", bytes.fromhex(id_))
