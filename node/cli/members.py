"""`holdfast node member ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.encounter import RecipientClass
from node.domain.words import words_of

member = typer.Typer(
    no_args_is_help=True,
    help="The people who may receive support; known only to this node, each under a local code such as M-0017.\n\n"
    "Every member that is shown to somebody stands in the audit trail.",
)
Code = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's code, such as M-0017.")]
Unit = Annotated[str | None, typer.Option(help="Where the person works, such as Engine 4.")]
Contact = Annotated[str | None, typer.Option(help="How the person wants to be reached.")]
Recipient = Annotated[str | None, typer.Option("--recipient", "-r", help=words_of(RecipientClass))]
Supervisor = Annotated[str | None, typer.Option(help="The code of the member who supervises the person; `none`.")]
_COLUMNS = ("code", "name", "unit", "recipient_class", "state")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(member, name="member")


@member.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the person is called.")],
    unit: Unit = None,
    contact: Contact = None,
    recipient: Recipient = None,
    supervisor: Supervisor = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record a member; the node gives the code."""
    told: dict[str, Any] = {"name": name, "unit": unit, "contact": contact}
    told |= {"recipient_class": recipient, "supervisor": supervisor}
    made = ask(data, "member_add", **told)
    show(made, as_json, [f"recorded {made['name']} as {made['code']}"])


@member.command("find")
def find(
    said: Annotated[list[str], typer.Argument(metavar="NAME", help="The beginning of each word of it, or a code.")],
    former: Annotated[bool, typer.Option("--former", help="Former members too.")] = False,
    after: Annotated[str | None, typer.Option(help="Go on after this code.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Find members by name or code; the first three letters of each word are enough."""
    found = ask(data, "member_find", said=" ".join(said), former=former, after=after)
    if as_json:
        show(found, True, [])
        return
    show_table(found["members"], False, _COLUMNS, "nobody is found by this; three letters of a name are needed")
    for each in found["members"]:
        if each["flagged"]:
            typer.echo(f"{each['code']}: {each['flagged']}")
    if found["has_more"]:
        typer.echo(f"there are more: say more of the name, or --after {found['members'][-1]['code']}")


@member.command("show")
def show_(code: Code, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show all that is known of a member."""
    found = ask(data, "member_show", member=code)
    show(found, as_json, _lines(found))


@member.command("edit")
def edit(
    code: Code,
    name: Annotated[str | None, typer.Option(help="What the person is called.")] = None,
    unit: Unit = None,
    contact: Contact = None,
    recipient: Recipient = None,
    supervisor: Supervisor = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Change what is known of a member."""
    told: dict[str, Any] = {"name": name, "unit": unit, "contact": contact}
    told |= {"recipient_class": recipient, "supervisor": supervisor}
    changed = ask(data, "member_edit", member=code, **told)
    show(changed, as_json, _lines(changed))


@member.command("end")
def end(
    code: Code,
    again: Annotated[bool, typer.Option("--again", help="The member is a current one again.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make a member a former one: the record stays, a search leaves it out."""
    ended = ask(data, "member_end", member=code, again=again)
    undo = "" if again else f"; `holdfast node member end {ended['code']} --again` undoes it"
    show(ended, as_json, [f"{ended['code']} is a {ended['state']} member{undo}"])


def _lines(found: dict[str, Any]) -> list[str]:
    if found["flagged"]:
        return [f"{found['code']}: {found['flagged']}"]
    told = [("unit", "unit"), ("recipient", "recipient_class"), ("contact", "contact"), ("supervisor", "supervisor")]
    lines = [f"{label:<12}{str(found[name]).replace('_', ' ')}" for label, name in told if found[name]]
    return [f"{found['code']}  {found['name']} ({found['state']})", *lines]
