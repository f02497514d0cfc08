"""Agencies: invited, listed, removed; a new epoch."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import code, word
from common.errors import InvalidRequest, WrongState
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import Discipline
from hub.node_health import LastHeard
from hub.persistence import agencies
from hub.use_cases.epochs import begin_epoch
from hub.use_cases.invitation import Inviting, invite
from hub.use_cases.quarantine import lift_quarantine
from hub.use_cases.removal import ban, evict

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on agencies."""
    return {
        "invite": partial(_invite, hub),
        "agencies": partial(_agencies, hub),
        "evict": partial(_evict, hub),
        "ban": partial(_ban, hub),
        "quarantine lift": partial(_lift_quarantine, hub),
        "new epoch": partial(_new_epoch, hub),
    }


async def _invite(hub: "Hub", arguments: Arguments) -> Any:
    slug = arguments["agency"]
    known = await hub.reader.read(lambda connection: agencies.find_agency_by_slug(connection, slug))
    if known is None and not arguments.get("discipline"):
        raise InvalidRequest(f"discipline: {slug!r} is new here, say what it does with --discipline")
    asked = Inviting(
        slug=slug,
        discipline=code(Discipline, arguments["discipline"], "discipline") if known is None else known.discipline,
        address=hub.settings.enrollment_address,
        pin=hub.certificate.pin,
        secret=os.urandom(16),
        new_agency_id=os.urandom(16),
        name=arguments.get("name", ""),
        jurisdiction=arguments.get("jurisdiction", "default"),
        life=timedelta(hours=float(arguments.get("hours", 1))),
    )
    invited = await hub.writer.submit(partial(invite, asked))
    return {
        "agency": invited.agency.slug,
        "agency_id": invited.agency.id.hex(),
        "join_string": invited.join_string,
        "expires_at": invited.expires_at.isoformat(timespec="seconds"),
    }


async def _evict(hub: "Hub", arguments: Arguments) -> Any:
    agency = await hub.writer.submit(partial(evict, arguments["agency"]))
    return {"agency": agency.slug, "membership": agency.membership.value}


async def _ban(hub: "Hub", arguments: Arguments) -> Any:
    agency = await hub.writer.submit(partial(ban, arguments["agency"]))
    return {"agency": agency.slug, "membership": agency.membership.value}


async def _agencies(hub: "Hub", arguments: Arguments) -> Any:
    heard = hub.health.heard()

    def query(connection: Connection) -> list[dict[str, Any]]:
        return [
            {
                "id": agency.id.hex(),
                "agency": agency.slug,
                "name": agency.name,
                "discipline": word(Discipline, agency.discipline),
                "jurisdiction": agency.jurisdiction,
                "membership": agency.membership.value,
                "quarantined_since": agency.quarantined_at and agency.quarantined_at.isoformat(),
                **_heard_of([last for (agency_id, _), last in heard.items() if agency_id == agency.id]),
                "mailbox_head": agency.mailbox_head,
            }
            for agency in agencies.list_agencies(connection)
        ]

    return await hub.reader.read(query)


def _heard_of(heard: list[LastHeard]) -> dict[str, Any]:
    """Say when an agency's nodes were heard last, and by how much the worst of their clocks is off."""
    off_s = max((last.clock_offset.total_seconds() for last in heard), key=abs, default=None)
    return {"last_heard": max((last.at.isoformat() for last in heard), default=None), "clock_off_s": off_s}


async def _lift_quarantine(hub: "Hub", arguments: Arguments) -> Any:
    agency = await hub.writer.submit(partial(lift_quarantine, arguments["agency"]))
    return {"agency": agency.slug, "membership": agency.membership.value}


async def _new_epoch(hub: "Hub", arguments: Arguments) -> Any:
    if hub.servers.ports:  # its nodes would hear of an epoch that it does not answer in yet, and refuse it
        raise WrongState("this hub serves: stop it, say `holdfast hub new-epoch --confirm` again, and start it")
    return {"hub_epoch": await hub.writer.submit(begin_epoch)}
