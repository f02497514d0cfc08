"""`holdfast node join | run | status | doctor`."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from common.clock import SystemClock
from common.storage.lock import DirectoryHeld
from common.storage.sqlite import sqlite_version
from common.terminal import show
from node import process
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask_status
from node.doctor import examine
from node.opened import OpenNode
from node.uplink.join import join as join_hub
from node.uplink.link import look


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("join")(join)
    app.command("run")(run)
    app.command("status")(status)
    app.command("doctor")(doctor)


def join(
    string: Annotated[str, typer.Argument(help="The join string, as the hub's operator gave it.", show_default=False)],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Join a region's hub. Safe to repeat with the same string: a reply that got lost is asked for again."""
    membership = asyncio.run(join_hub(data, string, SystemClock()))
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


def run(data: Data = DEFAULT_DATA) -> None:
    """Run the node until it is told to stop (SIGTERM or Ctrl-C); a call under way finishes first."""
    process.run(data)


def status(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show how the node stands: what is written, acknowledged and waiting, and how the link to the hub is."""
    found = ask_status(data)
    show(found, as_json, _status_lines(found))


def doctor(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say what is wrong and what to do, one line each. Exit 1 when something is."""
    findings = examine(*_known(data), sqlite_version(), _disk_free_percent(data))
    show(
        [vars(finding) for finding in findings],
        as_json,
        [f"{'ok  ' if finding.is_ok else 'LOOK'}  {finding.subject}: {finding.says}" for finding in findings],
    )
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(1)


def _known(data: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a node's status, and its link's: of a stopped node after a look at the way to the hub."""
    try:
        opened = OpenNode(data)
    except DirectoryHeld:
        found = ask_status(data)
        return found, found["link"]
    with opened:
        return process.stopped_status(opened), {"running": False, **asyncio.run(look(opened))}


def _status_lines(found: dict[str, Any]) -> list[str]:
    link = found["link"]
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
    ]
    if found["sending"] != "flowing":
        lines.append(f"sending      STOPPED ({found['sending']}): {found['sending_stopped_because']}")
    return lines


def _disk_free_percent(data: Path) -> float:
    disk = shutil.disk_usage(data)
    return 100.0 * disk.free / disk.total
