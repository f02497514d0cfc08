"""Two agencies of a region as browser tests need them: an incident that both have heard of, a follow-up, an offer."""

from functools import partial
from typing import Any

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.care import add_supporter
from tests.consoles import ServedNode, ServedRegion
from tests.people import audited
from tests.waiting import wait_until


def fire_of(region: ServedRegion) -> ServedNode:
    """Give Ridgeline Fire's node."""
    return region.nodes["ridgeline-fire"]


def ems_of(region: ServedRegion) -> ServedNode:
    """Give Stonegate EMS's node."""
    return region.nodes["stonegate-ems"]


def open_incident(region: ServedRegion, title: str) -> str:
    """Open an incident with every agency at the hub, and give its id once both nodes have heard of it."""
    asked = {"type": "structure_fire", "title": title, "agencies": list(region.nodes)}
    incident: str = region.hub.ask("incident open", **asked)["id"]
    for node in region.nodes.values():
        wait_until(partial(_has_heard, node, incident))
    return incident


def _has_heard(node: ServedNode, incident: str) -> bool:
    return any(row["id"] == incident for row in node.do("incidents"))


def open_follow_up(node: ServedNode, incident: str = "") -> str:
    """Open a follow-up, and give its reference once the hub has told it."""
    reference: str = node.do("followup_open", cohorts=["1"], incident=incident)[0]["reference"]
    wait_until(lambda: node.do("followup", follow_up=reference)["version"])
    return reference


def say(node: ServedNode, reference: str, verb: str, **fields: Any) -> None:
    """Command something about a follow-up, and wait for the hub's word."""
    before = node.do("followup", follow_up=reference)["version"]
    node.do("followup_command", follow_up=reference, verb=verb, **fields)
    wait_until(lambda: node.do("followup", follow_up=reference)["version"] > before)


def offered(region: ServedRegion, incident: str = "") -> str:
    """Have fire offer a follow-up to ems, and give its reference once ems has the offer."""
    reference = open_follow_up(fire_of(region), incident)
    say(fire_of(region), reference, "offer", to=["stonegate-ems"])
    wait_until(lambda: any(row["reference"] == reference for row in ems_of(region).do("followups", which="offers")))
    return reference


def tick(visitor: Visitor, *references: str) -> None:
    """Choose some follow-ups of a list."""
    for each in references:
        visitor.page.get_by_role("checkbox", name=each).check()


def check_closed_to_supporters(node: ServedNode, at: Visit, *paths: str) -> None:
    """Check that a supporter gets none of these pages, and that each try stands in the audit trail (TRUST.md i03)."""
    casey = at(node, Role.SUPPORTER, name="casey-i03", supporter_id=node.run(add_supporter).id)
    for path in paths:
        answer = casey.page.goto(casey.origin + path)
        assert answer is not None
        assert answer.status == 403, path
        casey.page.get_by_role("heading", name="Not for you").wait_for()
        casey.check()
    tried = [outcome for who, _, _, outcome in node.run(audited) if who == "user casey-i03"]
    assert tried == ["refused: none of your roles may do this"] * len(paths)
