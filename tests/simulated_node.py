"""One node on a store of its own, as its process works on it, with what its loops do between two transactions.

`node/uplink` has the loops; here each of their steps stands alone, so that anything may happen between two of them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from common.errors import HoldfastError, InvalidRequest, NotAllowed, SequenceWanted, WrongState
from hub.domain.agency import Agency
from node.domain.delivery import Flow, Stream
from node.domain.follow_up import KnownFollowUp
from node.domain.membership import Membership
from node.persistence import follow_ups
from node.persistence.ledger import StoredReceipt
from node.persistence.membership import get_membership
from node.persistence.streams import get_current_stream
from node.use_cases import claims, delivery, notices
from node.use_cases.delivery import Batch, HubProgress
from tests.simulated_hub import PowerCut, copy_store, opened, put_store

T = TypeVar("T")


class SimulatedNode:
    """A node process; it can end at any moment, and start again on what is stored."""

    def __init__(self, agency: Agency, key: Ed25519PrivateKey, path: Path, clock_ahead: timedelta) -> None:
        self.agency = agency
        self.id = agency.id
        self.key = key
        self.path = path
        self.clock_ahead = clock_ahead
        self.lives = 1  # of its database: another one after each restore
        self.store = opened(path)
        self.restart()

    def restart(self) -> None:
        """Begin anew: no call is under way, and nothing is sent before the hub said what it has."""
        self.may_push = False
        self.calls: dict[str, int] = {}  # the call of each kind whose answer is waited for

    def write(self, use_case: Callable[[Connection], T], *, ends: bool = False) -> T | None:
        """Do something in one transaction; None when the process ends before the commit."""
        try:
            with self.store.begin() as connection:
                done = use_case(connection)
                if ends:
                    raise PowerCut
        except PowerCut:
            self.restart()
            return None
        return done

    def read(self, use_case: Callable[[Connection], T]) -> T:
        """Read something."""
        with self.store.read() as connection:
            return use_case(connection)

    @property
    def stream(self) -> Stream:
        """The stream that is written now."""
        return self.read(get_current_stream)

    @property
    def membership(self) -> Membership:
        """What it knows of itself and its hub."""
        return self.read(get_membership)

    def known(self) -> list[KnownFollowUp]:
        """Every follow-up that it knows of."""
        return self.read(follow_ups.list_follow_ups)

    def next_push(self, now: datetime) -> Batch | None:
        """Give what its push loop sends next, noted as sent; claims that are due are written first."""
        stream = self.stream
        if not self.may_push or stream.flow in (Flow.AHEAD, Flow.QUARANTINED):
            return None
        while self.read(claims.has_due_claims):
            self.write(partial(claims.write_claims, key=self.key, now=now))
        batch = self.read(delivery.next_batch)
        if batch is not None:
            self.write(partial(delivery.note_sending, batch=batch))
        return batch

    def take_answer(
        self,
        batch: Batch,
        answer: "tuple[StoredReceipt, list[int]] | HoldfastError",
        now: datetime,
        *,
        ends: bool = False,
    ) -> None:
        """Take in what the hub answered to a push, as the push loop does."""
        was_halted = self.stream.flow is Flow.HALTED
        try:
            if isinstance(answer, HoldfastError):
                raise answer
            stored, outcomes = answer
            acknowledge = partial(delivery.acknowledge, batch=batch, stored=stored, outcomes=outcomes, now=now)
            self.write(acknowledge, ends=ends)
        except SequenceWanted as gap:
            self.write(partial(delivery.send_again_from, batch=batch, wanted=gap.wanted))
        except NotAllowed:
            return
        except HoldfastError as error:
            if not self.write(partial(delivery.leave, batch=batch)):
                halt = partial(delivery.stop, stream_id=batch.stream_id, flow=Flow.HALTED, reason=str(error), now=now)
                self.write(halt)
        else:
            if was_halted:
                self.write(partial(delivery.resume, stream_id=batch.stream_id, now=now))

    def take_progress(self, before: Stream, progress: HubProgress, now: datetime) -> None:
        """Take in what the hub answered to a heartbeat."""
        try:
            self.write(partial(delivery.observe_hub, before=before, progress=progress, now=now))
        except WrongState:  # an older epoch
            return
        self.may_push = True

    def take_notice(self, raw: bytes, now: datetime, *, ends: bool = False) -> bool:
        """Apply one notice; False when it leaves a gap, or the process ends."""
        try:
            self.write(partial(notices.apply, raw=raw, now=now), ends=ends)
        except WrongState:
            return False
        return not ends

    def attempt(self, use_case: Callable[[Connection], object], *, ends: bool = False) -> bool:
        """Do what a person asks for; False when the node refuses it at once."""
        try:
            self.write(use_case, ends=ends)
        except (WrongState, InvalidRequest):
            return False
        return True

    def begin_new_stream(self, now: datetime) -> None:
        """Take the administrator's step after a restore."""
        self.write(partial(delivery.start_new_stream, key=self.key, now=now))

    def copy_to(self, path: Path) -> None:
        """Keep a backup."""
        copy_store(self.store, self.path, path)

    def restore_from(self, path: Path) -> None:
        """Put a backup in place of the store, and start again."""
        put_store(path, self.store, self.path)
        self.lives += 1
        self.restart()
