"""`holdfast hub incident requests | decline-request`: what agencies asked the hub to open."""

from typing import Annotated

import typer

from common.codes import words
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import DeclineReason
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

_COLUMNS = ("id", "agency", "type", "started_at", "with", "state")


def add_commands(incident: typer.Typer) -> None:
    """Add this file's commands."""
    incident.command("requests")(requests)
    incident.command("decline-request")(decline_request)


def requests(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List what agencies asked for; those that wait for your answer come first.

    `incident open --request ID` opens one; `incident decline-request ID` declines it.
    """
    rows = ask(data, "incident requests")
    if not as_json:
        rows = [row | {"with": ", ".join(row["agencies"]) or None, "state": _state(row)} for row in rows]
    show_table(rows, as_json, _COLUMNS, "no agency has asked for an incident")


def decline_request(
    request: Annotated[str, typer.Argument(help="The request's id, or its first 4 or more hex digits.")],
    reason: Annotated[str, typer.Option(help=", ".join(words(DeclineReason)))],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Decline a request for a coded reason; the agency that asked is told, and nobody else."""
    declined = ask(data, "incident decline-request", request=request, reason=reason)
    show(declined, as_json, [f"declined; {declined['agency']} is told why"])


def _state(row: dict[str, str]) -> str:
    answer = row["decline_reason"] or (row["incident"] or "")[:8]
    return f"{row['state']} {answer}".strip()
