"""Rates and percentages pass the same gate as their parts.

1. A rate is one number only where both its parts are shown as one number: with a known whole, a rate tells its part.
2. Otherwise it is shown as the range that follows from what is shown of its parts. Whoever has those can work it out.
3. Nothing is said of a rate of nothing.

Source: DESIGN.md 7; DOMAIN.md 5.
"""

from fractions import Fraction
from typing import NamedTuple

from common.disclosure.cell import Bounds


class Rate(NamedTuple):
    """A share, from its lowest to its highest possible value; both the same where it is known."""

    low: Fraction
    high: Fraction


def rate(part: Bounds, whole: Bounds) -> Rate | None:
    """Give a share from what is shown of a part and of its whole (1, 2); None where nothing can be said (3).

    Args:
        part: of which `low` and `high` are the same where it is shown.
        whole: likewise; a part is never more than its whole.
    """
    if whole.high == 0:
        return None
    low = Fraction(0) if whole.high is None else Fraction(part.low, whole.high)
    high = Fraction(1) if part.high is None or part.high >= whole.low else Fraction(part.high, whole.low)
    return Rate(low, high)
