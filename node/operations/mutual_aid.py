"""Mutual aid of peers: requests as the hub told them beside what this agency said, and its commands."""

from typing import Any

from sqlalchemy import Connection

from common.codes import code, word
from common.wire.times import moment
from common.wire.v1 import codes_pb2 as codes
from node.domain.mutual_aid import PeerRequest
from node.opened import OpenNode
from node.operations.plain import agency_names, time_of
from node.operations.with_hub import needs_hub, nothing_without_hub
from node.persistence.outbox import OutboxEntry
from node.use_cases import mutual_aid
from node.use_cases.activations import get_incident
from node.use_cases.mutual_aid import AidStanding, PeerAsk, SaidCommand, get_request_id

WAITING = "waiting for the hub"


@nothing_without_hub
def list_requests(node: OpenNode, _: dict[str, Any]) -> Any:
    """List requests for peers, with this agency's part in each."""

    def read(connection: Connection) -> Any:
        names = agency_names(connection)
        return [_shown(standing, names) for standing in mutual_aid.list_standings(connection)]

    return node.read(read)


@needs_hub
def request(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Ask for peers."""
    until, now = time_of(arguments["until"], "until"), node.clock.now()
    disciplines = [code(codes.Discipline, said, "discipline") for said in arguments.get("disciplines", [])]
    languages = [code(codes.Language, said, "language") for said in arguments.get("languages", [])]
    typed = arguments.get("incident")

    def write(connection: Connection) -> OutboxEntry:
        incident_id = get_incident(connection, typed).id if typed else None
        ask = PeerAsk(arguments["supporters"], until, incident_id, disciplines, languages)
        return mutual_aid.request_peers(connection, node.bound_key, ask, now)

    return _written(node.write("outbox", write))


@needs_hub
def offer(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Offer peers."""
    now = node.clock.now()

    def write(connection: Connection) -> OutboxEntry:
        request_id = get_request_id(connection, arguments["request"])
        return mutual_aid.offer_peers(connection, node.bound_key, request_id, arguments["supporters"], now)

    return _written(node.write("outbox", write))


@needs_hub
def withdraw(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Take back this agency's offer, or its own request."""
    now = node.clock.now()

    def write(connection: Connection) -> OutboxEntry:
        request_id = get_request_id(connection, arguments["request"])
        return mutual_aid.withdraw(connection, node.bound_key, request_id, now)

    return _written(node.write("outbox", write))


@needs_hub
def release(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Release the peers that this agency asked for."""
    now = node.clock.now()

    def write(connection: Connection) -> OutboxEntry:
        request_id = get_request_id(connection, arguments["request"])
        return mutual_aid.release(connection, node.bound_key, request_id, now)

    return _written(node.write("outbox", write))


def _written(entry: OutboxEntry) -> dict[str, Any]:
    return {
        "request": (entry.subject_id or b"").hex(),
        "sequence": entry.sequence,
        "command_id": entry.command_id.hex(),
        "outcome": "waiting",
    }


def _shown(standing: AidStanding, names: dict[bytes, str]) -> dict[str, Any]:
    said = standing.last_said
    return {
        "id": standing.request_id.hex(),
        **(_told(standing.told, standing.own_id, names) if standing.told else _asked(standing, names)),
        "offered": standing.own_offer,
        "command": None if said is None else _said(said, is_told=standing.told is not None),
    }


def _told(told: PeerRequest, own_id: bytes, names: dict[bytes, str]) -> dict[str, Any]:
    return {
        "asked_by": names.get(told.asking_agency_id, told.asking_agency_id.hex()[:8]),
        "is_own": told.asking_agency_id == own_id,
        "incident": told.incident_id and told.incident_id.hex(),
        "status": word(codes.PeerAidStatus, told.status),
        "wanted": told.wanted,
        "matched": told.matched,
        "own_matched": told.matched_of(own_id),
        "matches": [
            {
                "agency_id": match.agency_id.hex(),
                "agency": names.get(match.agency_id, ""),
                "supporters": match.supporters,
            }
            for match in told.matches
        ],
        "disciplines": [word(codes.Discipline, each) for each in told.disciplines],
        "languages": [word(codes.Language, each) for each in told.languages],
        "requested_at": told.requested_at.isoformat(),
        "fill_by": told.fill_by.isoformat(),
        "until": told.until.isoformat(),
        "version": told.version,
    }


def _asked(standing: AidStanding, names: dict[bytes, str]) -> dict[str, Any]:
    """Show a request of this agency that the hub has not told of: waiting, or refused."""
    asked = standing.asked or standing.said[-1]
    command = asked.command
    return {
        "asked_by": names[standing.own_id],
        "is_own": True,
        "incident": command.incident_id.hex() or None,
        "status": "refused" if asked.entry.is_refused else WAITING,
        "wanted": command.supporters,
        "matched": None,
        "own_matched": None,
        "matches": [],
        "disciplines": [word(codes.Discipline, each) for each in command.disciplines],
        "languages": [word(codes.Language, each) for each in command.languages],
        "requested_at": asked.entry.created_at.isoformat(),
        "fill_by": None,
        "until": moment(command.until).isoformat(),
        "version": None,
    }


def _said(said: SaidCommand, *, is_told: bool) -> dict[str, Any]:
    """Say this agency's newest command, and how it stands."""
    words = word(codes.PeerAidVerb, said.command.verb)
    if said.command.HasField("supporters"):
        words += f" {said.command.supporters}"
    if said.entry.is_refused:
        stands = "refused"
    else:
        stands = WAITING if said.entry.outcome is None or not is_told else "applied"
    return {"said": words, "stands": stands, "reason": said.entry.reason, "sequence": said.entry.sequence}
