"""`holdfast node`: an agency's side, on the command line. Each file holds the commands of one subject."""

import typer

from node.cli import (
    agreements,
    api_tokens,
    audit,
    backups,
    check_ins,
    disclosures,
    egress,
    encounters,
    erasure,
    exports,
    feedback,
    follow_ups,
    imports,
    incident_requests,
    incident_rosters,
    incidents,
    jurisdictions,
    keys,
    members,
    mutual_aid,
    notes,
    people_notices,
    policies,
    process,
    releases,
    reports,
    resources,
    retention,
    rota,
    sessions,
    stream,
    support_requests,
    supporters,
    users,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="An agency's node: join a hub, run, report, and inspect everything that left.",
)
process.add_commands(app)
sessions.add_commands(app)
users.add_commands(app)
api_tokens.add_commands(app)
audit.add_commands(app)
incidents.add_commands(app)
agreements.add_commands(app)
follow_ups.add_commands(app)
mutual_aid.add_commands(app)
incident_requests.add_commands(app)
stream.add_commands(app)
keys.add_commands(app)
backups.add_commands(app)
erasure.add_commands(app)
retention.add_commands(app)
egress.add_commands(app)
releases.add_commands(app)
reports.add_commands(app)
support_requests.add_commands(app)
rota.add_commands(app)
people_notices.add_commands(app)
feedback.add_commands(app)
imports.add_commands(app)
exports.add_commands(app)
jurisdictions.add_commands(app)
policies.add_commands(app)
incident_rosters.add_commands(app)
check_ins.add_commands(app)
resources.add_commands(app)
disclosures.add_commands(app)
encounters.add_commands(app)
members.add_commands(app)
supporters.add_commands(app)
notes.add_commands(app)
