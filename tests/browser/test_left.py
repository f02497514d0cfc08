"""What has left: read in plain words, looked through, downloaded, proved; and what the hub knows."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect
from sqlalchemy import Connection, text

from common.access.roles import Role
from common.ledger.checkpoint import parse_checkpoint_text
from common.ledger.merkle import leaf_hash, verify_inclusion
from common.ledger.note import decode_base64, parse_note
from node.opened import OpenNode
from tests.browser.between import check_closed_to_supporters, ems_of, fire_of, open_follow_up, open_incident
from tests.browser.conftest import Visit
from tests.consoles import ServedNode, ServedRegion
from tests.waiting import wait_until


def run(node: OpenNode, statement: str) -> None:
    """Change the store behind the node's back."""

    def write(connection: Connection) -> None:
        connection.execute(text(statement))

    node.write("test", write)


def receipted(node: ServedNode) -> bool:
    [stream] = node.do("left_standing")
    return bool(stream["countersigned"] == stream["reports"])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR])
def test_what_has_left_is_read_in_plain_words_the_newest_first(region: ServedRegion, at: Visit, role: Role) -> None:
    incident = open_incident(region, f"Mill fire for the {role}")
    fire = fire_of(region)
    fire.do("activate", incident=incident, status="active", supporters_deployed=4)
    reference = open_follow_up(fire, incident)
    riley = at(fire, role, name=f"riley-{role}")

    page = riley.go("/left")
    riley.check()
    newest = page.locator("ol.rows > li").first
    expect(newest).to_contain_text(f"open, follow up {reference}, incident \u201cMill fire for the {role}\u201d")

    page.get_by_text("Look for some").click()
    page.get_by_label("Kind").select_option(label="Activation")
    page.get_by_label("Incident").select_option(label=f"Mill fire for the {role}")
    riley.check()
    riley.click("Look")
    expect(page.locator("ol.rows > li")).to_have_count(1)
    expect(page.locator("ol.rows > li")).to_contain_text("status active, supporters deployed 4")
    riley.check()
    riley.go("/left?until=2020-01-01").get_by_text("Nothing like this has left.").wait_for()
    riley.check()
    riley.go("/left/hub").get_by_role("heading", name="What it does not know").wait_for()
    riley.check()


def test_each_report_is_downloaded_as_it_left_with_a_proof_that_holds(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Quarry slide")
    ems = ems_of(region)
    for status in ("acknowledged", "active", "stood_down"):
        ems.do("activate", incident=incident, status=status)
    wait_until(lambda: receipted(ems))
    page = (dana := at(ems, Role.AUDITOR, name="dana")).go("/left")

    page.locator("ol.rows > li").nth(1).get_by_role("link").click()
    page.get_by_role("heading", name="Every field of it").wait_for()
    dana.check()
    with page.expect_download() as body:
        dana.click("The exact bytes", "link")
    with page.expect_download() as proof:
        dana.click("The proof that it is in the ledger", "link")

    format_, index, *path = proof.value.path().read_text("utf-8").partition("\n\n")[0].splitlines()
    note = parse_note(proof.value.path().read_bytes().partition(b"\n\n")[2])
    _, size, root = parse_checkpoint_text(note.text)
    verify_inclusion(
        leaf_hash(body.value.path().read_bytes()),
        int(index.removeprefix("index ")),
        size,
        [decode_base64(each, "proof") for each in path],
        root,
    )
    assert format_ == "c2sp.org/tlog-proof@v1"
    assert len(note.lines) == 2  # the node and the hub


def test_verification_is_run_from_the_page_and_names_the_first_bad_report(region: ServedRegion, at: Visit) -> None:
    fire = fire_of(region)
    fire.do("capacity", designated=4, available=3, paused=1, trained_in_date=4)
    page = (morgan := at(fire, Role.COORDINATOR, name="m-verifies")).go("/left")

    morgan.click("Verify the ledger")
    page.get_by_text("Nothing was changed, added or removed.").wait_for()
    morgan.check()

    spoil = "UPDATE ledger_leaf SET body = body || x'00' WHERE sequence = 1"
    fire.run(partial(run, statement=spoil))
    morgan.go("/left")
    morgan.click("Verify the ledger")
    page.get_by_role("alert").get_by_text("The ledger is broken at report 1.1").wait_for()
    morgan.check()
    mend = "UPDATE ledger_leaf SET body = substr(body, 1, length(body) - 1) WHERE sequence = 1"
    fire.run(partial(run, statement=mend))


def test_it_is_leafed_through_page_by_page(region: ServedRegion, at: Visit) -> None:
    ems = ems_of(region)
    for _ in range(60):
        ems.do("capacity", designated=4)
    page = at(ems, Role.COORDINATOR, name="n-pages").go("/left")

    first = page.locator("ol.rows > li a").all_inner_texts()
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="The newest").wait_for()
    second = page.locator("ol.rows > li a").all_inner_texts()

    numbers = [int(re.sub("^1[.]", "", each)) for each in (*first, *second)]
    assert len(first) == 50
    assert numbers == list(range(numbers[0], 0, -1))[: len(numbers)]


def test_i03_the_ledger_is_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    check_closed_to_supporters(
        fire_of(region), at, "/left", "/left/hub", "/left/1.1", "/left/1.1/report.bin", "/left/1.1/proof.txt"
    )


def test_without_a_hub_nothing_has_left(console: ServedNode, at: Visit) -> None:
    page = (morgan := at(console, Role.COORDINATOR, name="morgan")).go("/left")

    page.get_by_text("Nothing has ever left this node.").wait_for()
    morgan.check()
    morgan.click("Verify the ledger")
    page.get_by_text("there is nothing to verify").wait_for()
    morgan.check()
    morgan.go("/left/hub").get_by_text("This node belongs to no region yet.").wait_for()
    morgan.check()
