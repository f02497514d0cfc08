"""`holdfast node check-in ...` and `holdfast node today`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli import hand_overs, today
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.local_follow_up import Outcome
from node.domain.words import words_of

check_in = typer.Typer(
    no_args_is_help=True,
    help="Check-ins that a supporter of this agency owes somebody: open, done, closed, handed over by the shift.\n\n"
    "Each has one owner, or stands on the coordinator's list; nothing of them leaves this node. The region's "
    "follow-ups are `holdfast node followup`; with one of those a check-in shares the reference alone.",
)
Code = Annotated[str, typer.Argument(metavar="CHECK-IN", help="Its code, such as C-42.")]
Coordinator = Annotated[bool, typer.Option("--coordinator", help="As a coordinator: anybody's, not only your own.")]
Seen = Annotated[int | None, typer.Option("--seen", help="The version that you saw: refused if it has changed since.")]
Reference = Annotated[str | None, typer.Option(help="The reference of the region's follow-up, such as 7K3M-PXRM.")]
Member = Annotated[list[str], typer.Option("--member", help="A member's code; repeat for several.")]
COLUMNS = ("check_in", "due_at", "overdue", "owner", "member", "state", "step", "reference", "flag")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    hand_overs.add_commands(check_in)
    app.add_typer(check_in, name="check-in")
    today.add_commands(app)


@check_in.command("list")
def list_(
    coordinator: Coordinator = False,
    unassigned: Annotated[bool, typer.Option(help="As a coordinator: only those that nobody has.")] = False,
    supporter: Annotated[str | None, typer.Option(help="As a coordinator: only those of this supporter.")] = None,
    incident: Annotated[str | None, typer.Option(help="Only those of this incident.")] = None,
    reference: Reference = None,
    ended: Annotated[bool, typer.Option("--ended", help="Those that were made or closed too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List your open check-ins, the first due first; as a coordinator, everybody's."""
    told: dict[str, Any] = {"incident": incident, "reference": reference, "ended": ended}
    if coordinator or unassigned or supporter:
        rows = ask(data, "check_ins", unassigned=unassigned, supporter=supporter, **told)
    else:
        rows = ask(data, "own_followups", **told)
    show_table(rows, as_json, COLUMNS, "no check-in is open: `holdfast node check-in open` opens one")


@check_in.command("show")
def show_(code: Code, coordinator: Coordinator = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show a check-in, with every version of it."""
    found = ask(data, "check_in" if coordinator else "own_followup", check_in=code)
    show(found, as_json, _lines(found))


@check_in.command("open")
def open_(
    member: Annotated[str | None, typer.Option(help="The member's code.")] = None,
    due: Annotated[str | None, typer.Option(help="A day, or a time; by the agreement's cadence, if left out.")] = None,
    reference: Reference = None,
    supporter: Annotated[str | None, typer.Option(help="As a coordinator: who is to own it.")] = None,
    coordinator: Coordinator = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open a check-in of your own; as a coordinator, for a supporter or for nobody yet."""
    told: dict[str, Any] = {"member": member, "due": due, "reference": reference}
    if coordinator or supporter:
        opened = ask(data, "check_in_open", supporter=supporter, **told)
    else:
        opened = ask(data, "own_followup_open", **told)
    show(opened, as_json, [_told(opened, "opened")])


@check_in.command("done")
def done(
    code: Code,
    next_due: Annotated[
        str | None, typer.Option("--next", help="Open the next one, due on this day: 3d, 2026-11-06.")
    ] = None,
    by_cadence: Annotated[bool, typer.Option("--again", help="Open the next one by the agreement's cadence.")] = False,
    coordinator: Coordinator = False,
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record that a check-in was made."""
    _change(data, as_json, coordinator, code, seen, "done", next_due=next_due, by_cadence=by_cadence)


@check_in.command("close")
def close(
    code: Code,
    outcome: Annotated[str, typer.Option(help=words_of(Outcome))],
    coordinator: Coordinator = False,
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Close a check-in with its outcome."""
    _change(data, as_json, coordinator, code, seen, "close", outcome=outcome)


@check_in.command("reopen")
def reopen(
    code: Code, coordinator: Coordinator = False, seen: Seen = None, data: Data = DEFAULT_DATA, as_json: AsJson = False
) -> None:
    """Open a check-in again that ended within the last 30 days."""
    _change(data, as_json, coordinator, code, seen, "reopen")


@check_in.command("postpone")
def postpone(
    code: Code,
    due: Annotated[str, typer.Option(help="The day, or the time: 3d, tomorrow, 2026-11-06.")],
    coordinator: Coordinator = False,
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Give a check-in another day."""
    _change(data, as_json, coordinator, code, seen, "postpone", due=due)


@check_in.command("link")
def link(
    code: Code,
    reference: Annotated[str, typer.Argument(help="Of the region's follow-up, such as 7K3M-PXRM.")],
    coordinator: Coordinator = False,
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Note the reference of the region's follow-up that a check-in belongs to. Nothing is sent."""
    _change(data, as_json, coordinator, code, seen, "link", reference=reference)


@check_in.command("assign")
def assign(
    code: Code,
    supporter: Annotated[str | None, typer.Option("--to", help="Who; the coordinator's list, if left out.")] = None,
    seen: Seen = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Give a check-in to a supporter, or take it back onto the coordinator's list."""
    found = ask(data, "check_in_assign", check_in=code, supporter=supporter, seen_version=seen)
    warned = [f"Think of this: {warning}" for warning in found["warnings"]]
    show(found, as_json, [f"{found['check_in']} now belongs to {found['owner']}", *warned])


@check_in.command("plan")
def plan(
    incident: Annotated[str, typer.Argument(help="The incident's id, or its first hex digits.")],
    member: Member,
    supporter: Annotated[str | None, typer.Option(help="Who is to own the check-ins; else you assign each.")] = None,
    end: Annotated[bool, typer.Option("--end", help="Take them off the list: nothing more opens.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Put members on an incident's exposure list: check-ins then open by themselves, as the agreement says."""
    if end:
        rows = ask(data, "check_in_plan_end", incident=incident, members=member)
    else:
        rows = ask(data, "check_in_plan", incident=incident, members=member, supporter=supporter)
    show(rows, as_json, [line for row in rows for line in _plan_lines(row)])


@check_in.command("planned")
def planned(
    incident: Annotated[str, typer.Argument(help="The incident's id, or its first hex digits.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show an incident's exposure list, with what is owed to each member and what was made."""
    rows = ask(data, "check_in_plans", incident=incident)
    show(rows, as_json, [line for row in rows for line in _plan_lines(row)] or ["nobody is on this incident's list"])


def _change(data: Any, as_json: bool, coordinator: bool, code: str, seen: int | None, verb: str, **more: Any) -> None:
    operation = "check_in_change" if coordinator else "own_followup_change"
    found = ask(data, operation, check_in=code, verb=verb, seen_version=seen, **more)
    lines = [_told(found, f"is {found['state']}" if verb != "link" else f"belongs to {found['reference']}")]
    if found["next"] is not None:
        lines.append(_told(found["next"], "opened"))
    if found["plan_ended"]:
        lines.append("no more check-ins open by themselves for this member and incident")
    show(found, as_json, lines)


def _told(row: dict[str, Any], what: str) -> str:
    due = f"; due {row['due_at'][:16].replace('T', ' ')}, {row['owner']}" if row["state"] == "open" else ""
    return f"{row['check_in']} {what}{due}"


def _lines(found: dict[str, Any]) -> list[str]:
    skipped = ("versions", "id")
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in found.items() if name not in skipped and value]
    told = ("written_at", "state", "owner", "due_at")
    versions = (
        f"version {each['version']}: {', '.join(str(each[name]) for name in told)}" for each in found["versions"]
    )
    return [*lines, *versions]


def _plan_lines(row: dict[str, Any]) -> list[str]:
    ended = "" if row["ended_at"] is None else f", ended {row['ended_at'][:10]}"
    head = f"{row['member']}: {row['flag']}" if row["flag"] else f"{row['member']}{ended}"
    return [head, *(f"  {each['step']}: {each['state']}, due {each['due_at'][:10]}" for each in row["check_ins"])]
