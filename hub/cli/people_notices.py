"""`holdfast hub notices ...`."""

from typing import Annotated

import typer

from common.errors import InvalidRequest
from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

notices = typer.Typer(
    no_args_is_help=True,
    help="How this hub's coordinators are told that something waits: one sentence that names nobody and nothing.",
)
Name = Annotated[str, typer.Argument(help="Who, such as the regional coordinator; the hub's own entry.")]
_PEOPLE = ("name", "mail", "pager", "time_zone", "quiet", "escalation", "node_trouble")
_NOTICES = ("created_at", "kind", "to", "way", "state", "attempts", "trouble", "next_try_at")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(notices, name="notices")


@notices.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List whom this hub tells and how, then what was sent or waits, the newest first, with why."""
    found = ask(data, "notices list")
    if as_json:
        show(found, True, [])
        return
    show_table(found["people"], False, _PEOPLE, "nobody is told: `holdfast hub notices settings NAME --mail ...`")
    typer.echo()
    show_table(found["notices"], False, _NOTICES, "no notices yet")


@notices.command("settings")
def settings(
    name: Name,
    mail: Annotated[str | None, typer.Option(help="Mail address; '' takes it away.")] = None,
    pager: Annotated[str | None, typer.Option(help="The pager's https address; '' takes it away.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours, as 22:00-06:00; '' for none.")] = None,
    time_zone: Annotated[str | None, typer.Option("--time-zone", help="Such as America/Denver; UTC.")] = None,
    way: Annotated[
        list[str] | None, typer.Option(help="KIND=none, mail, pager or both; may be repeated.", show_default=False)
    ] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show how somebody is told, and change it; who is new is added."""
    ways = {}
    for said in way or []:
        kind, equals, choice = said.partition("=")
        if not equals:
            raise InvalidRequest("way: say KIND=WAY, such as escalation=pager")
        ways[kind] = choice
    found = ask(
        data, "notices settings", name=name, mail=mail, pager=pager, quiet=quiet, time_zone=time_zone, ways=ways
    )
    show(found, as_json, [f"{key:<13} {value or '-'}" for key, value in found.items()])


@notices.command("forget")
def forget(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Tell somebody no more."""
    ask(data, "notices forget", name=name)
    show({"forgotten": name}, as_json, [f"{name} is told no more"])


@notices.command("test")
def send_test(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Send somebody a test by every way that they have; `notices list` says what became of it."""
    answer = ask(data, "notices test", name=name)
    ways = " and ".join(answer["ways"])
    show(answer, as_json, [f"a test goes out by {ways} while the hub runs: `holdfast hub notices list` follows it"])
