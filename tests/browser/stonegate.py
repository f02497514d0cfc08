"""The fire at Stonegate in a browser: six agencies, three consoles, and the people at them.

The hub's, Ridgeline Fire's and Stonegate Corrections' consoles are clicked at. What the other agencies do is done with
their nodes' own operations, as their coordinators would.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from common.access.roles import Role
from deploy.demo.line import Line
from deploy.demo.stage import are_ahead, are_told
from node.settings import SETTINGS_NAME
from tests.browser.between import say
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.consoles import ServedNode, ServedRegion, served_region
from tests.eligible import ready, with_supporters
from tests.fakes import SetClock
from tests.ports import free_port
from tests.signing_in import set_up, set_up_at_hub, type_password
from tests.waiting import wait_until

TITLE = "Fire and disturbance at Stonegate, B wing"
FIRE, CORRECTIONS, EMS = "ridgeline-fire", "stonegate-corrections", "cedar-valley-ems"
DISPATCH, SHERIFF, VOLUNTEERS = "three-rivers-911", "alder-county-sheriff", "pine-hollow-fire"
NAMES = {
    FIRE: "Ridgeline Fire District",
    EMS: "Cedar Valley Ambulance",
    DISPATCH: "Three Rivers 911",
    SHERIFF: "Alder County Sheriff",
    CORRECTIONS: "Stonegate Correctional Facility",
    VOLUNTEERS: "Pine Hollow Volunteer Fire",
}
_OF: dict[str, dict[str, Any]] = {
    EMS: {"discipline": "ems"},
    DISPATCH: {"discipline": "911"},
    SHERIFF: {"discipline": "law_enforcement", "jurisdiction": "CO"},
    CORRECTIONS: {"discipline": "corrections"},
}
_ROSTERS = {FIRE: 12, EMS: 4, SHERIFF: 4}  # supporters who may own a follow-up
ROUND = timedelta(hours=72)


@dataclass
class Stonegate:
    """The region on the day, and who is at a console.

    Args:
        line: the sheriff's way to the hub.
        people: by name, each at a browser of their own.
        incident: its id, once it is open.
    """

    region: ServedRegion
    clock: SetClock
    line: Line
    people: dict[str, Visitor]
    incident: str = ""

    def __getitem__(self, name: str) -> Visitor:
        return self.people[name]

    def three_days_pass(self) -> None:
        """Move the clock on; what fell due is done, and every node was told: people see it before they act."""
        self.clock.advance(ROUND)
        wait_until(self._is_nothing_due)
        wait_until(self._is_everybody_told)

    def _is_nothing_due(self) -> bool:
        return are_ahead((row["due_at"] for row in self.region.hub.ask("followups", open=True)), self.clock.now())

    def _is_everybody_told(self) -> bool:
        nodes = [node.do("status") for node in self.region.nodes.values()]
        return are_told(nodes, self.region.hub.ask("agencies"))

    def comes_back(self, name: str, path: str) -> Page:
        """Have somebody open a page after a while, which asks for their password, and then shows it."""
        page = self[name].go(path)
        type_password(self[name], name)
        page.wait_for_url(f"**{path}")
        return page

    def at(self, slug: str) -> ServedNode:
        """An agency's node."""
        return self.region.nodes[slug]

    def hour_goes(self, hours: float) -> None:
        """Let time go by: who does nothing is signed out after a quarter of an hour."""
        self.clock.advance(timedelta(hours=hours))

    def references(self, slug: str, which: str) -> list[str]:
        """Some of an agency's follow-ups, as its node selects them."""
        return [each["reference"] for each in self.at(slug).do("followups", which=which, incident=self.incident)]

    def everybody_hears_of_it(self) -> None:
        """Wait until every agency's node knows the incident."""
        for node in self.region.nodes.values():
            wait_until(lambda node=node: any(row["id"] == self.incident for row in node.do("incidents")))  # type: ignore[misc]

    def does_the_rest(self, slug: str) -> None:
        """Have an agency without a console here reach everybody and close what is its own."""
        for each in self.references(slug, "mine"):
            say(self.at(slug), each, "contact")
            say(self.at(slug), each, "close", outcome="completed")

    def row(self, slug: str) -> Locator:
        """The line of an agency on the regional coordinator's board."""
        return self["rita"].page.get_by_role("row").filter(has_text=NAMES[slug])

    def accountable(self) -> dict[str, set[str]]:
        """Who is accountable for each follow-up, as the hub and every agency that it concerns say."""
        told = {each["id"]: {each["accountable"]} for each in self.region.hub.ask("followups")}
        for slug, node in self.region.nodes.items():
            for row in node.do("followups"):
                of = [name for name, shown in NAMES.items() if shown == row["accountable"]]
                told[row["id"]].update([slug] if row["is_mine"] else of)
        return told


@contextmanager
def stonegate(directory: Path, at: Visit) -> Iterator[Stonegate]:
    """Have the region stand, and everybody signed in."""
    clock = SetClock(datetime.now(UTC))  # certificates are judged by the machine's
    with served_region(directory, *NAMES, clock=clock, of=_OF) as region:
        for slug, name in NAMES.items():
            region.hub.ask("directory set", agency=slug, name=name, duty_contact=f"{name}, +1 555 0100")
        rosters = {slug: _roster(region.nodes[slug], count) for slug, count in _ROSTERS.items()}
        wait_until(lambda: {row["name"] for row in region.nodes[FIRE].do("directory")} >= set(NAMES.values()))
        line = _on_a_line(region, SHERIFF)
        try:
            yield Stonegate(region, clock, line, _people(region, at, rosters[FIRE][0]))
        finally:
            line.close()


def _roster(node: ServedNode, count: int) -> list[bytes]:
    some = [ready(name=f"Peer {number}", designated_on=date(2025, 1, 1), cap=20) for number in range(count)]
    return node.run(lambda opened: with_supporters(opened, *some))


def _people(region: ServedRegion, at: Visit, casey: bytes) -> dict[str, Visitor]:
    fire, corrections = region.nodes[FIRE], region.nodes[CORRECTIONS]
    people = {"rita": at(region.hub, context={"viewport": DESK}), "bo": at(region.hub), "audra": at(corrections)}
    people["rita"].keep(set_up_at_hub(region.hub, "rita", Role.REGIONAL_COORDINATOR))
    people["bo"].keep(set_up_at_hub(region.hub, "bo", Role.BOARD))
    people["audra"].keep(set_up(corrections, "audra", Role.AUDITOR)["token"])
    for name, node, role in (("morgan", fire, Role.COORDINATOR), ("sam", corrections, Role.COORDINATOR)):
        people[name] = at(node)
        people[name].keep(set_up(node, name, role)["token"])
    people["casey"] = at(fire)
    people["casey"].keep(set_up(fire, "casey", Role.SUPPORTER, supporter_id=casey)["token"])
    return people


def _on_a_line(region: ServedRegion, slug: str) -> Line:
    """Have a node reach the hub by a line that can be cut."""
    node, port = region.nodes[slug], free_port()
    settings = node.node.opened.data / SETTINGS_NAME
    line = Line([(port, int(region.hub.running.uplink.rpartition(":")[2]))])
    node.cut()
    told = re.sub(r"(?m)^uplink_address = .*$", f"uplink_address = 'localhost:{port}'", settings.read_text("utf-8"))
    settings.write_text(told, "utf-8")
    node.come_back()
    return line


def said(page: Page, words: str) -> None:
    """Wait until a page says that something was done."""
    page.get_by_role("status").get_by_text(words).wait_for()
