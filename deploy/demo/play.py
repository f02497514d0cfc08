"""Plays a scenario's events, one after the other. What each does is its act's: see `acts_*.py`."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from common.errors import InvalidRequest
from deploy.demo.acts_counts import Counts
from deploy.demo.acts_faults import Faults
from deploy.demo.acts_follow_ups import FollowUps
from deploy.demo.acts_incident import Incident
from deploy.demo.acts_offers import Offers
from deploy.demo.acts_records import Logging
from deploy.demo.played import Played
from deploy.demo.records import Records
from deploy.demo.region import Region
from deploy.demo.scenario import Agency, Event
from deploy.demo.stage import Stage
from hub.domain.agreement_template import TEMPLATE

Act = Callable[[Event], str]


class Play:
    """One performance."""

    def __init__(self, region: Region, chance: random.Random) -> None:
        self._region = region
        self._stage = Stage(region, chance)
        self._records = {agency.key: Records(region, agency) for agency in region.scenario.agencies}
        logging = Logging(self._stage, self._records)
        self.counts = Counts(self._stage, self._records)
        players = (*(each(self._stage) for each in (Incident, Faults, FollowUps, Offers)), logging)
        self._acts: dict[str, Act] = {name: act for player in players for name, act in player.acts().items()}
        unknown = {event.does for event in region.scenario.events} - set(self._acts)
        if unknown:
            raise InvalidRequest(f"the scenario has events that nobody can act out: {', '.join(sorted(unknown))}")

    @property
    def played(self) -> Played:
        """What happened so far."""
        return self._stage.played

    @property
    def events(self) -> Sequence[Event]:
        """What is acted out, in order."""
        return self._region.scenario.events

    def fill(self, told: Callable[[str], None]) -> None:
        """Let every agency's people sign in, import its sheet and complete its roster; several at once."""

        def fill(agency: Agency) -> None:
            imported = self._records[agency.key].set_up()
            self.played.encounters_imported += imported["imported"]
            self.played.rows_refused += imported["refused"]
            told(_filled(agency, imported["imported"], imported["refused"]))

        pool = ThreadPoolExecutor(2)
        try:
            list(pool.map(fill, self._region.scenario.agencies))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C nobody waits for the rest

    def records_of(self, key: str) -> Records:
        """Give one agency's records."""
        return self._records[key]

    def agree(self) -> str:
        """Publish the project's own template as the region's agreement, and have every agency sign it."""
        version = self._region.ask_hub("agreement publish", text=TEMPLATE)["version"]
        self._stage.settle()
        for agency in self._region.scenario.agencies:
            self._region.ask_node(agency, "agreement_sign", version=version)
        self._stage.settle()
        signed = self._region.ask_hub("agreement show", version=version)["signed"]
        return f"the agreement is published; {len(signed)} agencies have signed it"

    def run(self, pause: Callable[[int, int], None]) -> Iterator[tuple[Event, str]]:
        """Play everything.

        Args:
            pause: waits from one minute of the scenario to another.

        Yields:
            Each event after it happened, with a sentence that tells what came of it.
        """
        before_min = 0
        for event in self.events:
            pause(before_min, event.at_min)
            before_min = event.at_min
            self._stage.come_to(event.at_min)
            sentence = self._acts[event.does](event)
            self.played.events_played += 1
            yield event, sentence


def _filled(agency: Agency, imported: int, refused: int) -> str:
    if not imported:
        return f"{agency.name}: no record before today"
    left = f", {refused} rows refused" if refused else ""
    return f"{agency.name}: {imported:,} contacts from its own spreadsheet{left}"
