"""How the node stands, and what an administrator may change about it."""

import shutil
from datetime import datetime
from typing import Any

from common.errors import WrongState
from common.release_notes import running_version
from common.storage.integrity import find_damage
from common.storage.sqlite import sqlite_version
from common.web.standing import console_standing
from node.domain.jurisdiction import Law
from node.opened import OpenNode
from node.operations import backups
from node.operations.with_hub import needs_hub
from node.use_cases.delivery import start_new_stream
from node.use_cases.status import store_status


def status(node: OpenNode, _: dict[str, Any]) -> Any:
    """Tell how the node stands, as far as its store and files know."""
    machine = _machine(node)
    if not node.has_hub:
        return {"agency": node.settings.agency_name, "region": None, **machine}
    found, now = node.read(store_status), node.clock.now()
    credentials, stream, membership = node.files.load(), found.stream, found.membership
    return {
        "agency": membership.agency_name,
        "agency_id": membership.agency_id.hex(),
        "node": membership.node,
        "region": membership.trust_domain,
        "uplink_address": node.settings.uplink_address or membership.uplink_address,
        "hub_epoch": membership.hub_epoch,
        "stream": stream.number,
        "stream_id": stream.stream_id.hex(),
        "written": stream.head,
        "acknowledged": stream.acknowledged,
        "waiting": stream.head - stream.acknowledged,
        "oldest_waiting_s": None if found.oldest_waiting_at is None else _seconds(now, found.oldest_waiting_at),
        "sending": stream.flow.value,
        "sending_stopped_because": stream.flow_reason,
        "mailbox_cursor": membership.mailbox_cursor,
        "certificate_expires_at": credentials.not_after.isoformat(),
        "certificate_left_s": _seconds(credentials.not_after, now),
        "recoveries": membership.recovery_number,
        "jurisdiction": node.settings.pack.name,
        "listed_under": found.listed_under,
        "is_listed_otherwise": is_listed_otherwise(node.settings.law, found.listed_under),
        **machine,
    }


def store_check(node: OpenNode, _: dict[str, Any]) -> Any:
    """Read every page of the store, and tell what is damaged."""
    return {"damage": node.read(find_damage)}


@needs_hub
def new_stream(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Begin a new stream after a restore, as an administrator confirmed."""
    if arguments.get("confirm") is not True:
        raise WrongState("a new stream needs --confirm: make sure first that no other copy of this node runs")
    now = node.clock.now()
    stream = node.write("new_stream", lambda connection: start_new_stream(connection, node.bound_key, now))
    return {"stream": stream.number, "stream_id": stream.stream_id.hex(), "carried_over": stream.head}


def is_listed_otherwise(law: Law, listed_under: str | None) -> bool:
    """Tell whether other agencies judge this one by another pack than the one that holds here."""
    return listed_under is not None and (law.elsewhere(listed_under) or law.default) != law.own


def _machine(node: OpenNode) -> dict[str, Any]:
    disk = shutil.disk_usage(node.data)
    return {
        "version": running_version(),
        "schema_revision": node.schema_revision,
        "sqlite": sqlite_version(),
        "disk_free_percent": round(100 * disk.free / disk.total, 1),
        "backup": backups.standing(node),
        "console": console_standing(node.settings, node.data),
    }


def _seconds(later: datetime, earlier: datetime) -> int:
    return round((later - earlier).total_seconds())
