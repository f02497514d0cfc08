"""Counts: the region opens two years of quarters, each agency releases what may leave, the hub shows the sums.

What leaves is drawn from each agency's own records; what could let somebody be found is withheld before it does.
"""

from collections.abc import Mapping
from typing import Any

from common.errors import NotFound
from deploy.demo.records import Records
from deploy.demo.stage import Stage

FIRST_DAY = "2024-10-01"  # as far back as the sheets go
HEARD_S = 90.0  # a node draws once it has heard from the hub since a period's end
SHOWN = ("key_figures", "encounters_by_support_kind", "supporter_capacity")


class Counts:
    """The statistics of the region."""

    def __init__(self, stage: Stage, records: Mapping[str, Records]) -> None:
        self._stage, self._region, self._records = stage, stage.region, records

    def open(self) -> str:
        """Open the windows of the quarters before today."""
        opened = self._region.ask_hub("reporting open", **{"from": FIRST_DAY})
        self._stage.settle()
        return f"{len(opened)} reporting windows are open, from {FIRST_DAY} on"

    def release(self) -> str:
        """Have each agency's coordinator send its quarters; tell how many tables left."""
        for records in self._records.values():
            if not self._region.wait_until(records.draw_counts, HEARD_S):
                self._stage.broke("an agency's counts of two years were not drawn")
        sent = sum(records.send_counts() for records in self._records.values())
        self._stage.settle()
        self._stage.played.tables_released = sent
        return f"{len(self._records)} agencies release {sent} tables of two years; small counts stay with them"

    def report(self) -> dict[str, Any]:
        """Have the hub make its figures, and give the region's report on the last quarters."""
        self._region.ask_hub("reporting run")
        self._stage.settle()
        rows = self._region.ask_hub("report coverage")
        self._stage.played.editions = len({row["window"] for row in rows if row["standing"] == "counted"})
        try:
            found: dict[str, Any] = self._region.ask_hub("report", last=3)
        except NotFound:
            self._stage.broke("the hub made no figures of two years of quarters")
            return {}
        return found | {"sections": [each for each in found["sections"] if each["name"] in SHOWN]}
