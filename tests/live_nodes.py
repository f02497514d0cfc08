"""Real nodes for tests: joined to a hub of `tests/hubs.py` by a real Join call, run in this process.

async with running_hub(tmp_path) as hub:
    data = await joined_node(hub, tmp_path / "fire")
    async with Node(data) as node:
        await node.do("activate", {...})
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from common.clock import Clock, SystemClock
from common.identity.join_string import format_join_string, parse_join_string, read_address
from hub.domain.agreement_template import TEMPLATE
from node.opened import prepare
from node.persistence import agreements
from node.process import Node
from node.settings import SETTINGS_NAME
from node.uplink.join import join
from tests.coroutines import eventually
from tests.hubs import RunningHub

QUICK = {"retry_first_s": 0.05, "retry_longest_s": 0.5, "call_timeout_s": 5.0}


async def invited(hub: RunningHub, slug: str, **asked: Any) -> str:
    """A join string for an agency, with the port that the hub really has."""
    answer = await hub.ask("invite", **({"agency": slug, "discipline": "fire", "name": slug} | asked))
    return at(answer["join_string"], hub.enrollment)


def at(join_string: str, address: str) -> str:
    """The same join string, sent to another address."""
    host, port = read_address(address)
    return format_join_string(replace(parse_join_string(join_string), host=host, port=port))


def configure(data: Path, hub: RunningHub, **settings: Any) -> None:
    """Point a node to a hub's real ports, with quick retries."""
    values = QUICK | {"uplink_address": hub.uplink, "enrollment_address": hub.enrollment} | settings
    prepare(data)
    (data / SETTINGS_NAME).write_text("".join(f"{name} = {value!r}\n" for name, value in values.items()), "utf-8")


async def joined_node(
    hub: RunningHub,
    data: Path,
    *,
    slug: str = "",
    discipline: str = "fire",
    clock: Clock | None = None,
    **settings: Any,
) -> Path:
    """Join a node of an agency that is called like its directory."""
    configure(data, hub, **settings)
    await join(data, await invited(hub, slug or data.name, discipline=discipline), clock or SystemClock())
    return data


async def bind(hub: RunningHub, *nodes: Node) -> None:
    """Publish an agreement at the hub and have every node sign it; comes back when the hub has the signatures."""
    published = await hub.ask("agreement publish", text=TEMPLATE)
    for node in nodes:
        await eventually(lambda node=node: bool(node.opened.read(agreements.list_agreements)))  # type: ignore[misc]
        await node.do("agreement_sign", {"version": published["version"]})
    own = {node.opened.membership().agency_id for node in nodes}
    for node in nodes:
        await eventually(lambda node=node: own <= node.opened.read(agreements.list_agreements)[-1].signed_by)  # type: ignore[misc]


async def status(node: Node) -> dict[str, Any]:
    """What `holdfast node status --json` prints."""
    answer: dict[str, Any] = await node.do("status", {})
    return answer
