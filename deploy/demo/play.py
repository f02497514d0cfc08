"""Plays a scenario's events, one after the other. What each does is its act's: see `acts_*.py`.

An event of a kind that this version has no behaviour for yet is counted as "comes later", never acted out.
"""

import random
from collections.abc import Callable, Iterator

from deploy.demo.acts_faults import Faults
from deploy.demo.acts_follow_ups import FollowUps
from deploy.demo.acts_incident import Incident
from deploy.demo.acts_offers import Offers
from deploy.demo.played import Played
from deploy.demo.region import Region
from deploy.demo.scenario import Event
from deploy.demo.stage import Stage
from hub.domain.agreement_template import TEMPLATE

Act = Callable[[Event], str]


class Play:
    """One performance."""

    def __init__(self, region: Region, chance: random.Random) -> None:
        self._region = region
        self._stage = Stage(region, chance)
        acts = (Incident, Faults, FollowUps, Offers)
        self._acts: dict[str, Act] = {name: act for each in acts for name, act in each(self._stage).acts().items()}

    @property
    def played(self) -> Played:
        """What happened so far."""
        return self._stage.played

    def events(self) -> list[Event]:
        """List the events that this version acts out, in order."""
        return [event for event in self._region.scenario.events if event.does in self._acts]

    def later(self) -> list[Event]:
        """List the events that this version has no behaviour for."""
        return [event for event in self._region.scenario.events if event.does not in self._acts]

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
        self.played.comes_later = len(self.later())
        before_min = 0
        for event in self.events():
            pause(before_min, event.at_min)
            before_min = event.at_min
            self._stage.come_to(event.at_min)
            sentence = self._acts[event.does](event)
            self.played.events_played += 1
            yield event, sentence
