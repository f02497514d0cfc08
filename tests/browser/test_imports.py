"""A spreadsheet brought in, and records taken out, in the browser: looked at first, with a bar, nothing left behind."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from node.passing import FOLDER as PASSING
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.consoles import ServedNode
from tests.importing import HEADING
from tests.sheets import FOLDER

BAD = HEADING + "10/25/2025,Peer 1,Ann Lee,work\n10/35/2025,Peer 1,=cmd|Lee,work\n"


def send(morgan: Visitor, content: bytes, name: str = "log.csv") -> None:
    morgan.go("/imports").get_by_label("File").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    morgan.click("Read it")


def left_behind(console: ServedNode) -> list[Path]:
    return [path for path in (console.node.opened.data / PASSING).glob("*") if path.is_file()]


def test_a_sheet_is_looked_at_imported_and_nothing_of_it_is_left_on_the_disk(
    console: ServedNode, morgan: Visitor
) -> None:
    page = morgan.go("/imports")
    page.get_by_text("Nothing was imported yet.").wait_for()
    morgan.check()
    send(morgan, (FOLDER / "alder-county-sheriff.csv").read_bytes())
    page.get_by_role("status").get_by_text("Nothing is stored yet. Rows read: 970").wait_for()
    expect(page.get_by_role("row", name="Deputy")).to_contain_text("Member")
    morgan.check()
    assert console.do("imports", session=morgan.token) == []
    [sent] = left_behind(console)
    assert b"Deputy" not in sent.read_bytes()
    assert sent.stat().st_mode & 0o777 == 0o600

    morgan.click("Import 970 contacts")
    page.get_by_role("status").get_by_text("Contacts imported: 970; there already: 0").wait_for()
    morgan.check()
    assert left_behind(console) == []
    morgan.click("To the contacts", "link")
    expect(page.get_by_role("row")).to_have_count(51)
    morgan.go("/imports")
    morgan.check()


def test_d09_refused_rows_are_shown_and_taken_as_a_file_and_all_or_nothing_stores_nothing(
    console: ServedNode, morgan: Visitor
) -> None:
    send(morgan, BAD.encode())
    page = morgan.page
    page.get_by_text("Date: '10/35/2025' is no date").wait_for()
    morgan.check()
    page.get_by_label("Store nothing if one row is refused").check()
    morgan.click("Import 1 contact")
    page.get_by_role("alert").get_by_text("Nothing was imported: line 3").wait_for()
    morgan.check()
    assert console.do("imports", session=morgan.token) == []

    send(morgan, BAD.encode())
    morgan.click("Import 1 contact")
    page.get_by_role("status").get_by_text("Contacts imported: 1;").wait_for()
    with page.expect_download() as download:
        morgan.click("Take the refused row as a file", "link")
    assert "3,Date: '10/35/2025' is no date" in Path(download.value.path()).read_text()
    assert download.value.suggested_filename == "refused-rows.csv"


def test_how_a_column_is_read_is_changed_and_the_file_read_again(console: ServedNode, morgan: Visitor) -> None:
    send(morgan, (HEADING + "10/25/2025,Peer 1,Ann Lee,work\n").encode())
    page = morgan.page
    page.get_by_text("Change how it is read").click()
    field = page.get_by_label("The map")
    morgan.check()
    long = "\n# " + "as long as the map of a large log " * 4_000
    field.fill(field.input_value().replace('"Employee" = "member"', '"Employee" = "ignore"') + long)
    morgan.click("Read it again so")
    expect(page.get_by_role("row", name="Employee")).to_contain_text("not read")
    morgan.check()
    morgan.click("Import 1 contact")
    page.get_by_role("status").get_by_text("Contacts imported: 1;").wait_for()
    [stored] = console.do("encounters", session=morgan.token)["encounters"]
    assert stored["member"] is None


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "It is empty"), (b"\x89PNG\r\n\x1a\n" + bytes(200), ""), (b"a,b\n1,2\n", "No table with a date")],
)
def test_d09_a_file_that_is_no_log_is_refused_in_words(
    console: ServedNode, morgan: Visitor, content: bytes, said: str
) -> None:
    send(morgan, content)
    morgan.page.get_by_role("alert").get_by_text(said).first.wait_for()
    morgan.check()
    assert console.do("imports", session=morgan.token) == []


def test_a_file_is_left_after_all_and_its_import_is_then_refused(console: ServedNode, morgan: Visitor) -> None:
    send(morgan, BAD.encode())
    page = morgan.page
    page.get_by_text("Refused rows").first.wait_for()
    link = page.get_by_role("link", name="as a file").get_attribute("href")
    refused = str(link).rsplit("/", 1)[1]
    other = page.context.new_page()
    other.goto(page.url)
    morgan.click("Do not import it")
    page.get_by_role("status").get_by_text("The file is removed.").wait_for()
    assert [path.name for path in left_behind(console)] == [refused]

    other.get_by_role("button", name="Import 1 contact").click()
    other.get_by_role("alert").get_by_text("This file is gone").wait_for()


def test_e03_an_upload_and_its_refused_rows_are_nobody_elses(console: ServedNode, at: Visit, morgan: Visitor) -> None:
    send(morgan, BAD.encode())
    page = morgan.page
    link = page.get_by_role("link", name="as a file").get_attribute("href")
    sam = at(console, Role.COORDINATOR, name="sam")
    for path in (link, "/imports/refused/..%2f..%2fnode.toml"):
        assert sam.context.request.get(f"{console.origin}{path}").status == 404


def test_e01_an_export_is_made_taken_once_and_a_formula_in_it_is_inert(console: ServedNode, morgan: Visitor) -> None:
    console.do("member_add", session=morgan.token, name="=HYPERLINK(1)", recipient_class="civilian staff")
    page = morgan.go("/exports")
    morgan.check()
    morgan.click("Make the file")
    expect(page.locator("#complaint-kind")).to_have_text("This is needed.")
    morgan.check()
    page.get_by_label("Members, with their names").check()
    morgan.click("Make the file")
    page.get_by_role("status").get_by_text("1 records are in the file").wait_for()
    morgan.check()
    address = page.get_by_role("link", name="Take the file").get_attribute("href")
    with page.expect_download() as download:
        morgan.click("Take the file", "link")
    assert "'=HYPERLINK(1)" in Path(download.value.path()).read_text()
    assert download.value.suggested_filename == "members.csv"
    assert left_behind(console) == []
    assert morgan.context.request.get(f"{console.origin}{address}").status == 404
    morgan.go("/exports")
    page.get_by_label("Members, with their names").check()
    page.get_by_label("JSON, for another program").check()
    morgan.click("Make the file")
    with page.expect_download() as download:
        morgan.click("Take the file", "link")
    assert json.loads(Path(download.value.path()).read_text())[0]["name"] == "=HYPERLINK(1)"


@pytest.mark.parametrize("path", ["/imports", "/exports", "/imports/refused/00", "/exports/csv/00"])
def test_i03_records_are_brought_in_and_taken_out_by_coordinators_alone(
    console: ServedNode, at: Visit, path: str
) -> None:
    visitor = at(console, Role.OPERATOR, name="olga")
    check_refused(console, visitor, "olga", path)


def test_without_scripts_a_sheet_is_imported_too(console: ServedNode, at: Visit) -> None:
    jo = at(console, Role.COORDINATOR, name="jo", context={"java_script_enabled": False})
    send(jo, (HEADING + "10/25/2025,Peer 1,Ann Lee,work\n").encode())
    expect(jo.page.get_by_role("button", name="Import 1 contact")).to_be_visible(timeout=15_000)
    jo.click("Import 1 contact")
    expect(jo.page.get_by_text("Contacts imported: 1;")).to_be_visible(timeout=15_000)
