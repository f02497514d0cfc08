"""What a hub is and runs on: versions, store, epoch, and the certificate that its console shows to browsers."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from common.rpc.local import Operation
from common.software import software_version
from common.storage.sqlite import sqlite_version
from common.web.standing import console_standing

if TYPE_CHECKING:
    from hub.process import Hub


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operation that tells of this hub."""
    return {"status": partial(_status, hub)}


async def _status(hub: "Hub", _: dict[str, Any]) -> Any:
    dialect = hub.store.writing.dialect
    store = f"SQLite {sqlite_version()}, encrypted"
    if dialect.name == "postgresql":
        store = f"PostgreSQL {'.'.join(map(str, dialect.server_version_info or ()))}"
    return {
        "region": hub.region.name,
        "trust_domain": hub.region.trust_domain,
        "version": ".".join(map(str, software_version())),
        "schema_revision": hub.schema_revision,
        "store": store,
        "hub_epoch": hub.region.hub_epoch,
        "began_at": hub.node_watch.began_at.isoformat(),
        "uplink_address": hub.settings.uplink_address,
        "enrollment_address": hub.settings.enrollment_address,
        "console": console_standing(hub.settings, hub.data),
    }
