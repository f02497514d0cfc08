"""`holdfast node directory | request-incident | requests`."""

from typing import Annotated

import typer

from common.codes import words
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import IncidentType
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("directory")(directory)
    app.command("request-incident")(request_incident)
    app.command("requests")(requests)


def directory(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the region's agencies and whom to call there, as the hub told it last."""
    rows = ask(data, "directory")
    if not as_json:
        rows = [
            row
            | {
                "duty_contact": row["duty_contact"] or None,
                "in region": "yes" if row["active"] else "no",
                "id": row["id"][:8],
            }
            for row in rows
        ]
    columns = ("name", "discipline", "jurisdiction", "duty_contact", "in region", "id")
    show_table(rows, as_json, columns, "the hub has told of no agency yet")


def request_incident(
    type_: Annotated[str, typer.Option("--type", help=", ".join(words(IncidentType)))],
    started: Annotated[str, typer.Option(help="When it began, as 2026-11-03T14:20:00+00:00; now, if left out.")] = "",
    agency: Annotated[
        list[str] | None,
        typer.Option(help="Another agency that was there: its name in `directory`, or its id; repeat for each."),
    ] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask the hub to open an incident. Works offline: the request waits until it can leave.

    It travels as codes; the incident's title is written at the hub. `holdfast node requests` shows the answer.
    """
    answer = ask(data, "request_incident", type=type_, started_at=started, agencies=agency or [])
    show(
        answer, as_json, [f"written as report {answer['sequence']}; `holdfast node requests` shows what becomes of it"]
    )


def requests(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the incidents that this agency asked for, and the hub's answer to each."""
    rows = ask(data, "requests")
    if not as_json:
        rows = [row | {"with": ", ".join(row["agencies"]) or None, "state": _state(row)} for row in rows]
    show_table(rows, as_json, ("asked_at", "type", "with", "state"), "this agency has asked for no incident")


def _state(row: dict[str, str]) -> str:
    detail = (row["incident"] or "")[:8] or row["decline_reason"] or row["refused_because"]
    return f"{row['state']} ({detail})" if detail else row["state"]
