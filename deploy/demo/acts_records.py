"""Encounters: logged by an agency's own supporters, at its own node; nothing of them leaves it."""

from collections.abc import Callable, Mapping

from deploy.demo.records import Records
from deploy.demo.scenario import Event
from deploy.demo.stage import Stage


class Logging:
    """Acts of supporters who log contacts."""

    def __init__(self, stage: Stage, records: Mapping[str, Records]) -> None:
        self._stage = stage
        self._records = records

    def acts(self) -> dict[str, Callable[[Event], str]]:
        """Name the events that are acted out here."""
        return {"log_encounters": self._log}

    def _log(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        count, written = event.details["count"], self._written(agency.key)
        held = self._records[agency.key].log_encounters(self._stage.incident, count)
        if held != count:
            self._stage.broke(f"{agency.name}: {count} encounters were logged for the incident, its node holds {held}")
        if self._written(agency.key) != written:
            self._stage.broke(f"{agency.name}: logging encounters wrote reports to the hub")
        self._stage.played.encounters_logged += count
        return f"its supporters log {count} contacts after the incident; they stay at its node"

    def _written(self, key: str) -> int:
        agency = self._stage.region.scenario.agency(key)
        return int(self._stage.region.ask_node(agency, "status")["written"])
