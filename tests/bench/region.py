"""A region to measure: a hub founded in a directory, and agencies with one node each that have joined it.

What joining leaves behind is written straight into the store, with real certificates from the hub's own intermediate:
2,000 joins over the network would measure something else.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
from cryptography.x509 import load_der_x509_certificate

from common.identity.keys import key_pem, make_p256
from common.identity.names import hub_dns_name
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType
from hub.domain import activation
from hub.domain.agency import Agency
from hub.domain.credential import Node
from hub.domain.incident import Incident
from hub.identity.authority import certificate_pem
from hub.persistence import agencies, incidents, nodes
from hub.persistence.transaction import Transaction
from hub.process import Hub, open_hub
from hub.use_cases.issuing import chain_of, give_credential
from tests.builders import TRUST_DOMAIN, NodeLedger, agency
from tests.hubs import found

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Member:
    """An agency's node: what it proves itself with, and its ledger."""

    agency: Agency
    key_pem: bytes
    chain_pem: bytes
    ledger: NodeLedger


@dataclass(frozen=True)
class Region:
    """A founded hub that is not running, and its members."""

    data: Path
    root_pem: bytes
    members: tuple[Member, ...]

    def work(self, step: Callable[[Hub, Transaction], T]) -> T:
        """Work on the stopped hub's store, in one transaction."""
        hub = open_hub(self.data)
        try:
            now = datetime.now(UTC)
            with hub.store.begin() as connection:
                tx = Transaction(connection, now)
                result = step(hub, tx)
                tx.deliver()
            return result
        finally:
            asyncio.run(hub.stop())

    def open_incidents(self, participants: Sequence[Sequence[Member]]) -> list[bytes]:
        """Open an incident for each group of participants, without a word to anybody; give their ids."""
        return self.work(
            lambda _, tx: [add_incident(tx, [member.agency.id for member in each]) for each in participants]
        )

    def credentials(self, member: Member) -> grpc.ChannelCredentials:
        """Give a member's side of mutual TLS."""
        return grpc.ssl_channel_credentials(self.root_pem, member.key_pem, member.chain_pem)

    def channel(self, member: Member, port: int) -> grpc.aio.Channel:
        """Open a member's own connection to a server of this region on this machine."""
        return grpc.aio.secure_channel(f"127.0.0.1:{port}", self.credentials(member), options=CHANNEL_OPTIONS)


CHANNEL_OPTIONS = [
    ("grpc.ssl_target_name_override", hub_dns_name(TRUST_DOMAIN)),
    ("grpc.use_local_subchannel_pool", 1),  # a connection for each channel
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 20_000),  # how long one attempt may take: 2,000 handshakes at once are slow
]


def found_region(directory: Path, member_count: int, database_url: str = "") -> Region:
    """Found a hub with this many members.

    Args:
        directory: an empty one; the hub's data goes in a folder of it.
        database_url: of an empty PostgreSQL database; empty for the embedded store.
    """
    data = directory / "hub"
    found(data, database_url=database_url)
    founded = Region(data, (data / "authority" / "root.crt").read_bytes(), ())
    members = founded.work(partial(_add_members, member_count))
    return Region(founded.data, founded.root_pem, tuple(members))


def _add_members(count: int, hub: Hub, tx: Transaction) -> list[Member]:
    return [_add_member(f"agency-{number}", hub, tx) for number in range(1, count + 1)]


def _add_member(slug: str, hub: Hub, tx: Transaction) -> Member:
    joined = agency(slug, created_at=tx.now)
    ledger = NodeLedger(joined.id)
    agencies.add_agency(tx.connection, joined)
    nodes.add_node(tx.connection, Node(joined.id, ledger.node, ledger.bound_key, tx.now))
    key = make_p256()
    credential = give_credential(hub.issuing, joined.id, ledger.node, key.public_key(), tx, tx.now)
    chain = b"".join(_pem(der) for der in chain_of(credential, tx))
    return Member(joined, key_pem(key), chain, ledger)


def _pem(der: bytes) -> bytes:
    return certificate_pem(load_der_x509_certificate(der))


def add_incident(tx: Transaction, agency_ids: Sequence[bytes]) -> bytes:
    """Store an incident in which these agencies take part, without a word to anybody; give its id."""
    incident = Incident(
        id=os.urandom(16),
        type=IncidentType.INCIDENT_TYPE_WILDLAND_FIRE,
        title="Ridge fire",
        status=IncidentStatus.INCIDENT_STATUS_OPEN,
        jurisdictions=(),
        started_at=tx.now,
        opened_at=tx.now,
        version=1,
        agency_ids=tuple(agency_ids),
    )
    lines = [activation.requested(incident.id, agency_id, tx.now) for agency_id in incident.agency_ids]
    incidents.add_incident(tx.connection, incident, lines)
    return incident.id
