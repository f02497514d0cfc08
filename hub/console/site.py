"""The hub's console put together: its navigation, its pages, and how it asks the hub."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from common.access.roles import Role
from common.errors import NotFound
from common.web import trail, users
from common.web.site import SIGNING_IN, Place, Progress, Site, check_may_ask
from common.web.texts import marked
from hub.console import (
    after_action,
    agreements,
    board_reports,
    certificates,
    directory,
    follow_ups,
    incident,
    incidents,
    invitations,
    ledgers,
    machine,
    mutual_aid,
    nodes,
    report,
    reporting,
    start,
)
from hub.operations import operations_of

if TYPE_CHECKING:
    from hub.process import Hub

_R = Role
_COORDINATORS = frozenset({_R.REGIONAL_COORDINATOR, _R.STATE_COORDINATOR})
_OPERATOR, _AUDITOR = frozenset({_R.OPERATOR}), frozenset({_R.AUDITOR})
ROUTERS: tuple[APIRouter, ...] = (
    start.router,
    incidents.router,
    incident.router,
    after_action.router,
    follow_ups.router,
    mutual_aid.router,
    agreements.router,
    directory.router,
    reporting.router,
    report.router,
    board_reports.router,
    nodes.router,
    invitations.router,
    certificates.router,
    machine.router,
    users.router,
    trail.router,
    ledgers.router,
)
PLACES = (
    Place("/incidents", marked("Incidents"), _COORDINATORS),
    Place("/follow-ups", marked("Follow-ups"), _COORDINATORS),
    Place("/mutual-aid", marked("Mutual aid"), _COORDINATORS),
    Place("/agreements", marked("Agreements"), _COORDINATORS),
    Place("/directory", marked("Directory"), _COORDINATORS),
    Place("/reporting", marked("Reporting"), _COORDINATORS),
    Place("/report", marked("Report"), _COORDINATORS | {_R.BOARD}),
    Place("/after-action", marked("After-action"), _COORDINATORS | {_R.BOARD}),
    Place("/nodes", marked("Nodes"), _OPERATOR),
    Place("/invitations", marked("Invitations"), _OPERATOR),
    Place("/certificates", marked("Certificates"), _OPERATOR),
    Place("/hub", marked("This hub"), _OPERATOR),
    Place("/users", marked("Users"), _OPERATOR),
    Place("/updates", marked("Updates"), _OPERATOR),
    Place("/trail", marked("Audit trail"), _AUDITOR),
    Place("/access-review", marked("Access review"), _AUDITOR),
    Place("/ledgers", marked("Ledgers"), _AUDITOR | _OPERATOR),
)
HOMES = {
    _R.REGIONAL_COORDINATOR: "/incidents",
    _R.STATE_COORDINATOR: "/incidents",
    _R.BOARD: "/report",
    _R.OPERATOR: "/nodes",
    _R.AUDITOR: "/trail",
}
BY_MACHINE = frozenset({"operator reset by machine"})  # what no page may ask at all


def site_of(hub: "Hub") -> Site:
    """Describe the console of a hub."""
    operations = operations_of(hub)

    async def ask(operation: str, arguments: dict[str, Any], /, on_progress: Progress | None = None) -> Any:
        del on_progress  # nothing at a hub tells how far it is
        asked = operations.get(operation)
        check_may_ask(operation, arguments, is_open=operation in SIGNING_IN, by_machine=BY_MACHINE)
        if asked is None:
            raise NotFound("there is nothing of this name here")
        return await asked(arguments)

    return Site(
        side="hub",
        name=lambda: hub.region.name,
        origin=hub.settings.console_origin,
        zone=hub.settings.zone,
        now=hub.clock.now,
        ask=ask,
        templates=("hub.console",),
        places=PLACES,
        homes=HOMES,
        start="/sign-in",
        changes=hub.changes,
    )
