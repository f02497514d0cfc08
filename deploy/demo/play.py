"""What each event of the scenario does to the running region.

1. An event of a kind that this version has no behaviour for yet is counted as "comes later", never acted out.
2. After each event the region is let settle, as far as it can with what is cut or dead.
3. The worst moment is chosen for a kill: reports have just been written, and their answers are on the way. The scenario
   names no report there, so each agency concerned tells its supporter capacity.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from common.errors import HoldfastError
from deploy.demo.played import Played
from deploy.demo.region import Region
from deploy.demo.scenario import EVERYBODY, HUB, Agency, Event

LONGEST_IN_FLIGHT_S = 0.005  # a kill comes so long after the last report, at most


class Play:
    """Plays a scenario's events, one after the other."""

    def __init__(self, region: Region, chance: random.Random) -> None:
        self.played = Played()
        self._region = region
        self._chance = chance
        self._incident = ""
        self._cut: set[str] = set()
        self._dead: set[str] = set()
        self._acts: dict[str, Callable[[Event], str]] = {
            "open_incident": self._open_incident,
            "acknowledge": self._acknowledge,
            "activate": self._activate,
            "network_cut": self._cut_line,
            "network_restored": self._restore_line,
            "kill_node": self._kill_node,
            "start_node": self._start_node,
            "kill_hub": self._kill_hub,
            "start_hub": self._start_hub,
            "stand_down": self._stand_down,
            "close_incident": self._close_incident,
            "verify_ledger": self._verify_ledgers,
        }

    @property
    def incident(self) -> str:
        """The incident's id in hex; empty until it was opened."""
        return self._incident

    def events(self) -> list[Event]:
        """List the events that this version acts out, in order."""
        return [event for event in self._region.scenario.events if event.does in self._acts]

    def later(self) -> list[Event]:
        """List the events that this version has no behaviour for (1)."""
        return [event for event in self._region.scenario.events if event.does not in self._acts]

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
            sentence = self._acts[event.does](event)
            self.played.events_played += 1
            yield event, sentence

    def settle(self) -> bool:
        """Wait until everybody who can has delivered everything, and heard everything that the hub told."""
        settled = self._region.wait_until(lambda: all(self._is_settled(agency) for agency in self._reachable()))
        if not settled:
            self.played.broken.append("a node did not come to rest: it still has reports or notices waiting")
        return settled

    def _unless_settled(self) -> str:
        return "" if self.settle() else "; NOT all of it yet"

    def _open_incident(self, event: Event) -> str:
        for agency in self._region.scenario.agencies:
            self._tell_capacity(agency)
        told = self._region.scenario
        participants = [told.agency(key) for key in told.participants]
        opened = self._region.ask_hub(
            "incident open",
            title=told.title,
            type=told.incident_type,
            agencies=[agency.slug for agency in participants],
        )
        self._incident = opened["id"]
        self._region.wait_until(lambda: all(self._knows_incident(agency) for agency in participants))
        self.settle()
        return f"opens the incident “{told.title}”; {len(participants)} agencies hear of it"

    def _acknowledge(self, event: Event) -> str:
        return self._report(event, "acknowledged", "acknowledges the request")

    def _activate(self, event: Event) -> str:
        deployed = event.details["supporters_deployed"]
        people = "1 supporter" if deployed == 1 else f"{deployed} supporters"
        return self._report(event, "active", f"activates its peer team, {people} on task", deployed)

    def _stand_down(self, event: Event) -> str:
        for agency in self._whom(event):
            self._write_status(agency, "stood_down", 0)
        self.settle()
        return "every peer team stands down"

    def _report(self, event: Event, status: str, sentence: str, deployed: int | None = None) -> str:
        (agency,) = self._whom(event)
        before = self._hub_status(agency)
        self._write_status(agency, status, deployed)
        if agency.key not in self._cut:
            self.settle()
            return sentence
        if self._hub_status(agency) != before:
            self.played.broken.append(f"{agency.name}: the hub heard a report over a line that was cut")
        waiting = self._waiting(agency)
        self.played.waited_offline += waiting
        return f"{sentence}; offline: {waiting} in its outbox, the hub's board still says {before}"

    def _cut_line(self, event: Event) -> str:
        (agency,) = self._whom(event)
        self._region.cut(agency)
        self._cut.add(agency.key)
        self.played.network_cuts += 1
        return event.note or "its line goes down"

    def _restore_line(self, event: Event) -> str:
        (agency,) = self._whom(event)
        waiting = self._waiting(agency)
        self._region.restore(agency)
        self._cut.discard(agency.key)
        self.settle()
        arrived = waiting - self._waiting(agency)
        return f"its line is back; {arrived} of {waiting} reports arrive from its outbox"

    def _kill_node(self, event: Event) -> str:
        (agency,) = self._whom(event)
        self._tell_capacity(agency)
        self._kill(agency.key)
        self.played.nodes_killed += 1
        return "reports its capacity, and loses power before the answer (SIGKILL)"

    def _start_node(self, event: Event) -> str:
        (agency,) = self._whom(event)
        self._region.start_node(agency)
        self._dead.discard(agency.key)
        return "its node is back, and delivers what had no answer" + self._unless_settled()

    def _kill_hub(self, event: Event) -> str:
        agencies = list(self._region.scenario.agencies)
        self._chance.shuffle(agencies)
        for agency in agencies:
            self._tell_capacity(agency)
        self._kill(HUB)
        self.played.hubs_killed += 1
        waiting = sum(self._waiting(agency) for agency in agencies)
        self.played.waited_offline += waiting
        return f"dies while {len(agencies)} reports come in (SIGKILL); no answer yet to {waiting} of them"

    def _start_hub(self, event: Event) -> str:
        self._region.start_hub()
        self._dead.discard(HUB)
        return "is back; every node finds it again and delivers what waited" + self._unless_settled()

    def _close_incident(self, event: Event) -> str:
        self._region.ask_hub("incident status", incident=self._incident, status="closed")
        self.settle()
        return "closes the incident"

    def _verify_ledgers(self, event: Event) -> str:
        agencies = self._whom(event)
        for agency in agencies:
            found = self._region.ask_node(agency, "egress_verify", every_checkpoint=True)
            bad = [stream for stream in found if not stream["verified"]]
            self.played.broken += [f"{agency.name}: ledger broken: {stream['reason']}" for stream in bad]
            self.played.ledgers_verified_running += not bad
        return f"{self.played.ledgers_verified_running} of {len(agencies)} egress ledgers verify"

    def _kill(self, name: str) -> None:
        time.sleep(self._chance.uniform(0, LONGEST_IN_FLIGHT_S))  # rule 3
        self._region.kill(name)
        self._dead.add(name)

    def _tell_capacity(self, agency: Agency) -> None:
        available = self._chance.randint(agency.supporters // 2, agency.supporters)
        self._region.ask_node(agency, "capacity", designated=agency.supporters, available=available)

    def _write_status(self, agency: Agency, status: str, deployed: int | None) -> None:
        arguments = {} if deployed is None else {"supporters_deployed": deployed}
        self._region.ask_node(agency, "activate", incident=self._incident, status=status, **arguments)

    def _whom(self, event: Event) -> list[Agency]:
        scenario = self._region.scenario
        return list(scenario.agencies) if event.who == EVERYBODY else [scenario.agency(event.who)]

    def _knows_incident(self, agency: Agency) -> bool:
        return any(known["id"] == self._incident for known in self._region.ask_node(agency, "incidents"))

    def _hub_status(self, agency: Agency) -> str:
        lines = self._region.ask_hub("board", incident=self._incident)["lines"]
        return next((str(line["status"]) for line in lines if line["agency"] == agency.slug), "")

    def _waiting(self, agency: Agency) -> int:
        return int(self._region.ask_node(agency, "status")["waiting"])

    def _reachable(self) -> list[Agency]:
        if HUB in self._dead:
            return []
        return [a for a in self._region.scenario.agencies if a.key not in self._cut | self._dead]

    def _is_settled(self, agency: Agency) -> bool:
        try:
            status = self._region.ask_node(agency, "status")
            return not status["waiting"] and self._has_the_hubs_board(agency)
        except HoldfastError:
            return False  # a node that just started; asked again

    def _has_the_hubs_board(self, agency: Agency) -> bool:
        if not self._incident:
            return True
        hub = self._region.ask_hub("board", incident=self._incident)
        node = self._region.ask_node(agency, "board", incident=self._incident)
        return bool(hub["status"] == node["status"]) and _versions(hub["lines"]) == _versions(node["lines"])


def _versions(lines: list[dict[str, Any]]) -> dict[str, int]:
    """Give each agency's version of its line."""
    return {line["agency_id"]: line["version"] for line in lines}
