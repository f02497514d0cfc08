"""`holdfast node`: an agency's side, on the command line. Each file holds the commands of one subject."""

import typer

from node.cli import (
    agreements,
    backups,
    egress,
    erasure,
    follow_ups,
    incident_requests,
    incidents,
    keys,
    mutual_aid,
    process,
    retention,
    sessions,
    stream,
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
