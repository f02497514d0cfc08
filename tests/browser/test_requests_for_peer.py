"""Requests for a peer in the browser: read by whom they are sealed to, taken, answered, shared, closed."""

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from node.opened import OpenNode
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.consoles import ServedNode
from tests.on_duty import CANARIES, signed_in
from tests.people import audited


@pytest.fixture
def morgan(console: ServedNode, at: Visit) -> Visitor:
    return on_duty(console, at, "morgan")


def on_duty(console: ServedNode, at: Visit, name: str) -> Visitor:
    """Give a coordinator with a key, so that what is asked is sealed to them."""

    def prepare(node: OpenNode) -> str:
        return signed_in(node, name, Role.COORDINATOR).token

    visitor = at(console)
    visitor.keep(console.run(prepare))
    return visitor


def asked(console: ServedNode, **said: str) -> str:
    """Ask for a peer as a member does, and give the code."""
    return str(console.do("ask_for_peer", **said)["code"])


def test_a_request_is_taken_answered_and_closed_and_who_asked_finds_the_answer(
    console: ServedNode, morgan: Visitor
) -> None:
    page = morgan.go("/requests-for-peer")
    page.get_by_text("No request waits.").wait_for()
    morgan.check()
    code = asked(console, wish="named", **CANARIES)

    morgan.go("/today").get_by_role("heading", name="Somebody asks for a peer").wait_for()
    morgan.check()
    assert not any(canary in page.content() for canary in CANARIES.values())
    morgan.go("/requests-for-peer")
    morgan.check()
    assert not any(canary in page.content() for canary in CANARIES.values())
    page.get_by_role("link", name="Open it").click()
    for canary in CANARIES.values():
        page.get_by_text(canary).wait_for()
    morgan.check()
    morgan.click("Take it")
    page.get_by_role("status").get_by_text("It is taken.").wait_for()
    morgan.check()
    page.get_by_label("What they find under their code").fill("Robin calls you\nat nine.")
    morgan.click("Leave the answer")
    page.get_by_role("status").get_by_text("Answered.").wait_for()
    morgan.check()
    assert console.do("look_for_answer", code=code)["answer"] == "Robin calls you\nat nine."

    morgan.click("Close the request")
    page.get_by_role("alert").wait_for()
    morgan.check()
    morgan.choose("What came of it", "Peer found")
    morgan.click("Close the request")
    page.get_by_role("status").get_by_text("The request is closed.").wait_for()
    page.get_by_text("No request waits.").wait_for()
    morgan.click("Closed ones too", "link")
    page.get_by_role("link", name="Open it").click()
    page.get_by_text("Peer found").wait_for()
    morgan.check()
    assert [line[1] for line in console.run(audited)].count("see requests for a peer") >= 3


def test_i03_who_a_request_is_not_sealed_to_opens_nothing_until_it_is_shared(
    console: ServedNode, at: Visit, morgan: Visitor
) -> None:
    asked(console, wish="named", **CANARIES)
    jo = on_duty(console, at, "jo")
    request = console.do("support_requests", session=morgan.context.cookies()[0]["value"])[0]["id"]
    page = jo.go("/requests-for-peer")
    page.get_by_text("not sealed to you").wait_for()
    jo.check()
    page = jo.go(f"/requests-for-peer/{request}")
    page.get_by_role("heading", name="This request is closed to you").wait_for()
    jo.check()
    assert not any(canary in page.content() for canary in CANARIES.values())
    assert any(line[0] == "user jo" and line[3].startswith("refused") for line in console.run(audited))

    page = morgan.go(f"/requests-for-peer/{request}")
    page.get_by_text("Share it with another coordinator").click()
    page.get_by_label("User name").fill("nobody-here")
    morgan.click("Share it")
    page.get_by_role("alert").wait_for()
    morgan.check()
    page.get_by_label("User name").fill("jo")
    morgan.click("Share it")
    page.get_by_role("status").get_by_text("One more coordinator").wait_for()
    jo.go(f"/requests-for-peer/{request}").get_by_text(CANARIES["contact"]).wait_for()


def test_a_request_that_somebody_closed_meanwhile_is_shown_as_it_is_now(console: ServedNode, morgan: Visitor) -> None:
    asked(console)
    page = morgan.go("/requests-for-peer")
    page.get_by_role("link", name="Open it").click()
    token = morgan.context.cookies()[0]["value"]
    request = console.do("support_requests", session=token)[0]["id"]
    console.do("support_request_close", session=token, id=request, reason="not_meant")

    morgan.click("Take it")

    page.get_by_role("alert").get_by_text("This request is closed").wait_for()
    expect(page.get_by_role("button", name="Take it")).to_have_count(0)
    morgan.check()


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.CLINICIAN, Role.OPERATOR])
def test_i03_requests_are_listed_for_coordinators_alone(console: ServedNode, at: Visit, role: Role) -> None:
    visitor = at(console, role, name="other")
    check_refused(console, visitor, "other", "/requests-for-peer")
