"""The processes of a measurement: the hub as it is run, and the bare server. Each is ended by its id, always."""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from common.errors import TemporarilyUnavailable
from hub.rpc.access import UPLINK

STOPPING_S = 30.0


@dataclass(frozen=True)
class Server:
    """A process that listens on this machine."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def resident_kib(self) -> int:
        """How much memory it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS:"))

    @property
    def cpu_s(self) -> float:
        """How much processor time it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def allow_many_files() -> None:
    """Raise this process's limit of open files as far as it goes; its children inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def hub_process(data: Path, listen_port: int = 0, enrollment_port: int = 0, console_port: int = 0) -> Iterator[Server]:
    """Run `holdfast hub run` on a founded directory; port 0 takes any, which its settings then do not name.

    Args:
        console_port: where its console is served, without TLS; 0: where its settings say.
    """
    holdfast = os.fspath(Path(sys.executable).parent / "holdfast")
    command = [holdfast, "hub", "run", "--data", os.fspath(data)]
    settings = {"UPLINK_LISTEN": listen_port, "ENROLLMENT_LISTEN": enrollment_port}
    if listen_port and enrollment_port:  # nodes are told where they are
        settings |= {"UPLINK_ADDRESS": listen_port, "ENROLLMENT_ADDRESS": enrollment_port}
    more = {f"HOLDFAST_HUB_{name}": f"127.0.0.1:{port}" for name, port in settings.items()}
    with _running(command, more | (_console("hub", console_port) if console_port else {})) as process:
        yield Server(process, int(_told(process, "the hub serves")[UPLINK]))


@contextmanager
def console_process(side: str, data: Path, port: int) -> Iterator[Server]:
    """Run a node or a hub whose console is served on a port of this machine, without TLS.

    Args:
        side: `node` or `hub`.
    """
    holdfast = os.fspath(Path(sys.executable).parent / "holdfast")
    with _running([holdfast, side, "run", "--data", os.fspath(data)], _console(side, port)) as process:
        _told(process, "the console is served", (b"ERROR",))  # that its hub is away, it may say
        yield Server(process, port)


@contextmanager
def bare_process(data: Path, response_bytes: int = 0, listen_port: int = 0) -> Iterator[Server]:
    """Run a bare server with the certificates of a founded hub.

    Args:
        response_bytes: how long its answer to a unary call is.
    """
    arguments = [os.fspath(data), str(response_bytes), str(listen_port)]
    with _running([sys.executable, "-m", "tests.bench.bare_server", *arguments], {}) as process:
        assert process.stderr is not None
        row = process.stderr.readline()
        if not row.strip().isdigit():
            raise TemporarilyUnavailable("the bare server did not start")
        yield Server(process, int(row))


@contextmanager
def bare_pages(port: int) -> Iterator[Server]:
    """Run a bare server of pages."""
    with _running([sys.executable, "-m", "tests.bench.bare_pages", str(port)], {}) as process:
        assert process.stderr is not None
        if not process.stderr.readline():
            raise TemporarilyUnavailable("the bare server of pages did not start")
        yield Server(process, port)


@contextmanager
def _running(command: list[str], settings: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    environment = {**os.environ, **settings}
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOPPING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _console(side: str, port: int) -> dict[str, str]:
    settings = {"LISTEN": f"localhost:{port}", "ORIGIN": f"http://localhost:{port}", "TLS": "off"}
    return {f"HOLDFAST_{side.upper()}_CONSOLE_{name}": value for name, value in settings.items()}


def _told(
    process: "subprocess.Popen[bytes]", event: str, shown: Sequence[bytes] = (b"WARNING", b"ERROR")
) -> Mapping[str, Any]:
    """Read a process's log until it tells of an event; the rest is read on beside.

    Args:
        shown: levels of what is shown of the rest.
    """
    assert process.stderr is not None
    last = b""
    for row in process.stderr:
        told = json.loads(row) if row.startswith(b"{") else {}
        if told.get("event") == event:
            threading.Thread(target=_drain, args=[process.stderr, shown], daemon=True).start()
            return told
        last = row
    raise TemporarilyUnavailable(f"it did not start: {last.decode(errors='replace').strip()}")


def _drain(log: IO[bytes], shown: Sequence[bytes]) -> None:
    """Read a process's log on: a full pipe would hold it up."""
    for row in log:
        if not row.startswith(b"{") or any(b'"level": "' + level in row for level in shown):
            sys.stderr.buffer.write(row)
