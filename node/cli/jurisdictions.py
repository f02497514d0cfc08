"""`holdfast node jurisdiction ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.jurisdiction import DEFAULT, DISCLAIMER, Pack
from node.packs import get_pack, load_packs

jurisdiction = typer.Typer(
    no_args_is_help=True,
    help="Jurisdiction packs: what the law of one place changes. The setting `jurisdiction` names the one that holds."
    f"\n\n{DISCLAIMER}",
)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(jurisdiction, name="jurisdiction")


@jurisdiction.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the packs, each with what it changes."""
    packs = load_packs()
    rows = [
        {"name": pack.name, "title": pack.title, "sources": "; ".join(pack.sources), "changes": _changes(pack)}
        for pack in packs.values()
    ]
    show_table(rows, as_json, ("name", "title", "sources", "changes"), "")
    if not as_json:
        typer.echo(DISCLAIMER)


@jurisdiction.command("show")
def show_(
    name: Annotated[str, typer.Argument(help="A pack of `list`; left out: the one that holds here.")] = "",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show each rule of a pack in plain words."""
    from node.operations.jurisdictions import shown

    found = shown(get_pack(name)) if name else ask(data, "jurisdiction")
    show(found, as_json, _lines(found))


def _changes(pack: Pack) -> str:
    from node.operations.jurisdictions import shown

    default, own = shown(load_packs()[DEFAULT])["rules"], shown(pack)["rules"]
    return " ".join(own[rule] for rule in own if own[rule] != default[rule]) or "no extra rule"


def _lines(found: dict[str, Any]) -> list[str]:
    sources = f" ({'; '.join(found['sources'])})" if found["sources"] else ""
    rules = [f"- {sentence}" for sentence in found["rules"].values()]
    return [f"{found['name']}: {found['title']}{sources}", *rules, found["disclaimer"]]
