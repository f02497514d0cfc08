"""An auditor proves what this hub mirrors of the agencies' ledgers, and reads what does not verify."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from common.access.roles import Role
from hub.persistence.schema import table_of
from hub.persistence.streams import ReceiptRow
from hub.persistence.transaction import Transaction
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.consoles import ServedHub, ServedRegion, served_region

FIRE = "ridgeline-fire"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[ServedRegion]:
    """A region whose one agency has signed the agreement: that is its first report."""
    with served_region(tmp_path, FIRE) as region:
        yield region


def test_where_nothing_was_reported_the_page_says_so(hub_console: ServedHub, at: Visit) -> None:
    alex = at(hub_console, Role.AUDITOR)
    alex.go("/ledgers").get_by_text("Nothing has been reported yet.").wait_for()
    alex.check()


def test_every_ledger_is_proved_from_its_first_report(region: ServedRegion, at: Visit) -> None:
    for alex in (at(region.hub, Role.AUDITOR, name="alex"), _at_a_desk(region, at)):
        page = alex.go("/ledgers")
        page.get_by_role("rowheader", name=FIRE).wait_for()
        alex.check()
        alex.click("Verify all of them")
        page.get_by_role("status").get_by_text("Everything verifies").wait_for()
        page.get_by_text("verified", exact=True).wait_for()
        alex.check()


def test_t02_a_signature_that_was_changed_is_named_with_its_agency(region: ServedRegion, at: Visit) -> None:
    def forge(tx: Transaction, _: datetime) -> None:
        tx.connection.execute(update(table_of(ReceiptRow)).values(node_signature=bytes(64)))

    region.hub.write(forge)
    alex = at(region.hub, Role.AUDITOR)
    page = alex.go("/ledgers")
    alex.click("Verify all of them")
    page.get_by_role("status").get_by_text("Something does not verify").wait_for()
    page.get_by_role("row").filter(has_text=FIRE).filter(has_text="broken").wait_for()
    alex.check()


def _at_a_desk(region: ServedRegion, at: Visit) -> Visitor:
    return at(region.hub, Role.AUDITOR, name="noor", context={"viewport": DESK})
