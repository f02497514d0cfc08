"""Requests for peers, and who offers how many."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import word
from common.rpc.local import Operation
from common.short_ids import one_meant
from common.wire.v1.codes_pb2 import Discipline, Language, PeerAidStatus
from hub.domain.agency import Agency
from hub.domain.mutual_aid import OPEN, PeerRequest
from hub.persistence import agencies, incidents, mutual_aid
from hub.use_cases.typed_ids import get_incident_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on mutual aid of peers."""
    return {"aid list": partial(_list, hub), "aid show": partial(_show, hub)}


async def _list(hub: "Hub", arguments: Arguments) -> Any:
    """List them; with `open` those that are, with `incident` those of one."""
    status = OPEN if arguments.get("open") else None

    def query(connection: Connection) -> list[dict[str, Any]]:
        said = arguments.get("incident")
        found = mutual_aid.list_requests(connection, status, get_incident_id(connection, str(said)) if said else None)
        known, titles = (_agencies(connection), incidents.load_titles(connection)) if found else ({}, {})
        return [_request(request, known, titles) for request in found]

    return await hub.reader.read(query)


async def _show(hub: "Hub", arguments: Arguments) -> Any:
    def query(connection: Connection) -> dict[str, Any]:
        known = {request.id: request for request in mutual_aid.list_requests(connection)}
        unknown = "this hub knows no request {digits}: `holdfast hub aid list` shows them"
        request = known[one_meant(arguments["request"], known, "request", unknown)]
        by_id = _agencies(connection)
        offers = [
            {
                "agency": by_id[offer.agency_id].slug,
                "name": by_id[offer.agency_id].name,
                "duty_contact": by_id[offer.agency_id].duty_contact,
                "offered": offer.supporters,
                "matched": offer.matched,
            }
            for offer in request.offers
        ]
        return _request(request, by_id, incidents.load_titles(connection)) | {"offers": offers}

    return await hub.reader.read(query)


def _agencies(connection: Connection) -> dict[bytes, Agency]:
    return {agency.id: agency for agency in agencies.list_agencies(connection)}


def _request(request: PeerRequest, known: Mapping[bytes, Agency], titles: Mapping[bytes, str]) -> dict[str, Any]:
    asker = known[request.asking_agency_id]
    return {
        "id": request.id.hex(),
        "asked_by": asker.slug,
        "asked_by_name": asker.name,
        "duty_contact": asker.duty_contact,
        "incident": request.incident_id and request.incident_id.hex(),
        "title": titles.get(request.incident_id or b"", ""),
        "status": word(PeerAidStatus, request.status),
        "wanted": request.wanted,
        "matched": request.matched,
        "disciplines": [word(Discipline, code) for code in request.disciplines],
        "languages": [word(Language, code) for code in request.languages],
        "requested_at": request.requested_at.isoformat(),
        "fill_by": request.fill_by.isoformat(),
        "until": request.until.isoformat(),
        "version": request.version,
    }
