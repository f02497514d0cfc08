"""An auditor reads the trail, proves it, takes it along, and reviews who may do what."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from common.access.roles import Role
from common.audit.entry import Entry
from common.audit.export import parse_trail_key, verify_file
from node.console.ledger import AT_ONCE
from node.opened import OpenNode
from node.persistence.audit import TRAIL
from node.use_cases.outbox import append
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, PHONE
from tests.builders import capacity_report
from tests.consoles import ServedNode, served_region
from tests.waiting import wait_until

WIDE = {"viewport": DESK}


def lines(page: Page) -> list[str]:
    return page.get_by_role("row").all_inner_texts()[1:]


def recorded(node: OpenNode, *entries: Entry, days_ago: int = 0) -> None:
    at = node.clock.now() - timedelta(days=days_ago)
    node.write("audit", lambda connection: TRAIL.record(connection, at, *entries))


def test_the_trail_is_read_backwards_page_by_page_and_narrowed_to_what_is_looked_for(
    console: ServedNode, at: Visit
) -> None:
    anna = at(console, Role.AUDITOR, name="anna", context=WIDE)
    reads = [Entry("user casey", "read note", f"note {number:032x}") for number in range(60)]
    console.run(lambda node: recorded(node, *reads))
    console.run(lambda node: recorded(node, Entry("user omar", "find member", "", "refused: not theirs")))
    page = anna.go("/trail")

    assert "refused: not theirs" in lines(page)[0]
    anna.check()
    anna.click("Older", "link")
    assert f"note {0:032x}" in "\n".join(lines(page))
    assert "omar" not in "\n".join(lines(page))

    anna.go("/trail").get_by_text("Look for something").click()
    page.get_by_label("Outcome").select_option("Refused")
    anna.click("Show")
    assert len(lines(page)) == 1
    anna.check()
    page.get_by_label("Outcome").select_option("Done")
    page.get_by_label("User", exact=False).first.fill("casey")
    page.get_by_label("What was tried").select_option("Read note")
    page.get_by_label("On what").fill(f"note {7:032x}")
    anna.click("Show")
    assert len(lines(page)) == 1
    page.get_by_label("On what").fill("note of nobody")
    anna.click("Show")
    expect(page.get_by_text("No line is like that.")).to_be_visible()
    anna.check()


def test_days_are_those_of_the_agency_and_a_wrong_one_is_named(console: ServedNode, at: Visit) -> None:
    anna = at(console, Role.AUDITOR, name="anna", context=WIDE)
    console.run(lambda node: recorded(node, Entry("user casey", "read note", "note old"), days_ago=9))
    zone = console.node.opened.settings.zone
    day = (console.node.opened.clock.now() - timedelta(days=9)).astimezone(zone).date()

    page = anna.go(f"/trail?since={day}&until={day}")
    assert ["note old" in line for line in lines(page)] == [True]
    page = anna.go(f"/trail?since={day + timedelta(days=1)}")
    assert not any("note old" in line for line in lines(page))
    page = anna.go("/trail?since=last+week")
    expect(page.get_by_role("alert")).to_contain_text("A day is needed, such as 2026-11-03")
    anna.check()


def test_t02_the_trail_is_proved_in_plain_words_and_a_changed_line_is_named(console: ServedNode, at: Visit) -> None:
    anna = at(console, Role.AUDITOR, name="anna")
    page = anna.go("/trail")
    anna.check()
    anna.click("Verify the trail")
    expect(page.get_by_text("lines are as they were written, in their order")).to_be_visible()
    kept = page.locator("pre").inner_text()
    anna.check()

    anna.click("To the trail", "link")
    page.get_by_text("Compare it with a checkpoint that you kept").click()
    page.get_by_label("The checkpoint").fill(kept)
    anna.check()
    anna.click("Verify the trail")
    expect(page.get_by_text("It continues what your checkpoint says.")).to_be_visible()

    entries = TRAIL.entries
    console.run(
        lambda node: node.write(
            "test", lambda c: c.execute(update(entries).where(entries.c.sequence == 1).values(actor="user nobody"))
        )
    )
    anna.go("/trail")
    anna.click("Verify the trail")
    expect(page.get_by_role("alert")).to_contain_text("It is not what was written, from line 1 on.")
    anna.check()


def test_a_checkpoint_that_is_none_is_said_to_be_none(console: ServedNode, at: Visit) -> None:
    anna = at(console, Role.AUDITOR, name="anna")
    page = anna.go("/trail")
    page.get_by_text("Compare it with a checkpoint that you kept").click()
    page.get_by_label("The checkpoint").fill("what I remember of it")
    anna.click("Verify the trail")
    expect(page.get_by_role("alert")).to_be_visible()
    anna.check()


def test_an_exported_trail_is_proved_elsewhere_and_nothing_of_it_stays_behind(
    console: ServedNode, at: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    anna = at(console, Role.AUDITOR, name="anna")
    page = anna.go("/trail?user=anna")
    key = console.do("audit_verify", session=anna.token)["key"]

    with page.expect_download() as whole:
        anna.click("Export the whole trail")
    with page.expect_download() as part:
        anna.click("Export what is looked for")

    assert verify_file(whole.value.path(), parse_trail_key(key)).entries >= 2
    assert {json.loads(line)["actor"] for line in part.value.path().read_text().splitlines()} == {"user anna"}
    wait_until(lambda: not list((tmp_path / "temporary").glob("holdfast-*")))  # the file goes once it was sent


def test_the_access_review_says_who_may_do_what_and_what_each_did(console: ServedNode, at: Visit) -> None:
    anna = at(console, Role.AUDITOR, name="anna")
    console.do("user_add", session=console.sign_in_as(Role.OPERATOR, name="olga"), name="lena", roles=["leader"])
    page = anna.go("/access-review")
    anna.check()
    for said in ("Leader, since", "given by user olga", "never", "user add", "review access"):
        expect(page.get_by_text(said).first).to_be_visible()

    page = anna.go("/access-review?since=2020-01-01&until=2020-12-31")
    expect(page.get_by_text("Nothing changed in that time.")).to_be_visible()
    anna.check()
    page = anna.go("/access-review?since=2020-12-31&until=2020-01-01")
    expect(page.get_by_role("alert")).to_contain_text("Must be before the end of the period")
    anna.check()


def test_an_operator_verifies_what_left_in_plain_words_and_an_auditor_does_so_where_it_is_read(
    tmp_path: Path, at: Visit
) -> None:
    with served_region(tmp_path, "ridgeline-fire") as region:
        node = region.nodes["ridgeline-fire"]
        olga, anna = at(node, Role.OPERATOR, name="olga"), at(node, Role.AUDITOR, name="anna")
        page = olga.go("/ledger")
        expect(page.get_by_text("1 report is as it was written")).to_be_visible()
        olga.check()
        olga.click("Verify each signature too")
        expect(page.get_by_role("status").get_by_text("The ledger is whole.")).to_be_visible()
        expect(page.get_by_text("Nothing was changed, added or removed.")).to_be_visible()
        olga.check()
        anna.go("/left").get_by_role("button", name="Verify the ledger").wait_for()
        expect(anna.page.get_by_role("link", name="Egress ledger")).to_have_count(0)


def test_a_long_ledger_is_verified_when_asked_and_not_while_its_page_is_waited_for(tmp_path: Path, at: Visit) -> None:
    with served_region(tmp_path, "ridgeline-fire") as region:
        node = region.nodes["ridgeline-fire"]
        node.run(_tell_a_lot)
        anna = at(node, Role.AUDITOR, name="anna")
        page = anna.go("/ledger")
        expect(page.get_by_text("not verified yet: they are too many to be read at once")).to_be_visible()
        anna.check()
        anna.click("Verify everything")
        expect(page.get_by_role("status").get_by_text("The ledger is whole.")).to_be_visible()
        anna.check()


def _tell_a_lot(node: OpenNode) -> None:
    for _ in range(AT_ONCE // 200 + 1):
        reports = [capacity_report() for _ in range(200)]
        node.write("test", partial(append, reports=reports, key=node.bound_key, now=node.clock.now()))


def test_a_node_that_never_sent_anything_has_no_ledger_to_prove(console: ServedNode, at: Visit) -> None:
    olga = at(console, Role.OPERATOR, name="olga")
    expect(olga.go("/ledger").get_by_text("Nothing ever left this node.")).to_be_visible()
    olga.check()


@pytest.mark.parametrize("role", [each for each in Role if each in ("supporter", "coordinator", "leader", "operator")])
def test_i03_nobody_else_reads_the_trail_and_the_refusal_stands_in_it(
    console: ServedNode, at: Visit, role: Role
) -> None:
    visitor = at(console, role, name="nosy", context={"viewport": PHONE})
    for path in ("/trail", "/access-review"):
        assert visitor.context.request.get(console.origin + path).status == 403
    auditor = console.sign_in_as(Role.AUDITOR, name="anna")
    refused = console.do("audit_show", session=auditor, user="nosy", refused=True)
    assert [each["action"] for each in refused] == ["see audit trail", "review access"]
