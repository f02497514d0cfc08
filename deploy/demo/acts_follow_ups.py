"""Follow-ups: opened, contacted, completed by who owns them; and what the hub's queues must show at a moment."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from deploy.demo.scenario import Agency, Event
from deploy.demo.stage import Stage

_BANDS = {"1": "1", "2-4": "2_to_4", "5-10": "5_to_10", "11+": "11_or_more"}  # DOMAIN.md 4 -> the contract's words


class FollowUps:
    """Acts of the agency that owns a follow-up."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._region = stage.region

    def acts(self) -> dict[str, Callable[[Event], str]]:
        """Name the events that are acted out here."""
        return {
            "open_follow_ups": self._open,
            "first_contacts": self._first_contacts,
            "complete_follow_ups": self._complete,
            "expect": self._expect,
        }

    def _open(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        count = event.details["count"]
        cohorts = [_BANDS[band] for band in event.details.get("bands", ["1"] * count)]
        opened = self._region.ask_node(agency, "followup_open", incident=self._stage.incident, cohorts=cohorts)
        for each in opened:
            self._stage.order[each["id"]] = len(self._stage.order)
        self._stage.settle()
        return f"opens {len(opened)} follow-ups; {event.note or 'it is accountable for each'}"

    def _first_contacts(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        without = [row for row in self._owned(agency) if row["first_contact_at"] is None]
        chosen = self._stage.chosen(without, event)
        for row in chosen:
            self._stage.command(agency, row, "contact")
        self._stage.settle()
        return f"makes first contact in {len(chosen)} of its {len(self._owned(agency))} follow-ups"

    def _complete(self, event: Event) -> str:
        contacted = closed = 0
        for agency in self._stage.whom(event):
            for row in self._owned(agency):
                if row["first_contact_at"] is None:
                    self._stage.command(agency, row, "contact")
                    contacted += 1
                self._stage.command(agency, row, "close", outcome="completed")
                closed += 1
        self._stage.settle()
        still_open = len(self._region.ask_hub("followups", open=True))
        if still_open:
            self._stage.broke(f"{still_open} follow-ups are still open after every owner has completed its own")
        return f"every owner completes its own: {closed} closed, {contacted} of them late"

    def _expect(self, event: Event) -> str:
        rows = self._region.ask_hub("followups", open=True)
        escalated = [row for row in rows if row["escalation"] != "none"]
        overdue = [row for row in escalated if row["first_contact_at"] is None]
        if "escalated" in event.details:
            self._expect_escalated(escalated, event.details["escalated"])
        if len(overdue) < event.details.get("overdue_min", 0):
            self._stage.broke(f"at minute {event.at_min} {len(overdue)} follow-ups without a contact are escalated")
        queues = Counter(row["queue"].partition(",")[0] for row in escalated)
        told = "; ".join(f"{count} with {name}" for name, count in queues.items())
        return f"{len(escalated)} follow-ups wait on a coordinator's queue: {told}"

    def _expect_escalated(self, escalated: list[dict[str, Any]], expected: int) -> None:
        """Check that so many wait, each with its origin's own coordinator: nobody took it, so it stayed."""
        if len(escalated) != expected:
            self._stage.broke(f"{len(escalated)} follow-ups are escalated, {expected} were expected")
        by_slug = {agency.slug: agency for agency in self._region.scenario.agencies}
        for row in escalated:
            owner = by_slug[row["accountable"]]
            if row["accountable"] != row["origin"] or not row["queue"].startswith(f"{owner.name}, coordinator"):
                self._stage.broke(f"{row['reference']}: {row['accountable']} owns it, and it waits on {row['queue']!r}")

    def _owned(self, agency: Agency) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._region.ask_node(agency, "followups", which="mine")
        return self._stage.in_order(rows)
