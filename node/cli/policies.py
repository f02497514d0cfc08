"""`holdfast node policy ...`."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from common.errors import InvalidRequest
from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.policy import LONGEST_TEXT

policy = typer.Typer(
    no_args_is_help=True,
    help="Policies of the peer team: publish a version, read it, acknowledge it, see who has not yet.\n\n"
    "A new version needs a new acknowledgement. A supporter who has not acknowledged what is in force may not own a "
    "follow-up.",
)
Code = Annotated[str, typer.Argument(metavar="POLICY", help="Its code, such as CONF.")]
Version = Annotated[int | None, typer.Option(help="A version; the one in force, if left out.")]
From = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The day it holds from; today, if left out.")
]
LARGEST_FILE = 50_000_000  # bytes


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(policy, name="policy")


@policy.command("publish")
def publish(
    code: Code,
    title: Annotated[str, typer.Option(help="What it is called.")],
    document: Annotated[Path, typer.Option("--file", help="The document; if it is no text, its hash is kept.")],
    effective_on: From = None,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Publish a policy, or a new version of it: everybody then acknowledges it anew, from its day on."""
    said = _document(document)
    make_sure(f"Publish {code.upper()}, which every supporter then has to acknowledge", yes)
    found = ask(data, "policy_publish", policy=code, title=title, effective_on=_day(effective_on), **said)
    show(found, as_json, [f"{_name(found)} is {found['state']}, from {found['effective_on']} on"])


@policy.command("withdraw")
def withdraw(
    code: Code, effective_on: From = None, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False
) -> None:
    """Withdraw a policy from a day on: nobody need acknowledge it any more. What was acknowledged stays on record."""
    make_sure(f"Withdraw {code.upper()}", yes)
    found = ask(data, "policy_withdraw", policy=code, effective_on=_day(effective_on))
    show(found, as_json, [f"{found['policy']} is {found['state']}, from {found['effective_on']} on"])


@policy.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the policies, every version, with when you acknowledged each."""
    rows = ask(data, "policy_list")
    columns = ("policy", "version", "title", "state", "effective_on", "in_force", "acknowledged_at")
    show_table(rows, as_json, columns, "no policy was published yet: `holdfast node policy publish`")


@policy.command("show")
def show_(code: Code, version: Version = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show a policy with its text."""
    found = ask(data, "policy_show", policy=code, version=version)
    show(found, as_json, _lines(found))


@policy.command("acknowledge")
def acknowledge(
    code: Code,
    version: Version = None,
    supporter: Annotated[
        str, typer.Option(help="A coordinator records what this supporter signed on paper: a code or name.")
    ] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --supporter: the day on which they signed.")
    ] = None,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that you have read a policy and will keep to it. Shows it first."""
    found = ask(data, "policy_show", policy=code, version=version)
    if supporter:
        said = {"policy": code, "version": found["version"], "supporter": supporter, "on": _day(on)}
        answer = ask(data, "policy_acknowledge_for", **said)
        show(answer, as_json, [f"{answer['supporter']} acknowledged {_name(answer)}"])
        return
    if not yes:
        for line in _lines(found):
            typer.echo(line, err=True)
    make_sure(f"Acknowledge {_name(found)}", yes)
    answer = ask(data, "policy_acknowledge", policy=code, version=found["version"])
    show(answer, as_json, [f"you acknowledged {_name(answer)}"])


@policy.command("outstanding")
def outstanding(
    mine: Annotated[bool, typer.Option("--mine", help="Only what you have still to acknowledge.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List who has still to acknowledge what is in force: supporters by code, users by name."""
    if mine:
        rows = ask(data, "policy_own_outstanding")
        show_table(
            rows, as_json, ("policy", "version", "title", "effective_on", "flag"), "you have acknowledged all of them"
        )
        return
    rows = ask(data, "policy_outstanding")
    columns = ("who", "policy", "version", "title", "in_force_from", "flag")
    show_table(rows, as_json, columns, "everybody has acknowledged every policy in force")


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InvalidRequest(f"file: {path.name!r} cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise InvalidRequest(f"file: {path.name!r} is larger than {LARGEST_FILE:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    is_text = text.strip() and len(text) <= LONGEST_TEXT and "\0" not in text
    return {"text": text} if is_text else {"text_hash": sha256(content).hexdigest()}


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()


def _name(found: dict[str, Any]) -> str:
    return f"{found['policy']} version {found['version']}"


def _lines(found: dict[str, Any]) -> list[str]:
    head = f"{_name(found)}: {found['title']} ({found['state']}, from {found['effective_on']} on)"
    hash_line = f"SHA-256 of the document: {found['text_hash']}"
    yours = (
        f"you acknowledged it at {found['acknowledged_at']}" if found["acknowledged_at"] else "not acknowledged by you"
    )
    return [head, *found["text"].splitlines(), hash_line, yours]
