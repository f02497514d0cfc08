"""Secrets as files: made once, readable by their owner alone, written so that a crash leaves the old or the new one."""

import os
import stat
from pathlib import Path

from common.errors import NotFound, WrongState


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, durably and all at once."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(handle, 0o600)
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(draft, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_private(path: Path) -> bytes:
    """Read a secret file.

    Raises:
        NotFound: there is none.
        WrongState: others can read it, or it is a link.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise NotFound(f"the secret file {path.name!r} is missing: restore it from where you keep it") from None
    except OSError:
        raise WrongState(
            f"the secret file {path.name!r} cannot be opened, or is a link: put the file itself there"
        ) from None
    with os.fdopen(handle, "rb") as file:
        if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
            raise WrongState(f"the secret file {path.name!r} can be read by others: run chmod 600 on it")
        return file.read()
