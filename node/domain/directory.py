"""The region's directory: which agencies there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DirectoryEntry:
    """One agency, as the hub lists it."""

    agency_id: bytes
    name: str
    discipline: int  # wire Discipline
    jurisdiction: str
    duty_contact: str
    active: bool
