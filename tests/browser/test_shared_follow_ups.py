"""Two coordinators hand a follow-up over: opened, offered, answered with eligibility explained, worked on, closed."""

from datetime import date

from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.between import (
    check_closed_to_supporters,
    ems_of,
    fire_of,
    offered,
    open_follow_up,
    open_incident,
    say,
)
from tests.browser.conftest import Visit
from tests.consoles import ServedRegion
from tests.eligible import ready, with_supporters
from tests.waiting import wait_until

COORDINATOR = Role.COORDINATOR


def test_a_follow_up_is_opened_offered_and_accepted_by_clicking(region: ServedRegion, at: Visit) -> None:
    open_incident(region, "Mill fire")
    morgan = at(fire_of(region), COORDINATOR, name="morgan")
    noor = at(ems_of(region), COORDINATOR, name="noor")
    page, other = morgan.go("/shared-follow-ups"), noor.page
    morgan.check()

    morgan.click("Open a follow-up", "link")
    morgan.check()
    page.get_by_label("Incident").select_option(label="Mill fire")
    morgan.choose("How many people it stands for", "2 to 4")
    morgan.click("Open it")
    page.get_by_role("status").get_by_text("Your agency is accountable until another accepts").wait_for()
    morgan.check()
    reference = page.locator("h1 code").inner_text()
    page.get_by_text("Offer it to other agencies").click()
    morgan.choose("To", "stonegate-ems")
    morgan.check()
    morgan.click("Offer it")
    page.get_by_text("You stay accountable until another agency accepts").wait_for()
    morgan.check()

    wait_until(lambda: ems_of(region).do("followups", which="offers"))
    noor.go("/shared-follow-ups")
    noor.check()
    other.get_by_text("in 3 h 59 min").first.wait_for()  # the deadline is told whole
    noor.click(reference, "link")
    noor.check()
    noor.click("Accept")
    other.get_by_text("That is no first contact yet").wait_for()
    other.get_by_text("(your agency)").first.wait_for()
    noor.check()

    page.get_by_text("It has changed since you opened this page.").wait_for()  # without being opened again
    morgan.click("Show what can be done now", "link")
    page.get_by_role("button", name="Ask for it back").wait_for()
    morgan.check()


def test_the_owner_records_contact_and_check_in_lets_it_rest_closes_and_reopens_it(
    region: ServedRegion, at: Visit
) -> None:
    reference = open_follow_up(fire_of(region))
    page = (morgan := at(fire_of(region), COORDINATOR, name="m-works")).go(f"/shared-follow-ups/{reference}")

    morgan.click("Record the first contact")
    page.get_by_text("The first contact is recorded.").wait_for()
    morgan.click("Record a check-in")
    page.get_by_text("The check-in is recorded.").wait_for()
    morgan.check()
    page.get_by_text("Let it rest").first.click()
    morgan.click("Let it rest")
    page.get_by_text("It rests until").wait_for()
    morgan.click("Take it up again")
    page.get_by_text("It is taken up again.").wait_for()
    page.get_by_text("Close it").first.click()
    morgan.choose("Outcome", "Completed")
    morgan.click("Close it")
    page.get_by_text("It is closed. You can reopen it").wait_for()
    morgan.check()
    morgan.click("Reopen")
    page.get_by_text("It is open again, and yours.").wait_for()
    assert fire_of(region).do("followup", follow_up=reference)["check_ins"] == 1


def test_a_page_made_stale_by_the_other_agency_refuses_and_says_what_is_true_now(
    region: ServedRegion, at: Visit
) -> None:
    reference = offered(region)
    morgan = at(fire_of(region), COORDINATOR, name="m-stale")
    noor = at(ems_of(region), COORDINATOR, name="n-stale")
    page = morgan.go(f"/shared-follow-ups/{reference}")
    noor.go(f"/shared-follow-ups/{reference}")
    noor.click("Accept")
    noor.page.get_by_text("That is no first contact yet").wait_for()
    wait_until(lambda: not fire_of(region).do("followup", follow_up=reference)["is_mine"])

    morgan.click("Withdraw the offer")

    told = page.get_by_role("alert")
    told.get_by_text("it was changed since you opened this page", exact=False).wait_for()
    expect(told).to_contain_text("Now: stonegate-ems is accountable")
    expect(page.get_by_role("button", name="Withdraw the offer")).to_have_count(0)
    morgan.check()


def test_two_colleagues_at_one_agency_do_not_answer_an_offer_twice(region: ServedRegion, at: Visit) -> None:
    reference = offered(region)
    noor = at(ems_of(region), COORDINATOR, name="n-first")
    dana = at(ems_of(region), COORDINATOR, name="d-second")
    noor.go(f"/shared-follow-ups/{reference}")
    page = dana.go(f"/shared-follow-ups/{reference}")
    noor.page.get_by_label("Decline because").select_option(label="No capacity")
    noor.click("Decline")
    noor.page.get_by_text("The other agency stays accountable").wait_for()

    dana.click("Accept")

    expect(page.get_by_role("alert")).to_contain_text("Now: ridgeline-fire is accountable")
    dana.check()
    wait_until(lambda: fire_of(region).do("followup", follow_up=reference)["escalation"] != "none")


def test_eligibility_is_explained_rule_by_rule_and_the_follow_up_goes_to_a_supporter(
    region: ServedRegion, at: Visit
) -> None:
    ems = ems_of(region)
    ems.run(lambda node: with_supporters(node, ready(name="Ira", trainings=()), ready(name="Jo", cap=0)))
    reference = offered(region)
    page = (noor := at(ems, COORDINATOR, name="n-eligible")).go(f"/shared-follow-ups/{reference}")

    page.get_by_text("Your agency may not own it:").wait_for()
    expect(page.get_by_text("Under the cap", exact=True)).to_be_visible()  # it stands open
    expect(page.get_by_text("Trained in date", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    noor.check()

    ems.run(lambda node: with_supporters(node, ready(name="Kit", designated_on=date(2025, 1, 1))))
    noor.go(f"/shared-follow-ups/{reference}")
    noor.click("Accept")
    page.get_by_text("That is no first contact yet").wait_for()
    noor.click("Give it to this supporter")
    page.get_by_role("status").get_by_text("it stands in their follow-ups").wait_for()
    noor.check()
    [made] = ems.do("check_ins", session=noor.token, reference=reference)
    assert made["owner"] == "S-03"


def test_what_is_listed_first_is_what_needs_an_answer(region: ServedRegion, at: Visit) -> None:
    fire, ems = fire_of(region), ems_of(region)
    taken = offered(region)
    say(ems, taken, "acknowledge")
    own = open_follow_up(ems)

    listed = {kind["which"]: [row["reference"] for row in kind["rows"]] for kind in ems.do("followups_needed")}

    assert taken in listed["offers"]
    assert own in listed["ours"]
    assert own not in listed["overdue"]
    assert list(listed) == ["offers", "overdue", "ours", "others", "closed"]
    page = (noor := at(ems, COORDINATOR, name="n-list")).go("/shared-follow-ups?which=ours")
    page.get_by_role("link", name=own).wait_for()
    expect(page.get_by_role("link", name=taken)).to_have_count(0)
    noor.check()
    assert taken in [row["reference"] for row in fire.do("followups_needed", which="ours")[0]["rows"]]


def test_i03_shared_follow_ups_are_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    reference = open_follow_up(fire_of(region))
    check_closed_to_supporters(
        fire_of(region),
        at,
        "/shared-follow-ups",
        f"/shared-follow-ups/{reference}",
        f"/shared-follow-ups/{reference}/live",
    )
