"""The stores that every example of a simulated region begins with, made once: a hub, and three nodes that joined it."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.agreement.terms import DEFAULT_TERMS
from common.storage.migration import migrate
from common.storage.sqlite import create_sqlite
from common.wire.v1.codes_pb2 import IncidentType
from hub import migrations as hub_migrations
from hub.domain.agency import Agency
from hub.domain.credential import Node
from hub.domain.incident import Incident
from hub.persistence import agencies, agreements, nodes, region
from hub.persistence.agreements import AgreementSignature
from hub.persistence.region import Region
from hub.persistence.transaction import Transaction
from hub.rpc.uplink import with_cursor
from hub.use_cases.agreements import publish, tell_agreements
from hub.use_cases.directory import publish_directory
from hub.use_cases.incidents import NewIncident, open_incident
from node import migrations as node_migrations
from node.domain.membership import Membership
from node.use_cases import notices
from node.use_cases.membership import take_membership
from tests.builders import NOON, TRUST_DOMAIN, agency
from tests.kept_folder import kept_folder
from tests.simulated_hub import HUB_KEY, STORE_KEY

SLUGS = ("ridgeline-fire", "cedar-valley-ems", "stonegate-corrections")
_MEMORY_DISK = Path(os.sep, "dev", "shm")  # where there is one, a commit waits for no disk
_LEAST_FREE = 1 << 30  # bytes
Mail = dict[bytes, list[tuple[int, bytes]]]  # agency -> (cursor, body)


@dataclass(frozen=True)
class Founded:
    """The stores, and who is who in them. Examples work on the copies in its folder `live`."""

    directory: Path
    agencies: tuple[Agency, ...]
    keys: tuple[Ed25519PrivateKey, ...]  # each node's bound key
    incident_id: bytes  # all three take part in it


@cache
def found() -> Founded:
    """Make the stores; once in a process."""
    has_room = _MEMORY_DISK.is_dir() and shutil.disk_usage(_MEMORY_DISK).free > _LEAST_FREE
    directory = kept_folder("region", _MEMORY_DISK if has_room else None)
    joined = tuple(agency(slug) for slug in SLUGS)
    keys = tuple(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(11, 14))
    incident, mail = _found_hub(directory / "hub.db", joined, keys)
    for each in joined:
        _found_node(directory / f"{each.slug}.db", each, mail[each.id])
    shutil.copytree(directory, directory / "live")
    return Founded(directory, joined, keys, incident.id)


def _found_hub(path: Path, joined: Sequence[Agency], keys: Sequence[Ed25519PrivateKey]) -> tuple[Incident, Mail]:
    store = create_sqlite(path, STORE_KEY)
    migrate(store, hub_migrations.FOLDER)
    with store.begin() as connection:
        region.add_region(connection, Region(TRUST_DOMAIN, "Ridgeline", 1, NOON))
        for each, key in zip(joined, keys, strict=True):
            agencies.add_agency(connection, each)
            nodes.add_node(connection, Node(each.id, 1, key.public_key().public_bytes_raw(), NOON))
        tx = Transaction(connection, NOON)
        publish_directory(tx, NOON)
        version = publish("Region agreement", DEFAULT_TERMS, NOON, tx, NOON).version
        signatures = [AgreementSignature(version, each.id, 1, bytes(64), NOON) for each in joined]
        agreements.add_signatures(connection, signatures)
        tx.memory.forget_agreements()
        for each in joined:
            tell_agreements(each.id, tx, NOON)
        kind = IncidentType.INCIDENT_TYPE_FACILITY_DISTURBANCE
        incident = open_incident(NewIncident(kind, "B wing", SLUGS, NOON), tx, NOON + timedelta(seconds=1))
        tx.deliver()
    store.close()
    return incident, tx.new_mail


def _found_node(path: Path, each: Agency, mail: list[tuple[int, bytes]]) -> None:
    membership = Membership(
        agency_id=each.id,
        node=1,
        trust_domain=TRUST_DOMAIN,
        agency_name=each.name,
        hub_ledger_key=HUB_KEY.public_key().public_bytes_raw(),
        hub_epoch=1,
        uplink_address="localhost:7443",
        enrollment_address="localhost:7444",
        recovery_number=0,
        mailbox_cursor=0,
        joined_at=NOON,
    )
    store = create_sqlite(path, STORE_KEY)
    migrate(store, node_migrations.FOLDER)
    with store.begin() as connection:
        take_membership(connection, membership, NOON)
        for cursor, body in mail:
            notices.apply(connection, with_cursor(cursor, body), NOON)
    store.close()
