"""The directory as the hub keeps it: names, jurisdictions and duty contacts."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from common.agreement.versions import in_force
from common.codes import word
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.agency import Agency
from hub.persistence import agencies, agreements
from hub.use_cases.directory import Listing, set_listing

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on the directory."""
    return {"directory list": partial(_list, hub), "directory set": partial(_set, hub)}


async def _list(hub: "Hub", arguments: Arguments) -> Any:
    """List every agency, whether it signed the agreement in force, and when its node was heard last.

    With `brief`, only its entry.
    """
    if arguments.get("brief"):
        return [_entry(agency) for agency in await hub.reader.read(agencies.list_agencies)]
    known, versions = await hub.reader.read(
        lambda connection: (agencies.list_agencies(connection), agreements.load_agreements(connection))
    )
    held = in_force(versions.values(), hub.clock.now())
    signed = frozenset[bytes]() if held is None else held.signed_by
    heard: dict[bytes, datetime] = {}
    for (agency_id, _), last in hub.health.heard().items():
        heard[agency_id] = max(last.at, heard.get(agency_id, last.at))
    return [
        _entry(agency)
        | {
            "quarantined_since": agency.quarantined_at and agency.quarantined_at.isoformat(),
            "has_signed": None if held is None else agency.id in signed,
            "last_heard": heard[agency.id].isoformat() if agency.id in heard else None,
        }
        for agency in known
    ]


async def _set(hub: "Hub", arguments: Arguments) -> Any:
    listing = Listing(arguments.get("duty_contact"), arguments.get("name"), arguments.get("jurisdiction"))
    return _entry(await hub.writer.submit(partial(set_listing, arguments["agency"], listing)))


def _entry(agency: Agency) -> dict[str, Any]:
    return {
        "agency": agency.slug,
        "id": agency.id.hex(),
        "name": agency.name,
        "discipline": word(Discipline, agency.discipline),
        "jurisdiction": agency.jurisdiction,
        "duty_contact": agency.duty_contact,
        "membership": agency.membership.value,
    }
