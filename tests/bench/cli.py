"""`holdfast bench NAME | all`: one line of JSON for each measurement, on standard output.

Each measurement runs in a process of its own, for `LONGEST_S` or its own limit at most; what it started ends with it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import common.rpc.tls  # noqa: F401  (before grpc)

import typer

from common.errors import InvalidRequest
from tests.bench import (
    board_update,
    deadline_tick,
    end_to_end,
    follow_up_commands,
    imports,
    ledger_verify,
    live_board,
    pages,
    push,
    records,
    region_audit,
    region_report,
    release_check,
    watch,
)
from tests.bench.loss import report as loss
from tests.bench.measurement import Line, Scale, printed
from tests.bench.processes import allow_many_files

LONGEST_S = 180.0
LONGER_S = {"disclosure_loss": 1200.0, "page": 1500.0}
ENDING_S = 40.0
MEASUREMENTS: dict[str, Callable[[Scale], Iterator[Line]]] = {
    "push_single": push.measure_single,
    "push_batch": push.measure_batch,
    "watch_fanout": watch.measure_fanout,
    "watch_memory": watch.measure_memory,
    "reconnect": watch.measure_reconnect,
    "end_to_end": end_to_end.measure,
    "followup_commands": follow_up_commands.measure,
    "board_update": board_update.measure,
    "deadline_tick": deadline_tick.measure,
    "growth": push.measure_growth,
    "encounter_save": records.measure_save,
    "encounter_list": records.measure_list,
    "encounter_add": records.measure_add,
    "search_member": records.measure_search,
    "import_rows": imports.measure_rows,
    "release_check": release_check.measure,
    "region_audit": region_audit.measure,
    "region_report": region_report.measure,
    "disclosure_loss": loss.measure,
    "page": pages.measure,
    "live_board": live_board.measure,
    "ledger_verify": lambda _: iter([ledger_verify.measure()]),
}

app = typer.Typer(add_completion=False)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help=f"all, or one of {', '.join(MEASUREMENTS)}.")] = "all",
    nodes: Annotated[int | None, typer.Option(min=1, help="How many nodes; default: as the measurement says.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="Seconds of one round.")] = None,
) -> None:
    """Measure against the bare mechanism; print one JSON line for each measurement."""
    if name != "all" and name not in MEASUREMENTS:
        raise InvalidRequest(f"name: {name!r} is not one of all, {', '.join(MEASUREMENTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # and so is what was started
    if name != "all":
        _measure(name, Scale(nodes, seconds))
        return
    options = [f"--{key}={value}" for key, value in (("nodes", nodes), ("seconds", seconds)) if value is not None]
    failed = [each for each in MEASUREMENTS if not _in_its_own_process(each, options)]
    if failed:
        raise typer.Exit(1)


def _measure(name: str, scale: Scale) -> None:
    allow_many_files()
    for measured in MEASUREMENTS[name](scale):
        print(printed(measured), flush=True)


def _in_its_own_process(name: str, options: list[str]) -> bool:
    holdfast = os.fspath(Path(sys.executable).parent / "holdfast")
    process = subprocess.Popen([holdfast, "bench", name, *options], start_new_session=True)
    try:
        process.wait(longest_s := LONGER_S.get(name, LONGEST_S))
    except subprocess.TimeoutExpired:
        print(f"{name}: ended after {longest_s:.0f} s", file=sys.stderr)
    finally:
        _end(process)
    return process.returncode == 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its own session: it and what it started
        process.wait()
