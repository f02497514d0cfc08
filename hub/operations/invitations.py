"""Invitations: which are out, which were used, and one withdrawn. How one is made: `hub/operations/agencies.py`."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from common.rpc.local import Operation
from hub.domain.credential import Invitation
from hub.persistence.invitations import list_newest
from hub.use_cases.invitation import withdraw

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
MOST = 100


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on invitations."""
    return {"invitations": partial(_list, hub), "invitation withdraw": partial(_withdraw, hub)}


async def _list(hub: "Hub", _: Arguments) -> Any:
    """List invitations, the newest first."""
    now = hub.clock.now()
    found = await hub.reader.read(partial(list_newest, limit=MOST))
    return [
        {
            "agency": slug,
            "name": name,
            "made_at": each.created_at.isoformat(),
            "expires_at": each.expires_at.isoformat(),
            "state": _state(each, now),
            "second_key_at": each.second_key_at and each.second_key_at.isoformat(),
        }
        for slug, name, each in found
    ]


async def _withdraw(hub: "Hub", said: Arguments) -> Any:
    agency = await hub.writer.submit(partial(withdraw, str(said["agency"])))
    return {"agency": agency.slug}


def _state(invitation: Invitation, now: datetime) -> str:
    if invitation.spki_hash is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "withdrawn"
    return "open" if now < invitation.expires_at else "expired"
