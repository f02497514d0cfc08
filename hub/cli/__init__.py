"""`holdfast hub`: a region's side, on the command line. Each file holds the commands of one subject."""

import typer

from hub.cli import agencies, agreements, follow_ups, health, identity, incidents, mutual_aid, process

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A region's hub: set up, run, invite and remove agencies."
)
process.add_commands(app)
health.add_commands(app)
agencies.add_commands(app)
identity.add_commands(app)
incidents.add_commands(app)
agreements.add_commands(app)
follow_ups.add_commands(app)
mutual_aid.add_commands(app)
