"""What the tests of the hub's console share: two agencies at work, and looking at a page on a phone and on a desk."""

from common.access.roles import Role
from tests.browser.looking import DESK, Visitor
from tests.consoles import ServedRegion
from tests.waiting import wait_until

FIRE, EMS = "ridgeline-fire", "stonegate-ems"
COORDINATOR = Role.REGIONAL_COORDINATOR


def opened(region: ServedRegion, title: str = "Fire at Stonegate, B wing") -> str:
    """Open an incident of both agencies; its id."""
    made = region.hub.ask("incident open", title=title, type="structure_fire", agencies=[FIRE, EMS])
    for node in region.nodes.values():
        wait_until(lambda node=node: any(each["id"] == made["id"] for each in node.do("incidents")))  # type: ignore[misc]
    return str(made["id"])


def opened_follow_up(region: ServedRegion, incident: str) -> str:
    """Have the fire agency open a follow-up of an incident; its id at the hub."""
    before = len(region.hub.ask("followups"))
    region.nodes[FIRE].do("followup_open", cohorts=["1"], incident=incident)
    wait_until(lambda: len(region.hub.ask("followups")) > before)
    return str(region.hub.ask("followups")[-1]["id"])


def look(visitor: Visitor) -> None:
    """Check the page on a phone and on a desk."""
    visitor.check()
    before = visitor.page.viewport_size
    visitor.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    visitor.check()
    visitor.page.set_viewport_size(before)  # type: ignore[arg-type]
