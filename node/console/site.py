"""The node's console put together: its navigation, its pages, and how it asks the node."""

from typing import Any

from fastapi import APIRouter

from common.access.roles import Role
from common.web import trail, users
from common.web.site import SIGNING_IN, Place, Progress, Site, check_may_ask
from common.web.texts import marked
from node.console import (
    agreements,
    api_tokens,
    asking,
    backups,
    check_ins,
    contacts,
    disclosures,
    encounters,
    exports,
    exposure_lists,
    feedback_counts,
    health,
    imports,
    incident_requests,
    incidents,
    ledger,
    left,
    member,
    members,
    mine,
    mutual_aid,
    notes,
    own_check_ins,
    own_policies,
    own_settings,
    program,
    program_policies,
    program_resources,
    releases,
    report,
    requests_for_peer,
    retention,
    rota,
    several_follow_ups,
    shared_follow_ups,
    shift_hand_overs,
    supporters,
    today,
    training,
)
from node.console.serving import NodeSide
from node.operations.signing_in import agency_name

_R = Role
_EVERYBODY = frozenset({_R.SUPPORTER, _R.COORDINATOR, _R.CLINICIAN, _R.LEADER, _R.AUDITOR, _R.OPERATOR})
ROUTERS: tuple[APIRouter, ...] = (
    member.router,
    asking.router,
    contacts.router,
    today.router,
    check_ins.router,
    shift_hand_overs.router,
    exposure_lists.router,
    requests_for_peer.router,
    supporters.router,
    training.router,
    members.router,
    encounters.router,
    rota.router,
    program_policies.router,
    program_resources.router,
    feedback_counts.router,
    retention.router,
    program.router,
    imports.router,
    exports.router,
    mine.router,
    own_check_ins.router,
    own_policies.router,
    report.router,
    trail.router,
    ledger.router,
    health.router,
    backups.router,
    users.router,
    notes.router,
    disclosures.router,
    own_settings.router,
    incidents.router,
    incident_requests.router,
    several_follow_ups.router,
    shared_follow_ups.router,
    mutual_aid.router,
    agreements.router,
    releases.router,
    left.router,
    api_tokens.router,
)
LARGER: dict[str, int] = dict(imports.LARGER)  # address -> bytes that its form may have
PLACES = (
    Place("/mine", marked("Mine"), frozenset({_R.SUPPORTER})),
    Place("/contacts/new", marked("Log a contact"), frozenset({_R.SUPPORTER})),
    Place("/contacts", marked("My contacts"), frozenset({_R.SUPPORTER})),
    Place("/follow-ups", marked("My check-ins"), frozenset({_R.SUPPORTER})),
    Place("/today", marked("Today"), frozenset({_R.COORDINATOR})),
    Place("/requests-for-peer", marked("Requests for a peer"), frozenset({_R.COORDINATOR})),
    Place("/check-ins", marked("Check-ins"), frozenset({_R.COORDINATOR})),
    Place("/incidents", marked("Incidents"), frozenset({_R.COORDINATOR})),
    Place("/shared-follow-ups", marked("Shared follow-ups"), frozenset({_R.COORDINATOR})),
    Place("/mutual-aid", marked("Mutual aid"), frozenset({_R.COORDINATOR})),
    Place("/encounters", marked("Contacts"), frozenset({_R.COORDINATOR})),
    Place("/members", marked("Members"), frozenset({_R.COORDINATOR})),
    Place("/supporters", marked("Supporters"), frozenset({_R.COORDINATOR})),
    Place("/rota", marked("On call"), frozenset({_R.COORDINATOR, _R.SUPPORTER})),
    Place("/program", marked("Program"), frozenset({_R.COORDINATOR})),
    Place("/agreements", marked("Agreements"), frozenset({_R.COORDINATOR})),
    Place("/releases", marked("Counts for the region"), frozenset({_R.COORDINATOR})),
    Place("/disclosures", marked("Disclosures"), frozenset({_R.CLINICIAN})),
    Place("/notes", marked("Notes"), frozenset({_R.CLINICIAN})),
    Place("/resources", marked("Resources"), frozenset({_R.SUPPORTER, _R.CLINICIAN})),
    Place("/trail", marked("Audit trail"), frozenset({_R.AUDITOR})),
    Place("/access-review", marked("Access review"), frozenset({_R.AUDITOR})),
    Place("/health", marked("Health"), frozenset({_R.OPERATOR})),
    Place("/backups", marked("Backups"), frozenset({_R.OPERATOR})),
    Place("/certificate", marked("Certificate and keys"), frozenset({_R.OPERATOR})),
    Place("/users", marked("Users"), frozenset({_R.OPERATOR})),
    Place("/api-tokens", marked("Tokens"), frozenset({_R.OPERATOR})),
    Place("/updates", marked("Updates"), frozenset({_R.OPERATOR})),
    Place("/report", marked("Report"), frozenset({_R.LEADER, _R.COORDINATOR})),
    Place("/left", marked("What has left"), frozenset({_R.COORDINATOR, _R.AUDITOR})),
    Place("/ledger", marked("Egress ledger"), frozenset({_R.OPERATOR})),
    Place("/my-policies", marked("Policies"), _EVERYBODY),
)
OWN_PLACES = (
    Place("/account/notices", marked("Notices to you"), _EVERYBODY),
    Place("/account/notes", marked("Opening notes"), frozenset({_R.SUPPORTER, _R.CLINICIAN, _R.COORDINATOR})),
)
# What a page may ask without a session: without one, an operation is otherwise done for the machine's owner.
WITHOUT_SESSION = SIGNING_IN | {"ask for peer", "look for answer", "feedback rate", "resources offered", "what is kept"}
OF_INTERFACE = "api "  # these are asked with a token, and do nothing without
BY_MACHINE = frozenset({"found operator", "operator reset by machine"})  # what no page may ask at all
HOMES = {
    _R.COORDINATOR: "/today",
    _R.SUPPORTER: "/mine",
    _R.CLINICIAN: "/disclosures",
    _R.LEADER: "/report",
    _R.AUDITOR: "/trail",
    _R.OPERATOR: "/health",
}


def site_of(node: NodeSide) -> Site:
    """Describe the console of a node."""
    opened = node.opened

    async def ask(operation: str, arguments: dict[str, Any], /, on_progress: Progress | None = None) -> Any:
        is_open = operation in WITHOUT_SESSION or operation.startswith(OF_INTERFACE)
        check_may_ask(operation, arguments, is_open=is_open, by_machine=BY_MACHINE)
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
