"""What has left, looked through: a page of it, one report with its bytes and proof, and what the hub knows by it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from common.codes import word
from common.errors import InvalidRequest
from common.wire.v1.codes_pb2 import Discipline
from common.wire.v1.report_pb2 import Report
from node.domain.rota import moment_of
from node.opened import OpenNode
from node.operations.left_names import Named
from node.operations.typed_times import day_said
from node.operations.with_hub import needs_hub, nothing_without_hub
from node.persistence import directory, incidents, ledger
from node.persistence.left import Wanted
from node.persistence.membership import get_membership
from node.use_cases import egress, left
from node.use_cases.activations import get_incident
from node.use_cases.left import Left, Place, Standing

_MOST = 500
KINDS = tuple(field.name for field in Report.DESCRIPTOR.oneofs_by_name["kind"].fields)


@nothing_without_hub
def newest(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give what left or waits to, the newest first: of one kind, some days, one incident, or what waits."""
    limit = int(arguments.get("limit", 50))
    if not 1 <= limit <= _MOST:
        raise InvalidRequest(f"limit: must be 1 to {_MOST}")
    before = None if arguments.get("before") is None else _place(arguments["before"], "before")

    def read(connection: Connection) -> Any:
        found = left.newest(connection, _wanted(node, connection, arguments), before, limit)
        named = Named(connection, node.settings.zone)
        return [_shown(each) | {"told": named.said(egress.words_of(each.leaf))} for each in found]

    return node.read(read)


@needs_hub
def one(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give one report: in words, field by field, and the very bytes that left."""
    place = _place(arguments.get("report"), "report")

    def read(connection: Connection) -> Any:
        found, named = left.get_left(connection, place), Named(connection, node.settings.zone)
        bytes_ = {"body": found.leaf.body.hex(), "leaf_hash": found.leaf.leaf_hash.hex()}
        return _shown(found) | bytes_ | {"told": named.said(egress.words_of(found.leaf))}

    return node.read(read)


@needs_hub
def proof(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give the proof that one report is in the ledger, as text."""
    place, key = _place(arguments.get("report"), "report"), node.bound_key.public_key()
    return {"proof": node.read(lambda connection: left.proof(connection, key, place))}


@nothing_without_hub
def standing(node: OpenNode, _: dict[str, Any]) -> Any:
    """Give each stream, the newest first: how much left, how much the hub countersigned, and its checkpoint."""
    key = node.bound_key.public_key()

    def read(connection: Connection) -> Any:
        return [
            _stream(each)
            | {
                "checkpoint": each.receipt
                and left.checkpoint_note(connection, key, each.stream, each.receipt.size, each.receipt)
            }
            for each in left.standings(connection)
        ]

    return node.read(read)


@nothing_without_hub
def about(node: OpenNode, _: dict[str, Any]) -> Any:
    """List the incidents that something may have left about."""
    every = node.read(incidents.list_incidents)
    return [{"id": each.id.hex(), "title": each.title} for each in every]


@needs_hub
def known(node: OpenNode, _: dict[str, Any]) -> Any:
    """Give what the hub knows of this agency: its entry in the directory, and what it took of each kind."""

    def read(connection: Connection) -> Any:
        own, named = get_membership(connection), Named(connection, node.settings.zone)
        entry = next((each for each in directory.list_directory(connection) if each.agency_id == own.agency_id), None)
        return {
            "agency": own.agency_name,
            "agency_id": own.agency_id.hex(),
            "region": own.trust_domain,
            "entry": entry
            and {
                "name": entry.name,
                "discipline": word(Discipline, entry.discipline),
                "jurisdiction": entry.jurisdiction,
                "duty_contact": entry.duty_contact,
            },
            "kinds": [
                {
                    "kind": each.kind,
                    "count": each.count,
                    "taken": each.applied,
                    "newest": named.said(
                        egress.words_of(next(ledger.read_leaves(connection, each.stream_id, each.newest, 1)))
                    ),
                }
                for each in left.kinds(connection)
            ],
        }

    return node.read(read)


def _wanted(node: OpenNode, connection: Connection, arguments: dict[str, Any]) -> Wanted:
    kind = arguments.get("kind")
    if kind is not None and kind not in KINDS:
        raise InvalidRequest(f"kind: is not one of {', '.join(KINDS)}")
    said = arguments.get("incident")
    return Wanted(
        kind=kind,
        since=_beginning(node, arguments.get("since"), "since", 0),
        until=_beginning(node, arguments.get("until"), "until", 1),
        incident_id=get_incident(connection, str(said)).id if said else None,
        waiting=bool(arguments.get("waiting")),
    )


def _beginning(node: OpenNode, said: Any, field: str, days_later: int) -> datetime | None:
    """Read a day, and give the moment in which it, or the one after, begins where the agency is."""
    if said is None:
        return None
    day = day_said(said, field) + timedelta(days=days_later)
    return moment_of(day, datetime.min.time(), node.settings.zone)


def _place(said: Any, field: str) -> Place:
    number, _, sequence = str(said).partition(".")
    if not all(each.isascii() and each.isdigit() and len(each) <= 15 for each in (number, sequence)):
        raise InvalidRequest(f"{field}: stream and number are needed, such as 1.27")
    return int(number), int(sequence)


def _shown(found: Left) -> dict[str, Any]:
    plain = vars(egress.shown(found.stream, found.leaf, found.entry))
    entry = found.entry
    return plain | {
        "created_at": plain["created_at"] and plain["created_at"].isoformat(),
        "acknowledged_at": entry.acknowledged_at.isoformat() if entry and entry.acknowledged_at else None,
        "report": f"{found.stream.number}.{found.leaf.sequence}",
        "kind": entry.kind if entry else "",
        "bytes": len(found.leaf.body),
    }


def _stream(found: Standing) -> dict[str, Any]:
    signed_at = None if found.receipt is None else datetime.fromtimestamp(found.receipt.signed_at_unix_s, tz=UTC)
    return {
        "stream": found.stream.number,
        "started_at": found.stream.started_at.isoformat(),
        "ended_at": found.stream.ended_at and found.stream.ended_at.isoformat(),
        "reports": found.stream.head,
        "acknowledged": found.stream.acknowledged,
        "root": found.stream.frontier.root().hex(),
        "countersigned": found.receipt.size if found.receipt else 0,
        "countersigned_at": signed_at and signed_at.isoformat(),
    }
