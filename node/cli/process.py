"""`holdfast node init | join | run | status | doctor`."""

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from common.clock import SystemClock
from common.errors import HoldfastError, InvalidRequest
from common.storage.lock import DirectoryHeld
from common.terminal import show, working
from common.web.told import console_lines
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask, ask_status

if TYPE_CHECKING:
    from node.doctor import Finding

# What works on a store itself is loaded by the command that does: the others start in a fraction of the time.
_STDIN = "-"
_LONGEST_LINE = 4096


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("init")(init)
    app.command("join")(join)
    app.command("run")(run)
    app.command("status")(status)
    app.command("doctor")(doctor)


def init(
    agency: Annotated[str, typer.Option(help="What the agency is called.")],
    time_zone: Annotated[str, typer.Option("--time-zone", help="Where it is, such as America/Denver.")] = "UTC",
    jurisdiction: Annotated[str, typer.Option(help="The jurisdiction pack whose rules hold here.")] = "default",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make a node that works without a hub: everything local works, and it can join a region later.

    A node that joins a region from the start needs no `init`: `holdfast node join` makes it.
    """
    from node.founding import found

    found(data, agency, time_zone, jurisdiction)
    show(
        {"agency": agency, "data": str(data)},
        as_json,
        [
            f"{agency}: the node stands in {data}. It belongs to no region yet: `holdfast node join` does that.",
            "Keep a copy of secrets/ in a safe place: without it nothing here can be read.",
        ],
    )


def join(
    string: Annotated[
        str,
        typer.Argument(
            help="Left out, or `-`: asked for on a terminal, else read from standard input, where neither the process "
            "list nor the shell's history keeps it. Or the join string itself.",
            show_default=False,
        ),
    ] = _STDIN,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Join a region's hub, with the string that its operator gave you. Safe to repeat with the same string."""
    from node.uplink.join import join as join_hub

    membership = asyncio.run(join_hub(data, _read_join_string() if string == _STDIN else string, SystemClock()))
    answer = {
        "agency": membership.agency_name,
        "agency_id": membership.agency_id.hex(),
        "node": membership.node,
        "region": membership.trust_domain,
    }
    show(
        answer,
        as_json,
        [
            f"Joined {membership.trust_domain} as {membership.agency_name}, node {membership.node}.",
            "Keep a copy of secrets/ in a safe place: without it a backup cannot be read. Then: holdfast node run",
        ],
    )


def _read_join_string() -> str:
    """Ask for the join string, unseen; where nobody can be asked, take one line."""
    stdin = typer.get_binary_stream("stdin")
    if stdin.isatty():
        return str(typer.prompt("Join string (not shown when you paste it)", hide_input=True, err=True))
    line = stdin.readline(_LONGEST_LINE).decode("utf-8", "replace")
    if not line.strip():
        raise InvalidRequest("join string: none came on standard input; run this on a terminal, or pipe one line to it")
    return line


def run(data: Data = DEFAULT_DATA) -> None:
    """Run the node until it is told to stop (SIGTERM or Ctrl-C); a call under way finishes first."""
    from node import process

    process.run(data)


def status(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show how the node stands: what is written, acknowledged and waiting, and how the link to the hub is."""
    found = ask_status(data)
    show(found, as_json, _status_lines(found))


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Leave out reading the whole store.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong and what to do, one line each. Exit 1 when something is.

    Reads every page of the store, running or stopped: some 10 seconds for a GB.
    """
    from node.doctor import Finding

    try:
        findings = _findings(data, quick)
    except HoldfastError as error:  # that the node cannot be opened is a finding too
        findings = [Finding("node", False, str(error))]
    show(
        [vars(finding) for finding in findings],
        as_json,
        [f"{'ok  ' if finding.is_ok else 'LOOK'}  {finding.subject}: {finding.says}" for finding in findings],
    )
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(1)


def _findings(data: Path, quick: bool) -> "list[Finding]":
    from common.storage.integrity import damage_told
    from common.storage.sqlite import sqlite_version
    from node.doctor import examine

    with working("looking at the node and the way to its hub"), damage_told():
        known = _known(data)
    with working("reading every page of the store (--quick leaves it out)"):
        damage = None if quick else str(ask(data, "store_check")["damage"])
    return examine(*known, sqlite_version(), _disk_free_percent(data), damage)


def _known(data: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a node's status, and its link's: of a stopped node after a look at the way to the hub."""
    from node.opened import OpenNode
    from node.process import stopped_status
    from node.uplink.link import look

    try:
        opened = OpenNode(data)
    except DirectoryHeld:
        found = ask_status(data)
        return found, found["link"]
    with opened:
        way = asyncio.run(look(opened)) if opened.has_hub else {}
        return stopped_status(opened), {"running": False, **way}


def _status_lines(found: dict[str, Any]) -> list[str]:
    link = found["link"]
    if found["region"] is None:
        return [
            f"{found['agency']}, without a hub",
            f"process      {'running' if link['running'] else 'stopped'}",
            "region       none: `holdfast node join` joins one later, with everything that is kept here",
            *console_lines(found["console"]),
        ]
    if not link["running"]:
        state = "stopped"
    elif link["trouble"]:
        state = f"running; hub not reached since {link['trouble_since']}: {link['trouble']}"
    else:
        state = f"running; hub last heard {link['last_heard_at'] or 'not yet'}"
    lines = [
        f"{found['agency']}, node {found['node']} of {found['region']}",
        f"process      {state}",
        f"reports      {found['written']} written, {found['acknowledged']} acknowledged, {found['waiting']} waiting",
        f"mailbox      {found['mailbox_cursor']} notices applied",
        f"certificate  until {found['certificate_expires_at']}; recoveries {found['recoveries']}",
        *console_lines(found["console"]),
    ]
    if found["sending"] != "flowing":
        lines.append(f"sending      STOPPED ({found['sending']}): {found['sending_stopped_because']}")
    return lines


def _disk_free_percent(data: Path) -> float:
    disk = shutil.disk_usage(data)
    return 100.0 * disk.free / disk.total
