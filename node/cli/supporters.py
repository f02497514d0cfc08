"""`holdfast node supporter ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.supporter import Topic
from node.domain.words import words_of

supporter = typer.Typer(
    no_args_is_help=True,
    help="The roster of peer supporters: who is designated, trained, available.\n\n"
    "A supporter who needs a break says `holdfast node supporter pause`; nobody asks why.",
)
Name = Annotated[str, typer.Argument(metavar="SUPPORTER", help="The code, such as S-07, or the whole name.")]
Maybe = Annotated[
    str | None, typer.Argument(metavar="[SUPPORTER]", help="For a coordinator: whose; left out: your own.")
]
Member = Annotated[str | None, typer.Option(help="The code of the member that the supporter is.")]
Selected = Annotated[str | None, typer.Option(help="The day of selection.")]
Designated = Annotated[str | None, typer.Option(help="The day of designation.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="A language; may be repeated.")]
_COLUMNS = ("code", "name", "availability", "designated_on", "open", "training lacking")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(supporter, name="supporter")


@supporter.command("add")
def add(
    name: Annotated[str | None, typer.Argument(help="What the supporter is called; else the member's name.")] = None,
    member: Member = None,
    selected: Selected = None,
    designated: Designated = None,
    language: Languages = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record a supporter; the node gives the code."""
    fields: dict[str, Any] = {"name": name, "member": member, "selected_on": selected, "designated_on": designated}
    made = ask(data, "supporter_add", **fields, languages=language)
    show(made, as_json, [f"recorded {made['name']} as {made['code']}: {_plain(made['availability'])}"])


@supporter.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--ended", help="Those that ended too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List the roster."""
    rows = ask(data, "supporters", ended=ended)
    shown = rows if as_json else [_row(row) for row in rows]
    show_table(shown, as_json, _COLUMNS, "the roster is empty: `holdfast node supporter add` records a supporter")
    for row in () if as_json else rows:
        if row["flagged"]:
            typer.echo(f"{row['code']}: {row['flagged']}")


@supporter.command("show")
def show_(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show all that is known of a supporter."""
    found = ask(data, "supporter_show", supporter=name)
    show(found, as_json, _lines(found))


@supporter.command("train")
def train(
    name: Name,
    topic: Annotated[list[str], typer.Argument(help=f"{words_of(Topic)}; several, if one course was about them.")],
    completed: Annotated[str | None, typer.Option(help="The day; today, if left out.")] = None,
    expires: Annotated[str | None, typer.Option(help="The first day on which it counts no more.")] = None,
    hours: Annotated[float | None, typer.Option(help="How many hours.")] = None,
    provider: Annotated[str, typer.Option(help="Who gave it.")] = "",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record a training that a supporter completed, in one topic or several; what is wrong with one records none."""
    when: dict[str, Any] = {"completed": completed, "expires": expires}
    found = ask(data, "supporter_train", supporter=name, topic=topic, hours=hours, provider=provider, **when)
    show(found, as_json, _lines(found))


@supporter.command("pause")
def pause(
    name: Maybe = None,
    until: Annotated[str | None, typer.Option(help="A day: 3d, tomorrow; else until you say resume.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take a break from now on. Nobody asks why, and it is written nowhere."""
    found = _one(data, "pause", name, until=until)
    end = f"until {found['paused_until'][:16].replace('T', ' ')}" if found["paused_until"] else "until you resume"
    show(found, as_json, [f"{found['code']} is paused {end}; `holdfast node supporter resume` ends it"])


@supporter.command("resume")
def resume(name: Maybe = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """End a break."""
    found = _one(data, "resume", name)
    show(found, as_json, [f"{found['code']} is {_plain(found['availability'])}"])


@supporter.command("cap")
def cap(
    name: Name,
    most: Annotated[str, typer.Argument(metavar="NUMBER", help="Open follow-ups at most, or `none`.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Set how many open follow-ups a supporter may have."""
    found = ask(data, "supporter_edit", supporter=name, cap=most)
    said = "no cap" if found["cap"] is None else f"a cap of {found['cap']} open follow-ups"
    show(found, as_json, [f"{found['code']} has {said}"])


@supporter.command("edit")
def edit(
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", help="What the supporter is called.")] = None,
    selected: Selected = None,
    designated: Designated = None,
    language: Languages = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Change what is known of a supporter."""
    days: dict[str, Any] = {"selected_on": selected, "designated_on": designated}
    found = ask(data, "supporter_edit", supporter=name, name=new_name, languages=language, **days)
    show(found, as_json, _lines(found))


@supporter.command("end")
def end(
    name: Name,
    on: Annotated[str, typer.Option(help="The first day out of office.")] = "today",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """End a supporter's office: the record stays."""
    found = ask(data, "supporter_edit", supporter=name, ended_on=on)
    show(found, as_json, [f"{found['code']} is out of office from {found['ended_on']} on"])


def _one(data: Any, verb: str, name: str | None, **fields: Any) -> Any:
    return ask(data, verb, **fields) if name is None else ask(data, f"supporter_{verb}", supporter=name, **fields)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    if row["flagged"]:
        return dict.fromkeys(_COLUMNS, "") | {"code": row["code"], "name": "ALTERED"}
    topics = row["topics_lacking"]
    lacking = f"all {len(topics)}" if len(topics) == len(Topic) else ", ".join(map(_plain, topics))
    return row | {"availability": _plain(row["availability"]), "open": _load(row), "training lacking": lacking}


def _load(row: dict[str, Any]) -> str:
    """Say how many follow-ups somebody has open, against the cap."""
    said = str(row["open_follow_ups"]) if row["cap"] is None else f"{row['open_follow_ups']} of {row['cap']}"
    return f"{said} FULL" if row["cap"] is not None and row["open_follow_ups"] >= row["cap"] else said


def _lines(found: dict[str, Any]) -> list[str]:
    if found["flagged"]:
        return [f"{found['code']}: {found['flagged']}"]
    lines = [f"{found['code']}  {found['name']}: {_plain(found['availability'])}"]
    told = ("member", "selected_on", "designated_on", "ended_on", "paused_until")
    lines += [f"{'follow-ups':<14}{_load(found)} open{', no cap' if found['cap'] is None else ''}"]
    lines += [f"{_plain(name):<14}{found[name]}" for name in told if found[name] is not None]
    for each in found["trainings"]:
        end = f", counts until {each['expires_on']}" if each["expires_on"] else ""
        lines.append(f"  {_plain(each['topic'])}: {each['completed_on']}{end}{'' if each['in_date'] else ' (ran out)'}")
    if found["topics_lacking"]:
        lines.append(f"still to train: {', '.join(map(_plain, found['topics_lacking']))}")
    return lines


def _plain(word: str) -> str:
    return word.replace("_", " ")
