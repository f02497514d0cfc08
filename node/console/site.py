"""The node's console put together: its navigation, its pages, and how it asks the node."""

from typing import Any

from fastapi import APIRouter

from common.access.roles import Role
from common.web.site import Place, Progress, Site
from common.web.texts import marked
from node.console import (
    api_tokens,
    contacts,
    member,
    mine,
    own_check_ins,
    own_policies,
)
from node.console.serving import NodeSide
from node.operations.signing_in import agency_name

_R = Role
_EVERYBODY = frozenset({_R.SUPPORTER, _R.COORDINATOR, _R.CLINICIAN, _R.LEADER, _R.AUDITOR, _R.OPERATOR})
ROUTERS: tuple[APIRouter, ...] = (
    member.router,
    contacts.router,
    mine.router,
    own_check_ins.router,
    own_policies.router,
    api_tokens.router,
)
LARGER: dict[str, int] = {}  # address -> bytes that its form may have
PLACES = (
    Place("/mine", marked("Mine"), frozenset({_R.SUPPORTER})),
    Place("/contacts/new", marked("Log a contact"), frozenset({_R.SUPPORTER})),
    Place("/contacts", marked("My contacts"), frozenset({_R.SUPPORTER})),
    Place("/follow-ups", marked("My check-ins"), frozenset({_R.SUPPORTER})),
    Place("/api-tokens", marked("Tokens"), frozenset({_R.OPERATOR})),
    Place("/my-policies", marked("Policies"), _EVERYBODY),
)
HOMES = {
    _R.SUPPORTER: "/mine",
}


def site_of(node: NodeSide) -> Site:
    """Describe the console of a node."""
    opened = node.opened

    async def ask(operation: str, arguments: dict[str, Any], /, on_progress: Progress | None = None) -> Any:
        return await node.do(operation.replace(" ", "_").replace("-", "_"), arguments, on_progress)

    return Site(
        side="node",
        name=lambda: agency_name(opened),
        origin=opened.settings.console_origin,
        zone=opened.settings.zone,
        now=opened.clock.now,
        ask=ask,
        templates=("node.console",),
        places=PLACES,
        homes=HOMES,
        start="/",
        changes=node.changes,
        extras={"crisis_line": opened.settings.crisis_line},
    )
