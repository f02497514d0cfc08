"""A hub's store and its agencies' nodes, each with a real store, and a network that a test cuts and mends."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from common.errors import HoldfastError
from common.ledger.receipt import Receipt
from common.storage.store import Store
from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import FollowUpVerb
from common.wire.v1.notice_pb2 import Notice
from common.wire.v1.report_pb2 import Report
from common.wire.validate import problem_of
from hub.domain.agency import Agency
from hub.domain.delivery import Batch
from hub.persistence import mailbox
from node.domain.follow_up import KnownFollowUp
from node.opened import OpenNode
from node.operations import follow_ups as operations
from node.persistence import follow_ups
from node.persistence.ledger import StoredReceipt
from node.use_cases import agreements, delivery, notices
from node.use_cases import follow_ups as use_case
from tests.coordinating import NEEDED, Coordination
from tests.nodes import MEMBERSHIP, NodeStore

T = TypeVar("T")


class Region(Coordination):
    """Fire, ems and jail with their nodes, joined, on one incident, the agreement signed by each."""

    def __init__(self, store: Store, directory: Path) -> None:
        super().__init__(store, signed=False)
        self.nodes = {each.id: Agent(self, each, directory / each.slug) for each in (self.fire, self.ems, self.jail)}
        self.heal()
        for node in self.nodes.values():
            node.write(partial(agreements.sign, key=node.key, version=1, now=self.now))
        self.heal()

    def heal(self, *only: Agency) -> None:
        """Let nodes reach the hub: what waits is delivered, then what the hub tells is taken in."""
        chosen = [self.nodes[each.id] for each in only] or list(self.nodes.values())
        for node in chosen:
            node.push()
        for node in chosen:
            node.pull()

    def close(self) -> None:
        for node in self.nodes.values():
            node.store.close()


class Agent(NodeStore):
    """An agency's node, and the person at it."""

    def __init__(self, region: Region, agency: Agency, directory: Path) -> None:
        directory.mkdir()
        membership = replace(
            MEMBERSHIP,
            agency_id=agency.id,
            agency_name=agency.name,
            hub_ledger_key=region.hub_key.public_key().public_bytes_raw(),
        )
        super().__init__(directory, membership)
        self.region, self.agency, self.key = region, agency, region.ledgers[agency.id].key

    def says(self, verb: str, follow_up_id: bytes, at: datetime | None = None, **fields: Any) -> None:
        """Command something, with the network as it is."""
        number = FollowUpVerb.Value(f"FOLLOW_UP_VERB_{verb.upper()}")
        needed = NEEDED.get(verb, {}) | fields
        self.write(
            lambda connection: use_case.command(
                connection, self.key, follow_up_id, number, at or self.region.now, needed
            )
        )

    def opens(self, at: datetime | None = None) -> bytes:
        opened: list[KnownFollowUp] = self.write(
            lambda connection: use_case.open_follow_ups(
                connection, self.key, self.region.incident.id, [1], at or self.region.now
            )
        )
        return opened[0].state.id

    def push(self) -> None:
        """Deliver everything that waits."""
        while (batch := self.next_batch()) is not None:
            self.write(partial(delivery.note_sending, batch=batch))
            reports = tuple(Report.FromString(body) for body in batch.bodies)
            end = batch.checkpoint
            sent = Batch(
                self.agency.id, 1, batch.stream_id, batch.first_sequence, reports,
                tuple(map(problem_of, reports)), batch.bodies, end.size, end.root, end.signature,
            )  # fmt: skip
            (answer,) = self.region.push(sent)
            if isinstance(answer, HoldfastError):
                raise answer
            given = answer.receipt
            receipt = Receipt(given.size, given.root, given.signed_at_unix_s, given.signature)
            stored = StoredReceipt(receipt, given.hub_epoch)
            self.acknowledge(batch, stored, [int(outcome) for outcome in answer.outcomes])

    def pull(self) -> None:
        """Take in what the hub tells."""
        with self.region.store.read() as connection:
            mail = mailbox.read_mail(connection, self.agency.id, self.membership.mailbox_cursor, 1000)
        for cursor, body in mail:
            numbered = Notice.FromString(body)
            numbered.cursor = cursor
            self.write(partial(notices.apply, raw=encode(numbered), now=self.region.now))

    def known(self, follow_up_id: bytes) -> KnownFollowUp:
        found = self.read(partial(follow_ups.find_follow_up, follow_up_id=follow_up_id))
        assert found is not None
        return found

    def shown(self, follow_up_id: bytes) -> dict[str, Any]:
        """What `holdfast node followup show --json` prints."""
        node = cast(OpenNode, self)  # of which a reading operation needs `read` only
        found: dict[str, Any] = operations.show(node, {"follow_up": follow_up_id.hex()})
        return found
