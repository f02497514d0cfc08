"""`holdfast node disclosure ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.disclosure_notice import ClosedBecause, NoticeWay, ToldTo
from node.domain.disclosure_reason import DisclosureReason
from node.domain.words import words_of

disclosure = typer.Typer(
    no_args_is_help=True,
    help="Necessary disclosures: the reason, who was told, the written notice due and given. Codes alone: there is "
    "nowhere to tell a story.\n\nThe jurisdiction's pack says for what nothing may be disclosed, and when the person "
    "is told in writing: `holdfast node jurisdiction show`.",
)
Code = Annotated[str, typer.Argument(metavar="DISCLOSURE", help="Its code, such as D-3.")]
At = Annotated[str | None, typer.Option(help="When, by the agency's clocks; now, if left out.")]
Way = Annotated[str, typer.Option("--how", help=words_of(NoticeWay))]
Seen = Annotated[int | None, typer.Option("--seen", help="The version that you saw: refused if it has changed since.")]
_COLUMNS = (
    "disclosure", "reason", "told", "at", "member", "state", "notice_due_at", "notice_given_at", "overdue"
)  # fmt: skip


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(disclosure, name="disclosure")


@disclosure.command("record")
def record(
    reason: Annotated[str, typer.Option(help=words_of(DisclosureReason))],
    told: Annotated[list[str], typer.Option("--told", help=f"{words_of(ToldTo)}; repeat for several.")],
    member: Annotated[str | None, typer.Option(help="The member's code.")] = None,
    encounter: Annotated[str | None, typer.Option(help="The encounter's id, or its first hex digits.")] = None,
    at: At = None,
    intent: Annotated[bool, typer.Option("--intent", help="Self-harm: there was intent.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Self-harm: there was a plan.")] = False,
    means: Annotated[bool, typer.Option("--means", help="Self-harm: the means were at hand.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record that something had to be told to somebody."""
    flags: dict[str, Any] = {"intent": intent, "plan": plan, "means": means}
    found = ask(data, "disclosure_record", reason=reason, told=told, member=member, encounter=encounter, at=at, **flags)
    show(found, as_json, [f"{found['disclosure']} is recorded; {_notice(found)}"])


@disclosure.command("list")
def list_(
    closed: Annotated[bool, typer.Option("--closed", help="Those that are closed too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List the disclosures with something still to be done."""
    rows = ask(data, "disclosure_list", closed=closed)
    missing: dict[str, Any] = dict.fromkeys(_COLUMNS)
    shown = rows if as_json else [missing | row | {"told": ", ".join(row.get("told", []))} for row in rows]
    show_table(shown, as_json, _COLUMNS, "no disclosure is open")


@disclosure.command("show")
def show_(code: Code, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show a disclosure."""
    found = ask(data, "disclosure_show", disclosure=code)
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in found.items() if name != "versions" and value]
    show(found, as_json, [*lines, f"versions: {len(found['versions'])}"])


@disclosure.command("notice-given")
def notice_given(
    way: Way,
    code: Annotated[str, typer.Argument(metavar="[DISCLOSURE]", help="Its code, such as D-3.")] = "",
    first_session: Annotated[
        str | None, typer.Option("--first-session", metavar="MEMBER", help="The notice before the first session.")
    ] = None,
    supporter: Annotated[bool, typer.Option("--supporter", help="As a supporter, who gave it.")] = False,
    at: At = None,
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record that the person was told in writing: of a disclosure, or before the first session."""
    if first_session is not None:
        operation = "own_first_notice" if supporter else "disclosure_first_notice"
        found = ask(data, operation, member=first_session, way=way, at=at)
        show(found, as_json, [f"{found['member']} has had the notice before the first session"])
        return
    found = ask(data, "disclosure_notice_given", disclosure=code, way=way, at=at, seen_version=seen)
    show(found, as_json, [f"{found['disclosure']}: {_notice(found)}; `holdfast node disclosure close` ends it"])


@disclosure.command("close")
def close(
    code: Code,
    because: Annotated[str, typer.Option(help=words_of(ClosedBecause))],
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Close a disclosure: the notice was given, none is due, or why it cannot be given."""
    found = ask(data, "disclosure_close", disclosure=code, because=because, seen_version=seen)
    show(found, as_json, [f"{found['disclosure']} is closed: {found['closed_because'].replace('_', ' ')}"])


def _notice(found: dict[str, Any]) -> str:
    if found["notice_given_at"] is not None:
        return f"the notice was given on {found['notice_given_at'][:10]}"
    if found["notice_due_at"] is None:
        return f"no written notice is asked for ({found['jurisdiction']})"
    return f"the person is to be told in writing by {found['notice_due_at'][:10]}"
