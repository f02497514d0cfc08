"""The number of a recovery: counted on both sides, so that a copied bound key shows.

A node that was restored from a backup may have fallen behind. The hub then names the number it wants, in words that the
node can read back.
"""

import re

from common.errors import WrongState

_WANTED = re.compile(r"recovery number ([1-9][0-9]{0,9}) is wanted")


class RecoveryNumberWanted(WrongState):
    """The recovery has another number than the next one. Ask again with `wanted`."""

    def __init__(self, wanted: int) -> None:
        super().__init__(f"recovery number {wanted} is wanted: this node, or a copy of it, recovered in between")
        self.wanted = wanted


def find_wanted_number(message: str) -> int | None:
    """Give the recovery number that a hub's refusal names; None when it names none."""
    match = _WANTED.match(message)
    return int(match[1]) if match else None
