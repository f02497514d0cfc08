"""`holdfast node agreement ...`."""

from typing import Annotated, Any

import typer

from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

agreement = typer.Typer(
    no_args_is_help=True, help="The region's collaboration agreement: read it, and sign it for the agency."
)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(agreement, name="agreement")


@agreement.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the versions that the hub told of, and whether this agency signed each."""
    rows = ask(data, "agreement_list")
    columns = ("version", "title", "state", "in_force_from", "own_signature", "signatures")
    show_table(rows, as_json, columns, "the hub has told of no agreement yet")


@agreement.command("show")
def show_(
    version: Annotated[int | None, typer.Argument(help="The version; the one in force, if left out.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show a version in plain words: its terms, who signed it, and who did not."""
    found = ask(data, "agreement_show", version=version)
    signed = ", ".join(each["agency"] or each["agency_id"][:8] for each in found["signed"]) or "nobody yet"
    lines = [*_lines(found), f"signed by: {signed}", f"not signed by: {', '.join(found['not_signed']) or 'nobody'}"]
    show(found, as_json, [*lines, f"this agency: {found['own_signature']}"])


@agreement.command("sign")
def sign(
    version: Annotated[int | None, typer.Argument(help="The version; the first not signed yet, if left out.")] = None,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Sign a version for the agency, with the key that signs its ledger. Works offline: the signature waits.

    Shows the terms first. A signature cannot be taken back; only a later version supersedes it. An agency that has not
    signed the version in force reports its own status, but neither receives nor makes offers.
    """
    found = ask(data, "agreement_show", version=version, to_sign=True)
    if not yes:
        for line in _lines(found):
            typer.echo(line, err=True)
    make_sure(f"Sign version {found['version']} for the agency, which agrees to these terms", yes)
    answer = ask(data, "agreement_sign", version=found["version"], terms_hash=found["terms_hash"])
    show(
        answer,
        as_json,
        [f"version {answer['version']} is signed, waiting for the hub (report {answer['sequence']})"],
    )


def _lines(found: dict[str, Any]) -> list[str]:
    head = f"{found['title']}, version {found['version']}: {found['state']}, from {found['in_force_from']} on"
    return [head, *(f"  {term}" for term in found["terms"])]
