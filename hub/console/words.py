"""Statuses as they are marked, what a form was sent with, and rows that stand together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from common.web.form import Form

KINDS = {"active": "good", "monitoring": "good", "requested": "warn", "unable": "bad", "declined": "bad"}


def grouped(rows: Iterable[Mapping[str, Any]], by: str) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Put rows with the same value beside each other, each value where it came first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(row)
    return list(groups.items())


def entered(sent: Form) -> dict[str, Any]:
    """Give what a form was sent with, to fill it again."""
    return {name: some[-1] for name, some in sent.values.items()}
