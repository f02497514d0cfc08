"""`holdfast hub agreement ...`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.errors import InvalidRequest
from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure
from hub.domain.agreement_template import TEMPLATE

LARGEST_FILE = 256 * 1024  # bytes: a page or two of terms
agreement = typer.Typer(no_args_is_help=True, help="The region's collaboration agreement: write, publish, who signed.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(agreement, name="agreement")


@agreement.command("template")
def template(as_json: AsJson = False) -> None:
    """Print a file of terms to begin with: every term with its default, and what it means. Needs no hub."""
    show({"template": TEMPLATE}, as_json, TEMPLATE.splitlines())


@agreement.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="The terms, as `agreement template` writes them.")],
    from_: Annotated[
        str, typer.Option("--from", help="Since when it holds, as 2027-01-01T00:00:00+00:00; now, if left out.")
    ] = "",
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Publish the next version of the agreement, and tell every agency, which may then sign it.

    Shows first what changes against the version in force. What is published cannot be taken back; a later version
    supersedes it at its date.
    """
    text = _read(file)
    preview = ask(data, "agreement preview", text=text)
    if not yes:
        for line in _changes(preview):
            typer.echo(line, err=True)
    make_sure(f"Publish version {preview['version']}, to hold from {from_ or 'now'} on, to every agency", yes)
    answer = ask(data, "agreement publish", text=text, in_force_from=from_)
    show(
        answer,
        as_json,
        [f"published version {answer['version']}, {answer['state']}: it holds from {answer['in_force_from']} on"],
    )


@agreement.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the versions, the newest first, and how many agencies signed each."""
    rows = ask(data, "agreement list")
    columns = ("version", "title", "state", "in_force_from", "signatures")
    show_table(rows, as_json, columns, "no agreement yet: `agreement template` begins one")


@agreement.command("show")
def show_(
    version: Annotated[int | None, typer.Argument(help="The version; the one in force, if left out.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show a version in plain words: its terms, who signed it, and who did not."""
    found = ask(data, "agreement show", version=version)
    lines = [f"{found['title']}, version {found['version']}: {found['state']}, from {found['in_force_from']} on"]
    lines += [f"  {term}" for term in found["terms"]]
    lines.append(f"signed by: {', '.join(each['agency'] for each in found['signed']) or 'nobody yet'}")
    lines.append(f"not signed by: {', '.join(found['not_signed']) or 'nobody'}")
    show(found, as_json, lines)


def _changes(preview: dict[str, Any]) -> list[str]:
    if preview["in_force"] is None:
        return [f"{preview['title']}: the region's first terms", *(f"  {line}" for line in preview["terms"])]
    if not preview["new"] and not preview["no_longer"]:
        return [f"{preview['title']}: the same terms as version {preview['in_force']}, which is in force"]
    return [
        f"{preview['title']}: what changes against version {preview['in_force']}, which is in force",
        *(f"  - {line}" for line in preview["no_longer"]),
        *(f"  + {line}" for line in preview["new"]),
    ]


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        raw = opened.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise InvalidRequest(f"{file.name}: terms have at most {LARGEST_FILE:,} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequest(f"{file.name}: this is not UTF-8 text") from None
