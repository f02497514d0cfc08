"""A node's store without a hub: joined, empty, and with the hub's own key at hand to give receipts with."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS
from common.ledger.checkpoint import stream_origin
from common.ledger.receipt import Receipt, countersign
from common.storage.migration import migrate
from common.storage.sqlite import create_sqlite, open_sqlite
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import OUTCOME_APPLIED, ActivationStatus, IncidentStatus, IncidentType
from common.wire.v1.report_pb2 import Report
from node import migrations
from node.domain.activation import BoardLine
from node.domain.agreement import Agreement
from node.domain.delivery import Stream
from node.domain.membership import Membership
from node.persistence import agreements, incidents, outbox
from node.persistence.ledger import StoredReceipt
from node.persistence.membership import get_membership
from node.persistence.streams import get_current_stream
from node.use_cases import delivery, notices
from node.use_cases.delivery import Batch
from node.use_cases.membership import take_membership
from node.use_cases.outbox import append
from tests.builders import NOON, TRUST_DOMAIN
from tests.kept_folder import kept_folder

T = TypeVar("T")
BOUND_KEY, HUB_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (3, 4))
AGENCY_ID, OTHER_AGENCY = b"\x07" * 16, b"\x08" * 16
INCIDENT_ID = b"\x11" * 16

MEMBERSHIP = Membership(
    agency_id=AGENCY_ID,
    node=1,
    trust_domain=TRUST_DOMAIN,
    agency_name="Ridgeline Fire District",
    hub_ledger_key=HUB_KEY.public_key().public_bytes_raw(),
    hub_epoch=1,
    uplink_address="localhost:7443",
    enrollment_address="localhost:7444",
    recovery_number=0,
    mailbox_cursor=0,
    joined_at=NOON,
)


_KEY = b"k" * 32


@cache
def _empty() -> Path:
    """Make an empty store, once in this process."""
    path = kept_folder("store") / "node.db"
    store = create_sqlite(path, _KEY)
    migrate(store, migrations.FOLDER)
    store.close()
    return path


class NodeStore:
    """A joined node's store, with what a test does to it most."""

    has_hub = True

    def __init__(self, directory: Path, membership: Membership = MEMBERSHIP) -> None:
        self.path = directory / "node.db"
        shutil.copyfile(_empty(), self.path)
        self.store = open_sqlite(self.path, _KEY)
        self.write(partial(take_membership, told=membership, now=NOON))

    def write(self, use_case: Callable[[Connection], T]) -> T:
        with self.store.begin() as connection:
            return use_case(connection)

    def read(self, use_case: Callable[[Connection], T]) -> T:
        with self.store.read() as connection:
            return use_case(connection)

    @property
    def stream(self) -> Stream:
        return self.read(get_current_stream)

    @property
    def membership(self) -> Membership:
        return self.read(get_membership)

    def append(self, *reports: Report, at: datetime = NOON) -> None:
        self.write(partial(append, reports=reports, key=BOUND_KEY, now=at))

    def next_batch(self) -> Batch | None:
        return self.read(delivery.next_batch)

    def send(self) -> Batch:
        """Take the next batch as the push loop does, up to the call."""
        batch = self.next_batch()
        assert batch is not None
        self.write(partial(delivery.note_sending, batch=batch))
        return batch

    def acknowledge(self, batch: Batch, stored: StoredReceipt | None = None, outcomes: list[int] | None = None) -> None:
        acknowledge = partial(
            delivery.acknowledge,
            batch=batch,
            stored=stored or receipt_for(batch),
            outcomes=[OUTCOME_APPLIED] * len(batch.bodies) if outcomes is None else outcomes,
            now=NOON,
        )
        self.write(acknowledge)

    def bind(self) -> None:
        """Hold an agreement in force that this agency and the other one have signed."""
        encoded = encode_terms(DEFAULT_TERMS)
        signed_by = frozenset({AGENCY_ID, OTHER_AGENCY})
        bound = Agreement(1, b"\x22" * 16, "Region agreement", encoded, DEFAULT_TERMS, NOON, signed_by)
        self.write(partial(agreements.save_agreement, agreement=bound))

    def apply(self, notice: wire.Notice, at: datetime = NOON) -> object:
        return self.write(partial(notices.apply, raw=encode(notice), now=at))

    def board(self) -> Sequence[BoardLine]:
        return self.read(partial(incidents.list_board, incident_id=INCIDENT_ID))

    def tell_refused(self, sequence: int, reason: str, **changes: Any) -> None:
        """Apply the notice that a report of the current stream was refused."""
        [entry, *_] = self.read(partial(outbox.list_from, stream_id=self.stream.stream_id, first=sequence))
        values = {"stream_id": entry.stream_id, "sequence": sequence, "command_id": entry.command_id, "reason": reason}
        told = wire.ReportRefusedNotice(**(values | changes))  # type: ignore[arg-type]
        self.apply(numbered(self.membership.mailbox_cursor + 1, report_refused=told))

    def tell_incident(self, cursor: int = 1) -> None:
        self.apply(incident_notice(cursor))


def receipt_for(
    batch: Batch, *, hub_epoch: int = 1, key: Ed25519PrivateKey = HUB_KEY, **changes: bytes
) -> StoredReceipt:
    """The hub's countersignature over a batch's tree; changes make it a bad one."""
    size, root, at = batch.checkpoint.size, batch.checkpoint.root, int(NOON.timestamp())
    origin = stream_origin(TRUST_DOMAIN, AGENCY_ID, batch.stream_id)
    receipt = Receipt(size, root, at, countersign(key, origin, size, root, at))
    return StoredReceipt(replace(receipt, **changes), hub_epoch)  # type: ignore[arg-type]


def incident_notice(cursor: int = 1, *, version: int = 1, **changes: object) -> wire.Notice:
    """A notice that an incident was opened."""
    values: dict[str, object] = {
        "incident_id": INCIDENT_ID,
        "type": IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE,
        "title": "Fire at Stonegate, B wing",
        "status": IncidentStatus.INCIDENT_STATUS_OPEN,
        "started_at": timestamp(NOON),
        "opened_at": timestamp(NOON),
        "agency_ids": [AGENCY_ID],
    }
    told = wire.IncidentNotice(version=version, **(values | changes))  # type: ignore[arg-type]
    return numbered(cursor, incident_opened=told)


def told_line(cursor: int, *, version: int = 1, agency_id: bytes = OTHER_AGENCY, **changes: Any) -> wire.Notice:
    """A notice of an agency's line on that incident's board: its team is active."""
    values: dict[str, Any] = {"status": ActivationStatus.ACTIVATION_STATUS_ACTIVE, "changed_at": timestamp(NOON)}
    line = wire.ActivationBoardNotice(
        incident_id=INCIDENT_ID, agency_id=agency_id, version=version, **(values | changes)
    )
    return numbered(cursor, activation_board=line)


def numbered(cursor: int, **kind: Any) -> wire.Notice:
    """A notice of any kind, at its place in the mailbox."""
    return wire.Notice(cursor=cursor, notice_id=os.urandom(16), issued_at=timestamp(NOON), **kind)
