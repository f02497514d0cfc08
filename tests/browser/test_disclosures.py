"""A clinician records that something had to be told, gives the written notice, and closes it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.builders import NOON
from tests.care import add_member
from tests.consoles import ServedNode, served_node
from tests.fakes import SetClock


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ServedNode]:
    """A node where the law asks for a written notice after most disclosures."""
    with served_node(tmp_path, SetClock(NOON)) as node:
        in_california(node)
        yield node


def in_california(console: ServedNode) -> None:
    """Have another law hold, as after a new start with another setting."""
    opened = console.node.opened
    opened.settings = opened.settings.model_copy(update={"jurisdiction": "ca"})


def test_a_disclosure_goes_from_its_record_to_its_close_with_the_notice_in_time(console: ServedNode, at: Visit) -> None:
    _, member = console.run(add_member)
    quinn = at(console, Role.CLINICIAN, name="quinn")
    page = quinn.go("/disclosures")
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    quinn.check()
    quinn.click("Record a disclosure", "link")
    quinn.check()
    quinn.click("Record it")
    expect(page.get_by_role("alert")).to_be_visible()
    quinn.check()
    quinn.choose("Why it had to be told", "Harm to others")
    quinn.choose("Who was told", "Law enforcement")
    quinn.choose("Who was told", "Supervisor")
    page.get_by_label("Member's code").fill(member)
    quinn.click("Record it")

    expect(page.get_by_role("status").get_by_text("D-1 is recorded.")).to_be_visible()
    expect(page.get_by_text("The person is to be told in writing by")).to_be_visible()
    expect(page.get_by_text("Supervisor, Law enforcement")).to_be_visible()
    assert page.get_by_label("No notice due").count() == 0
    quinn.check()
    quinn.go("/disclosures").get_by_text("due", exact=True).wait_for()
    quinn.check()
    quinn.go("/disclosures/D-1")
    quinn.choose("How it was given", "By post")
    quinn.click("The notice was given")
    expect(page.get_by_role("status").get_by_text("The notice is recorded.")).to_be_visible()
    quinn.check()
    quinn.click("Close D-1")
    expect(page.get_by_role("status").get_by_text("D-1 is closed.")).to_be_visible()
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    quinn.click("Those that are closed, too", "link")
    expect(page.get_by_text("closed: notice given")).to_be_visible()
    quinn.check()


def test_a_notice_that_was_not_given_in_time_is_shown_as_overdue(console: ServedNode, at: Visit) -> None:
    _, member = console.run(add_member)
    token = console.sign_in_as(Role.CLINICIAN, name="quinn")
    console.do("disclosure_record", session=token, reason="harm_to_others", told=["supervisor"], member=member)
    console.node.opened.clock.advance(timedelta(days=30))  # type: ignore[attr-defined]

    lee = at(console, Role.CLINICIAN, name="lee")
    page = lee.go("/disclosures")

    expect(page.get_by_text("overdue")).to_be_visible()
    lee.check()
    lee.go("/disclosures/D-1")
    lee.check()


def test_a_page_that_somebody_else_made_stale_refuses_and_says_what_is_true_now(console: ServedNode, at: Visit) -> None:
    _, member = console.run(add_member)
    quinn = at(console, Role.CLINICIAN, name="quinn")
    console.do("disclosure_record", session=quinn.token, reason="harm_to_others", told=["supervisor"], member=member)
    page = quinn.go("/disclosures/D-1")
    console.do("disclosure_notice_given", session=quinn.token, disclosure="D-1", way="by_email")

    quinn.click("The notice was given")

    expect(page.get_by_role("alert")).to_contain_text("was changed since you saw it")
    expect(page.get_by_text("given", exact=False).first).to_be_visible()
    assert page.get_by_role("button", name="The notice was given").count() == 0
    quinn.check()


def test_reasons_that_do_not_count_are_explained_and_thoughts_alone_are_none(tmp_path: Path, at: Visit) -> None:
    with served_node(tmp_path) as console:
        opened = console.node.opened
        opened.settings = opened.settings.model_copy(update={"jurisdiction": "us_federal"})
        _, member = console.run(add_member)
        quinn = at(console, Role.CLINICIAN, name="quinn")
        page = quinn.go("/disclosures/new")
        assert page.get_by_role("group", name="Why it had to be told").get_by_label("Self-harm, other").count() == 0
        page.get_by_text("Reasons that do not count here").click()
        expect(page.get_by_text("thoughts of suicide alone are no reason to disclose")).to_be_visible()
        quinn.check()
        page.get_by_label("Self-harm with intent, and a plan or the means").check()
        quinn.choose("Who was told", "Medical")
        page.get_by_label("Member's code").fill(member)
        quinn.click("Record it")
        expect(page.get_by_role("alert")).to_contain_text("takes intent, and a plan or the means")
        assert page.get_by_label("Member's code").input_value() == member
        quinn.check()
        quinn.choose("Only of self-harm: what there was", "Intent")
        quinn.choose("Only of self-harm: what there was", "The means")
        quinn.click("Record it")
        expect(page.get_by_text("intent, the means")).to_be_visible()

        quinn.go("/disclosures")
        quinn.click("Notice before a first session", "link")
        quinn.check()
        page.get_by_label("Member's code").fill(member)
        quinn.click("Record it")
        expect(page.get_by_role("status").get_by_text("has had the notice before the first session")).to_be_visible()
        quinn.go("/disclosures/first-notice")
        page.get_by_label("Member's code").fill(member)
        quinn.click("Record it")
        expect(page.get_by_role("alert")).to_contain_text("once is enough")
        quinn.check()


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.COORDINATOR, Role.LEADER, Role.AUDITOR])
def test_i03_nobody_but_a_clinician_sees_disclosures(console: ServedNode, at: Visit, role: Role) -> None:
    visitor = at(console, role)
    for path in ("/disclosures", "/disclosures/new", "/disclosures/first-notice", "/disclosures/D-1"):
        assert visitor.context.request.get(console.origin + path).status == 403
    visitor.go("/disclosures/D-1")
    visitor.check()
