"""`holdfast node encounter ...`: log a contact in one line, see and correct what was logged."""

import shutil
import textwrap
from datetime import datetime
from typing import Annotated, Any

import typer

from common.terminal import ask_text, show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.encounter import ActivationType, Duration, Mode, RecipientClass, Referral, SupportKind
from node.domain.words import words_of

encounter = typer.Typer(
    no_args_is_help=True,
    help="Support contacts, as coded fields: log one, list them, correct one, void a wrong one.\n\n"
    "`holdfast node encounter log` alone logs a contact just now, in person, under 15 minutes, self-referred, about "
    "something undisclosed; every option changes one of these. The beginning of a word is enough.",
)
Name = Annotated[
    str, typer.Argument(metavar="ENCOUNTER", help="Its reference, the 8 digits that the list shows, or `last`.")
]
At = Annotated[str | None, typer.Option("--at", help="When: 14:20, 20m (ago), 2h, yesterday 14:20, 2026-11-03 14:20.")]
Kind = Annotated[str | None, typer.Option("--kind", "-k", help=words_of(SupportKind))]
Type = Annotated[str | None, typer.Option("--type", "-t", help=words_of(ActivationType))]
Recipient = Annotated[str | None, typer.Option("--recipient", "-r", help=words_of(RecipientClass))]
How = Annotated[str | None, typer.Option("--mode", "-m", help=words_of(Mode))]
Long = Annotated[str | None, typer.Option("--minutes", help=f"How long, or a band: {words_of(Duration)}")]
Participants = Annotated[int | None, typer.Option("--participants", "-n", help="In a group session: how many.")]
Referrals = Annotated[
    list[str] | None, typer.Option("--referral", metavar="<str>", help=f"{words_of(Referral)}; may be repeated.")
]
FollowUp = Annotated[
    str | None, typer.Option("--follow-up", help="Due: 3d, tomorrow, 2026-11-06; `yes`: as agreed; `none`.")
]
Incident = Annotated[str | None, typer.Option("--incident", help="The incident's first hex digits; `none`.")]
Related = Annotated[
    bool | None,
    typer.Option("--incident-related/--unrelated", help="About an incident, also one that the hub does not know."),
]
Note = Annotated[
    bool, typer.Option("--note", help="With a sealed note: asked for unseen, else read from standard input.")
]
Member = Annotated[str | None, typer.Option("--member", help="A member's code, such as M-0017; `none`.")]
All = Annotated[bool, typer.Option("--all", help="Of every supporter: for coordinators.")]
_COLUMNS = ("reference", "when", "supporter", "kind", "type", "mode", "minutes", "referrals", "follow-up", "member")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(encounter, name="encounter")


@encounter.command("log")
def log(
    at: At = None,
    kind: Kind = None,
    type_: Type = None,
    recipient: Recipient = None,
    mode: How = None,
    minutes: Long = None,
    participants: Participants = None,
    referral: Referrals = None,
    follow_up: FollowUp = None,
    incident: Incident = None,
    related: Related = None,
    member: Member = None,
    note: Note = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Log a contact. What you leave out is taken as it usually is; the recipient as in your last entry."""
    fields = _fields(at, kind, type_, recipient, mode, minutes, participants, referral, follow_up, incident, member)
    said: dict[str, Any] = {"incident_related": related} | ({"note": ask_text("Note")} if note else {})
    made = ask(data, "encounter_log", **fields, **said)
    lines = [f"logged {_line(made)}", f"Wrong? holdfast node encounter edit | void {made['reference']}"]
    show(made, as_json, [*lines, *(["The note is sealed to you and the clinical leads."] if note else [])])


@encounter.command("list")
def list_(
    every: All = False,
    supporter: Annotated[str | None, typer.Option(help="With --all: of this supporter, by code or name.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day on: 2026-11-01, yesterday, 7d.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", "-k", help=words_of(SupportKind))] = None,
    type_: Annotated[list[str] | None, typer.Option("--type", "-t", help=words_of(ActivationType))] = None,
    recipient: Annotated[list[str] | None, typer.Option("--recipient", "-r", help=words_of(RecipientClass))] = None,
    mode: Annotated[list[str] | None, typer.Option("--mode", "-m", help=words_of(Mode))] = None,
    minutes: Annotated[list[str] | None, typer.Option("--minutes", help=words_of(Duration))] = None,
    referral: Referrals = None,
    incident: Incident = None,
    member: Member = None,
    void: Annotated[bool, typer.Option("--void", help="Void ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this one, as the last page said.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List encounters, the newest first: your own, or with --all every coded one."""
    narrowed: dict[str, Any] = {"supporter": supporter} if every else {}
    narrowed |= {"kind": kind, "activation_type": type_, "recipient_class": recipient, "mode": mode}
    narrowed |= {"duration": minutes, "referrals": referral, "incident": incident, "member": member}
    narrowed |= {"since": since, "until": until, "void": void, "limit": limit, "after": after}
    found = ask(data, "encounters" if every else "own_encounters", **narrowed)
    if as_json:
        show(found, True, [])
        return
    for each in found["encounters"]:
        typer.echo("\n".join(_listed(each, every)))
    if not found["encounters"]:
        typer.echo("no encounter here")
    if found["after"]:
        typer.echo(f"there may be more: the same command with --after {found['after']}")


@encounter.command("show")
def show_(name: Name, every: All = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show an encounter with every version of it."""
    found = ask(data, "encounter" if every else "own_encounter", encounter=name)
    versions = found["versions"]
    lines = [f"  version {each['version']}, written {_at(each['written_at'])}: {_said(each)}" for each in versions]
    show(found, as_json, [_line(found), *lines])


@encounter.command("edit")
def edit(
    name: Name,
    at: At = None,
    kind: Kind = None,
    type_: Type = None,
    recipient: Recipient = None,
    mode: How = None,
    minutes: Long = None,
    participants: Participants = None,
    referral: Referrals = None,
    follow_up: FollowUp = None,
    incident: Incident = None,
    related: Related = None,
    member: Member = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Correct an encounter of yours: what you say is changed, and the version before is kept."""
    fields = _fields(at, kind, type_, recipient, mode, minutes, participants, referral, follow_up, incident, member)
    made = ask(data, "encounter_edit", encounter=name, **fields, incident_related=related)
    show(made, as_json, [f"corrected {_line(made)}", f"This is version {made['version']}; the ones before are kept."])


@encounter.command("void")
def void(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Void a wrong entry of yours: it is kept, and counts no more."""
    made = ask(data, "encounter_void", encounter=name)
    show(made, as_json, [f"void {_line(made)}", "It is kept, and counts no more. Log it anew if it took place."])


def _fields(
    at: str | None,
    kind: str | None,
    type_: str | None,
    recipient: str | None,
    mode: str | None,
    minutes: str | None,
    participants: int | None,
    referrals: list[str] | None,
    follow_up: str | None,
    incident: str | None,
    member: str | None,
) -> dict[str, Any]:
    said: dict[str, Any] = {"at": at, "kind": kind, "activation_type": type_, "recipient_class": recipient}
    said |= {"mode": mode, "duration": minutes, "participants": participants, "referrals": referrals}
    said |= {"follow_up": follow_up, "incident": incident, "member": member}
    return {name: value for name, value in said.items() if value not in (None, [])}


def _line(each: dict[str, Any]) -> str:
    return f"{each['reference']}: {_said(each)}"


def _said(each: dict[str, Any]) -> str:
    if each["flagged"]:
        return str(each["flagged"])
    row = _row(each)
    long = row["minutes"] if each["duration"] is None else f"{row['minutes']} min"
    words = [row["kind"], row["mode"], long, row["type"], _plain(each["recipient_class"])]
    people = each["participants"]
    words += [f"{people} people"] if people != 1 and people is not None else []
    words += ["at an incident"] if each["incident_related"] else []
    words += [f"referred to {row['referrals']}"] if row["referrals"] else []
    words += [f"follow-up due {row['follow-up']}"] if row["follow-up"] else []
    words += [row["member"]] if row["member"] else []
    return f"{row['when']}, {', '.join(words)}"


def _listed(each: dict[str, Any], has_supporter: bool) -> list[str]:
    """Lay one out in two lines or more: what people look for first, in columns; the rest beside it."""
    row = _row(each)
    head = f"{row['reference']}  {row['when']:<16}  " + (f"{row['supporter']:<5} " if has_supporter else "")
    if each["flagged"]:
        words = f"{row['kind']}: {each['flagged']}"
    else:
        words = _said(each).removeprefix(f"{row['when']}, ")
    wide = max(shutil.get_terminal_size().columns, len(head) + 30)
    return textwrap.wrap(words, wide, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)


def _row(each: dict[str, Any]) -> dict[str, Any]:
    if each["flagged"]:
        return dict.fromkeys(_COLUMNS, "") | {"reference": each["reference"], "kind": each["state"].upper()}
    return {
        "reference": each["reference"],
        "when": _at(each["occurred_at"]),
        "supporter": each["supporter"],
        "kind": _plain(each["kind"]) + (" (void)" if each["is_void"] else ""),
        "type": _plain(each["activation_type"]),
        "mode": _plain(each["mode"]),
        "minutes": _plain(each["duration"]).replace(" ", "-")
        if each["duration"] in _BANDS
        else _plain(each["duration"]),
        "referrals": ", ".join(_plain(word) for word in each["referrals"] if word != "none"),
        "follow-up": each["follow_up_due"] or "",
        "member": each["member"] or "",
    }


_BANDS = {"15_29": "15-29", "30_44": "30-44", "45_59": "45-59"}


def _plain(word: str | None) -> str:
    return "not recorded" if word is None else word.replace("_", " ")


def _at(moment: str) -> str:
    """Say a time as people compare it by eye, where the agency is."""
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}"
