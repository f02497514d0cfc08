"""`holdfast node followup ...`."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from common.codes import words
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import CohortBand, DeclineReason, FollowUpOutcome
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Name = Annotated[
    str,
    typer.Argument(metavar="FOLLOW-UP", help="Its reference, such as 7K3M-PXRM, or the first hex digits of its id."),
]
Days = Annotated[
    float | None, typer.Option("--next-days", help="Days until it is looked at next; else the agreement's.")
]
followup = typer.Typer(
    no_args_is_help=True,
    help="Follow-ups: open them, offer them to other agencies, answer offers, record contact, close them.\n\n"
    "Every command works offline: it waits, and the hub decides when it arrives. Exactly one agency is accountable for "
    "a follow-up at any time; what another one did first is told, with what is true now.",
)
_COLUMNS = ("reference", "accountable", "work", "offer", "escalation", "due", "waiting", "refused")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(followup, name="followup")


@followup.command("open")
def open_(
    incident: Annotated[str, typer.Option(help="The incident's id, or its first hex digits; none, if left out.")] = "",
    count: Annotated[int, typer.Option(min=1, max=64, help="How many.")] = 1,
    cohort: Annotated[
        str, typer.Option(help=f"How many people each stands for: {', '.join(words(CohortBand))}.")
    ] = "1",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open follow-ups: this agency is accountable for them until another one accepts them."""
    opened = ask(data, "followup_open", incident=incident, cohorts=[cohort] * count)
    show(opened, as_json, [f"opened {each['reference']}; waits for the hub" for each in opened])


@followup.command("list")
def list_(
    incident: Annotated[str, typer.Option(help="Only those of this incident.")] = "",
    mine: Annotated[bool, typer.Option("--mine", help="Only what this agency is accountable for.")] = False,
    offers: Annotated[bool, typer.Option("--offers", help="Only what is offered to this agency.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what waits for the hub's answer.")] = False,
    escalated: Annotated[bool, typer.Option("--escalated", help="Only what is escalated.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List the follow-ups that concern this agency, as the hub told them last."""
    chosen = {"mine": mine, "offers": offers, "waiting": waiting, "escalated": escalated}
    which = next((name for name, is_chosen in chosen.items() if is_chosen), "all")
    rows = ask(data, "followups", incident=incident, which=which)
    shown = rows if as_json else [_in_words(row) for row in rows]
    show_table(shown, as_json, _COLUMNS, "no follow-up here: `holdfast node followup open` opens one")


@followup.command("show")
def show_(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show a follow-up: what is true now, and what became of each command of this agency."""
    found = ask(data, "followup", follow_up=follow_up)
    show(found, as_json, _lines(found))


@followup.command("offer")
def offer(
    follow_up: Name,
    to: Annotated[list[str], typer.Option("--to", help="An agency of `holdfast node directory`; repeat for several.")],
    hours: Annotated[float | None, typer.Option("--accept-within", help="Hours to accept in; else as agreed.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Offer it to one or several agencies: the first that accepts becomes accountable. Until then this one is."""
    _send(data, as_json, follow_up, "offer", to=to, accept_within_h=hours)


@followup.command("ask-hub")
def ask_hub(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Ask the regional coordinator to find an agency for it. This one stays accountable until another accepts."""
    _send(data, as_json, follow_up, "ask-hub")


@followup.command("acknowledge")
def acknowledge(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say that a person here has seen an offer. That is not accepting it."""
    _send(data, as_json, follow_up, "acknowledge")


@followup.command("accept")
def accept(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Accept an offer: this agency becomes accountable, unless another one was first. That is no first contact yet."""
    _send(data, as_json, follow_up, "accept")


@followup.command("eligibility")
def eligibility(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show whether this agency may own it: who of its supporters may, and which rule fails for everyone else."""
    found = ask(data, "followup_eligibility", follow_up=follow_up)
    show(found, as_json, _judged(found))


@followup.command("decline")
def decline(
    follow_up: Name,
    reason: Annotated[str, typer.Option(help=", ".join(words(DeclineReason)))],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Decline an offer, for a coded reason."""
    _send(data, as_json, follow_up, "decline", reason=reason)


@followup.command("withdraw")
def withdraw(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Take an open offer back, or the request that the hub place one."""
    _send(data, as_json, follow_up, "withdraw")


@followup.command("reclaim")
def reclaim(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Ask the agency that has it now to offer it back to this one, which opened it."""
    _send(data, as_json, follow_up, "reclaim")


@followup.command("contact")
def contact(follow_up: Name, days: Days = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Record that somebody was reached for the first time."""
    _send(data, as_json, follow_up, "contact", next_check_in_days=days)


@followup.command("check-in")
def check_in(follow_up: Name, days: Days = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Record a check-in after the first contact."""
    _send(data, as_json, follow_up, "check-in", next_check_in_days=days)


@followup.command("hold")
def hold(follow_up: Name, days: Days = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Let it rest until a day on which it is looked at again."""
    _send(data, as_json, follow_up, "hold", next_check_in_days=days)


@followup.command("resume")
def resume(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Take one that is on hold up again."""
    _send(data, as_json, follow_up, "resume")


@followup.command("close")
def close(
    follow_up: Name,
    outcome: Annotated[str, typer.Option(help=", ".join(words(FollowUpOutcome)))],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Close it with its outcome. An open offer of it ends. It may be reopened within 30 days."""
    _send(data, as_json, follow_up, "close", outcome=outcome)


@followup.command("reopen")
def reopen(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Open one again that was closed within the last 30 days."""
    _send(data, as_json, follow_up, "reopen")


def _send(data: Any, as_json: bool, follow_up: str, verb: str, **fields: Any) -> None:
    answer = ask(data, "followup_command", follow_up=follow_up, verb=verb, **fields)
    line = f"{answer['reference']}: {verb} written as report {answer['sequence']}; waits for the hub"
    show(answer, as_json, [line, *(f"  {note}" for note in answer["notes"])])


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """Say a row for a table, in words that break where people would break them."""
    plain = {name: row[name].replace("_", " ") for name in ("work", "offer", "escalation")}
    return row | plain | {"waiting": ", ".join(row["waiting"]).replace("_", " ")}


def _lines(found: dict[str, Any]) -> list[str]:
    row = _in_words(found)
    contact = f" ({found['duty_contact']})" if found["duty_contact"] else ""
    outcome = f": {found['outcome'].replace('_', ' ')}" if found["outcome"] else ""
    lines = [
        f"{found['reference']}  {found['title'] or 'no incident'}",
        f"accountable   {found['accountable']}{contact}{', which is this agency' if found['is_mine'] else ''}",
        f"opened by     {found['origin']} at {_at(found['opened_at'])}; people: {found['cohort'].replace('_', ' ')}",
        f"work          {row['work']}{outcome}",
    ]
    if found["offered_to"]:
        ours = ": this agency may accept it" if found["offered_to_us"] else ""
        lines.append(f"offered to    {', '.join(found['offered_to'])}; accept by {_at(found['accept_by'])}{ours}")
    if found["queue"]:
        asked = "the hub was asked to offer it; " if found["hub_asked_to_offer"] else ""
        lines.append(f"queue         {found['queue']} ({asked}escalation: {row['escalation']})")
    contact_by = [] if found["first_contact_at"] else [("contact by", "contact_by")]
    times = [*contact_by, ("first contact", "first_contact_at"), ("next check-in", "next_check_in")]
    lines += [f"{label:<14}{_at(found[name])}" for label, name in times if found[name]]
    return lines + [
        f"  {_at(each['written_at'])}  {each['verb'].replace('_', ' ')}: {_became(each)}" for each in found["commands"]
    ]


def _judged(found: dict[str, Any]) -> list[str]:
    verdict = "this agency may own it" if found["may_own"] else f"this agency may not own it: {found['refusal']}"
    rest = [failing["sentence"] for each in found["not_eligible"] for failing in each["failing"]]
    eligible = [f"eligible: {', '.join(found['eligible'])}"] if found["eligible"] else []
    return [f"{found['reference']}: {verdict}", *eligible, *rest, *found["notes"], found["disclaimer"]]


def _at(moment: str) -> str:
    """Say a time as people compare it by eye."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _became(command: dict[str, Any]) -> str:
    if command["outcome"] == "waiting":
        return "waiting for the hub"
    return f"{command['outcome'].replace('_', ' ')}{': ' if command['reason'] else ''}{command['reason']}"
