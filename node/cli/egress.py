"""`holdfast node egress show | verify | proof | export`."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from common.terminal import show, working
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

egress = typer.Typer(no_args_is_help=True, help="Everything that left this node, or waits to: show, verify, export.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(egress, name="egress")


@egress.command("show")
def show_(
    first: Annotated[int, typer.Option(help="From this report on.")] = 1,
    limit: Annotated[int, typer.Option(help="How many at most.")] = 1000,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print every report that left or waits, in plain words: all of it, from the contract's own names."""
    rows = ask(data, "egress_show", first=first, limit=limit)
    show(rows, as_json, [_line(row) for row in rows] or ["nothing was written to leave"])


@egress.command("verify")
def verify(
    quick: Annotated[
        bool, typer.Option("--quick", help="Check one of the node's signatures in 4,096 reports, not each.")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Prove offline that nothing in the ledger was changed, added or removed. Exit 1 names the first bad entry.

    A ledger of 100,000 reports takes about 15 seconds, or one with --quick.
    """
    with working("verifying every report and every signature"):
        found = ask(data, "egress_verify", every_checkpoint=not quick)
    nothing = ["nothing ever left: this node belongs to no region"]
    show(found, as_json, [_verdict(verified) for verified in found] or nothing)
    if not all(verified["verified"] for verified in found):
        raise typer.Exit(1)


@egress.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is not overwritten.")],
    stream: Annotated[int | None, typer.Option(help="Which stream; the current one, if left out.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write the ledger as a file that anybody can verify who has the two public keys."""
    answer = ask(data, "egress_export", file=str(file.absolute()), stream=stream)
    size = os.stat(file).st_size
    show(answer, as_json, [f"stream {answer['stream']}: {answer['leaves']} reports, {size:,} bytes in {file.name}"])


@egress.command("proof")
def proof(
    report: Annotated[str, typer.Argument(metavar="REPORT", help="Its stream and number, such as 1.27.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print the proof that one report is in the ledger, as C2SP's tlog-proof: the two public keys check it."""
    answer = ask(data, "left_proof", report=report)
    show(answer, as_json, answer["proof"].splitlines())


def _line(row: dict[str, Any]) -> str:
    refused = f" ({row['reason']})" if row["reason"] else ""
    return f"{row['stream_number']}/{row['sequence']}  {row['created_at']}  {row['outcome']}{refused}  {row['words']}"


def _verdict(verified: dict[str, Any]) -> str:
    if verified["verified"]:
        return (
            f"stream {verified['stream']}: {verified['leaves']} reports verified, "
            f"{verified['receipted']} of them countersigned by the hub"
        )
    return f"stream {verified['stream']}: BROKEN at report {verified['first_bad']}: {verified['reason']}"
