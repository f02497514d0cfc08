"""What breaks: lines, a node, the hub.

The worst moment is chosen for a kill: reports have just been written, and their answers are on the way. The scenario
names none there, so each agency concerned tells its supporter capacity, and puts one of its follow-ups on hold. It is
resumed when what was killed is back.
"""

import time
from collections.abc import Callable
from typing import Any

from deploy.demo.scenario import HUB, Agency, Event
from deploy.demo.stage import Stage

LONGEST_IN_FLIGHT_S = 0.030  # a kill comes so long after the last report, at most: lines are as slow as that


class Faults:
    """Acts that something dies of."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._region = stage.region
        self._on_hold: list[tuple[Agency, dict[str, Any]]] = []  # (owner, follow-up)

    def acts(self) -> dict[str, Callable[[Event], str]]:
        """Name the events that are acted out here."""
        return {
            "network_cut": self._cut_line,
            "network_restored": self._restore_line,
            "kill_node": self._kill_node,
            "start_node": self._start_node,
            "kill_hub": self._kill_hub,
            "start_hub": self._start_hub,
        }

    def _cut_line(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        self._region.cut(agency)
        self._stage.cut.add(agency.key)
        self._stage.played.network_cuts += 1
        return event.note or "its line goes down"

    def _restore_line(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        waiting = self._stage.waiting(agency)
        self._region.restore(agency)
        self._stage.cut.discard(agency.key)
        self._stage.settle()
        arrived = waiting - self._stage.waiting(agency)
        return f"its line is back; {arrived} of {waiting} reports arrive from its outbox"

    def _kill_node(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        written = self._write_some(agency)
        self._kill(agency.key)
        self._stage.played.nodes_killed += 1
        return f"writes {written} reports, and loses power before their answers (SIGKILL)"

    def _start_node(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        self._region.start_node(agency)
        self._stage.dead.discard(agency.key)
        return "its node is back, and delivers what had no answer" + self._settle_and_resume()

    def _kill_hub(self, event: Event) -> str:
        agencies = list(self._region.scenario.agencies)
        self._stage.chance.shuffle(agencies)
        written = sum([self._write_some(agency) for agency in agencies])
        self._kill(HUB)
        self._stage.played.hubs_killed += 1
        waiting = sum(self._stage.waiting(agency) for agency in agencies)
        self._stage.played.waited_offline += waiting
        return f"dies while {written} reports come in (SIGKILL); no answer yet to {waiting} of them"

    def _start_hub(self, event: Event) -> str:
        self._region.start_hub()
        self._stage.dead.discard(HUB)
        return "is back; every node finds it again and delivers what waited" + self._settle_and_resume()

    def _write_some(self, agency: Agency) -> int:
        """Have an agency write what is then on the way; tell how many reports that is."""
        self._stage.tell_capacity(agency)
        owned = self._region.ask_node(agency, "followups", which="mine")
        owned = [row for row in owned if row["escalation"] == "none"]  # to act on another one would calm it
        if not owned:
            return 1
        chosen = self._stage.chance.choice(self._stage.in_order(owned))
        self._stage.command(agency, chosen, "hold")
        self._on_hold.append((agency, chosen))
        return 2

    def _settle_and_resume(self) -> str:
        unless_settled = self._stage.unless_settled()
        while self._on_hold:
            self._stage.command(*self._on_hold.pop(), "resume")
        return unless_settled + ("" if unless_settled else self._stage.unless_settled())

    def _kill(self, name: str) -> None:
        time.sleep(self._stage.chance.uniform(0, LONGEST_IN_FLIGHT_S))
        self._region.kill(name)
        self._stage.dead.add(name)
