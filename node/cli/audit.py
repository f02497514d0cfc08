"""`holdfast node audit show | verify | export | review`."""

from datetime import tzinfo
from pathlib import Path

import typer

from common.audit.commands import add_audit_commands
from node.cli.asking import SIDE


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    audit = typer.Typer(
        no_args_is_help=True, help="The audit trail: who did and read what, and every refusal. For the auditor."
    )
    add_audit_commands(audit, SIDE, _zone, "the agency's zone")
    app.add_typer(audit, name="audit")


def _zone(data: Path) -> tzinfo:
    from common.settings import load_settings
    from node.settings import SETTINGS_NAME, NodeSettings

    return load_settings(NodeSettings, data / SETTINGS_NAME).zone
