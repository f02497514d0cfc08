"""`holdfast node aid ...`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.codes import words
from common.terminal import Yes, make_sure, show, show_table
from common.wire.v1.codes_pb2 import Discipline, Language
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="The request's id, or its first 4 or more hex digits.")]
aid = typer.Typer(
    no_args_is_help=True,
    help="Mutual aid of peers: ask other agencies for supporters, offer some of your own, and end it. All of it works"
    " offline: what you say waits until it can leave.",
)
SHORT = 8  # digits of an id: enough to say which request is meant
_COLUMNS = ("id", "asked_by", "status", "wanted", "matched", "offered", "until")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(aid, name="aid")


@aid.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the requests for peers that concern your agency, the newest first, as the hub told them last.

    `offered` is what your agency offers. Where less of it is matched, the rest waits and moves up when another agency
    withdraws. Below the table stands what you said and the hub has not answered, or has refused.
    """
    rows = ask(data, "aid_list")
    shown = rows if as_json else [row | {"id": row["id"][:SHORT]} for row in rows]
    show_table(shown, as_json, _COLUMNS, "no request for peers: `holdfast node aid request` makes one")
    for row in () if as_json else shown:
        if row["command"] and row["command"]["stands"] != "applied":
            typer.echo(_unanswered(row["id"], row["command"]))


@aid.command("request")
def request(
    supporters: Annotated[int, typer.Option(help="How many supporters you need, 1 to 999.")],
    until: Annotated[str, typer.Option(help="Until when, as 2026-11-09T18:00:00+00:00; released by itself then.")],
    incident: Annotated[
        str, typer.Option(help="Its id, or 4 or more hex digits of it: only its participants are asked.")
    ] = "",
    discipline: Annotated[
        list[str] | None, typer.Option(help=f"Only from such agencies; may be repeated: {', '.join(words(Discipline))}")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help=f"To be spoken; may be repeated: {', '.join(words(Language))}")
    ] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask other agencies for supporters. They have 48 hours to fill it.

    With an incident, its participants are asked; without one, every agency. Only agencies that signed the regional
    agreement take part.
    """
    answer = ask(
        data,
        "aid_request",
        supporters=supporters,
        until=until,
        incident=incident,
        disciplines=discipline or [],
        languages=language or [],
    )
    _tell(answer, as_json)


@aid.command("offer")
def offer(
    request_: Request,
    supporters: Annotated[int, typer.Argument(metavar="N", help="How many supporters you can send, 1 to 999.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Offer supporters to an agency that asks; a second offer replaces your first.

    The hub matches offers in the order of arrival.
    """
    _tell(ask(data, "aid_offer", request=request_, supporters=supporters), as_json)


@aid.command("withdraw")
def withdraw(request_: Request, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Take back your offer; or the whole request, when it was you who asked."""
    row = _meant(data, request_)
    if row is not None:
        what = "your request" if row["is_own"] else f"your offer of {row['offered']}"
        make_sure(f"Withdraw {what}: {_named(row)}, {row['matched'] or 0} matched", yes)
    _tell(ask(data, "aid_withdraw", request=request_), as_json)


@aid.command("release")
def release(request_: Request, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Release the supporters that you asked for: they are not needed any more."""
    row = _meant(data, request_)
    if row is not None:
        make_sure(f"Release {row['matched'] or 0} supporters, and end the request for every agency: {_named(row)}", yes)
    _tell(ask(data, "aid_release", request=request_), as_json)


def _meant(data: Path, typed: str) -> dict[str, Any] | None:
    """Give the one request that is meant; None where the command itself will say what is wrong."""
    rows = [row for row in ask(data, "aid_list") if row["id"].startswith(typed.lower().replace("-", ""))]
    return rows[0] if len(rows) == 1 else None


def _named(row: dict[str, Any]) -> str:
    return f"{row['id'][:SHORT]}, {row['wanted']} asked for by {row['asked_by']} ({row['status']})"


def _tell(answer: dict[str, Any], as_json: bool) -> None:
    show(
        answer,
        as_json,
        [f"request {answer['request'][:SHORT]}: written as report {answer['sequence']}; waiting for the hub"],
    )


def _unanswered(request: str, command: dict[str, Any]) -> str:
    return f"{request}: your last word, {command['said']}: {command['stands']} {command['reason']}".rstrip()
