"""Where the command keeps the token of a session: a file that only its owner can read."""

import os
from pathlib import Path

from common.errors import InvalidRequest, NotFound
from common.storage.files import read_private, write_private

VARIABLE = "HOLDFAST_NODE_SESSION"
_FILE = "session"


def session_path(data: Path) -> Path:
    """Give the file: `$HOLDFAST_NODE_SESSION` when it is set, else in the data directory."""
    return Path(os.environ.get(VARIABLE) or data / _FILE)


def find_token(data: Path) -> str | None:
    """Read the token; None when nobody signed in here."""
    try:
        return read_private(session_path(data)).decode("ascii", "replace").strip()
    except NotFound:
        return None


def keep_token(data: Path, token: str) -> None:
    """Write the token down."""
    path = session_path(data)
    if not path.parent.is_dir():
        raise InvalidRequest(f"{VARIABLE}: there is no directory {path.parent.name!r} for the session's file")
    write_private(path, token.encode() + b"\n")


def forget_token(data: Path) -> None:
    """Remove the token."""
    session_path(data).unlink(missing_ok=True)
