"""Watchers get every notice of their mailbox once, in order, whatever happens between a commit and their next look."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import HoldfastError, NotAllowed, NotAuthenticated, TemporarilyUnavailable
from hub.store_reader import PAGE
from hub.watchers import Mail, Page, Watcher, Watchers

FIRE, EMS = b"f" * 16, b"e" * 16


class Mailboxes:
    """Committed mail, read as slowly as asked: a read takes its picture, and its answer may arrive later."""

    def __init__(self) -> None:
        self.heads: dict[bytes, int] = {FIRE: 0, EMS: 0}
        self.reads = 0
        self.page = PAGE
        self.turns_before = self.turns_after = 0  # of the event loop, around the moment of the picture

    async def read(self, agency_id: bytes, after: int) -> Page:
        self.reads += 1
        await turns(self.turns_before)
        found, limit = mail(after + 1, min(self.heads[agency_id], after + self.page)), self.page
        await turns(self.turns_after)
        return Page(found, is_full=len(found) == limit)

    def commit(self, agency_id: bytes, count: int) -> Mail:
        """Store mail, and give what its listeners are handed."""
        self.heads[agency_id] += count
        return mail(self.heads[agency_id] - count + 1, self.heads[agency_id])


def mail(first: int, last: int) -> Mail:
    return [(cursor, b"notice %d" % cursor) for cursor in range(first, last + 1)]


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def still_valid() -> None:
    """An identity that stays as it is."""


def play(scenario: Callable[[Mailboxes, Watchers], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(20):
            await scenario(Mailboxes(), Watchers())

    asyncio.run(run())


async def caught_up(boxes: Mailboxes, watchers: Watchers, agency_id: bytes = FIRE, after: int = 0) -> Watcher:
    """A watcher that has looked at the store once, and waits."""
    watcher = Watcher(agency_id, after, boxes.read, still_valid)
    watchers.add(watcher)
    if boxes.heads[agency_id] > after:
        await watcher.next_mail()
    else:
        waiting = asyncio.ensure_future(watcher.next_mail())
        await turns(3)
        watchers.hand({agency_id: boxes.commit(agency_id, 1)})
        await waiting
    return watcher


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["commit", "commit", "commit", "another process commits", "wake", "wake all", "other mailbox"]),
        st.sampled_from([1, 1, 1, 2, 3, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE]),
        st.integers(0, 4),  # turns of the event loop until the next step
        # Turns around the picture of a read that begins then, and its page.
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([PAGE, PAGE // 4])),
    ),
    max_size=25,
)


@given(steps=STEPS, before=st.integers(0, 2 * PAGE), after=st.integers(0, PAGE))
def test_every_notice_arrives_once_and_in_order_however_commits_and_reads_meet(
    steps: list[tuple[str, int, int, tuple[int, int, int]]], before: int, after: int
) -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        boxes.commit(FIRE, max(before, after))
        watcher = Watcher(FIRE, after, boxes.read, still_valid)
        watchers.add(watcher)
        got: Mail = []

        async def follow() -> None:
            while True:
                got.extend(await watcher.next_mail())

        following = asyncio.ensure_future(follow())
        for what, count, pause, (boxes.turns_before, boxes.turns_after, boxes.page) in steps:
            if what == "commit":
                watchers.hand({FIRE: boxes.commit(FIRE, count)})
            elif what == "another process commits":
                boxes.commit(FIRE, count)
            elif what == "other mailbox":
                watchers.hand({EMS: boxes.commit(EMS, count)})
            else:
                watchers.wake([FIRE] if what == "wake" else None)
            await turns(pause)
        if any(what.startswith("another") for what, *_ in steps):
            watchers.wake([FIRE])  # what another process commits is announced after its commit
        for _ in range(100):  # far more turns than all pages take; what never comes fails below
            await turns(50 if watcher.cursor < boxes.heads[FIRE] else 1)
        watchers.drain()
        with pytest.raises(TemporarilyUnavailable):
            await following
        assert got == mail(after + 1, boxes.heads[FIRE])
        assert watcher.cursor == boxes.heads[FIRE]

    play(scenario)


def test_mail_that_comes_next_is_handed_on_without_a_look_at_the_store() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        fleet = [await caught_up(boxes, watchers) for _ in range(3)]
        boxes.reads = 0
        for count in (1, 3, PAGE):
            handed = boxes.commit(FIRE, count)
            waiting = [asyncio.ensure_future(watcher.next_mail()) for watcher in fleet]
            await turns(2)
            watchers.hand({FIRE: handed})
            assert [await each is handed for each in waiting] == [True] * 3
        assert boxes.reads == 0

    play(scenario)


def test_a_watcher_that_is_behind_reads_from_its_cursor() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        watcher = await caught_up(boxes, watchers)
        boxes.commit(FIRE, 4)  # by another process, not heard of yet
        watchers.hand({FIRE: boxes.commit(FIRE, 2)})
        assert await watcher.next_mail() == mail(2, 7)

    play(scenario)


def test_nothing_is_kept_for_a_watcher_that_is_busy_sending() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        watcher = await caught_up(boxes, watchers)
        boxes.reads = 0
        for _ in range(100):
            watchers.hand({FIRE: boxes.commit(FIRE, 1)})
        assert await watcher.next_mail() == mail(2, 101)
        assert boxes.reads == 1

    play(scenario)


def test_a_long_mailbox_is_read_page_by_page() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        boxes.commit(FIRE, 2 * PAGE + 5)
        watcher = Watcher(FIRE, 0, boxes.read, still_valid)
        pages = [await watcher.next_mail() for boxes.page in (PAGE, 5, PAGE)]  # smaller while many others read
        assert [len(page) for page in pages] == [PAGE, 5, PAGE]
        assert [each for page in pages for each in page] == mail(1, 2 * PAGE + 5)

    play(scenario)


def test_mail_goes_to_those_who_watch_its_mailbox_and_to_nobody_else() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        fire, ems = await caught_up(boxes, watchers, FIRE), await caught_up(boxes, watchers, EMS)
        waiting = asyncio.ensure_future(ems.next_mail())
        await turns(2)
        watchers.hand({FIRE: boxes.commit(FIRE, 1), b"unwatched": mail(1, 1)})
        watchers.wake([b"unwatched"])
        assert await fire.next_mail() == mail(2, 2)
        await turns(3)
        assert not waiting.done()
        waiting.cancel()

    play(scenario)


def test_who_has_gone_is_handed_nothing() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        watcher = await caught_up(boxes, watchers)
        other = await caught_up(boxes, watchers)
        assert len(watchers) == 2
        watchers.remove(watcher)
        watchers.remove(watcher)  # twice does no harm
        assert len(watchers) == 1
        watchers.remove(other)
        assert len(watchers) == 0
        waiting = asyncio.ensure_future(watcher.next_mail())
        watchers.hand({FIRE: boxes.commit(FIRE, 1)})
        watchers.wake()
        await turns(3)
        assert not waiting.done()
        waiting.cancel()

    play(scenario)


@pytest.mark.parametrize("reason", [NotAuthenticated("certificate expired"), NotAllowed("the agency was removed")])
@pytest.mark.parametrize("busy", [False, True])
def test_s09_a_watch_whose_identity_ended_ends_with_the_reason_at_the_next_sweep(
    reason: HoldfastError, busy: bool
) -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        stays = await caught_up(boxes, watchers)
        watcher = await caught_up(boxes, watchers)
        identity: list[HoldfastError] = []

        def check() -> None:
            if identity:
                raise identity[0]

        watcher.check = check
        waiting = None if busy else asyncio.ensure_future(watcher.next_mail())
        await turns(2)
        watchers.sweep()
        await turns(2)
        assert waiting is None or not waiting.done()  # still valid: nothing ends
        identity.append(reason)
        watchers.sweep()
        watchers.hand({FIRE: boxes.commit(FIRE, 1)})  # what comes after the end does not leave any more
        with pytest.raises(type(reason), match=str(reason)):
            await (waiting or watcher.next_mail())
        with pytest.raises(type(reason)):  # and it stays ended
            await watcher.next_mail()
        assert (await stays.next_mail())[-1] == (boxes.heads[FIRE], b"notice %d" % boxes.heads[FIRE])

    play(scenario)


def test_draining_ends_every_watch_and_lets_no_new_one_begin() -> None:
    async def scenario(boxes: Mailboxes, watchers: Watchers) -> None:
        fleet = [await caught_up(boxes, watchers, agency_id) for agency_id in (FIRE, EMS, FIRE)]
        watchers.drain()
        for watcher in fleet:
            with pytest.raises(TemporarilyUnavailable, match="stopping; try again"):
                await watcher.next_mail()
        with pytest.raises(TemporarilyUnavailable, match="stopping; try again"):
            watchers.add(Watcher(FIRE, 0, boxes.read, still_valid))

    play(scenario)
