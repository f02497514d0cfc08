"""Where a command keeps the token of a session: a file that only its owner can read."""

import os
from pathlib import Path

from common.errors import InvalidRequest, NotFound
from common.storage.files import read_private, write_private

HELD = "held_session"  # the argument with the token that a command found: it counts where a session is needed
_FILE = "session"


class TokenFile:
    """The file of one data directory, or the one that an environment variable names."""

    def __init__(self, data: Path, variable: str) -> None:
        self._variable = variable
        self.path = Path(os.environ.get(variable) or data / _FILE)

    def find(self) -> str | None:
        """Read the token; None when nobody signed in here."""
        try:
            return read_private(self.path).decode("ascii", "replace").strip()
        except NotFound:
            return None

    def keep(self, token: str) -> None:
        """Write the token down."""
        if not self.path.parent.is_dir():
            raise InvalidRequest(f"{self._variable}: there is no directory {self.path.parent.name!r} for it")
        write_private(self.path, token.encode() + b"\n")

    def forget(self) -> None:
        """Remove the token."""
        self.path.unlink(missing_ok=True)
