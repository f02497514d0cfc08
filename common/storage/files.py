"""Secrets as files: made once, readable by their owner alone, written so that a crash leaves the old or the new one."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, durably and all at once."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb", buffering=0) as file:
        os.fchmod(handle, 0o600)
        rest = memoryview(content)
        while rest:  # a full disk takes a part first, and says so at the next write
            rest = rest[file.write(rest) :]
        os.fsync(handle)
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
        WrongState: others can read it, or it is a link or no file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotFound(f"the secret file {path.name!r} is missing: restore it from where you keep it") from None
    except OSError:
        raise WrongState(
            f"the secret file {path.name!r} cannot be opened, or is a link: put the file itself there"
        ) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise WrongState(f"the secret file {path.name!r} is no plain file: put the file itself there")
    with os.fdopen(handle, "rb") as file:
        if stat.S_IMODE(mode) & 0o077:
            raise WrongState(f"the secret file {path.name!r} can be read by others: run chmod 600 on it")
        return file.read()


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """Make a new file that only its owner can read, and write it; what was begun is removed if the writing fails.

    Raises:
        AlreadyExists: something is there already.
        InvalidRequest: it cannot be made there.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise AlreadyExists(f"{path.name!r} is there already: name a new file") from None
    except OSError:
        raise InvalidRequest(
            f"{path.name!r} cannot be made there: is there such a folder, and may it be used?"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
