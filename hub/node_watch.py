"""Looks after the nodes when nobody looks: what goes wrong with one is told to the hub's people, once while it lasts.

1. It looks every `LOOK_S`, and goes to the writer only when something began or ended.
2. It stands in memory, as heartbeats do. After a start the hub first listens for one grace period; then a node that is
   still silent is told of, if it was before the start too.
3. A look that comes late says that the hub itself was held up, and a lost connection to the other processes that their
   heartbeats were missed: the grace period begins anew.

Source: DOMAIN.md 6.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from common.clock import Clock
from hub.domain.node_trouble import Said, Sight, Troubled, Troubles, changes, find_troubles
from hub.node_health import LastHeard, NodeHealth, interval_for
from hub.persistence.nodes import list_watched
from hub.persistence.transaction import Transaction
from hub.store_reader import StoreReader
from hub.ticking import keep_ticking
from hub.use_cases.node_troubles import tell_troubles

LOOK_S = 15.0
HELD_UP = timedelta(seconds=45)  # with the longest that an honest node is silent, still less than a grace period
MOST_ENDED = 2_000  # troubles that are remembered after their end
_log = logging.getLogger(__name__)

Submit = Callable[[Callable[[Transaction, datetime], int]], Awaitable[int]]


@dataclass(frozen=True)
class Ended:
    """A trouble that is over."""

    troubled: Troubled
    since: datetime
    until: datetime


class NodeWatch:
    """Looks until it is cancelled."""

    def __init__(
        self,
        reader: StoreReader,
        submit: Submit,
        health: NodeHealth,
        clock: Clock,
        looked: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin to listen now (2).

        Args:
            looked: is called after each look, for pages that show the nodes, or what is left of a deadline.
        """
        self._looked = looked
        self._reader = reader
        self._submit = submit
        self._health = health
        self._clock = clock
        self.began_at = self._sees_since = self._looked_at = clock.now()
        self._known: dict[Troubled, datetime] = {}
        self._nodes = 0  # at the last look
        self._by_agency: dict[bytes, dict[Troubled, datetime]] = {}
        self._ended: deque[Ended] = deque(maxlen=MOST_ENDED)

    async def keep_looking(self) -> None:
        """Look for ever."""

        async def look() -> None:
            await self.look()
            self._looked()

        await keep_ticking(look, LOOK_S)

    def begin_anew(self) -> None:
        """Take nobody for offline for one grace period (3)."""
        self._sees_since = self._clock.now()

    def sight(self) -> Sight:
        """Tell how well this hub sees its fleet."""
        is_held_up = self._clock.now() - self._looked_at > HELD_UP
        since = self._clock.now() if is_held_up else self._sees_since
        return Sight(since, interval_for(max(self._nodes, len(self._health.heard()))))

    def known_of(self, agency_id: bytes) -> Troubles:
        """Give what was wrong with an agency's nodes at the last look, since when."""
        return self._by_agency.get(agency_id, {})

    def ended(self) -> list[Ended]:
        """Give what is over, the newest first; of this process only, and bounded."""
        return list(reversed(self._ended))

    async def look(self) -> None:
        """Look once, and have people told."""
        now = self._clock.now()
        if now - self._looked_at > HELD_UP:
            self.begin_anew()
        self._looked_at = now
        nodes = await self._reader.read(list_watched)
        heard = self._health.heard()
        self._nodes = len(nodes)
        sight = self.sight()
        said = {node: _said(last) for node, last in heard.items()}
        found = find_troubles(nodes, said, self._known, sight, now)
        began, ended = changes(self._known, found)
        if began or ended:
            await self._submit(partial(tell_troubles, began, ended))  # 1
        self._known, self._by_agency = found, _by_agency(found)
        self._ended.extend(Ended(each, since, now) for each, since in ended.items() if found.get(each) is None)
        for each in began:
            extra = {"agency": each.agency_id, "node": each.node, "trouble": each.trouble.value}
            _log.warning("a node needs to be looked at", extra=extra)


def _by_agency(found: Troubles) -> dict[bytes, dict[Troubled, datetime]]:
    sorted_: dict[bytes, dict[Troubled, datetime]] = {}
    for each, since in found.items():
        sorted_.setdefault(each.agency_id, {})[each] = since
    return sorted_


def _said(last: LastHeard) -> Said:
    backup = last.health.backup_age.ToTimedelta() if last.health.HasField("backup_age") else None
    return Said(last.at, last.clock_offset, backup)
