"""One process for one data directory: a second one is refused, and told who holds it.

The kernel drops the lock when the holder ends, however it ends, so a crash leaves nothing to clean up.

Source: DESIGN.md 5; TRUST.md d08.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from common.errors import WrongState

LOCK_NAME = "process.lock"


class DirectoryHeld(WrongState):
    """Another process works on this directory."""


class DirectoryLock:
    """Holds a data directory for this process, as long as the object is open."""

    def __init__(self, directory: Path, holder: str) -> None:
        """Take the lock at once.

        Args:
            directory: the data directory; it exists.
            holder: what this process is, shown to whoever is refused, such as `hub`.

        Raises:
            DirectoryHeld: names the process that holds it.
        """
        path = directory / LOCK_NAME
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held_by = os.read(self._file, 200).decode("ascii", "replace").strip() or "another process"
            os.close(self._file)
            raise DirectoryHeld(
                f"the data directory {directory.name!r} is in use by {held_by}: "
                "stop it first, or name another directory"
            ) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{holder}, process {os.getpid()}\n".encode("ascii"))

    def close(self) -> None:
        """Give the directory up."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
