"""Mailboxes on both databases: dense cursors, each notice kept once, nothing of what was rolled back."""

from dataclasses import dataclass

import pytest

from common.storage.store import Store
from common.wire.times import moment
from common.wire.v1.notice_pb2 import HubEpochNotice, Notice
from hub.domain.agency import Agency
from hub.persistence import agencies, mailbox
from hub.persistence.schema import table_of
from hub.persistence.transaction import Transaction
from tests.builders import NOON, agency


@dataclass
class Region:
    """A hub's store with three agencies and empty mailboxes."""

    store: Store
    fire: Agency
    ems: Agency
    jail: Agency

    def post(self, *posts: tuple[list[Agency], int]) -> Transaction:
        """Post notices in one transaction, and commit it."""
        with self.store.begin() as connection:
            tx = Transaction(connection, NOON)
            for recipients, epoch in posts:
                tx.post([each.id for each in recipients], notice(epoch))
            tx.deliver()
        return tx

    def mail(self, agency: Agency, after: int = 0, limit: int = 100) -> list[tuple[int, int]]:
        """An agency's mail as (cursor, what it says)."""
        with self.store.read() as connection:
            read = mailbox.read_mail(connection, agency.id, after, limit)
        return [(cursor, Notice.FromString(body).hub_epoch_changed.hub_epoch) for cursor, body in read]

    def heads(self) -> list[int]:
        with self.store.read() as connection:
            heads = mailbox.load_heads(connection, [self.fire.id, self.ems.id, self.jail.id, b"unknown"])
        return [heads[each.id] for each in (self.fire, self.ems, self.jail)]

    def notices_kept(self) -> int:
        with self.store.read() as connection:
            return len(connection.execute(table_of(mailbox.NoticeRow).select()).all())


def notice(epoch: int) -> Notice:
    return Notice(hub_epoch_changed=HubEpochNotice(hub_epoch=epoch))


@pytest.fixture
def region(store: Store) -> Region:
    made = Region(store, agency("fire"), agency("ems"), agency("jail"))
    with store.begin() as connection:
        for each in (made.fire, made.ems, made.jail):
            agencies.add_agency(connection, each)
    return made


def test_every_mailbox_is_dense_from_1_in_the_order_of_posting(region: Region) -> None:
    region.post(([region.fire], 1), ([region.fire, region.ems], 2), ([region.ems], 3))
    region.post(([region.ems, region.fire], 4))

    assert region.mail(region.fire) == [(1, 1), (2, 2), (3, 4)]
    assert region.mail(region.ems) == [(1, 2), (2, 3), (3, 4)]
    assert region.mail(region.jail) == []
    assert region.heads() == [3, 3, 0]


def test_a_notice_for_many_is_kept_once(region: Region) -> None:
    region.post(([region.fire, region.ems, region.jail], 1), ([region.fire], 2))

    assert region.notices_kept() == 2
    assert region.heads() == [2, 1, 1]


def test_a_notice_carries_an_id_of_its_own_and_the_hubs_time(region: Region) -> None:
    tx = region.post(([region.fire], 1), ([region.fire], 1))

    bodies = [Notice.FromString(body) for _, body in tx.new_mail[region.fire.id]]
    assert len({body.notice_id for body in bodies}) == 2
    assert {moment(body.issued_at) for body in bodies} == {NOON}
    assert {(len(body.notice_id), body.cursor) for body in bodies} == {(16, 0)}  # the cursor differs by mailbox


def test_what_is_handed_to_watchers_is_what_the_store_gives(region: Region) -> None:
    region.post(([region.ems], 1))
    tx = region.post(([region.fire, region.ems], 2), ([region.ems], 3))

    with region.store.read() as connection:
        for each, after in ((region.fire, 0), (region.ems, 1)):
            assert tx.new_mail[each.id] == mailbox.read_mail(connection, each.id, after, 100)
    assert region.jail.id not in tx.new_mail


@pytest.mark.parametrize(
    ("after", "limit", "cursors"),
    [(0, 2, [1, 2]), (2, 2, [3, 4]), (4, 2, [5]), (5, 2, []), (99, 2, []), (0, 100, [1, 2, 3, 4, 5])],
)
def test_mail_is_read_page_by_page_from_a_cursor(region: Region, after: int, limit: int, cursors: list[int]) -> None:
    region.post(*(([region.fire, region.ems], number) for number in range(1, 6)))

    assert region.mail(region.fire, after, limit) == [(cursor, cursor) for cursor in cursors]


def test_what_was_taken_back_is_not_delivered_and_leaves_no_gap(region: Region) -> None:
    with region.store.begin() as connection:
        tx = Transaction(connection, NOON)
        tx.post([region.fire.id], notice(1))
        mark = tx.mark
        tx.post([region.fire.id, region.ems.id], notice(2))
        tx.post([region.ems.id], notice(3))
        tx.forget_after(mark)
        tx.post([region.fire.id], notice(4))
        tx.deliver()

    assert region.mail(region.fire) == [(1, 1), (2, 4)]
    assert region.mail(region.ems) == []
    assert list(tx.new_mail) == [region.fire.id]


def test_a_transaction_that_is_rolled_back_uses_up_no_cursor(region: Region) -> None:
    region.post(([region.fire], 1))
    with region.store.writing.connect() as connection, connection.begin() as rolled_back:
        tx = Transaction(connection, NOON)
        tx.post([region.fire.id], notice(2))
        tx.deliver()
        rolled_back.rollback()

    region.post(([region.fire], 3))

    assert region.mail(region.fire) == [(1, 1), (2, 3)]
    assert region.heads() == [2, 0, 0]
    assert region.notices_kept() == 2


def test_a_notice_to_nobody_is_none(region: Region) -> None:
    tx = region.post(([], 1))

    assert tx.new_mail == {}
    assert region.notices_kept() == 0
