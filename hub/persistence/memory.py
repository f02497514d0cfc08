"""What the writer has read or written lately and is still so: a busy hub then reads nothing before it writes.

1. It holds rows as the store has them, in the state that the open transaction has reached.
2. It stands only while nothing else writes: the writer forgets everything before a group with a command in it, after
   a group that failed, and when another process wrote meanwhile. Use cases that are commands never look here, but for
   the agreements: what publishes one has them read again.
3. It is bounded: a memory that has grown too large is forgotten.

Source: DESIGN.md 5.
"""

from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from common.followup.state import FollowUp
from hub.domain.activation import Activation
from hub.domain.agency import Agency, Standing
from hub.domain.agreement import Agreement
from hub.domain.delivery import Stream
from hub.domain.incident import Incident
from hub.domain.mutual_aid import PeerRequest

MOST_ENTRIES = 50_000  # of all kinds together: some tens of megabytes

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class Memory:
    """Rows by their keys."""

    def __init__(self) -> None:
        self.standings: dict[bytes, Standing] = {}
        self.streams: dict[bytes, Stream] = {}
        self.incidents: dict[bytes, Incident] = {}
        self.lines: dict[tuple[bytes, bytes], Activation] = {}  # (incident id, agency id)
        self.disciplines: dict[bytes, int] = {}  # of every joined agency, or nothing at all
        self.peer_requests: dict[bytes, PeerRequest] = {}
        self.heads: dict[bytes, int] = {}  # the newest cursor of each mailbox
        self.follow_ups: dict[bytes, FollowUp] = {}
        self.agencies: dict[bytes, Agency] = {}
        self.agreements: dict[int, Agreement] = {}  # by version: all of them, once `agreements_are_known`
        self.agreements_are_known = False

    def forget(self) -> None:
        """Forget everything."""
        for kept in self._all():
            kept.clear()
        self.forget_agreements()

    def forget_agreements(self) -> None:
        """Forget which agreements there are."""
        self.agreements.clear()
        self.agreements_are_known = False

    def bound(self) -> None:
        """Forget everything when it has become too much (3)."""
        if sum(map(len, self._all())) > MOST_ENTRIES:
            self.forget()

    def _all(self) -> tuple[dict[Any, Any], ...]:
        return tuple(kept for kept in vars(self).values() if isinstance(kept, dict))


def remember(
    kept: dict[KeyT, ValueT], keys: AbstractSet[KeyT], read: Callable[[AbstractSet[KeyT]], Mapping[KeyT, ValueT]]
) -> None:
    """Read those of `keys` that are not kept yet, and keep them. What does not exist is asked for again each time."""
    missing = keys - kept.keys()
    if missing:
        kept.update(read(missing))
