"""Offers: made, accepted, declined; and the race of agencies that accept the same ones in the same minute.

A race is a real one: the lines of all who take part are held, each writes its acceptances knowing of no other's, and
then the lines let go one after the other, in an order and with a lead that chance gives. Who is first at the hub has
it; the others are told.
"""

import time
from collections.abc import Callable
from typing import Any

from deploy.demo.scenario import Agency, Event
from deploy.demo.stage import Stage

LONGEST_LEAD_S = 0.200  # between the moments at which two lines in a race let go: either of them may be first


class Offers:
    """Acts of the agencies between which a follow-up goes over."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._region = stage.region
        self._offered: set[str] = set()  # ids that were offered before
        self._racing: dict[str, list[str]] = {}  # key of who has accepted in this race -> what, by id

    def acts(self) -> dict[str, Callable[[Event], str]]:
        """Name the events that are acted out here."""
        return {"offer_follow_ups": self._offer, "accept_offers": self._accept, "decline_offers": self._decline}

    def _offer(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        owned = self._stage.in_order(self._region.ask_node(agency, "followups", which="mine"))
        fresh_first = sorted(owned, key=lambda row: row["id"] in self._offered)
        to = [self._region.scenario.agency(key).name for key in event.details["to"]]
        chosen = self._stage.chosen(fresh_first, event)
        for row in chosen:
            self._stage.command(agency, row, "offer", to=to)
            self._offered.add(row["id"])
        self._stage.settle()
        return f"offers {len(chosen)} follow-ups to {' and '.join(to)}; it stays accountable meanwhile"

    def _accept(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        rivals = self._accepting_with(event)
        for each in [agency, *rivals] if not self._racing else []:
            if rivals:
                self._region.hold(each)
        chosen = self._stage.chosen(self._open_to(agency), event)
        for row in chosen:
            self._stage.command(agency, row, "accept")
        if not rivals:
            return self._accepted(agency, chosen)
        self._racing[agency.key] = [row["id"] for row in chosen]
        if len(self._racing) <= len(rivals):
            return f"accepts {len(chosen)} offers; its word is on the way, and so is another's"
        return self._let_go()

    def _accepted(self, agency: Agency, chosen: list[dict[str, Any]]) -> str:
        self._stage.settle()
        own = {row["id"] for row in self._region.ask_node(agency, "followups", which="mine")}
        won = sum(row["id"] in own for row in chosen)
        if won < len(chosen):
            self._stage.broke(f"{agency.name}: accepted {len(chosen)} offers that nobody else did, and owns {won}")
        return f"accepts {won} offers, and is accountable from now on"

    def _let_go(self) -> str:
        """Let the lines of a race carry, in an order that chance gives; say who has what."""
        racing, self._racing = self._racing, {}
        agencies = [self._region.scenario.agency(key) for key in racing]
        self._stage.chance.shuffle(agencies)
        for agency in agencies:
            self._region.release(agency)
            time.sleep(self._stage.chance.uniform(0, LONGEST_LEAD_S))
        self._stage.settle()
        counts = [self._outcome(agency, racing[agency.key]) for agency in agencies]
        return f"accepts too; then their words arrive: {'; '.join(counts)}"

    def _outcome(self, agency: Agency, accepted: list[str]) -> str:
        """Say what came of one agency's acceptances, and check that it knows the same."""
        rows = [self._region.ask_node(agency, "followup", follow_up=id_) for id_ in accepted]
        lost = [row for row in rows if not row["is_mine"]]
        for row in lost:
            if row["commands"][-1]["outcome"] in ("applied", "waiting") or not row["refused"]:
                self._stage.broke(f"{agency.name}: lost the race for {row['reference']} and was not told")
        told = f" and is told who has the other{'s' if len(lost) > 1 else ''}" if lost else ""
        return f"{agency.name} has {len(rows) - len(lost)} of {len(rows)}{told}"

    def _decline(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        reason = event.details["reason"]
        chosen = self._stage.chosen(self._open_to(agency), event)
        for row in chosen:
            self._stage.command(agency, row, "decline", reason=reason)
        self._stage.settle()
        return f"declines {len(chosen)} offers ({reason.replace('_', ' ')}); they stay with their owner, escalated"

    def _accepting_with(self, event: Event) -> list[Agency]:
        """Give who else accepts offers in the same minute."""
        scenario = self._region.scenario
        return [
            scenario.agency(other.who)
            for other in scenario.events
            if (other.does, other.at_min) == (event.does, event.at_min) and other.who != event.who
        ]

    def _open_to(self, agency: Agency) -> list[dict[str, Any]]:
        return self._stage.in_order(self._region.ask_node(agency, "followups", which="offers"))
