"""An operator sees how the node stands and what to do about it, makes and checks backups, and changes the key."""

import re
import ssl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request, expect

from common.access.roles import Role
from common.web.certificate import own_certificate
from node.console.standing import looks
from tests.browser.conftest import Visit
from tests.builders import NOON
from tests.consoles import ServedNode, served_node, served_region
from tests.people import audited


@pytest.fixture
def with_folder(tmp_path: Path) -> Iterator[ServedNode]:
    """A node whose settings name a folder for backups."""
    (tmp_path / "backups").mkdir()
    with served_node(tmp_path, backup_folder=str(tmp_path / "backups")) as node:
        yield node


def test_an_operator_is_told_what_is_not_well_and_the_one_thing_to_do(console: ServedNode, at: Visit) -> None:
    olga = at(console, Role.OPERATOR)
    page = olga.go("/health")

    expect(page.get_by_text("1 thing needs you.")).to_be_visible()
    expect(page.get_by_role("listitem").first).to_contain_text("None was made yet.")
    olga.check()
    olga.click("Make one now.", "link")
    expect(page.get_by_text("No folder for backups is set.")).to_be_visible()
    olga.check()


def test_a_page_of_health_renews_itself_and_is_no_word_of_its_person(with_folder: ServedNode, at: Visit) -> None:
    olga = at(with_folder, Role.OPERATOR)
    asked: list[str | None] = []

    def note(request: Request) -> None:
        if request.url.endswith("/live"):
            asked.append(request.headers.get("x-by-itself"))

    olga.page.on("request", note)
    page = olga.go("/health")
    expect(page.get_by_text("None was made yet.")).to_be_visible()

    with_folder.do("backup_make")

    expect(page.get_by_text("All is well.")).to_be_visible()
    assert asked[0] == "1"


def test_a_node_of_a_region_shows_its_link_its_queue_and_its_certificate(tmp_path: Path, at: Visit) -> None:
    with served_region(tmp_path, "ridgeline-fire", agreed=False) as region:
        olga = at(region.nodes["ridgeline-fire"], Role.OPERATOR)
        page = olga.go("/health")
        expect(page.get_by_text("The hub answers.")).to_be_visible()
        for said in ("It agrees with the hub's.", "renews itself", "acknowledged", "are applied"):
            expect(page.get_by_text(said)).to_be_visible()
        olga.check()
        olga.go("/certificate")
        expect(page.get_by_text("Regained after it had expired")).to_be_visible()
        olga.check()


STANDING = {
    "region": "r.test", "waiting": 3, "written": 9, "oldest_waiting_s": 7200, "sending": "flowing",
    "sending_stopped_because": "", "mailbox_cursor": 4, "certificate_left_s": -60, "is_listed_otherwise": True,
    "listed_under": "tx", "jurisdiction": "mt", "disk_free_percent": 3.0,
    "backup": {"age_s": 9 * 86_400, "is_erasure_due": False},
    "link": {"trouble": "certificate expired", "skew": "the clock is 12 min ahead of the hub's", "mailbox_head": 6},
    "console": {"certificate_until": "2026-11-10T12:00:00+00:00"},
}  # fmt: skip


def test_everything_that_can_be_wrong_has_one_thing_to_do_and_names_no_command() -> None:
    wrong = [each for each in looks(STANDING, NOON) if not each.is_well]

    assert [each.subject for each in wrong] == [
        "Link to the hub", "Clock", "Reports that wait", "Notices of the hub", "Certificate of the node",
        "Jurisdiction", "Last backup", "Disk", "Certificate of this console",
    ]  # fmt: skip
    assert all(each.to_do and "holdfast " not in each.to_do + each.says for each in wrong)
    assert "Expired" in next(each.says for each in wrong if each.subject == "Certificate of the node")
    stopped = looks(STANDING | {"sending": "halted", "sending_stopped_because": "the hub is ahead"}, NOON)
    assert "Sending has stopped" in next(each.says for each in stopped if each.subject == "Reports that wait")


def test_a_backup_is_made_with_its_progress_listed_and_checked(with_folder: ServedNode, at: Visit) -> None:
    olga = at(with_folder, Role.OPERATOR)
    page = olga.go("/backups")
    expect(page.get_by_text("There is none.")).to_be_visible()
    olga.check()
    olga.click("Make a backup now")
    expect(page.get_by_role("status").get_by_text("The backup is made:")).to_be_visible()
    olga.check()
    olga.click("To the backups", "link")
    olga.check()
    page.get_by_role("button", name=re.compile("^Check 2")).click()
    expect(page.get_by_role("status").get_by_text("is whole: a restore would take it")).to_be_visible()

    told = [each[2] for each in with_folder.run(audited) if each[:2] == ("user casey", "operate")]
    assert told == ["backup make", "backup verify"]


def test_e03_a_backup_is_checked_by_its_name_alone_and_a_damaged_one_is_named(
    with_folder: ServedNode, at: Visit, tmp_path: Path
) -> None:
    with_folder.do("backup_make")
    [made] = (tmp_path / "backups").glob("2*Z")
    outside = tmp_path / made.name
    made.rename(outside)
    olga = at(with_folder, Role.OPERATOR)
    page = olga.go("/backups")
    outside.rename(made)
    page.reload()
    page.locator("input[name=name]").evaluate("(field, path) => field.value = path", f"../{made.name}")
    page.get_by_role("button", name=re.compile("^Check 2")).click()
    expect(page.get_by_role("alert")).to_contain_text("There is no such backup in the folder any more")
    olga.check()

    (made / "records.db").write_bytes(b"\0" * 4096)
    olga.go("/backups")
    page.get_by_role("button", name=re.compile("^Check 2")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    olga.check()


def test_the_whole_store_is_read_and_the_key_of_all_keys_is_changed(console: ServedNode, at: Visit) -> None:
    olga = at(console, Role.OPERATOR)
    page = olga.go("/health")
    olga.click("Read the whole store")
    expect(page.get_by_role("status").get_by_text("Every page of the store is whole.")).to_be_visible()

    olga.go("/certificate")
    number = page.locator("dl", has_text="Comes from").locator("code").inner_text()
    page.get_by_text("Change the key", exact=True).first.click()
    olga.check()
    olga.click("Yes: Change the key")
    expect(page.get_by_role("status").get_by_text("There is a new key")).to_be_visible()
    olga.click("Back", "link")
    assert page.locator("dl", has_text="Comes from").locator("code").inner_text() != number


def test_people_compare_the_fingerprint_of_the_console_with_what_the_operator_is_shown(
    tmp_path: Path, at: Visit
) -> None:
    with served_node(tmp_path, tls="on") as node:
        olga = at(node, Role.OPERATOR, context={"ignore_https_errors": True})
        shown = olga.go("/certificate").locator("dl", has_text="Fingerprint").locator("code").inner_text()
        olga.check()

        address = urlsplit(node.origin)
        seen = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((str(address.hostname), address.port or 0)))
    assert shown.replace(":", "") == sha256(seen).hexdigest().upper()


def test_a_console_without_tls_says_that_it_has_no_certificate(console: ServedNode, at: Visit) -> None:
    opened = console.node.opened
    (opened.data / "console").mkdir()  # from when it spoke TLS itself
    own_certificate(opened.data / "console", opened.settings.console_origin, opened.clock.now())
    olga = at(console, Role.OPERATOR)
    expect(olga.go("/certificate").get_by_text("None: the console is served without TLS")).to_be_visible()
    olga.check()


def test_the_running_version_and_what_it_brought_are_shown(console: ServedNode, at: Visit) -> None:
    olga = at(console, Role.OPERATOR)
    page = olga.go("/updates")
    expect(page.get_by_text("Running", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Added").first).to_be_visible()
    olga.check()
