"""A regional coordinator runs an incident from the hub's console: asked for, opened, watched, closed, reported on."""

from typing import Any

import pytest
from playwright.sync_api import Page

from common.access.roles import Role
from common.codes import words
from common.wire.v1.codes_pb2 import IncidentType
from tests.browser.conftest import Visit
from tests.browser.paper import printed
from tests.consoles import ServedHub, ServedRegion
from tests.hub_pages import COORDINATOR, FIRE, look, opened, opened_follow_up
from tests.waiting import wait_until


def test_an_incident_is_opened_after_its_protocol_was_shown_and_its_audience_looked_at(
    hub_region: ServedRegion, at: Visit
) -> None:
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/incidents")
    page.get_by_text("No incident is open.").wait_for()
    look(rita)
    rita.click("Open an incident", "link")
    look(rita)
    rita.click("Structure fire", "link")
    page.get_by_text("asks these to activate within 4 hours").wait_for()
    look(rita)

    page.get_by_label("Title").fill("Fire at Stonegate, B wing")
    rita.click("Look before opening")
    page.get_by_role("alert").get_by_text("Name at least one that was there").wait_for()
    look(rita)
    page.get_by_label("Ridgeline Fire").check()
    rita.click("Look before opening")
    page.get_by_role("heading", name="1 agency is told at once").wait_for()
    look(rita)
    assert hub_region.hub.ask("incident list") == []
    rita.click("Change something")
    assert page.get_by_label("Title").input_value() == "Fire at Stonegate, B wing"
    rita.click("Look before opening")
    rita.click("Open it and tell them")

    page.get_by_role("status").get_by_text("told and asked to answer: 1.").wait_for()
    look(rita)
    assert [each["title"] for each in hub_region.hub.ask("incident list")] == ["Fire at Stonegate, B wing"]


def test_two_taps_on_one_page_open_one_incident(hub_region: ServedRegion, at: Visit) -> None:
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/incidents/new?type=other")
    page.get_by_label("Title").fill("Mill fire")
    page.get_by_label("Ridgeline Fire").check()
    rita.click("Look before opening")
    form = page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": rita.origin}

    answers = [
        rita.context.request.post(
            f"{rita.origin}/incidents/new", form={**form, "sure": "yes"}, headers=headers, max_redirects=0
        )
        for _ in range(2)
    ]

    [opened] = hub_region.hub.ask("incident list")
    assert [each.headers["location"].partition("?")[0] for each in answers] == [f"/incidents/{opened['id']}"] * 2


def test_what_an_agency_asked_for_waits_on_top_and_is_opened_or_declined(hub_region: ServedRegion, at: Visit) -> None:
    for kind in ("disaster", "other"):
        hub_region.nodes[FIRE].do("request_incident", type=kind)
    wait_until(lambda: len(hub_region.hub.ask("incident requests")) == 2)
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/incidents")
    page.get_by_role("heading", name="Asked for: waiting for your answer").wait_for()
    look(rita)

    other = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Other"))
    other.get_by_text("Decline", exact=True).click()
    rita.check()
    other.get_by_role("button", name="Decline it").click()
    page.get_by_role("status").get_by_text("Declined.").wait_for()
    rita.click("Accept: open it", "link")
    look(rita)
    page.get_by_label("Title").fill("Flood")
    rita.click("Look before opening")
    rita.click("Open it and tell them")

    page.get_by_role("heading", name="Flood").wait_for()
    assert {each["state"] for each in hub_region.hub.ask("incident requests")} == {"opened", "declined"}
    rita.go("/incidents").get_by_role("heading", name="Requests that were answered").wait_for()
    look(rita)


def test_the_board_renews_itself_when_an_agency_reports_and_a_call_is_noted(
    hub_region: ServedRegion, at: Visit
) -> None:
    incident = opened(hub_region)
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go(f"/incidents/{incident}")
    page.get_by_text("Live: this page renews itself.").wait_for()
    look(rita)

    hub_region.nodes[FIRE].do("activate", incident=incident, status="active", supporters_deployed=3)
    _row(page, "Ridgeline Fire").get_by_text("Active", exact=True).wait_for()
    look(rita)
    page.get_by_role("link", name="Ridgeline Fire").first.click()
    page.get_by_text("Desk, +1 555 0100").wait_for()
    look(rita)
    rita.click("I have called them")
    page.get_by_role("status").get_by_text("Noted: who called, and when.").wait_for()
    look(rita)
    rita.go(f"/incidents/{incident}").get_by_text("Ridgeline Fire was called").wait_for()


def test_a_live_board_is_no_word_of_its_person(hub_region: ServedRegion, at: Visit) -> None:
    incident = opened(hub_region)
    rita = at(hub_region.hub, COORDINATOR)
    asked: list[str] = []
    rita.page.on("request", lambda sent: asked.append(f"{sent.url[-5:]} {sent.headers.get('x-by-itself')}"))
    rita.go(f"/incidents/{incident}").get_by_text("Live: this page renews itself.").wait_for()

    assert "/live 1" in asked


def test_what_another_coordinator_closed_meanwhile_is_refused_and_said(hub_region: ServedRegion, at: Visit) -> None:
    incident = opened(hub_region)
    rita, sam = at(hub_region.hub, COORDINATOR), at(hub_region.hub, Role.STATE_COORDINATOR, name="sam")
    rita.context.route("**/live", lambda route: route.fulfill(status=404))  # her connection is cut: the page stays
    rita.go(f"/incidents/{incident}")
    sam.go(f"/incidents/{incident}")
    sam.page.get_by_text("Close it", exact=True).click()
    look(sam)
    sam.click("Yes: close it")
    sam.page.get_by_role("status").get_by_text("The incident is closed now").wait_for()

    rita.click("Monitor it")

    rita.page.get_by_role("alert").get_by_text("The incident is closed: that step does not follow.").wait_for()
    assert rita.page.get_by_role("button", name="Monitor it").count() == 0
    rita.page.get_by_role("link", name="After-action report").click()
    look(rita)
    paper = printed(rita.page)
    assert paper.pages == 1
    assert paper.says("Fire at Stonegate, B wing")
    assert not paper.says("What the board sees")
    rita.page.get_by_role("link", name="What the board sees").click()
    rita.page.get_by_text("Its report is not made yet.").wait_for()
    look(rita)


def test_agencies_are_added_and_an_incident_with_open_follow_ups_closes_only_on_purpose(
    hub_region: ServedRegion, at: Visit
) -> None:
    made = hub_region.hub.ask("incident open", title="Flood", type="disaster", agencies=[FIRE])
    incident, fire = made["id"], hub_region.nodes[FIRE]
    wait_until(lambda: bool(fire.do("incidents")))
    opened_follow_up(hub_region, incident)
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go(f"/incidents/{incident}")
    page.get_by_text("Add agencies").click()
    rita.click("Add those")
    page.get_by_role("alert").wait_for()
    look(rita)
    page.get_by_label("Stonegate EMS").check()
    rita.click("Add those")
    page.get_by_role("status").get_by_text("Added.").wait_for()

    page.get_by_text("Close it", exact=True).click()
    rita.click("Yes: close it")
    page.get_by_role("alert").get_by_text("1 follow-up of this incident is open").wait_for()
    look(rita)
    page.get_by_text("Close it", exact=True).click()
    page.get_by_label("Close it although 1 follow-up is open").check()
    rita.click("Yes: close it")
    page.get_by_role("status").get_by_text("The incident is closed now").wait_for()
    look(rita)
    rita.go("/incidents")
    look(rita)


PAGES = (
    "/incidents",
    "/incidents/new?type=other",
    "/follow-ups",
    "/mutual-aid",
    "/agreements/new",
    "/directory",
    "/reporting",
)


@pytest.mark.parametrize("role", [Role.BOARD, Role.OPERATOR, Role.AUDITOR])
def test_i03_coordinators_pages_are_refused_to_others_and_audited(
    hub_console: ServedHub, at: Visit, role: Role
) -> None:
    bea = at(hub_console, role, name="bea")
    for path in PAGES:
        before = len(_refused(hub_console))
        answer = bea.page.request.get(hub_console.origin + path)
        assert answer.status == 403, path
        assert len(_refused(hub_console)) == before + 1, path
    bea.go("/incidents").get_by_role("heading", name="Not for you").wait_for()
    look(bea)


def _refused(hub: ServedHub) -> list[Any]:
    return [line for line in hub.running.audit() if line[0] == "user bea" and line[2].startswith("refused")]


def _row(page: Page, agency: str) -> Any:
    return page.get_by_role("row").filter(has_text=agency)


def test_every_type_of_incident_can_be_chosen(hub_region: ServedRegion, at: Visit) -> None:
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/incidents/new")

    assert page.get_by_role("main").get_by_role("listitem").count() == len(words(IncidentType))
