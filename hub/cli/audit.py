"""`holdfast hub audit`, and `audit show | verify | export | review`."""

from datetime import UTC

import typer

from common.audit.commands import After, add_audit_commands, show_trail
from hub.cli.asking import DEFAULT_DATA, SIDE, AsJson, Data

audit = typer.Typer(help="The audit trail: who did what, and every refusal; verify it; review access.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    add_audit_commands(audit, SIDE, lambda _: UTC, "UTC")
    app.add_typer(audit, name="audit")


@audit.callback(invoke_without_command=True)
def show_(context: typer.Context, after: After = 0, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show the audit trail: who did what, and every refusal."""
    if context.invoked_subcommand is None:
        show_trail(SIDE, data, as_json, after)
