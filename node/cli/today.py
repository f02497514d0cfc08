"""`holdfast node today`: what a coordinator should see to."""

from collections.abc import Iterator
from typing import Any

import typer

from common.terminal import show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's command."""
    app.command("today")(today)


def today(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show what to see to: due and overdue check-ins, full caseloads, training that ends, policies, notices, offers."""
    found = ask(data, "today")
    show(found, as_json, list(_lines(found)) or ["nothing waits: no check-in is due, nothing lapses, no offer is open"])


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for name in ("overdue", "due", "unassigned"):
        for row in found[name]:
            yield f"{name}: {row['check_in']}, {row['owner']}, by {_short(row['due_at'])}"
    if found["flagged"]:
        yield f"flagged: {found['flagged']} check-ins are not what was stored: `check-in list --coordinator`"
    for row in found["high_load"]:
        yield f"full: {row['supporter']} has {row['load']}, the cap is {row['cap']}, since {_short(row['since'])}"
    for row in found["training"]:
        yield f"training: {row['supporter']}, {row['topic'].replace('_', ' ')}, until {row['expires_on']}"
    for row in found["policies"]:
        yield f"policies: {row['supporter']} has not acknowledged {', '.join(row['outstanding'])}"
    for due in found["disclosure_notices"]:
        yield f"disclosure: a written notice is due by {_short(due)}; the clinician has it"
    if found["without_first_notice"]:
        count = found["without_first_notice"]
        yield f"notice: {count} members with an open check-in have had no written notice before the first session"
    for row in found["resources"]:
        yield f"resource: {row['resource']} {row['name']}: see whether it still holds"
    for row in found["offers"]:
        by = "" if row["accept_by"] is None else f", accept by {_short(row['accept_by'])}"
        yield f"offer: {row['reference']} waits for this agency{by}"
    for row in found["counts"]:
        when = "a coordinator sends them" if row["leaves_at"] is None else f"they leave {_short(row['leaves_at'])}"
        yield f"counts: {row['period']} wait until {when}: `holdfast node release preview`"


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")
