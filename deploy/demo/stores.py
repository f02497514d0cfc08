"""What the stopped hub and the stopped nodes have stored, read through the project's own persistence code.

Nothing is migrated or written, and nothing a process said of itself is believed: rows only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from common.errors import NotFound
from common.followup.state import FollowUp
from common.identity.keys import load_ed25519
from common.storage.lock import DirectoryLock
from common.storage.sqlite import open_sqlite
from deploy.demo.scenario import HUB
from hub.domain.activation import COUNTS, Activation
from hub.domain.agency import Membership
from hub.persistence import agencies as hub_agencies
from hub.persistence import capacities as hub_capacities
from hub.persistence import follow_ups as hub_follow_ups
from hub.persistence import incidents as hub_incidents
from hub.persistence import mutual_aid as hub_aid
from hub.persistence import streams as hub_streams
from hub.persistence.database import open_embedded
from hub.persistence.follow_ups import Change
from hub.persistence.region import get_region
from hub.use_cases.verification import verify_mirror
from node.credentials import CredentialFiles
from node.domain.activation import BoardLine
from node.keys import open_keys
from node.opened import STORE_NAME
from node.persistence import follow_ups as node_follow_ups
from node.persistence import incidents as node_incidents
from node.persistence import ledger as node_ledger
from node.persistence import mutual_aid as node_aid
from node.persistence import outbox as node_outbox
from node.persistence import streams as node_streams
from node.persistence.membership import get_membership
from node.use_cases import egress

_HOLDER = "holdfast demo"
_EVERYTHING = 2**62  # a sequence beyond every report

Line: TypeAlias = Mapping[str, Any]  # one agency's line of a board, by field
Boards: TypeAlias = Mapping[bytes, Mapping[bytes, Line]]  # incident id -> agency id -> line


@dataclass(frozen=True)
class StoredReport:
    """One report, at either end."""

    sequence: int
    body: bytes  # the ledger's leaf
    outcome: int | None  # wire Outcome; None at a node that has no answer yet


@dataclass(frozen=True)
class StoredStream:
    """One life of a node's database, at either end."""

    stream_id: bytes
    agency_id: bytes
    reports: Sequence[StoredReport]
    root: bytes  # of the tree that the next report is added to
    receipts: frozenset[tuple[int, bytes, int, bytes]]  # size, root, unix seconds, the hub's signature
    fault: str  # what its verification found; empty: everything verifies


@dataclass(frozen=True)
class StoredRequest:
    """One request for peers, at either end."""

    id: bytes
    asking_agency_id: bytes
    version: int
    status: int  # wire PeerAidStatus
    matched: int  # supporters


@dataclass(frozen=True)
class NodeStore:
    """What a node has."""

    agency_id: bytes
    agency: str
    hub_ledger_key: bytes
    cursor: int  # of the last notice applied
    streams: Sequence[StoredStream]
    boards: Boards
    follow_ups: Mapping[bytes, FollowUp]
    requests: Mapping[bytes, StoredRequest]


@dataclass(frozen=True)
class HubStore:
    """What the hub has."""

    joined: Mapping[bytes, str]  # agency id -> name
    heads: Mapping[bytes, int]  # agency id -> cursor of the newest notice
    ledger_key: bytes
    streams: Sequence[StoredStream]
    boards: Boards
    titles: Mapping[bytes, str]  # incident id -> title
    statuses: Mapping[bytes, int]  # incident id -> wire IncidentStatus
    capacities: Mapping[bytes, Mapping[str, int | None]]  # agency id -> the newest counts
    follow_ups: Mapping[bytes, FollowUp]
    changes: Sequence[Change]  # the history of every follow-up
    requests: Mapping[bytes, StoredRequest]


def read_stores(folder: Path) -> tuple[HubStore, list[NodeStore]]:
    """Read the hub's store and every node's in a demo's folder, the nodes in the order of the board; all are stopped.

    Raises:
        DirectoryHeld: one of them still runs.
        NotFound: there is no demo here.
    """
    if not (folder / HUB).is_dir():
        raise NotFound(f"there is no demo in {folder.name!r}: `holdfast demo --keep` makes one")
    nodes = [read_node(path.parent) for path in sorted(folder.glob(f"*/{STORE_NAME}"))]
    hub = read_hub(folder / HUB)
    order = list(dict.fromkeys([*(id_ for lines in hub.boards.values() for id_ in lines), *hub.joined]))
    return hub, sorted(nodes, key=lambda node: order.index(node.agency_id) if node.agency_id in order else -1)


def read_hub(data: Path) -> HubStore:
    """Read a stopped hub's store."""
    key = load_ed25519(data / "secrets" / "ledger.key").public_key()
    with DirectoryLock(data, _HOLDER):
        store = open_embedded(data)
        try:
            with store.read() as connection:
                return _hub(connection, key)
        finally:
            store.close()


def read_node(data: Path) -> NodeStore:
    """Read a stopped node's store."""
    files = CredentialFiles(data)
    with DirectoryLock(data, _HOLDER):
        store = open_sqlite(data / STORE_NAME, open_keys(data).database_key)
        try:
            with store.read() as connection:
                return _node(connection, files.bound_key().public_key())
        finally:
            store.close()


def _hub(connection: Connection, key: Ed25519PublicKey) -> HubStore:
    everybody = hub_agencies.list_agencies(connection)
    trust_domain = get_region(connection).trust_domain
    faults = {each.stream_id: each.fault for each in verify_mirror(connection, trust_domain, key)}
    boards = {
        incident.id: hub_incidents.get_board(connection, incident.id)
        for incident in hub_incidents.list_incidents(connection)
    }
    owned = hub_follow_ups.list_follow_ups(connection)
    return HubStore(
        joined={agency.id: agency.name for agency in everybody if agency.membership is Membership.JOINED},
        heads={agency.id: agency.mailbox_head for agency in everybody},
        ledger_key=key.public_bytes_raw(),
        streams=[_hub_stream(connection, stream, faults) for stream in hub_streams.list_streams(connection)],
        boards={id_: {line.agency_id: _hub_line(line) for line in lines} for id_, (_, lines) in boards.items()},
        titles={id_: incident.title for id_, (incident, _) in boards.items()},
        statuses={id_: incident.status for id_, (incident, _) in boards.items()},
        capacities={
            bytes(row["agency_id"]): {name: row[name] for name in hub_capacities.COUNTS}
            for row in hub_capacities.list_capacities(connection)
        },
        follow_ups={each.id: each for each in owned},
        changes=[change for each in owned for change in hub_follow_ups.list_changes(connection, each.id)],
        requests={each.id: _stored_request(each) for each in hub_aid.list_requests(connection)},
    )


def _hub_stream(connection: Connection, stream: Any, faults: Mapping[bytes, str]) -> StoredStream:
    reports = hub_streams.read_reports(connection, stream.number, 1, _EVERYTHING)
    receipts = hub_streams.list_receipts(connection, stream.number)
    return StoredStream(
        stream_id=stream.stream_id,
        agency_id=stream.agency_id,
        reports=[StoredReport(report.sequence, report.body, report.outcome) for report in reports],
        root=stream.frontier.root(),
        receipts=frozenset((each.size, each.root, each.signed_at_unix_s, each.signature) for each in receipts),
        fault=faults[stream.stream_id],
    )


def _node(connection: Connection, key: Ed25519PublicKey) -> NodeStore:
    own = get_membership(connection)
    verified = egress.verify(connection, key, every_checkpoint=True)
    faults = {each.stream_id: f"report {each.first_bad}: {each.reason}" for each in verified if each.summary is None}
    incidents = node_incidents.list_incidents(connection)
    return NodeStore(
        agency_id=own.agency_id,
        agency=own.agency_name,
        hub_ledger_key=own.hub_ledger_key,
        cursor=own.mailbox_cursor,
        streams=[
            _node_stream(connection, stream, own.agency_id, faults.get(stream.stream_id, ""))
            for stream in node_streams.list_streams(connection)
        ],
        boards={incident.id: _node_board(connection, incident.id) for incident in incidents},
        follow_ups={known.state.id: known.state for known in node_follow_ups.list_follow_ups(connection)},
        requests={each.id: _stored_request(each) for each in node_aid.list_requests(connection)},
    )


def _node_stream(connection: Connection, stream: Any, agency_id: bytes, fault: str) -> StoredStream:
    outcomes = {each.sequence: each.outcome for each in node_outbox.list_from(connection, stream.stream_id, 1)}
    return StoredStream(
        stream_id=stream.stream_id,
        agency_id=agency_id,
        reports=[
            StoredReport(leaf.sequence, leaf.body, outcomes.get(leaf.sequence))
            for leaf in node_ledger.read_leaves(connection, stream.stream_id)
        ],
        root=stream.frontier.root(),
        receipts=frozenset(
            (each.receipt.size, each.receipt.root, each.receipt.signed_at_unix_s, each.receipt.signature)
            for each in node_ledger.read_receipts(connection, stream.stream_id)
        ),
        fault=fault,
    )


def _stored_request(request: Any) -> StoredRequest:
    return StoredRequest(**{each.name: getattr(request, each.name) for each in fields(StoredRequest)})


def _node_board(connection: Connection, incident_id: bytes) -> Mapping[bytes, Line]:
    return {line.agency_id: _node_line(line) for line in node_incidents.list_board(connection, incident_id)}


def _hub_line(line: Activation) -> Line:
    return {name: getattr(line, name) for name in ("status", "version", "changed_at", *COUNTS)}


def _node_line(line: BoardLine) -> Line:
    own = {"status": line.status, "version": line.version, "changed_at": line.changed_at}
    return own | {"decline_reason": line.decline_reason} | vars(line.counts)
