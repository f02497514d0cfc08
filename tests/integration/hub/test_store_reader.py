"""What many nodes ask for at once is read together, on both databases, and each is answered as if it were alone."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

import pytest

from common.errors import WrongState
from common.storage.store import Store
from common.wire.v1.notice_pb2 import HubEpochNotice, Notice
from hub.domain.agency import Agency
from hub.persistence import agencies, streams
from hub.persistence.bulk import MOST_KEYS
from hub.persistence.transaction import Transaction
from hub.store_reader import MOST_NOTICES, PAGE, StoreReader
from hub.watchers import Page
from tests.builders import NOON, agency

Place = tuple[bytes, int]  # (agency id, after)
UNKNOWN = b"u" * 16


class Region:
    """A hub's store, and its reader."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.reader = StoreReader(store)

    def with_mail(self, *counts: int) -> list[Agency]:
        """Add an agency for each count, with so many notices: the number n of agency i says i * 1000 + n."""
        made = [agency(f"agency-{place}") for place in range(len(counts))]
        with self.store.begin() as connection:
            tx = Transaction(connection, NOON)
            for place, each in enumerate(made):
                agencies.add_agency(connection, each)
                for number in range(1, counts[place] + 1):
                    tx.post([each.id], Notice(hub_epoch_changed=HubEpochNotice(hub_epoch=place * 1000 + number)))
            tx.deliver()
        return made

    def follow(self, places: Iterable[Place]) -> list[Page | BaseException]:
        """Ask for the mail of all places at the same moment."""

        async def one(place: Place) -> Page:
            page = await self.reader.follow_mail(*place)
            assert isinstance(page, Page)  # a refusal is raised, never given
            return page

        async def ask() -> list[Page | BaseException]:
            return await asyncio.gather(*map(one, places), return_exceptions=True)

        return asyncio.run(ask())

    def progress(self, asked: Sequence[tuple[bytes, bytes]]) -> list[tuple[int, int]]:
        """Ask for the progress of all (agency id, stream id) at the same moment."""

        async def ask() -> list[tuple[int, int]]:
            return await asyncio.gather(*(self.reader.progress(*each) for each in asked))

        return asyncio.run(ask())


@pytest.fixture
def region(store: Store) -> Iterator[Region]:
    made = Region(store)
    yield made
    made.reader.close()


def said(page: Page | BaseException) -> list[tuple[int, int]]:
    """What a page holds, as (cursor, what its notice says)."""
    assert isinstance(page, Page), page
    return [(cursor, Notice.FromString(body).hub_epoch_changed.hub_epoch) for cursor, body in page.mail]


def test_each_of_many_mailboxes_gives_its_own_mail_in_order_from_its_cursor(region: Region) -> None:
    counts = [place % 7 for place in range(2 * MOST_KEYS + 5)]  # three turns, the last one filled up
    made = region.with_mail(*counts)
    afters = [min(place % 4, count) for place, count in enumerate(counts)]

    pages = region.follow((each.id, after) for each, after in zip(made, afters, strict=True))

    assert not any(page.is_full for page in pages if isinstance(page, Page))
    for place, (after, count) in enumerate(zip(afters, counts, strict=True)):
        assert said(pages[place]) == [(number, place * 1000 + number) for number in range(after + 1, count + 1)]


def test_one_mailbox_is_read_from_several_cursors_and_twice_from_the_same(region: Region) -> None:
    (fire,) = region.with_mail(5)

    pages = region.follow([(fire.id, 3), (fire.id, 0), (fire.id, 3), (fire.id, 5)])

    assert [[cursor for cursor, _ in said(page)] for page in pages] == [[4, 5], [1, 2, 3, 4, 5], [4, 5], []]


@pytest.mark.parametrize(("more", "is_full"), [(-1, False), (0, True), (1, True)])
def test_a_page_ends_at_its_border_alone_and_among_many(region: Region, more: int, is_full: bool) -> None:
    small = MOST_NOTICES // MOST_KEYS
    alone, among = region.with_mail(PAGE + more, small + more)

    (page,) = region.follow([(alone.id, 0)])
    many = region.follow([(among.id, 0), *((bytes([number]) * 16, 0) for number in range(1, MOST_KEYS))])

    for found, size in ((page, PAGE), (many[0], small)):
        assert isinstance(found, Page)
        assert [cursor for cursor, _ in found.mail] == list(range(1, size + min(more, 0) + 1))
        assert found.is_full is is_full


def test_a_wrong_cursor_is_refused_and_those_beside_it_are_answered(region: Region) -> None:
    fire, ems, jail = region.with_mail(3, 2, 0)

    pages = region.follow([(fire.id, 4), (fire.id, 3), (fire.id, 2), (ems.id, 99), (ems.id, 1), (jail.id, 1)])

    assert [said(pages[place]) for place in (1, 2, 4)] == [[], [(3, 3)], [(2, 1002)]]
    for place, head in ((0, 3), (3, 2), (5, 0)):
        with pytest.raises(WrongState, match=f"the agency's mailbox ends at {head} here"):
            _raised(pages[place])


def test_an_agency_that_is_not_known_has_no_mail_and_no_cursor_but_0(region: Region) -> None:
    (fire,) = region.with_mail(1)

    pages = region.follow([(UNKNOWN, 0), (fire.id, 0), (UNKNOWN, 1)])

    assert [said(page) for page in pages[:2]] == [[], [(1, 1)]]
    with pytest.raises(WrongState, match="ends at 0 here"):
        _raised(pages[2])


def test_the_progress_of_many_streams_is_each_ones_own(region: Region) -> None:
    fire, ems = region.with_mail(3, 1)
    with region.store.begin() as connection:
        streams.start_stream(connection, b"f" * 16, fire.id, 1, NOON)

    asked = [(fire.id, b"f" * 16), (ems.id, b"f" * 16), (fire.id, b"e" * 16), (UNKNOWN, b"f" * 16)]

    assert region.progress(asked) == [(1, 3), (0, 1), (0, 3), (0, 0)]


def _raised(page: Page | BaseException) -> Page:
    if isinstance(page, BaseException):
        raise page
    return page
