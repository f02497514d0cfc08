"""`holdfast node notices ...`."""

from typing import Annotated

import typer

from common.errors import InvalidRequest
from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

notices = typer.Typer(
    no_args_is_help=True,
    help="How you are told that something waits: by mail or pager, in one sentence that names nobody and nothing.",
)
_COLUMNS = ("created_at", "kind", "to", "way", "state", "attempts", "trouble", "next_try_at")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(notices, name="notices")


@notices.command("settings")
def settings(
    mail: Annotated[str | None, typer.Option(help="Your mail address; '' takes it away.")] = None,
    pager: Annotated[str | None, typer.Option(help="Your pager's https address; '' takes it away.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours, as 22:00-06:00; '' for none.")] = None,
    way: Annotated[
        list[str] | None, typer.Option(help="KIND=none, mail, pager or both; may be repeated.", show_default=False)
    ] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show how you are told, and change it. In quiet hours nothing comes, unless you are on call."""
    ways = {}
    for said in way or []:
        kind, equals, choice = said.partition("=")
        if not equals:
            raise InvalidRequest("way: say KIND=WAY, such as training_expires=none")
        ways[kind] = choice
    found = ask(data, "notice_settings", mail=mail, pager=pager, quiet=quiet, ways=ways)
    lines = [
        f"mail         {found['mail'] or '-'}",
        f"pager        {found['pager'] or '-'}",
        f"quiet hours  {found['quiet'] or 'none'}",
        *(f"{kind:<20} {choice}" for kind, choice in found["ways"].items()),
    ]
    show(found, as_json, lines)


@notices.command("test")
def send_test(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Send yourself a test by every way that you have; `notices list` says what became of it."""
    answer = ask(data, "notice_test")
    ways = " and ".join(answer["ways"])
    show(answer, as_json, [f"a test goes out by {ways} while the node runs: `holdfast node notices list` follows it"])


@notices.command("list")
def list_(
    limit: Annotated[int, typer.Option(help="How many at most.")] = 100,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List notices, the newest first, with what became of each and why. Coordinators and operators see everybody's."""
    show_table(ask(data, "notice_list", limit=limit), as_json, _COLUMNS, "no notices yet")
