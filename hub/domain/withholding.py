"""Small counts, withheld before the board sees them: primary and complementary suppression of one incident's figures.

1. A count of 1 to k-1 is withheld; zero is shown.
2. Where what is shown would give a withheld part of a total away by subtraction, more of its parts are withheld, the
   smallest other than zero first: a part that is withheld alone; parts that can only be all 1; and parts that can
   only be all k-1.
3. Where no part is left that could be withheld too, the total is.
4. A share is shown only where the total, and the part and the rest that it stands for, are shown or could be.

Nothing tells a part that is withheld for itself from one that is withheld for another's sake.

Source: DOMAIN.md 5; TRUST.md i02.
"""

from collections.abc import Hashable, Mapping
from enum import Enum
from typing import TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)


class Withheld(Enum):
    """Stands in the place of a count that is not shown."""

    WITHHELD = "withheld"


WITHHELD = Withheld.WITHHELD
Figure = int | Withheld


def is_small(count: int, k: int) -> bool:
    """Tell whether a count is withheld for itself (1)."""
    return 0 < count < k


def gated(count: int, k: int) -> Figure:
    """Give a count as it may be shown by itself (1)."""
    return WITHHELD if is_small(count, k) else count


def gated_part(part: int, total: int, k: int) -> Figure:
    """Give a part of a total as it may be shown beside it, where the rest is not shown (2)."""
    if is_small(total, k):
        return gated(part, k)
    return WITHHELD if is_small(part, k) or is_small(total - part, k) else part


def withheld_parts(parts: Mapping[KeyT, int], k: int, more: frozenset[KeyT] = frozenset()) -> tuple[set[KeyT], bool]:
    """Find which parts of a total are withheld, and whether the total can be shown.

    Args:
        parts: each part's count; together they are the total.
        more: parts that are withheld for another reason.

    Returns:
        The parts, and True when the total is shown.
    """
    total = sum(parts.values())
    if is_small(total, k):
        return {key for key, count in parts.items() if count}, False
    hidden = {key for key, count in parts.items() if is_small(count, k) or (key in more and count)}
    others = sorted((key for key, count in parts.items() if count and key not in hidden), key=lambda key: parts[key])
    while _is_given_away([parts[key] for key in hidden], k):  # 2
        if not others:
            return hidden, False  # 3
        hidden.add(others.pop(0))
    return hidden, True


def _is_given_away(hidden: list[int], k: int) -> bool:
    """Tell whether the sum of the hidden parts, which a reader can subtract, leaves them one value each."""
    together = sum(hidden)
    if not hidden:
        return False
    all_small = all(count < k for count in hidden)
    return len(hidden) == 1 or together == len(hidden) or (all_small and together == len(hidden) * (k - 1))
