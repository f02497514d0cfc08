"""`holdfast hub`: a region's side, on the command line. Each file holds the commands of one subject."""

import typer

from hub.cli import (
    after_action,
    agencies,
    agreements,
    audit,
    directory,
    follow_ups,
    health,
    identity,
    incident_requests,
    incidents,
    mutual_aid,
    people_notices,
    process,
    sessions,
    users,
)

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A region's hub: set up, run, invite and remove agencies."
)
process.add_commands(app)
health.add_commands(app)
sessions.add_commands(app)
users.add_commands(app)
audit.add_commands(app)
agencies.add_commands(app)
identity.add_commands(app)
incidents.add_commands(app)
agreements.add_commands(app)
follow_ups.add_commands(app)
mutual_aid.add_commands(app)
incident_requests.add_commands(incidents.incident)
after_action.add_commands(incidents.incident)
directory.add_commands(app)
people_notices.add_commands(app)
