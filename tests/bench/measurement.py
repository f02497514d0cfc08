"""One measurement as one line of JSON, and what a measurement may be asked for.

`limit` is the bare mechanism in the same run, on the same machine, in the same process layout. `ratio` is value by
limit, for rates and for times alike: a rate wants a high ratio, a time or a size a low one.
"""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]
ROUNDS = 5  # alternating: bare, ours, bare, ours; the medians count, since the machine may do other things too


@dataclass(frozen=True)
class Scale:
    """How much is measured; None leaves it to the measurement."""

    nodes: int | None = None
    seconds: float | None = None  # of one round


def line(name: str, value: float, unit: str, limit: float, **config: Any) -> Line:
    """Put one measurement together."""
    return {
        "name": name,
        "value": _short(value),
        "unit": unit,
        "limit": _short(limit),
        "ratio": round(value / limit, 3),
        "config": config,
    }


def printed(measured: Line) -> str:
    """Write a measurement on one line."""
    return json.dumps(measured)


def median(rounds: Sequence[float]) -> float:
    """Give the middle of what the rounds measured."""
    return statistics.median(rounds)


def shown(rounds: Sequence[float]) -> list[float]:
    """Give every round, so that a reader sees how much they differ."""
    return [_short(each) for each in rounds]


def _short(value: float) -> float:
    return round(value) if value >= 1000 else float(f"{value:.4g}")
