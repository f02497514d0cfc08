"""Statuses as they are marked, and rows that stand together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

KINDS = {"active": "good", "monitoring": "good", "requested": "warn", "unable": "bad", "declined": "bad"}


def grouped(rows: Iterable[Mapping[str, Any]], by: str) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Put rows with the same value beside each other, each value where it came first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(row)
    return list(groups.items())
