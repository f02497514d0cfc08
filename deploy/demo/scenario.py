"""A multi-agency incident, minute by minute, as a file tells it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STONEGATE = Path(__file__).with_name("stonegate-fire.toml")
HUB, EVERYBODY = "hub", "all"


@dataclass(frozen=True)
class Agency:
    """One agency of the region."""

    key: str  # what the scenario calls it
    name: str
    discipline: str
    jurisdiction: str
    supporters: int

    @property
    def slug(self) -> str:
        """What the hub's operator types."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True)
class Event:
    """Something that somebody does, or that happens to them."""

    at_min: int  # minutes since the incident was opened
    who: str  # an agency's key, `hub` or `all`
    does: str
    note: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """Who takes part, and what happens."""

    region: str
    agencies: tuple[Agency, ...]
    incident_type: str
    title: str
    participants: tuple[str, ...]  # keys
    events: tuple[Event, ...]  # in order of time

    @property
    def trust_domain(self) -> str:
        """The region's name as certificates carry it."""
        return f"{self.region.split()[0].lower()}.holdfast.internal"

    def agency(self, key: str) -> Agency:
        """Give the agency that the scenario calls `key`."""
        return next(agency for agency in self.agencies if agency.key == key)


def read_scenario(path: Path = STONEGATE) -> Scenario:
    """Read a scenario from its file."""
    told = tomllib.loads(path.read_text("utf-8"))
    return Scenario(
        region=told["region"]["name"],
        agencies=tuple(
            Agency(row["key"], row["name"], row["discipline"], row["jurisdiction"], row["supporters"])
            for row in told["region"]["agencies"]
        ),
        incident_type=told["incident"]["type"],
        title=told["incident"]["title"],
        participants=tuple(told["incident"]["agencies"]),
        events=tuple(sorted((_event(row) for row in told["event"]), key=lambda event: event.at_min)),
    )


def _event(row: Mapping[str, Any]) -> Event:
    details = {name: value for name, value in row.items() if name not in ("at", "who", "does", "note")}
    return Event(row["at"], row["who"], row["does"], row.get("note", ""), details)
