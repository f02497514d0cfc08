"""What the agency asks the hub to open, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.codes import code, word
from common.errors import InvalidRequest
from common.short_ids import ID_DIGITS, hex_digits
from common.wire.times import moment
from common.wire.v1 import codes_pb2 as codes
from common.wire.v1.report_pb2 import Report
from node.domain.incident_request import state_of
from node.opened import OpenNode
from node.operations.plain import word_or_none
from node.operations.with_hub import needs_hub
from node.persistence import directory, incident_requests, ledger
from node.use_cases.incident_requests import request_incident


@needs_hub
def request(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Ask for an incident."""
    kind = code(codes.IncidentType, arguments["type"], "type")
    now = node.clock.now()
    started_at = _time(arguments["started_at"]) if arguments.get("started_at") else now
    agencies, draft = arguments.get("agencies") or [], _draft(arguments.get("draft"))
    entry = node.write(
        "outbox",
        lambda connection: request_incident(connection, node.bound_key, kind, started_at, agencies, now, draft),
    )
    return {"sequence": entry.sequence, "command_id": entry.command_id.hex(), "outcome": "waiting"}


def list_requests(node: OpenNode, _: dict[str, Any]) -> Any:
    """List what was asked for."""

    def read(connection: Connection) -> Any:
        names = {entry.agency_id: entry.name for entry in directory.list_directory(connection)}
        rows = []
        for entry, answer in incident_requests.list_requests(connection):
            leaf = next(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1))
            told = Report.FromString(leaf.body).incident_request
            incident_id = answer.incident_id if answer else None
            rows.append(
                {
                    "id": entry.command_id.hex(),
                    "type": word(codes.IncidentType, told.type),
                    "started_at": moment(told.started_at).isoformat(),
                    "asked_at": entry.created_at.isoformat(),
                    "agencies": [names.get(agency_id) or agency_id.hex() for agency_id in told.agency_ids],
                    "state": state_of(entry.outcome is not None, entry.is_refused, answer).value,
                    "incident": incident_id and incident_id.hex(),
                    "decline_reason": word_or_none(codes.DeclineReason, answer.decline_reason if answer else None),
                    "refused_because": entry.reason or None,
                }
            )
        return rows

    return node.read(read)


def _draft(said: str | None) -> bytes | None:
    """Read a form's own 16 bytes: what an id is made of may not be text (promise 1)."""
    if not said:
        return None
    digits = hex_digits(str(said))
    if len(digits) != ID_DIGITS:
        raise InvalidRequest(f"draft: {ID_DIGITS} hex digits are needed: open the form again")
    return bytes.fromhex(digits)


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidRequest("started: a time with its zone is needed, such as 2026-11-03T14:20:00+00:00")
    return found
