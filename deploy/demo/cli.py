"""`holdfast demo`."""

import json
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console

from common.errors import InvalidRequest
from deploy.demo.comparison import compare
from deploy.demo.consoles import Consoles
from deploy.demo.play import Play
from deploy.demo.processes import Processes
from deploy.demo.region import Region
from deploy.demo.scenario import read_scenario
from deploy.demo.screen import Audience, Screen, Script
from deploy.demo.stores import read_stores

EXIT_BROKEN = 1
_WITH_CONSOLE = "fire"
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

app = typer.Typer(add_completion=False, help="A hub and six agencies on this machine, playing one incident.")


@app.command()
def demo(
    speed: Annotated[float, typer.Option(min=0.1, help="Minutes of the scenario in one second.")] = 2.0,
    check: Annotated[
        bool, typer.Option("--check", help="Do not wait; end with one line of JSON on stdout. Exit 1: a promise broke.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Fixes counts, delays, short cuts and the moments of the kills.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep stores and logs in this new directory; they are removed, if left out.")
    ] = None,
    judge: Annotated[
        Path | None, typer.Option(help="Play nothing: compare the stores that an earlier run kept, and end as --check.")
    ] = None,
    stay: Annotated[
        bool, typer.Option(help="Then run on, with the hub's and one node's console to look round in.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines alone, for scripts.")] = False,
) -> None:
    """Play one incident with a hub and six agencies' nodes, as processes of this machine.

    Real enrolment, mutual TLS, follow-ups that two agencies race for, a network cut, a killed node, a killed hub; then
    the activation board as everybody has it, who owns which follow-up, and whether anything was lost or counted twice:
    the stores of all seven are compared. Then, without --check and --json, the region runs on with two consoles.
    """
    if judge is not None:
        _end(_judge(judge, None if as_json else Console(stderr=True)), as_line=True)
        return
    chosen = random.randrange(1_000_000) if seed is None else seed
    console = None if as_json else Console(stderr=check, highlight=False)
    with _folder(keep) as folder:
        figures = _play(folder, None if check else speed, chosen, console, stays=stay and not (check or as_json))
        if keep is not None and console is not None:
            console.print(f"Kept in {keep}: compare again with holdfast demo --judge {keep}", soft_wrap=True)
    _end(figures, as_line=check or as_json)


def _play(
    folder: Path, speed: float | None, seed: int, console: Console | None, *, stays: bool = False
) -> dict[str, Any]:
    """Play the scenario in a folder, compare the stores, and give every figure.

    Args:
        stays: the region then runs on, with two consoles, until the demo is told to end.
    """
    began = time.monotonic()
    scenario = read_scenario()
    processes = Processes(folder / "logs")
    chance = random.Random(seed)
    region = Region(scenario, folder, processes, chance)
    play = Play(region, chance)
    audience: Audience = Script(speed) if console is None else Screen(scenario, len(play.events), speed, console)
    with audience, _ended_with(processes, region):
        region.found()
        audience.preparing(f"{scenario.region}'s hub runs")
        region.enrol_all(lambda agency: audience.preparing(f"{agency.name} has joined; its node runs"))
        audience.preparing(play.agree())
        audience.preparing(play.counts.open())
        play.fill(audience.preparing)
        audience.preparing(play.counts.release())
        for event, sentence in play.run(audience.pause):
            audience.happened(event, sentence)
        audience.reported(play.counts.report())
        region.stop()
        hub, nodes = read_stores(folder)
        stored = compare(hub, nodes)
        verdict = replace(stored, broken=(*stored.broken, *play.played.broken))
        audience.judged(verdict, hub, nodes)
        if stays and console is not None:
            consoles = Consoles(region, play.records_of(_WITH_CONSOLE))
            consoles.open()
            consoles.tell(console)
            consoles.stay()
    return verdict.figures() | play.played.figures() | {"seed": seed, "seconds": round(time.monotonic() - began, 1)}


def _judge(folder: Path, console: Console | None) -> dict[str, Any]:
    """Compare the stores that an earlier run kept."""
    hub, nodes = read_stores(folder)
    verdict = compare(hub, nodes)
    if console is not None:
        Screen(read_scenario(), 0, None, console).judged(verdict, hub, nodes)
    return verdict.figures()


def _end(figures: dict[str, Any], *, as_line: bool) -> None:
    if as_line:
        typer.echo(json.dumps(figures))
    if figures["broken"]:
        raise typer.Exit(EXIT_BROKEN)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give an empty folder: one that is kept, or one that is removed."""
    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise InvalidRequest(f"keep: {keep.name!r} is not empty, name a new directory")
        keep.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield keep
        return
    made = Path(tempfile.mkdtemp(prefix="holdfast-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _ended_with(processes: Processes, region: Region) -> Iterator[None]:
    """End every process, however the block ends: Ctrl-C and a polite kill included."""
    heeded = [number for number in _ENDINGS if signal.getsignal(number) is not signal.SIG_IGN]  # nohup stays nohup
    before = {number: signal.signal(number, _leave) for number in heeded}
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C does not leave half of them running
        processes.close()
        region.close_lines()
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
