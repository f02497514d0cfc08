"""Incidents that agencies asked for: listed and declined. `incident open` opens one."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import code, word
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import DeclineReason, IncidentType
from hub.domain.incident_request import IncidentRequest
from hub.persistence import agencies, incident_requests
from hub.use_cases.incident_requests import decline_request
from hub.use_cases.typed_ids import get_request_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on requests for incidents."""
    return {
        "incident requests": partial(_list_requests, hub),
        "incident decline-request": partial(_decline, hub),
    }


async def _list_requests(hub: "Hub", arguments: Arguments) -> Any:
    def query(connection: Connection) -> list[dict[str, Any]]:
        slugs = {agency.id: agency.slug for agency in agencies.list_agencies(connection)}
        return [_request(request, slugs) for request in incident_requests.list_requests(connection)]

    return await hub.reader.read(query)


async def _decline(hub: "Hub", arguments: Arguments) -> Any:
    reason = code(DeclineReason, arguments["reason"], "reason")
    request_id = await hub.reader.read(lambda connection: get_request_id(connection, arguments["request"]))
    declined = await hub.writer.submit(partial(decline_request, request_id, reason))
    slugs = await hub.reader.read(lambda c: {agency.id: agency.slug for agency in agencies.list_agencies(c)})
    return _request(declined, slugs)


def _request(request: IncidentRequest, slugs: Mapping[bytes, str]) -> dict[str, Any]:
    return {
        "id": request.command_id.hex(),
        "agency": slugs[request.agency_id],
        "type": word(IncidentType, request.type),
        "started_at": request.started_at.isoformat(),
        "received_at": request.received_at.isoformat(),
        "agencies": [slugs.get(agency_id, agency_id.hex()) for agency_id in request.agency_ids],
        "state": request.state.value,
        "incident": request.incident_id and request.incident_id.hex(),
        "decline_reason": request.decline_reason and word(DeclineReason, request.decline_reason),
    }
