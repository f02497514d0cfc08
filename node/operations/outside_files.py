"""Files that a person names, outside the node's own directory: read or made, and nothing else than plain files.

1. What is read is a plain file: no link, directory, pipe or device. It is opened without following a link.
2. What is written is new, readable by its owner alone, and never replaces or follows anything.
3. The node's own directory is neither read from nor written to.

Source: TRUST.md e03.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from common.errors import InvalidRequest, NotFound, TooMuch
from common.storage.files import write_new
from node.opened import OpenNode


def read_outside(node: OpenNode, said: str, most_bytes: int) -> bytes:
    """Read a whole file.

    Raises:
        NotFound: there is none.
        InvalidRequest: it is no plain file, or one of the node's own.
        TooMuch: it is larger than `most_bytes`.
    """
    path = _outside(node, said)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path.name!r} there") from None
    except OSError:
        raise InvalidRequest(f"{path.name!r} cannot be opened, or is a link: name the file itself") from None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise InvalidRequest(f"{path.name!r} is no plain file")
    with os.fdopen(handle, "rb") as file:
        if found.st_size > most_bytes:
            raise TooMuch(f"{path.name!r} has more than {most_bytes // 1024 // 1024} MiB: split it")
        return file.read(most_bytes + 1)[:most_bytes]


def write_outside(node: OpenNode, said: str, pieces: Iterable[bytes]) -> Path:
    """Make a new file and write it; what was begun is removed if the writing fails.

    Raises:
        AlreadyExists: something is there already.
        InvalidRequest: it cannot be made there, or lies in the node's own directory.
    """
    path = _outside(node, said)
    write_new(path, pieces)
    return path


def _outside(node: OpenNode, said: str) -> Path:
    """Check a path (3); a relative one would be taken from wherever the node was started."""
    if "\0" in said or not said:
        raise InvalidRequest("file: name one")
    path = Path(said)
    if not path.is_absolute() or ".." in path.parts:
        raise InvalidRequest("file: give its whole path")
    own = node.data.resolve()
    if path.parent.resolve().is_relative_to(own) or path.resolve().is_relative_to(own):
        raise InvalidRequest("file: lies in the node's own directory: name one outside of it")
    return path
