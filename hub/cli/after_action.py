"""`holdfast hub incident report`: the after-action report, to read and to print."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

_COVERAGE = ("agency", "status", "asked", "active after", "follow-ups opened", "owned", "owned, open")
_TIMINGS = {"first_activation": "first team active", "first_contact": "first contact", "closed": "closed"}


def add_commands(incident: typer.Typer) -> None:
    """Add this file's commands."""
    incident.command("report")(report)


def report(
    incident_id: Annotated[
        str, typer.Argument(metavar="INCIDENT", help="The incident's id, or its first 4 or more hex digits.")
    ],
    for_: Annotated[
        str,
        typer.Option(
            "--for",
            help="coordinators: every figure as it is now; board: no agency, small counts withheld, made once.",
        ),
    ] = "coordinators",
    with_open: Annotated[
        bool, typer.Option("--with-open", help="Have the board's figures made for good although follow-ups are open.")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Report on a closed incident: how soon, which agencies, and what became of the follow-ups."""
    found = ask(data, "incident report", incident=incident_id, with_open=with_open, **{"for": for_})
    show(found, as_json, _lines(found))
    if not as_json and found["coverage"]:
        typer.echo("")
        show_table([_row(line) for line in found["coverage"]], False, _COVERAGE, "")


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"After-action report: {found['title'] or _spaced(found['type'])} ({found['incident'][:8]})"
    yield f"{_spaced(found['type'])}, opened {_moment(found['opened_at'])}, closed {_moment(found['closed_at'])}"
    yield from ("", "After the opening")
    for name, words in _TIMINGS.items():
        yield f"  {words:<24} {_span(found['after_s'][name])}"
    yield from ("", "Agencies")
    yield f"  {'took part':<24} {found['agencies']}"
    yield f"  {'were active':<24} {found['agencies_activated']}"
    follow_ups = found["follow_ups"]
    yield from ("", "Follow-ups")
    for name in ("opened", "closed", "open"):
        yield f"  {name:<24} {follow_ups[name]}"
    if follow_ups["closed_percent"] is not None:
        percent = follow_ups["closed_percent"]
        yield f"  {'closed, of all':<24} {percent}{'' if percent == 'withheld' else ' %'}"
    for outcome, count in follow_ups["by_outcome"].items():
        yield f"  {'  ' + _spaced(outcome):<24} {count}"
    yield f"  {'escalated':<24} {_steps(follow_ups['escalated'], follow_ups['escalation_steps'], 'steps')}"
    yield f"  {'handed over':<24} {_steps(follow_ups['handed_over'], follow_ups['hand_overs'], 'times')}"
    if found["k"] is not None:
        yield from ("", f"withheld: fewer than {found['k']}, or a count that would give such a one away")
        yield f"Made on {_moment(found['made_at'])}; what has changed since is not in it."


def _row(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "agency": line["agency"],
        "status": _spaced(line["status"]),
        "asked": "yes" if line["asked"] else "no",
        "active after": _span(line["activated_after_s"]),
        "follow-ups opened": line["follow_ups_opened"],
        "owned": line["follow_ups_owned"],
        "owned, open": line["follow_ups_owned_open"],
    }


def _steps(count: Any, steps: int | None, unit: str) -> str:
    return str(count) if not steps else f"{count} ({steps} {unit})"


def _span(seconds: int | str | None) -> str:
    if seconds is None:
        return "did not happen"
    return seconds if isinstance(seconds, str) else str(timedelta(seconds=seconds))


def _moment(told: str | None) -> str:
    return "at a time that is not known" if told is None else f"{datetime.fromisoformat(told):%Y-%m-%d %H:%M} UTC"


def _spaced(word: str) -> str:
    return word.replace("_", " ")
