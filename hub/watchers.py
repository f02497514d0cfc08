"""Who is watching which mailbox, and how new mail reaches them.

1. A watcher has a cursor: the newest notice it has sent. It is moved by nobody else.
2. Committed mail is handed to the watchers of its mailbox as it is. One whose cursor is just before it sends it on
   without a look at the store; one that is behind, or busy sending, reads the store from its cursor: nothing is kept
   for a slow one.
3. A watcher ends when its identity is not valid any more: at once when the allow-list changes, and at the latest
   `SWEEP_S` after its certificate expired; and when the hub drains.

Source: DESIGN.md 3, 4, 5; TRUST.md s02, s09.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NamedTuple

from common.errors import HoldfastError, TemporarilyUnavailable

SWEEP_S = 10.0  # an expired certificate's stream ends within this; 30 s are promised

Mail = list[tuple[int, bytes]]  # (cursor, body), in order


class Page(NamedTuple):
    """What one look at a mailbox gave."""

    mail: Mail
    is_full: bool  # there may be more


ReadMail = Callable[[bytes, int], Awaitable[Page]]  # (agency id, after)


class Watcher:
    """One open watch."""

    __slots__ = ("_ended", "_handed", "_read", "_woken", "agency_id", "check", "cursor")

    def __init__(self, agency_id: bytes, after: int, read: ReadMail, check: Callable[[], None]) -> None:
        """Begin after a cursor.

        Args:
            check: raises once the watcher's identity is not valid any more.
        """
        self.agency_id = agency_id
        self.cursor = after
        self.check = check
        self._read = read
        self._woken = asyncio.Event()
        self._woken.set()  # the first look is at the store
        self._handed: Mail | None = None
        self._ended: HoldfastError | None = None

    def hand(self, mail: Mail) -> None:
        """Tell of committed mail (rule 2)."""
        self._handed = mail if not self._woken.is_set() else None
        self._woken.set()

    def end(self, reason: HoldfastError) -> None:
        """End the watch with a reason its node is told."""
        self._ended = reason
        self._woken.set()

    async def next_mail(self) -> Mail:
        """Wait for mail after the cursor, and move the cursor past it.

        Raises:
            HoldfastError: the watch has ended.
        """
        while True:
            await self._woken.wait()
            if self._ended is not None:
                raise self._ended
            handed, self._handed = self._handed, None
            self._woken.clear()
            if handed is None or handed[0][0] != self.cursor + 1:
                handed, is_full = await self._read(self.agency_id, self.cursor)
                if is_full:
                    self._woken.set()  # look again
            if handed:
                self.cursor = handed[-1][0]
                return handed


class Watchers:
    """Every open watch of this process. Used on the event loop only."""

    def __init__(self) -> None:
        self._by_agency: dict[bytes, set[Watcher]] = {}
        self._draining = False

    def __len__(self) -> int:
        return sum(len(watchers) for watchers in self._by_agency.values())

    def add(self, watcher: Watcher) -> None:
        """Begin to tell a watcher of new mail."""
        if self._draining:
            raise TemporarilyUnavailable("this hub is stopping; try again")
        self._by_agency.setdefault(watcher.agency_id, set()).add(watcher)

    def remove(self, watcher: Watcher) -> None:
        """Stop telling a watcher."""
        watchers = self._by_agency.get(watcher.agency_id)
        if watchers is not None:
            watchers.discard(watcher)
            if not watchers:
                del self._by_agency[watcher.agency_id]

    def hand(self, new_mail: Mapping[bytes, Mail]) -> None:
        """Hand committed mail to those who watch for it."""
        for agency_id, mail in new_mail.items():
            for watcher in self._by_agency.get(agency_id, ()):
                watcher.hand(mail)

    def wake(self, agency_ids: Iterable[bytes] | None = None) -> None:
        """Make watchers look at the store: another process wrote mail (None: anybody's)."""
        for agency_id in list(self._by_agency) if agency_ids is None else agency_ids:
            for watcher in self._by_agency.get(agency_id, ()):
                watcher.hand([(0, b"")])  # never the next cursor: it reads

    def sweep(self) -> None:
        """End the watches whose identity is not valid any more."""
        for watcher in self._everyone():
            try:
                watcher.check()
            except HoldfastError as reason:
                watcher.end(reason)

    def drain(self) -> None:
        """End every watch: the hub is about to stop. Nodes resume quietly from their cursors."""
        self._draining = True
        for watcher in self._everyone():
            watcher.end(TemporarilyUnavailable("this hub is stopping; try again"))

    async def keep_sweeping(self) -> None:
        """Sweep for ever."""
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep()

    def _everyone(self) -> list[Watcher]:
        return [watcher for watchers in self._by_agency.values() for watcher in watchers]
