"""Asks for the passphrase of a node's keys: a file descriptor, the terminal, or one line of standard input.

1. What was said is kept in memory as long as the process runs, since a command may open its node more than once.
2. A new passphrase is asked for twice where somebody types it.

Source: DESIGN.md 6, "At rest".
"""

import getpass
import os
import sys

from common.errors import InvalidRequest
from node.vault.sources import LONGEST_PASSPHRASE, check_passphrase

_remembered: list[str] = []  # 1


def say(descriptor: int = -1) -> str:
    """Give the passphrase of the keys.

    Args:
        descriptor: an open file descriptor that holds it as one line; negative: ask, or read standard input.

    Raises:
        InvalidRequest: nobody said one.
    """
    if not _remembered:
        _remembered.append(_ask("Passphrase of this node's keys", descriptor))
    return _remembered[0]


def say_new(descriptor: int = -1) -> str:
    """Give a passphrase for new keys; raises InvalidRequest when it is too short, or typed in two ways."""
    if descriptor < 0 and sys.stdin.isatty():
        first = check_passphrase(_ask("New passphrase of this node's keys", descriptor))
        if _ask("The same again", descriptor) != first:  # 2
            raise InvalidRequest("passphrase: the two were not alike. Nothing was changed")
        remember(first)
        return first
    forget()
    return check_passphrase(say(descriptor))


def remember(said: str) -> None:
    """Keep what opens the keys from now on."""
    _remembered[:] = [said]


def forget() -> None:
    """Ask again next time: what was said does not open the keys."""
    _remembered.clear()


def _ask(question: str, descriptor: int) -> str:
    if descriptor >= 0:
        try:
            said = _line(descriptor)
        except OSError:
            raise InvalidRequest(f"passphrase_fd: file descriptor {descriptor} cannot be read") from None
    elif sys.stdin.isatty():
        said = getpass.getpass(f"{question}: ")
    else:
        said = _line(sys.stdin.fileno())
    if not said:
        raise InvalidRequest("passphrase: none was said; run this on a terminal, or pipe one line to it")
    return said


def _line(descriptor: int) -> str:
    """Read one line and nothing behind it: what follows on standard input belongs to the command."""
    line = b""
    while not line.endswith(b"\n") and len(line) <= 4 * LONGEST_PASSPHRASE and (one := os.read(descriptor, 1)):
        line += one
    try:
        return line.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise InvalidRequest("passphrase: it is not UTF-8") from None
