"""`holdfast node resource ...`."""

from typing import Annotated, Any

import typer

from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.encounter import Referral
from node.domain.words import words_of

resource = typer.Typer(
    no_args_is_help=True,
    help="The resource directory: where somebody can be referred, and the lines that answer at any hour.\n\n"
    "Everybody who is signed in reads it; a coordinator keeps it, and looks every 180 days whether each entry holds.",
)
Code = Annotated[str, typer.Argument(metavar="RESOURCE", help="Its code, such as R-3.")]
Kind = Annotated[str | None, typer.Option(help=words_of(Referral))]
Name = Annotated[str | None, typer.Option(help="What it is called.")]
Reach = Annotated[str | None, typer.Option(help="How it is reached: a number, an address, a page.")]
Hours = Annotated[str | None, typer.Option(help="When.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="A language; repeat for several.")]
Confidential = Annotated[bool | None, typer.Option(help="Whether what is said there stays there.")]
Checked = Annotated[str | None, typer.Option(help="The day on which it was last seen to hold: 2026-11-03, or today.")]
_COLUMNS = ("resource", "kind", "name", "reach", "hours", "confidential", "checked_on", "needs_check", "ended_on")
_FLAGGED = (*_COLUMNS, "flag")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(resource, name="resource")


@resource.command("add")
def add(
    kind: Kind = None,
    name: Name = None,
    reach: Reach = None,
    hours: Hours = None,
    languages: Languages = None,
    confidential: Confidential = None,
    checked: Checked = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Add an entry."""
    told = _told(kind, name, reach, hours, languages, confidential, checked)
    found = ask(data, "resource_add", **told)
    show(found, as_json, [f"{found['resource']} {found['name']} is in the directory"])


@resource.command("edit")
def edit(
    code: Code,
    kind: Kind = None,
    name: Name = None,
    reach: Reach = None,
    hours: Hours = None,
    languages: Languages = None,
    confidential: Confidential = None,
    checked: Checked = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Change an entry, or say that it still holds: --checked today. Every version stays."""
    told = _told(kind, name, reach, hours, languages, confidential, checked)
    found = ask(data, "resource_edit", resource=code, **told)
    show(found, as_json, [f"{found['resource']} {found['name']}: version {found['version']}"])


@resource.command("end")
def end(code: Code, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Offer an entry no longer. It stays on record."""
    make_sure(f"Offer {code} no longer", yes)
    found = ask(data, "resource_end", resource=code)
    show(found, as_json, [f"{found['resource']} {found['name']} is offered no longer"])


@resource.command("list")
def list_(
    kind: Kind = None,
    language: Annotated[str | None, typer.Option(help="Only in this language.")] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Only those that are to be checked.")] = False,
    ended: Annotated[bool, typer.Option("--ended", help="Those that are offered no longer, too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List where somebody can be referred."""
    rows = ask(data, "resource_list", kind=kind, language=language, unchecked=unchecked, ended=ended)
    show_table(
        rows,
        as_json,
        _FLAGGED if any(row["flag"] for row in rows) else _COLUMNS,
        "no such entry: `holdfast node resource add`",
    )


@resource.command("show")
def show_(code: Code, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show an entry."""
    found = ask(data, "resource_show", resource=code)
    lines = (f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in found.items() if name != "versions")
    show(found, as_json, lines)


def _told(*values: Any) -> dict[str, Any]:
    return dict(zip(("kind", "name", "reach", "hours", "languages", "confidential", "checked"), values, strict=True))


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else "-" if value is None else str(value)
