"""How the nodes are: every node on four axes, with the one thing to do; and all that is known of one.

Source: DOMAIN.md 6.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import word
from common.rpc.local import Operation
from common.software import software_version
from common.wire.v1.codes_pb2 import Discipline, DiskFreeBand, ErrorKind
from hub.domain.agency import Agency
from hub.domain.credential import Credential
from hub.domain.node_facts import Heard, NodeFacts
from hub.domain.node_health import Health, acknowledged, health_of
from hub.domain.node_state import Axis, Level
from hub.domain.node_trouble import WHOLE_AGENCY, Sight, Troubled
from hub.persistence import credentials, streams
from hub.persistence.agencies import get_agency_by_slug
from hub.persistence.node_facts import list_node_facts

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
_ORDER = (Level.BAD, Level.WATCH, Level.UNKNOWN, Level.NONE, Level.GOOD)


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on the health of nodes."""
    return {"health": partial(_board, hub), "health node": partial(_node, hub)}


async def _board(hub: "Hub", said: Arguments) -> Any:
    """List every node, those first that need somebody; `offset` and `limit` give a part of the list."""
    now, sight = hub.clock.now(), hub.node_watch.sight()
    listed = await hub.reader.read(partial(list_node_facts, now=now))
    found = [(agency, facts, *_evaluated(hub, facts, sight, now)) for agency, facts in listed]
    found.sort(key=lambda each: (_ORDER.index(each[3].worst), each[0].slug))
    first = max(int(said.get("offset") or 0), 0)
    last = None if said.get("limit") is None else first + int(said["limit"])
    return {
        "sees_since": sight.since.isoformat(),
        "sees_all_from": (sight.since + sight.grace).isoformat(),
        "interval_s": sight.interval.total_seconds(),
        "total": len(found),
        "need_a_look": sum(each[3].worst in (Level.BAD, Level.WATCH) for each in found),
        "nodes": [_line(*each) for each in found[first:last]],
    }


async def _node(hub: "Hub", said: Arguments) -> Any:
    """Tell all that is known of an agency's nodes."""
    now = hub.clock.now()

    def query(connection: Connection) -> dict[str, Any]:
        wanted = get_agency_by_slug(connection, str(said["agency"]))
        found = list_node_facts(connection, now, wanted)
        return {
            "agency": wanted.slug,
            "name": wanted.name,
            "discipline": word(Discipline, wanted.discipline),
            "membership": wanted.membership.value,
            "quarantined_since": _said(wanted.quarantined_at),
            "nodes": [_whole(hub, connection, *each, hub.node_watch.sight(), now) for each in found],
            "history": _history(hub, wanted.id),
            "watched_since": hub.node_watch.began_at.isoformat(),
        }

    return await hub.reader.read(query)


def _evaluated(hub: "Hub", facts: NodeFacts, sight: Sight, now: datetime) -> tuple[Heard | None, Health]:
    last = None if facts.node is None else hub.health.find((facts.agency_id, facts.node))
    heard = None if last is None else last.as_heard()
    known = {
        each.trouble: since
        for each, since in hub.node_watch.known_of(facts.agency_id).items()
        if each.node in (facts.node, WHOLE_AGENCY)
    }
    return heard, health_of(facts, heard, known, sight, software_version(), now)


def _line(agency: Agency, facts: NodeFacts, heard: Heard | None, health: Health) -> dict[str, Any]:
    return {
        "agency": agency.slug,
        "name": agency.name,
        "node": facts.node,
        "level": health.worst.value,
        "axes": {
            axis.value: {"state": each.state.value, "level": each.level.value, "since": _said(each.since)}
            for axis, each in health.axes.items()
        },
        "last_heard": _said(None if heard is None else heard.at),
        "do": health.to_do,
    }


def _whole(
    hub: "Hub", connection: Connection, agency: Agency, facts: NodeFacts, sight: Sight, now: datetime
) -> dict[str, Any]:
    heard, health = _evaluated(hub, facts, sight, now)
    held = [] if facts.node is None else credentials.list_credentials_of(connection, agency.id, facts.node)
    return _line(agency, facts, heard, health) | {
        "joined_at": _said(facts.joined_at),
        "removed_at": _said(facts.removed_at),
        "invited_until": _said(facts.invited_until),
        "evidence": {
            Axis.REACHABLE.value: _reach(heard, sight),
            Axis.IDENTITY.value: _identity(facts),
            Axis.DATA.value: _data(facts, heard),
            Axis.MACHINE.value: _machine(heard),
        },
        "certificates": [_certificate(each, now) for each in held],
        "streams": [
            {
                "stream": each.stream_id.hex(),
                "reports": each.next_sequence - 1,
                "is_open": not each.ended,
            }
            for each in streams.list_streams(connection, agency.id)
            if each.node == facts.node
        ],
    }


def _reach(heard: Heard | None, sight: Sight) -> dict[str, Any]:
    return {
        "last_heard": _said(None if heard is None else heard.at),
        "heard_since": _said(None if heard is None else heard.since),
        "hub_listens_since": sight.since.isoformat(),
        "asked_every_s": sight.interval.total_seconds(),
    }


def _identity(facts: NodeFacts) -> dict[str, Any]:
    return {
        "certificate_until": _said(facts.certificate_until),
        "intermediate": facts.phase and facts.phase.value,
        "recoveries": facts.recoveries if facts.node is not None else None,
        "quarantined_since": _said(facts.quarantined_at),
    }


def _data(facts: NodeFacts, heard: Heard | None) -> dict[str, Any]:
    return {
        "acknowledged": acknowledged(facts, heard),
        "head": None if heard is None else heard.head,
        "waiting": None if heard is None else heard.queue_depth,
        "oldest_waits_since": _said(
            None if heard is None or heard.oldest_unsent is None else heard.at - heard.oldest_unsent
        ),
        "compared_at": _said(facts.compared_at),
        "notices_read": None if heard is None else heard.applied_cursor,
        "notices": facts.mailbox_head,
    }


def _machine(heard: Heard | None) -> dict[str, Any]:
    if heard is None:
        return dict.fromkeys(("version", "schema", "clock_off_s", "disk_free", "backup_at", "started_at", "errors"))
    return {
        "version": ".".join(map(str, heard.version)),
        "schema": heard.schema_revision,
        "clock_off_s": heard.clock_offset.total_seconds(),
        "disk_free": None if heard.disk_free is None else word(DiskFreeBand, heard.disk_free),
        "backup_at": _said(None if heard.backup_age is None else heard.at - heard.backup_age),
        "started_at": _said(heard.started_at),
        "errors": {word(ErrorKind, kind): count for kind, count in heard.errors},
    }


def _certificate(held: Credential, now: datetime) -> dict[str, Any]:
    return {
        "fingerprint": held.fingerprint.hex(),
        "intermediate": held.intermediate,
        "issued_at": held.issued_at.isoformat(),
        "until": held.not_after.isoformat(),
        "standing": held.status.value if held.not_after - now > timedelta(0) else "expired",
    }


def _history(hub: "Hub", agency_id: bytes) -> list[dict[str, Any]]:
    """List what was wrong since this process began to look, what lasts first."""

    def row(each: Troubled, since: datetime, until: datetime | None) -> dict[str, Any]:
        node = None if each.node == WHOLE_AGENCY else each.node
        return {"trouble": each.trouble.value, "node": node, "since": since.isoformat(), "until": _said(until)}

    lasting = [row(each, since, None) for each, since in hub.node_watch.known_of(agency_id).items()]
    over = [each for each in hub.node_watch.ended() if each.troubled.agency_id == agency_id]
    return lasting + [row(each.troubled, each.since, each.until) for each in over]


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
