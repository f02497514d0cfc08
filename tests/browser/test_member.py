"""A member without an account: asks for a peer, finds the answer, rates, reads where else there is help."""

from pathlib import Path

import pytest

from common.access.roles import Role
from node.opened import OpenNode
from tests.browser.conftest import Visit
from tests.builders import NOON
from tests.care import do
from tests.consoles import ServedNode, served_node
from tests.fakes import SetClock
from tests.on_duty import SignedIn, coordinator


def _on_call(node: OpenNode) -> SignedIn:
    dana = coordinator(node)
    dana.is_on_call()
    return dana


def test_a_member_asks_for_a_peer_and_finds_the_answer_under_the_code(console: ServedNode, at: Visit) -> None:
    dana = console.run(_on_call)
    ann = at(console)
    page = ann.go("/")
    ann.check()
    ann.click("Ask for a peer Anyone of the team, somebody you name, or somebody from outside. Takes a minute.", "link")
    ann.check()
    ann.choose("Who you would like", "Somebody I name")
    ann.click("Ask")
    page.get_by_role("alert").get_by_text("Say who, if and only if you want a named supporter").wait_for()
    ann.check()
    page.get_by_label("Who, if you name somebody").fill("Casey <b>")
    page.get_by_label("When it suits you").fill("after 18:00")
    page.get_by_label("What it is about").select_option("grief_or_loss")
    ann.click("Ask")
    page.get_by_text("You left no way to be reached").wait_for()
    ann.check()
    code = page.locator("main code").inner_text()
    ann.click("Look for the answer", "link")
    ann.check()
    page.get_by_label("Your code").fill(code.lower())
    ann.click("Look")
    page.get_by_text("Nobody has answered yet").wait_for()
    ann.check()

    [row] = console.run(lambda _: dana.do("support_requests"))
    shown = console.run(lambda _: dana.do("support_request_show", id=row["id"]))
    assert (shown["wish"], shown["named"], shown["when"], shown["kind"]) == (
        "named",
        "Casey <b>",
        "after 18:00",
        "grief_or_loss",
    )
    console.run(lambda _: dana.do("support_request_answer", id=row["id"], text="Kim calls\nat <nine>."))
    ann.click("Look again", "link")
    page.get_by_label("Your code").fill(code)
    ann.click("Look")
    page.get_by_text("Kim calls at <nine>.").wait_for()
    assert code not in page.url
    ann.check()


def test_a_member_is_told_what_else_there_is_where_nobody_can_be_asked(console: ServedNode, at: Visit) -> None:
    ann = at(console)
    page = ann.go("/ask")
    page.get_by_label("How to reach you").fill("ext. 12")

    ann.click("Ask")

    page.get_by_role("alert").get_by_text("No coordinator can be asked through here now").wait_for()
    assert page.get_by_label("How to reach you").input_value() == "ext. 12"
    ann.check()


def test_a_wrong_code_finds_nothing_and_says_so(console: ServedNode, at: Visit) -> None:
    ann = at(console)
    for path, button in (("/answer", "Look"), ("/rate", "Count my rating")):
        page = ann.go(path)
        if path == "/rate":
            ann.choose("Your rating", "5 · It helped a lot")
        page.get_by_role("textbox").fill("ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ")
        ann.click(button)
        page.get_by_role("alert").get_by_text("This code is not known here").wait_for()
        ann.check()


def test_a_member_rates_once_with_a_code_and_no_words(console: ServedNode, at: Visit) -> None:
    [code] = console.run(lambda node: do(node, "feedback_issue"))["codes"]
    ann = at(console)
    page = ann.go("/rate")
    ann.check()
    assert page.locator("textarea").count() == 0
    ann.choose("Your rating", "4 · It helped")
    page.get_by_label("Code on your slip").fill(code)

    ann.click("Count my rating")

    page.get_by_role("status").get_by_text("Thank you. Your rating is counted").wait_for()
    ann.check()
    [month] = console.run(lambda node: do(node, "feedback_counts"))["months"]
    assert (month["4"], month["total"]) == (1, 1)


def test_a_member_reads_the_resources_by_kind_and_language(console: ServedNode, at: Visit) -> None:
    ann = at(console)
    page = ann.go("/resources")
    page.get_by_role("heading", name="988 Suicide & Crisis Lifeline").wait_for()
    ann.check()
    console.run(lambda node: do(node, "resource_list"))
    told = {"kind": "chaplain", "name": "Chaplain Ortiz", "reach": "303 555 0100", "languages": ["Diné"]}
    console.run(lambda node: do(node, "resource_add", **told))
    ann.go("/resources")
    page.get_by_label("What kind").select_option("chaplain")
    ann.click("Show")
    page.get_by_role("heading", name="Chaplain Ortiz").wait_for()
    assert page.get_by_role("heading", name="988 Suicide & Crisis Lifeline").count() == 0
    ann.check()
    page.get_by_label("Language").select_option("English")
    ann.click("Show")
    page.get_by_text("There is nothing of that kind here").wait_for()
    ann.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_kept_and_who_sees_it_is_told_without_an_account(console: ServedNode, at: Visit, scheme: str) -> None:
    ann = at(console, context={"color_scheme": scheme})
    page = ann.go("/kept")
    page.get_by_text("Nothing: this node belongs to no region").wait_for()
    page.get_by_text("There are no notes").wait_for()
    ann.check()


def test_a_member_who_asks_too_often_is_told_so_and_loses_nothing(tmp_path: Path, at: Visit) -> None:
    with served_node(tmp_path, SetClock(NOON)) as console:
        ann = at(console)
        page = ann.go("/answer")
        for _ in range(21):
            page.get_by_label("Your code").fill("x")
            ann.click("Look")
        page.get_by_role("alert").get_by_text("Too many tries from this connection").wait_for()
        ann.check()


def test_the_first_operator_is_told_how_to_begin(console: ServedNode, at: Visit) -> None:
    ann = at(console)
    for path in ("/", "/sign-in"):
        ann.go(path).get_by_text("holdfast node user add NAME --role operator").wait_for()
        ann.check()
    console.sign_in_as(Role.OPERATOR)
    for path in ("/", "/sign-in"):
        assert ann.go(path).get_by_text("holdfast node user add").count() == 0


def test_a_member_may_be_signed_in_too_and_sees_the_same(console: ServedNode, at: Visit) -> None:
    casey = at(console, Role.SUPPORTER)
    for path in ("/", "/ask", "/answer", "/rate", "/resources", "/kept"):
        casey.go(path)
        casey.check()
