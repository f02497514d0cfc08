"""What happened while a scenario was played, as the player counted it. Whether promises hold is `comparison`'s."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Played:
    """What happened to the region, and every promise that was seen broken on the way."""

    events_played: int = 0
    encounters_imported: int = 0
    rows_refused: int = 0  # of the agencies' own sheets
    encounters_logged: int = 0
    tables_released: int = 0
    editions: int = 0  # periods for which the hub made the region's figures
    network_cuts: int = 0  # that the scenario names
    short_cuts: int = 0  # that it does not: a line is gone for a moment
    nodes_killed: int = 0
    hubs_killed: int = 0
    waited_offline: int = 0  # reports that waited in an outbox while a line was cut or the hub was dead
    ledgers_verified_running: int = 0
    broken: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Give the figures by name."""
        return {name: value for name, value in asdict(self).items() if name != "broken"}
