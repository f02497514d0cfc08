"""The whole Stonegate incident, played by five roles on three consoles at once, by clicking.

Source: the scenario of `deploy/demo/stonegate-fire.toml`, hour by hour.
"""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.between import say, tick
from tests.browser.conftest import Visit
from tests.browser.stonegate import (
    CORRECTIONS,
    DISPATCH,
    EMS,
    FIRE,
    NAMES,
    SHERIFF,
    TITLE,
    VOLUNTEERS,
    Stonegate,
    said,
    stonegate,
)
from tests.signing_in import type_password
from tests.waiting import wait_until


def test_stonegate_is_played_by_five_roles_on_three_consoles_at_once(tmp_path: Path, at: Visit) -> None:
    with stonegate(tmp_path, at) as day:
        the_regional_coordinator_opens_it_and_everybody_is_asked(day)
        agencies_tell_how_they_stand_and_the_board_shows_it_by_itself(day)
        peers_are_asked_for_and_lent(day)
        follow_ups_are_opened_and_offered(day)
        an_offer_is_raced_for_and_the_page_of_who_lost_says_who_has_it(day)
        a_coordinator_whose_session_ended_accepts_eight_after_signing_in_again(day)
        the_sheriffs_line_is_back_and_the_hub_goes_down_and_comes_back(day)
        a_supporter_does_what_was_given_to_them(day)
        after_three_days_what_nobody_did_is_on_top_of_the_queue(day)
        everything_is_closed_and_the_board_reads_what_became_of_it(day)
        audra = day["audra"]
        page = day.comes_back("audra", "/left")
        audra.click("Verify the ledger")
        page.get_by_text("Nothing was changed, added or removed.").wait_for()
        assert {len(owners) for owners in day.accountable().values()} == {1}
        for visitor in day.people.values():
            visitor.check()


def the_regional_coordinator_opens_it_and_everybody_is_asked(day: Stonegate) -> None:
    rita = day["rita"]
    page = rita.go("/incidents")
    rita.click("Open an incident", "link")
    rita.click("Facility disturbance", "link")
    page.get_by_label("Title").fill(TITLE)
    for name in NAMES.values():
        page.get_by_label(name).check()
    rita.click("Look before opening")
    page.get_by_role("heading", name="6 agencies are told at once").wait_for()
    rita.click("Open it and tell them")
    said(page, "told and asked to answer: 6.")
    day.incident = page.url.rpartition("/")[2]
    day.everybody_hears_of_it()


def agencies_tell_how_they_stand_and_the_board_shows_it_by_itself(day: Stonegate) -> None:
    page = day["rita"].page
    page.get_by_text("Live: this page renews itself.").wait_for()
    for name, deployed in (("morgan", "4"), ("sam", "1")):
        person = day[name]
        person.go("/incidents")
        person.click(TITLE, "link")
        person.page.get_by_text("Counts that go with it").click()
        person.page.get_by_label("Supporters on task now").fill(deployed)
        person.click("Active")
        said(person.page, "your team is active")
    for slug, count in ((DISPATCH, 2), (EMS, 3)):
        day.at(slug).do("activate", incident=day.incident, status="active", supporters_deployed=count)
    day.at(SHERIFF).do("activate", incident=day.incident, status="acknowledged")
    for slug, told in ((FIRE, "Active"), (CORRECTIONS, "Active"), (DISPATCH, "Active"), (SHERIFF, "Acknowledged")):
        expect(day.row(slug)).to_contain_text(told)
    expect(day.row(FIRE)).to_contain_text("4")
    day.line.cut()
    day.at(SHERIFF).do("activate", incident=day.incident, status="active", supporters_deployed=5)  # it waits


def peers_are_asked_for_and_lent(day: Stonegate) -> None:
    sam, morgan = day["sam"], day["morgan"]
    sam.go("/mutual-aid")
    sam.click("Ask for supporters", "link")
    sam.page.get_by_label("How many").fill("6")
    sam.page.get_by_label("For which incident").select_option(label=TITLE)
    for discipline in ("Corrections", "Law enforcement", "Fire"):
        sam.choose("Only from", discipline)
    sam.click("Ask for them")
    sam.page.get_by_text("to fill it.").wait_for()
    wait_until(lambda: day.at(FIRE).do("aid_list"))
    morgan.go("/mutual-aid")
    morgan.click(NAMES[CORRECTIONS], "link")
    morgan.page.get_by_label("How many supporters you can send").fill("3")
    morgan.click("Offer them")
    said(morgan.page, "The hub matches offers")
    day["rita"].page.get_by_role("link", name=f"{NAMES[CORRECTIONS]}: 3 of 6").wait_for()  # by itself


def follow_ups_are_opened_and_offered(day: Stonegate) -> None:
    for name, people, count in (("sam", "1", 10), ("sam", "2 to 4", 4), ("morgan", "1", 9)):
        person = day[name]
        person.go(f"/incidents/{day.incident}")
        person.click("Open a follow-up", "link")
        person.choose("How many people it stands for", people)
        person.page.get_by_label("How many such follow-ups").fill(str(count))
        person.click("Open it")
        said(person.page, "Your agency is accountable until another accepts")
    own = day.references(CORRECTIONS, "mine")
    assert len(own) == 14
    for references, to in ((own[:8], FIRE), (own[8:12], SHERIFF)):
        sam = day["sam"]
        sam.go(f"/incidents/{day.incident}")
        sam.click("Offer several", "link")
        tick(sam, *references)
        sam.choose("To", NAMES[to])
        sam.click("Offer those")
        said(sam.page, "You stay accountable until another agency accepts")
    wait_until(lambda: len(day.references(FIRE, "offers")) == 8)


def an_offer_is_raced_for_and_the_page_of_who_lost_says_who_has_it(day: Stonegate) -> None:
    volunteers, morgan = day.at(VOLUNTEERS), day["morgan"]
    both = [each["reference"] for each in volunteers.do("followup_open", cohorts=["1", "1"], incident=day.incident)]
    for each in both:
        wait_until(lambda each=each: volunteers.do("followup", follow_up=each)["version"])  # type: ignore[misc]
        say(volunteers, each, "offer", to=[NAMES[FIRE], NAMES[EMS]])
    wait_until(lambda: len(day.references(FIRE, "offers")) == 10)
    page = morgan.go(f"/shared-follow-ups/{both[0]}")
    for each in both:
        say(day.at(EMS), each, "accept")
    wait_until(lambda: day.at(FIRE).do("followup", follow_up=both[0])["accountable"] == NAMES[EMS])

    morgan.click("Accept")

    expect(page.get_by_role("alert")).to_contain_text(f"Now: {NAMES[EMS]} is accountable")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    morgan.check()


def a_coordinator_whose_session_ended_accepts_eight_after_signing_in_again(day: Stonegate) -> None:
    morgan = day["morgan"]
    page = morgan.go(f"/incidents/{day.incident}")
    morgan.click("Answer several", "link")
    tick(morgan, *day.references(FIRE, "offers"))
    day.hour_goes(0.4)
    morgan.click("Accept those")
    page.get_by_text("What you entered is kept").wait_for()
    assert len(day.references(FIRE, "offers")) == 8
    type_password(morgan, "morgan")
    morgan.click("Send it now")
    said(page, "That is no first contact yet")
    wait_until(lambda: len(day.references(FIRE, "mine")) == 17)
    assert day.references(FIRE, "offers") == []


def the_sheriffs_line_is_back_and_the_hub_goes_down_and_comes_back(day: Stonegate) -> None:
    rita, page = day["rita"], day.comes_back("rita", f"/incidents/{day.incident}")
    expect(day.row(SHERIFF)).to_contain_text("Acknowledged")
    page.get_by_text("Live: this page renews itself.").wait_for()
    day.region.hub.cut()
    page.get_by_text("Not connected.").wait_for(timeout=20_000)
    rita.faults.found.clear()  # the browser says in its console that it could not connect, as it should
    day.region.hub.come_back()
    day.line.restore()
    expect(day.row(SHERIFF)).to_contain_text("Active", timeout=30_000)
    page.get_by_text("Live: this page renews itself.").wait_for()
    wait_until(lambda: len(day.references(SHERIFF, "offers")) == 4)
    accepted, declined = day.references(SHERIFF, "offers")[:2], day.references(SHERIFF, "offers")[2:]
    for each, other in zip(accepted, declined, strict=True):
        say(day.at(SHERIFF), each, "accept")
        say(day.at(SHERIFF), other, "decline", reason="not_eligible")
    wait_until(lambda: day.region.hub.ask("followups", which="escalated"))


def a_supporter_does_what_was_given_to_them(day: Stonegate) -> None:
    morgan, casey = day["morgan"], day["casey"]
    mine = day.references(FIRE, "mine")
    morgan.go(f"/shared-follow-ups/{mine[0]}")
    morgan.page.get_by_label("Give it to").select_option("S-01")
    morgan.click("Give it to this supporter")
    said(morgan.page, "it stands in their follow-ups")
    page = day.comes_back("casey", "/mine")
    casey.click("C-1", "link")
    casey.click("Record it")
    said(page, "Recorded")
    casey.click("Log the contact", "link")
    casey.choose("What it was about", "Critical incident")
    casey.click("Save")
    said(page, "Logged: critical incident")
    morgan.go(f"/incidents/{day.incident}")
    morgan.click("Record first contacts", "link")
    tick(morgan, *mine[:7])
    morgan.click("Record those")
    said(morgan.page, "First contact recorded")


def after_three_days_what_nobody_did_is_on_top_of_the_queue(day: Stonegate) -> None:
    rita = day["rita"]
    day.three_days_pass()
    assert day.region.hub.ask("followups", which="overdue")
    page = day.comes_back("rita", "/follow-ups")
    first = page.get_by_role("main").get_by_role("list").get_by_role("listitem").first
    first.get_by_text("escalated: ").wait_for()
    rita.check()
    first.get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("^I have called")).click()
    said(page, "Noted")


def everything_is_closed_and_the_board_reads_what_became_of_it(day: Stonegate) -> None:
    for name in ("morgan", "sam"):
        person = day[name]
        page = day.comes_back(name, f"/incidents/{day.incident}")
        for way, does, told in (
            ("Record first contacts", "Record those", "First contact recorded"),
            ("Close several", "Close those", "Each can be reopened"),
        ):
            person.click(way, "link")
            for box in page.get_by_role("group", name="Which").get_by_role("checkbox").all():
                box.check()
            if way == "Close several":
                person.choose("Outcome", "Completed")
            person.click(does)
            said(page, told)
        person.click("Stood down")
        said(page, "stood down")
    day.does_the_rest(EMS)
    day.does_the_rest(SHERIFF)
    wait_until(lambda: {each["work"] for each in day.region.hub.ask("followups")} == {"closed"})

    rita, bo = day["rita"], day["bo"]
    rita.go(f"/incidents/{day.incident}").get_by_text("Close it", exact=True).click()
    rita.click("Yes: close it")
    said(rita.page, "The incident is closed now")
    page = day.comes_back("bo", "/after-action")
    bo.click("Facility disturbance", "link")
    page.locator("summary", has_text="Make the report").click()
    bo.click("Yes: Make the report")
    said(page, "The report is made.")
    for name in (TITLE, *NAMES.values()):
        assert name not in page.content(), "the board sees no agency"
