"""A row of an agency's own sheet, once it is read: what an encounter is made of, or why it is not read.

Source: DOMAIN.md 3.
"""

from dataclasses import dataclass

from node.domain.encounter import Encounter


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row that was read.

    Args:
        supporter: their name or label.
        member: the name or label that the sheet has for who was supported; empty where it has none.
        encounter: without the ids of supporter and member, which the node has.
        meaning: a digest of its cells: the same when the row comes again, whatever the map makes of it.
        record_id: the encounter's id, where the row was exported from a node.
    """

    sheet: str
    line: int
    supporter: str
    member: str
    encounter: Encounter
    meaning: str
    record_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not read, and why; the reason names the column."""

    sheet: str
    line: int
    reason: str
