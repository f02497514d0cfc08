"""Real hubs for tests: founded in a temporary directory, and served on free ports of this machine.

    async with running_hub(tmp_path) as hub:                     # in this process, with a clock that can be set
        node = await hub.joined("ridgeline-fire")                # an identity by a real Join call
        async with hub.client(node) as client:                   # a connection of its own, raw bytes both ways
            await client.call(PUSH, raw)
    hub.audit(), hub.reports(), hub.mail(node.agency_id)         # what its store holds

A hub in a process of its own is in `tests/hub_process.py`.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509

from common.clock import Clock, SystemClock
from common.identity.keys import decrypt_key_pem
from common.identity.peer import parse_der
from common.rpc.local import call_local
from common.storage.store import Store
from common.wire.v1.notice_pb2 import Notice
from hub.domain.credential import Credential
from hub.domain.delivery import Receipt, StoredReport, Stream
from hub.founding import NewHub, found_hub
from hub.identity.authority import Issuer
from hub.persistence import audit, mailbox, streams
from hub.persistence.credentials import add_credential, list_credentials_of
from hub.persistence.intermediates import get_active_intermediate
from hub.persistence.transaction import Transaction
from hub.process import Hub, open_hub
from hub.rpc.access import ENROLLMENT, UPLINK
from tests.builders import TRUST_DOMAIN
from tests.kept_folder import kept_folder
from tests.pki import AGENCY, Identity, Region, without_constraints
from tests.wire_client import Client, JoinedNode, join_node

PASSPHRASE = "a passphrase for tests"
ROOT_KEY = "offline-root.key"
ANY_PORT = "127.0.0.1:0"


def found(
    data: Path,
    *,
    uplink: str = ANY_PORT,
    enrollment: str = ANY_PORT,
    now: datetime | None = None,
    database_url: str = "",
    own_keys: bool = False,
) -> None:
    """Found a hub. By default it takes whatever ports are free when it starts; such hubs have the same keys.

    Args:
        now: when its certificates begin; None is the machine's time, or some minutes before it.
        own_keys: as no other hub of the tests has them.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    if own_keys or database_url or (uplink, enrollment) != (ANY_PORT, ANY_PORT):
        _found(data, uplink, enrollment, now, database_url)
        return
    made = _made(now)  # the schema's steps take most of the time
    shutil.copytree(made, data)
    shutil.copy2(made.parent / ROOT_KEY, data.parent)


@cache
def _made(now: datetime | None) -> Path:
    data = kept_folder("hub") / "hub"
    _found(data, ANY_PORT, ANY_PORT, now, "")
    return data


def _found(data: Path, uplink: str, enrollment: str, now: datetime | None, database_url: str) -> None:
    new = NewHub(
        data=data,
        trust_domain=TRUST_DOMAIN,
        name="Ridgeline Region",
        uplink_listen=uplink,
        enrollment_listen=enrollment,
        uplink_address="127.0.0.1:7443",
        enrollment_address="127.0.0.1:7444",
        admin_listen="",
        root_key_file=data.parent / ROOT_KEY,
        passphrase=PASSPHRASE,
        database_url=database_url,
    )
    found_hub(new, now or datetime.now(UTC))


class HubStore:
    """What a hub's store holds, read as a test asks for it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def audit(self, actions: str = "") -> list[tuple[str, str, str]]:
        """The audit trail as (actor, action, outcome), of actions that begin so."""
        with self.store.read() as connection:
            entries = audit.list_entries(connection)
        told = [(str(entry["actor"]), str(entry["action"]), str(entry["outcome"])) for entry in entries]
        return [entry for entry in told if entry[1].startswith(actions)]

    def streams(self) -> list[Stream]:
        """Every stream, in the order in which they began."""
        with self.store.read() as connection:
            return streams.list_streams(connection)

    def reports(self) -> list[bytes]:
        """The body of every report, stream after stream."""
        return [report.body for report in self.stored_reports()]

    def stored_reports(self) -> list[StoredReport]:
        """Every report, stream after stream."""
        return [report for stream in self.streams() for report in self.reports_of(stream)]

    def reports_of(self, stream: Stream) -> list[StoredReport]:
        """Every report of a stream."""
        with self.store.read() as connection:
            return streams.read_reports(connection, stream.number, 1, 2**62)

    def receipts(self, stream: Stream) -> list[Receipt]:
        """Every receipt of a stream, by size."""
        with self.store.read() as connection:
            return streams.list_receipts(connection, stream.number)

    def mail(self, agency_id: bytes) -> list[Notice]:
        """Everything in an agency's mailbox."""
        return [Notice.FromString(body) for _, body in self._mail(agency_id)]

    def cursors(self, agency_id: bytes) -> list[int]:
        """The cursor of everything in an agency's mailbox."""
        return [cursor for cursor, _ in self._mail(agency_id)]

    def credentials(self, agency_id: bytes) -> list[Credential]:
        """Every certificate of an agency's first node."""
        with self.store.read() as connection:
            return list_credentials_of(connection, agency_id, 1)

    def _mail(self, agency_id: bytes) -> list[tuple[int, bytes]]:
        with self.store.read() as connection:
            return mailbox.read_mail(connection, agency_id, 0, 100_000)


class RunningHub(HubStore):
    """A hub that serves in this process."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.store)
        self.process = hub
        self.data = hub.data
        self.uplink = f"127.0.0.1:{hub.servers.ports[UPLINK]}"
        self.enrollment = f"127.0.0.1:{hub.servers.ports[ENROLLMENT]}"
        self.root_pem = hub.issuing.root_pem

    async def ask(self, operation: str, **arguments: Any) -> Any:
        """Do what an operator's command does, through the local socket."""
        return await asyncio.to_thread(call_local, self.data, operation, arguments)

    async def joined(self, slug: str = "ridgeline-fire") -> JoinedNode:
        """Invite an agency, and join a node of it."""
        invited = await self.ask("invite", agency=slug, discipline="fire", name=slug)
        return await join_node(self.enrollment, self.root_pem, invited["join_string"])

    def client(self, node: JoinedNode, *, options: tuple[tuple[str, Any], ...] = (), port: str = "") -> Client:
        """A connection of its own for a node, to the uplink or to another `host:port`."""
        return Client(port or self.uplink, node.credentials(), TRUST_DOMAIN, options)

    def authority(self, *, constrained: bool = True, agency_id: bytes = AGENCY) -> Region:
        """What this region can issue with, for certificates that it never would issue."""
        return HubAuthority(self, agency_id, constrained=constrained)

    async def admit(self, identity: Identity, node: JoinedNode) -> None:
        """Put any certificate on the allow-list as a node's, so that nothing but its content can refuse it."""
        known = parse_der(identity.der)
        credential = Credential(
            fingerprint=identity.fingerprint,
            agency_id=node.agency_id,
            node=node.joined.node,
            intermediate=1,
            spki_hash=known.spki_hash,
            certificate=identity.der,
            not_before=known.not_before,
            not_after=known.not_after,
            issued_at=known.not_before,
        )

        def add(tx: Transaction, now: datetime) -> None:
            add_credential(tx.connection, credential)
            tx.allow_list_changed = True

        await self.process.writer.submit(add)


class HubAuthority(Region):
    """The authority of a running hub, in the hands of a test."""

    def __init__(self, hub: RunningHub, agency_id: bytes, *, constrained: bool) -> None:
        self._agency_id = agency_id
        issuing = hub.process.issuing
        root_key = decrypt_key_pem((hub.data.parent / ROOT_KEY).read_bytes(), PASSPHRASE)
        self.trust_domain = issuing.trust_domain
        self.now = datetime.now(UTC)
        self.root = Issuer(root_key, x509.load_der_x509_certificate(issuing.roots[0]))
        with hub.store.read() as connection:
            self.intermediate = issuing.issuer(get_active_intermediate(connection))
        if not constrained:
            self.intermediate = Issuer(self.intermediate.key, without_constraints(self.root, self.intermediate))

    def uri(self, agency_id: bytes = AGENCY, node: int = 1) -> str:
        """The URI name of a node; by default of the agency that this authority was made for."""
        return super().uri(self._agency_id if agency_id == AGENCY else agency_id, node)


@asynccontextmanager
async def running_hub(
    directory: Path, clock: Clock | None = None, certificate_clock: Clock | None = None
) -> AsyncIterator[RunningHub]:
    """Serve a hub in this process until the end of the block; found it if the directory has none."""
    clock = clock or SystemClock()
    data = directory / "hub"
    if not data.exists():
        by = certificate_clock or clock
        found(data, now=None if isinstance(by, SystemClock) else by.now())
    hub = open_hub(data, clock, certificate_clock)
    try:
        await hub.start()
        await hub.serve()
        yield RunningHub(hub)
    finally:
        await hub.stop()
