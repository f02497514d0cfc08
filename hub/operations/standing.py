"""How the hub stands: whose it is, what its store is at, and where people open its console."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from common.access.roles import Action
from common.rpc.local import Operation
from common.web.opening import console_standing
from hub.operations.answering import check_if_signed_in

if TYPE_CHECKING:
    from hub.process import Hub


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operation that tells how the hub stands."""
    return {"status": partial(_status, hub)}


async def _status(hub: "Hub", _: dict[str, Any]) -> Any:
    await check_if_signed_in(hub, Action.OPERATE)
    region = hub.region
    return {
        "region": region.name,
        "trust_domain": region.trust_domain,
        "hub_epoch": region.hub_epoch,
        "schema_revision": hub.schema_revision,
        "console": console_standing(hub.settings, hub.data),
    }
