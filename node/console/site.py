"""The node's console put together: its navigation, its pages, and how it asks the node."""

from typing import Any

from fastapi import APIRouter

from common.access.roles import Role
from common.errors import NotFound
from common.web.site import Place, Progress, Site
from common.web.texts import marked
from node.console import (
    asking,
    contacts,
    member,
    mine,
    own_check_ins,
    own_policies,
    own_settings,
)
from node.console.serving import NodeSide
from node.operations.signing_in import agency_name

_R = Role
_EVERYBODY = frozenset({_R.SUPPORTER, _R.COORDINATOR, _R.CLINICIAN, _R.LEADER, _R.AUDITOR, _R.OPERATOR})
ROUTERS: tuple[APIRouter, ...] = (
    member.router,
    asking.router,
    contacts.router,
    mine.router,
    own_check_ins.router,
    own_policies.router,
    own_settings.router,
)
LARGER: dict[str, int] = {}  # address -> bytes that its form may have
PLACES = (
    Place("/mine", marked("Mine"), frozenset({_R.SUPPORTER})),
    Place("/contacts/new", marked("Log a contact"), frozenset({_R.SUPPORTER})),
    Place("/contacts", marked("My contacts"), frozenset({_R.SUPPORTER})),
    Place("/resources", marked("Resources"), frozenset({_R.SUPPORTER, _R.CLINICIAN})),
    Place("/follow-ups", marked("My check-ins"), frozenset({_R.SUPPORTER})),
    Place("/my-policies", marked("Policies"), _EVERYBODY),
)
OWN_PLACES = (
    Place("/account/notices", marked("Notices to you"), _EVERYBODY),
    Place("/account/notes", marked("Opening notes"), frozenset({_R.SUPPORTER, _R.CLINICIAN, _R.COORDINATOR})),
)
# What a page may ask without a session: without one, an operation is otherwise done for the machine's owner.
WITHOUT_SESSION = frozenset(
    {"sign in", "set up", "sign out", "passkey sign-in begin", "passkey sign-in finish", "has operator"}
    | {"ask for peer", "look for answer", "feedback rate", "resources offered", "what is kept"}
)
BY_MACHINE = frozenset({"found operator", "operator reset by machine"})  # what no page may ask at all
HOMES = {
    _R.SUPPORTER: "/mine",
}


def site_of(node: NodeSide) -> Site:
    """Describe the console of a node."""
    opened = node.opened

    async def ask(operation: str, arguments: dict[str, Any], /, on_progress: Progress | None = None) -> Any:
        has_session = bool(arguments.get("session"))
        if operation in BY_MACHINE or not (has_session or operation in WITHOUT_SESSION):
            raise NotFound("there is nothing of this name here")
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
        own_places=OWN_PLACES,
        extras={"crisis_line": opened.settings.crisis_line},
    )
