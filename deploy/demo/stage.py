"""What every act needs: the running region, what was done to it so far, and the wait until it has come to rest.

1. The hub's clock is at each event's minute when the event happens; what fell due on the way is done, and every node
   that can be reached was told.
2. After each event the region is let settle, as far as it can with what is cut or dead: every report is answered, and
   every notice applied.
3. Meanwhile lines are cut for some tens of milliseconds, now and then. Nothing may come of it.
"""

import random
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from common.errors import HoldfastError
from deploy.demo.played import Played
from deploy.demo.region import Region
from deploy.demo.scenario import EVERYBODY, HUB, Agency, Event

CUT_ONE_IN = 3  # of the times at which lines may be cut (3)
SHORTEST_CUT_S, LONGEST_CUT_S = 0.010, 0.060


class Stage:
    """The region while it is played."""

    def __init__(self, region: Region, chance: random.Random) -> None:
        self.region = region
        self.chance = chance
        self.played = Played()
        self.incident = ""  # its id in hex, once it was opened
        self.cut: set[str] = set()  # keys of agencies whose line is cut by the scenario
        self.dead: set[str] = set()
        self.order: dict[str, int] = {}  # follow-up id -> its place among all, in the order of opening
        self._began: datetime | None = None
        self._at_min = -1

    def come_to(self, at_min: int) -> None:
        """Let the hub's clock come to a minute of the scenario, and have everything done that fell due (1)."""
        if self._began is None:
            self._began = self.region.now()
        self.region.come_to(self._began + timedelta(minutes=at_min))
        stood_at, self._at_min = self._at_min, at_min
        if HUB in self.dead or at_min == stood_at:  # two things at one minute: neither waits for what came of the other
            return
        if not self.region.wait_until(self._nothing_is_due):
            self.broke("the hub's clock passed a deadline, and nothing came of it")
        if not self.region.wait_until(self._is_settled):  # who acts has seen what came of it, as people have
            self.broke(f"minute {at_min}: a node was not told what came of a deadline")

    def whom(self, event: Event) -> list[Agency]:
        """Give the agencies that an event is about."""
        scenario = self.region.scenario
        return list(scenario.agencies) if event.who == EVERYBODY else [scenario.agency(event.who)]

    def waiting(self, agency: Agency) -> int:
        """Count an agency's reports that the hub has not answered."""
        return int(self.region.ask_node(agency, "status")["waiting"])

    def tell_capacity(self, agency: Agency) -> None:
        """Have an agency report its supporter capacity."""
        available = self.chance.randint(agency.supporters // 2, agency.supporters)
        self.region.ask_node(agency, "capacity", designated=agency.supporters, available=available)

    def in_order(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Sort rows of follow-ups by the order of opening."""
        return sorted(rows, key=lambda row: self.order[row["id"]])

    def chosen(self, rows: list[dict[str, Any]], event: Event) -> list[dict[str, Any]]:
        """Give as many rows as an event names, from the front; it must not name more than there are."""
        which = event.details["which"]
        if which == "all":
            return rows
        if len(rows) < which:
            self.broke(f"minute {event.at_min}: {event.who} {event.does} {which}, and there are {len(rows)}")
        return rows[:which]

    def command(self, agency: Agency, row: dict[str, Any], verb: str, **fields: Any) -> None:
        """Have an agency's node command something about a follow-up."""
        self.region.ask_node(agency, "followup_command", follow_up=row["id"], verb=verb, **fields)

    def broke(self, sentence: str) -> None:
        """Note a promise that is not kept."""
        self.played.broken.append(sentence)

    def settle(self) -> bool:
        """Wait until everybody who can has delivered everything, and heard everything that the hub told (2)."""
        self.disturb()
        settled = self.region.wait_until(self._is_settled)
        if not settled:
            self.broke("a node did not come to rest: it still has reports or notices waiting")
        return settled

    def unless_settled(self) -> str:
        """Settle; give the end of a sentence that says when that failed."""
        return "" if self.settle() else "; NOT all of it yet"

    def disturb(self) -> None:
        """Now and then, cut some lines for a moment (3)."""
        if self.chance.randrange(CUT_ONE_IN):
            return
        whole = [agency for agency in self.region.scenario.agencies if agency.key not in self.cut]
        hit = self.chance.sample(whole, self.chance.randint(1, 2))
        for agency in hit:
            self.region.cut(agency)
        time.sleep(self.chance.uniform(SHORTEST_CUT_S, LONGEST_CUT_S))
        for agency in hit:
            self.region.restore(agency)
        self.played.short_cuts += len(hit)

    def _is_settled(self) -> bool:
        if HUB in self.dead:
            return True
        try:
            reachable = [a for a in self.region.scenario.agencies if a.key not in self.cut | self.dead]
            nodes = [self.region.ask_node(agency, "status") for agency in reachable]
            return not any(node["waiting"] for node in nodes) and are_told(nodes, self.region.ask_hub("agencies"))
        except HoldfastError:
            return False  # one that just started; asked again

    def _nothing_is_due(self) -> bool:
        follow_ups = self.region.ask_hub("followups", open=True)
        requests = self.region.ask_hub("aid list")
        due = [row["due_at"] for row in follow_ups]
        due += [row["fill_by"] for row in requests if row["status"] == "open"]
        return are_ahead(due, self.region.now())


def are_told(nodes: Iterable[dict[str, Any]], agencies: Iterable[dict[str, Any]]) -> bool:
    """Tell whether nodes, by their `status`, have heard all that the hub has for them, by its `agencies`."""
    heads = {row["id"]: row["mailbox_head"] for row in agencies}
    return all(node["mailbox_cursor"] == heads[node["agency_id"]] for node in nodes)


def are_ahead(due: Iterable[str | None], now: datetime) -> bool:
    """Tell whether no deadline, as a hub's rows have them, has come yet."""
    return all(at is None or datetime.fromisoformat(at) > now for at in due)
