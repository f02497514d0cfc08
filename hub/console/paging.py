"""A long list in parts: which part an address asks for, and the ways to those before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PAGE = 100


@dataclass(frozen=True)
class Part:
    """One part of a list.

    Args:
        number: from 1.
        total: rows in the whole list.
    """

    number: int
    total: int

    @property
    def offset(self) -> int:
        """Rows before it."""
        return (self.number - 1) * PAGE

    @property
    def last(self) -> int:
        """The number of the last part."""
        return max((self.total + PAGE - 1) // PAGE, 1)

    def of(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Cut it out of the whole list."""
        return rows[self.offset : self.offset + PAGE]


def number_said(said: str) -> int:
    """Read the number of a part in an address; anything else is the first."""
    return int(said) if said.isascii() and said.isdigit() and 0 < len(said) <= 6 and int(said) else 1
