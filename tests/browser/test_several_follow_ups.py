"""A coordinator does the same with several follow-ups: each is its own, and what is refused is said one by one."""

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
    tick,
)
from tests.browser.conftest import Visit
from tests.consoles import ServedRegion
from tests.waiting import wait_until

COORDINATOR = Role.COORDINATOR


def test_several_are_offered_and_answered_at_once(region: ServedRegion, at: Visit) -> None:
    fire, ems, incident = fire_of(region), ems_of(region), open_incident(region, "Depot fire")
    own = [open_follow_up(fire, incident) for _ in range(3)]
    page = (morgan := at(fire, COORDINATOR, name="m-several")).go(f"/incidents/{incident}")
    morgan.click("Offer several", "link")
    morgan.check()
    morgan.click("Offer those")
    page.get_by_role("alert").get_by_text("Choose at least one").wait_for()
    morgan.check()
    tick(morgan, *own[:2])
    morgan.choose("To", "stonegate-ems")
    morgan.click("Offer those")
    page.get_by_role("status").get_by_text("You stay accountable until another agency accepts").wait_for()

    wait_until(lambda: len(ems.do("followups", which="offers", incident=incident)) == 2)
    other = (noor := at(ems, COORDINATOR, name="n-several")).go(f"/incidents/{incident}")
    noor.click("Answer several", "link")
    noor.check()
    tick(noor, *own[:2])
    noor.click("Accept those")
    other.get_by_role("status").get_by_text("That is no first contact yet").wait_for()
    noor.check()
    wait_until(lambda: [fire.do("followup", follow_up=each)["is_mine"] for each in own] == [False, False, True])


def test_one_that_was_withdrawn_meanwhile_is_refused_and_the_others_are_done(region: ServedRegion, at: Visit) -> None:
    fire, ems, incident = fire_of(region), ems_of(region), open_incident(region, "Barn fire")
    both = {offered(region, incident), offered(region, incident)}
    page = (noor := at(ems, COORDINATOR, name="n-late")).go(f"/shared-follow-ups/several/accept?incident={incident}")
    tick(noor, *both)
    gone = str(page.get_by_role("checkbox").first.get_attribute("value")).partition(" ")[0]  # done before the other
    [kept] = both - {gone}
    say(fire, gone, "withdraw")
    wait_until(lambda: not ems.do("followup", follow_up=gone)["offered_to_us"])

    noor.click("Accept those")

    told = page.get_by_role("alert")
    expect(told).to_contain_text(f"Done: {kept}. One was not done:")
    expect(told).to_contain_text(gone)
    expect(told).to_contain_text("No offer of it is open to this agency any more")
    expect(told).to_contain_text("Now: ridgeline-fire is accountable")
    page.get_by_text("There is none now with which this can be done.").wait_for()
    noor.check()
    wait_until(lambda: ems.do("followup", follow_up=kept)["is_mine"])
    assert fire.do("followup", follow_up=gone)["is_mine"]


def test_one_that_is_no_follow_up_at_all_hides_nothing_that_was_done(region: ServedRegion, at: Visit) -> None:
    fire, incident = fire_of(region), open_incident(region, "Shed fire")
    both = [open_follow_up(fire, incident) for _ in range(2)]
    page = (morgan := at(fire, COORDINATOR, name="m-forged")).go(
        f"/shared-follow-ups/several/contact?incident={incident}"
    )
    tick(morgan, *both)
    page.get_by_role("checkbox").last.evaluate("box => box.value = '!! 1.1'")

    morgan.click("Record those")

    expect(page.get_by_role("alert")).to_contain_text("One was not done:")
    wait_until(lambda: sum(bool(fire.do("followup", follow_up=each)["first_contact_at"]) for each in both) == 1)


def test_several_are_declined_reached_and_closed_at_once(region: ServedRegion, at: Visit) -> None:
    fire, ems, incident = fire_of(region), ems_of(region), open_incident(region, "Well fire")
    both = [offered(region, incident), offered(region, incident)]
    page = (noor := at(ems, COORDINATOR, name="n-declines")).go(
        f"/shared-follow-ups/several/accept?incident={incident}"
    )
    noor.click("Decline several", "link")
    noor.check()
    tick(noor, *both)
    page.get_by_label("Because").select_option(label="No capacity")
    noor.click("Decline those")
    page.get_by_role("status").get_by_text("The other agency stays accountable").wait_for()
    wait_until(lambda: all(fire.do("followup", follow_up=each)["offer"] == "none" for each in both))

    page = (morgan := at(fire, COORDINATOR, name="m-closes")).go(f"/incidents/{incident}")
    for way, does, said in (
        ("Record first contacts", "Record those", "First contact recorded"),
        ("Close several", "Close those", "Each can be reopened"),
    ):
        morgan.click(way, "link")
        morgan.check()
        tick(morgan, *both)
        if way == "Close several":
            morgan.choose("Outcome", "Completed")
        morgan.click(does)
        page.get_by_role("status").get_by_text(said).wait_for()
    wait_until(lambda: {region.hub.ask("followup", follow_up=each)["work"] for each in both} == {"closed"})


def test_i03_several_are_not_for_supporters_and_there_is_no_other_way_to_do_them(
    region: ServedRegion, at: Visit
) -> None:
    page = (morgan := at(fire_of(region), COORDINATOR, name="m-other")).go("/shared-follow-ups/several/reopen")
    page.get_by_text("There is no page at this address").wait_for()
    morgan.faults.found.clear()
    check_closed_to_supporters(fire_of(region), at, "/shared-follow-ups/several/accept")
