"""A line of the trail as people and scripts see it: nothing in it that a terminal would act on (TRUST.md r02)."""

from datetime import datetime
from typing import Any

from common.audit.entry import Entry


def shown_entry(sequence: int, at: datetime, entry: Entry) -> dict[str, Any]:
    """Give a line as what JSON can carry, its texts escaped."""
    return {
        "sequence": sequence,
        "at": at.isoformat(),
        "actor": escaped(entry.actor),
        "action": escaped(entry.action),
        "subject": escaped(entry.subject),
        "outcome": escaped(entry.outcome),
        "version": entry.version,
        "digest": entry.digest.hex(),
    }


def escaped(text: str) -> str:
    """Spell out what is no visible sign: line breaks, terminal codes, marks that turn the direction of text."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "backslashreplace").decode("ascii")
        for sign in text
    )
