"""The directory as the hub keeps it: names, jurisdictions and duty contacts."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from common.codes import word
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.agency import Agency
from hub.persistence import agencies
from hub.use_cases.directory import Listing, set_listing

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on the directory."""
    return {"directory list": partial(_list, hub), "directory set": partial(_set, hub)}


async def _list(hub: "Hub", arguments: Arguments) -> Any:
    return [_entry(agency) for agency in await hub.reader.read(agencies.list_agencies)]


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
