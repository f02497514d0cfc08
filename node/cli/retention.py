"""`holdfast node retention ...` and `holdfast node hold ...`."""

from typing import Annotated, Any

import typer

from common.errors import InvalidRequest
from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.retention import HoldReason, RecordClass

_FOR_EVER = "for-ever"
_CLASSES = ", ".join(each.value for each in RecordClass)
retention = typer.Typer(
    no_args_is_help=True,
    help="How long each class of record is kept. With no rule: for ever. A running node erases once a day what is past "
    "its time, unless a legal hold keeps it.",
)
hold = typer.Typer(
    no_args_is_help=True,
    help="Legal holds: while one is in force, what it names is neither erased nor lost to retention.",
)
Reason = Annotated[str, typer.Option(help=", ".join(each.value for each in HoldReason))]


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(retention, name="retention")
    app.add_typer(hold, name="hold")


@retention.command("show")
def show_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show how many days each class is kept; - is for ever."""
    show_table(ask(data, "retention_show"), as_json, ("class", "days"), "")


@retention.command("set")
def set_(
    record_class: Annotated[str, typer.Argument(metavar="CLASS", help=_CLASSES)],
    days: Annotated[str, typer.Argument(help=f"Days, or `{_FOR_EVER}`.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Set how long a class is kept, in days after the last contact or the entry; look with `preview` first."""
    if days != _FOR_EVER and not days.isdecimal():
        raise InvalidRequest(f"days: a number, or {_FOR_EVER}")
    number = None if days == _FOR_EVER else int(days)
    answer = ask(data, "retention_set", record_class=record_class, days=number)
    kept = "for ever" if number is None else f"{number:,} days"
    show(
        answer, as_json, [f"{answer['class']}: kept {kept}. `holdfast node retention preview` shows what that erases."]
    )


@retention.command("preview")
def preview(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show what the next run erases, and what legal holds keep."""
    rows = ask(data, "retention_preview")
    show_table(rows, as_json, ("class", "days", "due", "kept_by_hold"), "no rule is set: everything is kept for ever")


@retention.command("run")
def run(yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Erase now what is past its time. Nobody can undo it."""
    due = {row["class"]: row["due"] for row in ask(data, "retention_preview") if row["due"]}
    if due:
        make_sure(f"Erase for good: {_told(due)}", yes)
    erased = ask(data, "retention_run")
    show(erased, as_json, [f"Erased: {_told(erased)}." if any(erased.values()) else "Nothing is past its time."])


@hold.command("place")
def place(
    reason: Reason,
    member: Annotated[str, typer.Option(help="A member's code: keeps everything about them.")] = "",
    incident: Annotated[str, typer.Option(help="An incident's id, or its first hex digits.")] = "",
    everything: Annotated[bool, typer.Option("--everything", help="Nothing at all is erased.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Place a legal hold; it is in force at once."""
    chosen = [("member", member), ("incident", incident), ("everything", "-" if everything else "")]
    named = [(scope, said) for scope, said in chosen if said]
    if len(named) != 1:
        raise InvalidRequest("what is kept? Name one of --member, --incident and --everything")
    scope, said = named[0]
    answer = ask(data, "hold_place", scope=scope, subject=said, reason=reason)
    show(
        answer, as_json, [f"Hold {answer['id'][:8]} is in force. `holdfast node hold lift {answer['id'][:8]}` ends it."]
    )


@hold.command("lift")
def lift(
    named: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, or the first hex digits of it.")],
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Lift a legal hold: retention and erasure reach again what it kept."""
    make_sure(f"Lift hold {named}? What it kept can be erased then", yes)
    answer = ask(data, "hold_lift", hold=named)
    show(answer, as_json, [f"Hold {answer['id'][:8]} is lifted."])


@hold.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="The lifted ones too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List the holds in force."""
    rows = ask(data, "hold_list", all=everything)
    shown = rows if as_json else [row | {"hold": row["id"][:8], "subject": _short(row["subject"])} for row in rows]
    columns = ("hold", "scope", "subject", "reason", "placed_at", "placed_by", "lifted_at")
    show_table(shown, as_json, columns, "no legal hold is in force")


def _told(numbers: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in numbers.items() if number)


def _short(subject: str | None) -> str | None:
    return None if subject is None else subject[:8]
