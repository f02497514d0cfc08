"""One hub, three nodes and a network between them that loses, repeats, delays and reorders whatever it carries.

Stores, use cases and the wire's encoding are the real ones; only the network and the clock are played. After every step
the referee of `tests/ownership_referee.py` looks at what was written.
"""

import itertools
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from common.errors import HoldfastError, WrongState
from common.wire.canonical import decode, encode
from common.wire.v1 import uplink_pb2 as wire
from hub.domain.credential import Caller
from hub.domain.delivery import Batch as Arrived
from hub.rpc.uplink import decode_batch, encode_accepted
from hub.use_cases.intake import Accepted
from node.domain.delivery import Stream
from node.persistence.ledger import StoredReceipt
from node.uplink.push import decode_receipt, encode_batch
from node.use_cases.delivery import Batch, HubProgress
from tests.builders import NOON
from tests.ownership_referee import Referee, Seen
from tests.simulated_founding import SLUGS, found
from tests.simulated_hub import SimulatedHub, opened, put_store
from tests.simulated_node import SimulatedNode

CLOCKS_AHEAD = (timedelta(0), timedelta(minutes=7), timedelta(minutes=-4))
Answer = tuple[StoredReceipt, list[int]] | HoldfastError


@dataclass(frozen=True, eq=False)
class Pushed:
    """A push on its way to the hub."""

    node: SimulatedNode
    call: int
    batch: Batch
    arrived: Arrived


@dataclass(frozen=True, eq=False)
class Answered:
    """An answer on its way back: to a push, or to a heartbeat."""

    node: SimulatedNode
    kind: str
    call: int
    life: int
    sent: Batch | Stream
    answer: Answer | HubProgress


@dataclass(frozen=True, eq=False)
class Page:
    """A page of a mailbox on its way."""

    node: SimulatedNode
    life: int
    epoch: int  # of the hub that sent it
    notices: list[bytes]


class SimulatedRegion:
    """The region, with what is on its way in the network."""

    def __init__(self) -> None:
        founded = found()
        self._drawn = ExitStack()  # ids are drawn alike each time: the same steps give the same example
        for name in ("os.urandom", "secrets.token_bytes"):
            self._drawn.enter_context(patch(name, Random(name).randbytes))
        self.directory = Path(tempfile.mkdtemp(prefix="example-", dir=founded.directory))
        self._live = founded.directory / "live"
        for name in ("hub", *SLUGS):
            path = self._live / f"{name}.db"
            put_store(founded.directory / path.name, opened(path), path)
        self.incident_id = founded.incident_id
        self.now = NOON + timedelta(days=1)
        self.hub = SimulatedHub(self._live / "hub.db")
        self.nodes = [
            SimulatedNode(each, key, self._live / f"{each.slug}.db", ahead)
            for each, key, ahead in zip(founded.agencies, founded.keys, CLOCKS_AHEAD, strict=True)
        ]
        self.by_id = {node.id: node for node in self.nodes}
        self.referee = Referee(self.by_id)
        self.cut_off: set[bytes] = set()
        self.pushes: list[Pushed] = []
        self.answers: list[Answered] = []
        self.pages: list[Page] = []
        self.copies: list[tuple[SimulatedNode | None, Path, Seen]] = []
        self._calls = itertools.count(1)
        self._files = itertools.count(1)
        self.look()

    def close(self) -> None:
        """Leave nothing behind."""
        self._drawn.close()
        shutil.rmtree(self.directory)

    def look(self, *looked_at: SimulatedNode) -> None:
        """Let the referee look at the hub, and at nodes; at all of them when none is named."""
        self.referee.watch_hub(self.hub, self.now)
        for node in looked_at or self.nodes:
            self.referee.watch_node(node)

    def reaches(self, node: SimulatedNode) -> bool:
        """Tell whether a call of a node gets anywhere."""
        return node.id not in self.cut_off and node.id in self.hub.members

    # What nodes send.

    def push(self, node: SimulatedNode) -> bool:
        """Have a node send its next batch; False when nothing waits, or nothing may be sent."""
        batch = node.next_push(self.now + node.clock_ahead)
        if batch is None:
            return False
        raw = encode(encode_batch(batch))
        arrived = decode_batch(raw, Caller(node.id, 1, bytes(32), self.now))
        node.calls["push"] = call = next(self._calls)
        self.pushes.append(Pushed(node, call, batch, arrived))
        return True

    def heartbeat(self, node: SimulatedNode) -> None:
        """Have a node ask how far the hub is; the answer is on its way."""
        if not self.reaches(node):
            return
        stream = node.stream
        node.calls["heartbeat"] = call = next(self._calls)
        progress = self.hub.progress(node.id, stream.stream_id)
        self.answers.append(Answered(node, "heartbeat", call, node.lives, stream, progress))

    def read_mail(self, node: SimulatedNode, limit: int) -> bool:
        """Have a node ask for its mail from its cursor on; False when there is none for it."""
        if not self.reaches(node):
            return False
        own = node.membership
        try:
            notices = self.hub.mail(node.id, own.mailbox_cursor, own.hub_epoch, limit)
        except WrongState:
            return False
        if notices:
            self.pages.append(Page(node, node.lives, self.hub.epoch, notices))
        return bool(notices)

    # What arrives.

    def pushes_arrive(self, which: Sequence[Pushed], *, again: bool = False, hub_ends: bool = False) -> None:
        """Let pushes arrive at the hub in one group; `again`: they will arrive once more."""
        taken = [each for each in which if self.reaches(each.node)]
        if not again:
            self.pushes = [each for each in self.pushes if each not in taken]
        answers = self.hub.take([each.arrived for each in taken], self.now, ends=hub_ends) if taken else []
        for each, answer in zip(taken, answers or [], strict=False):
            self.answers.append(Answered(each.node, "push", each.call, each.node.lives, each.batch, _carried(answer)))

    def answer_arrives(self, each: Answered, *, node_ends: bool = False) -> None:
        """Let an answer arrive. Only the call that is waited for is heard."""
        self.answers.remove(each)
        node = each.node
        if node.calls.get(each.kind) != each.call or node.lives != each.life or node.id in self.cut_off:
            return
        del node.calls[each.kind]
        now = self.now + node.clock_ahead
        if isinstance(each.answer, HubProgress):
            assert isinstance(each.sent, Stream)
            node.take_progress(each.sent, each.answer, now)
        else:
            assert isinstance(each.sent, Batch)
            node.take_answer(each.sent, each.answer, now, ends=node_ends)

    def page_arrives(self, page: Page, upto: int | None = None, *, node_ends: bool = False) -> None:
        """Let a page arrive; the node may end before the last of the notices that arrive is committed."""
        node = page.node
        if page.life != node.lives or node.id in self.cut_off:
            return
        if page.epoch < node.membership.hub_epoch:
            return  # its watch ended with the hub that is gone
        arriving = page.notices[:upto]
        for place, raw in enumerate(arriving, 1):
            ends = node_ends and place == len(arriving)
            if not node.take_notice(raw, self.now + node.clock_ahead, ends=ends):
                return

    # What happens to the machines.

    def keep_copy(self, node: SimulatedNode | None) -> None:
        """Back up a node, or the hub."""
        path = self.directory / f"copy-{next(self._files)}.db"
        (node or self.hub).copy_to(path)
        self.copies.append((node, path, self.referee.seen.copy()))

    def restore(self, which: int) -> None:
        """Put a backup of a node, or of the hub, in its place. What came after it is lost, later backups too."""
        node, path, seen = chosen = self.copies[which % len(self.copies)]
        later = self.copies[self.copies.index(chosen) + 1 :]
        self.copies = [copy for copy in self.copies if copy not in later or copy[0] is not node]
        self.pushes = [each for each in self.pushes if node not in (None, each.node)]  # calls end with their process
        self.now += timedelta(minutes=2)  # a restore takes its time
        if node is None:
            self.hub.restore_from(path, self.now)
            self.referee.hub_was_restored(seen, self.hub.epoch)
        else:
            node.restore_from(path)
            self.referee.node_was_restored(node)

    def lose(self, place: int) -> None:
        """Lose something of each kind that is on its way."""
        for carried in (self.pushes, self.answers, self.pages):
            if carried:
                carried.pop(place % len(carried))


def _carried(answer: Accepted | HoldfastError) -> Answer:
    """Give an answer as it comes over the wire."""
    if isinstance(answer, HoldfastError):
        return answer
    response = decode(encode_accepted(answer), wire.PushResponse)
    return decode_receipt(response), list(response.outcomes)
