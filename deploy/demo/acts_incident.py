"""The incident itself: opened, the activation board, peers of other agencies, closed; and the ledgers at its end."""

from collections.abc import Callable
from datetime import timedelta

from deploy.demo.scenario import Agency, Event
from deploy.demo.stage import Stage

PEERS_NEEDED_FOR = timedelta(days=14)


class Incident:
    """Acts that every agency on the incident sees."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._region = stage.region

    def acts(self) -> dict[str, Callable[[Event], str]]:
        """Name the events that are acted out here."""
        return {
            "open_incident": self._open,
            "acknowledge": self._acknowledge,
            "activate": self._activate,
            "request_peers": self._request_peers,
            "offer_peers": self._offer_peers,
            "stand_down": self._stand_down,
            "close_incident": self._close,
            "verify_ledger": self._verify_ledgers,
        }

    def _open(self, event: Event) -> str:
        told = self._region.scenario
        for agency in told.agencies:
            self._stage.tell_capacity(agency)
        participants = [told.agency(key).slug for key in told.participants]
        opened = self._region.ask_hub("incident open", title=told.title, type=told.incident_type, agencies=participants)
        self._stage.incident = opened["id"]
        self._stage.settle()
        return f"opens the incident “{told.title}”; {len(participants)} agencies hear of it"

    def _acknowledge(self, event: Event) -> str:
        return self._report(event, "acknowledged", "acknowledges the request")

    def _activate(self, event: Event) -> str:
        deployed = event.details["supporters_deployed"]
        people = "1 supporter" if deployed == 1 else f"{deployed} supporters"
        return self._report(event, "active", f"activates its peer team, {people} on task", deployed)

    def _stand_down(self, event: Event) -> str:
        for agency in self._stage.whom(event):
            self._write_status(agency, "stood_down", 0)
        self._stage.settle()
        return "every peer team stands down"

    def _report(self, event: Event, status: str, sentence: str, deployed: int | None = None) -> str:
        (agency,) = self._stage.whom(event)
        before = self._hub_status(agency)
        self._write_status(agency, status, deployed)
        if agency.key not in self._stage.cut:
            self._stage.settle()
            return sentence
        if self._hub_status(agency) != before:
            self._stage.broke(f"{agency.name}: the hub heard a report over a line that was cut")
        waiting = self._stage.waiting(agency)
        self._stage.played.waited_offline += waiting
        return f"{sentence}; offline: {waiting} in its outbox, the hub's board still says {before}"

    def _request_peers(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        wanted = event.details["count"]
        self._region.ask_node(
            agency,
            "aid_request",
            incident=self._stage.incident,
            supporters=wanted,
            disciplines=event.details["disciplines"],
            until=(self._region.now() + PEERS_NEEDED_FOR).isoformat(),
        )
        self._stage.settle()
        return f"asks for {wanted} peers from outside"

    def _offer_peers(self, event: Event) -> str:
        (agency,) = self._stage.whom(event)
        (request,) = [row for row in self._region.ask_node(agency, "aid_list") if row["status"] == "open"]
        self._region.ask_node(agency, "aid_offer", request=request["id"], supporters=event.details["count"])
        self._stage.settle()
        (asked,) = self._region.ask_hub("aid list")
        return f"offers {event.details['count']} peers; the hub has matched {asked['matched']} of {asked['wanted']}"

    def _close(self, event: Event) -> str:
        self._region.ask_hub("incident status", incident=self._stage.incident, status="closed")
        self._stage.settle()
        return "closes the incident"

    def _verify_ledgers(self, event: Event) -> str:
        agencies, played = self._stage.whom(event), self._stage.played
        for agency in agencies:
            found = self._region.ask_node(agency, "egress_verify", every_checkpoint=True)
            bad = [stream for stream in found if not stream["verified"]]
            played.broken += [f"{agency.name}: ledger broken: {stream['reason']}" for stream in bad]
            played.ledgers_verified_running += not bad
        return f"{played.ledgers_verified_running} of {len(agencies)} egress ledgers verify"

    def _write_status(self, agency: Agency, status: str, deployed: int | None) -> None:
        arguments = {} if deployed is None else {"supporters_deployed": deployed}
        self._region.ask_node(agency, "activate", incident=self._stage.incident, status=status, **arguments)

    def _hub_status(self, agency: Agency) -> str:
        lines = self._region.ask_hub("board", incident=self._stage.incident)["lines"]
        return next((str(line["status"]) for line in lines if line["agency"] == agency.slug), "")
