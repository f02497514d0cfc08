"""One figure as it may be shown: a number, a range, or that it cannot be shown."""

import math
from dataclasses import dataclass
from typing import Any

from common.disclosure.cell import Bounds
from common.disclosure.gate import Rate

_PARTS = 10_000  # a share is told to a hundredth of a per cent; a range never narrower than it is
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Figure:
    """What may be said of one count.

    Args:
        bounds: what follows from what is shown; None where nothing was released.
        why_not: why it is no single number, in a few words; empty where it is one.
        share: of its table's total, likewise.
    """

    bounds: Bounds | None
    why_not: str = ""
    share: Rate | None = None

    @property
    def is_shown(self) -> bool:
        """Tell whether it is one number."""
        return self.bounds is not None and not self.why_not

    def as_json(self) -> dict[str, Any]:
        """Give it for scripts: `low` and `high` are equal where it is shown; null where nothing limits it."""
        known = self.bounds
        return {
            "low": known and known.low,
            "high": known and known.high,
            "shown": self.is_shown,
            "why_not": self.why_not or None,
            "share_low": self.share and math.floor(self.share.low * _PARTS) / _PARTS,
            "share_high": self.share and math.ceil(self.share.high * _PARTS) / _PARTS,
        }


def said(figure: dict[str, Any]) -> str:
    """Say a figure in a table: `34`, `1 to 22`, `22 or more`, or `-` where nothing was released."""
    if figure["low"] is None:
        return "-"
    if figure["shown"]:
        return f"{figure['low']:,}"
    if figure["high"] is None:
        return "withheld" if figure["low"] <= 1 else f"{figure['low']:,} or more"
    return f"{figure['low']:,} to {figure['high']:,}"


def said_share(figure: dict[str, Any]) -> str:
    """Say a figure's share of its total in whole per cent; nothing where nothing can be said of it."""
    low, high = figure["share_low"], figure["share_high"]
    if low is None or (low, high) == (0, 1):
        return ""
    if high - low < 2 / _PARTS:
        return f"{round(low * 100)} %"
    return f"{math.floor(low * 100 + _ROUNDING)} to {math.ceil(high * 100 - _ROUNDING)} %"
