"""A hub in a process of its own, as an operator runs it: for tests that kill it, or that need its real log.

found(tmp_path / "hub")
hub = HubProcess(tmp_path / "hub")
hub.start(failpoint="hub.writer.after_commit:3")      # returns when it serves
hub.ask("invite", agency="ridgeline-fire", discipline="fire")
hub.wait()                                            # until it ended by itself
hub.stop()                                            # SIGTERM, and wait
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common import failpoint as failpoints
from common.rpc.local import call_local
from hub.persistence.database import open_embedded
from hub.rpc.access import ENROLLMENT, UPLINK
from tests.builders import TRUST_DOMAIN
from tests.hubs import HubStore, found
from tests.wire_client import Client, JoinedNode, join_node

CHECKOUT = Path(__file__).resolve().parent.parent
START_S = 60.0  # on a busy machine; a hub that ends sooner is told at once


class HubProcess:
    """One hub directory, and the process that works on it, if there is one."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log_file = data.parent / f"{data.name}.log"  # of all its lives
        self.process: subprocess.Popen[bytes] | None = None
        self.ports: dict[str, int] = {}
        self.root_pem = (data / "authority" / "root.crt").read_bytes()

    @property
    def uplink(self) -> str:
        return f"127.0.0.1:{self.ports[UPLINK]}"

    @property
    def enrollment(self) -> str:
        return f"127.0.0.1:{self.ports[ENROLLMENT]}"

    def start(self, failpoint: str = "", **environment: str) -> None:
        """Start it, and wait until it serves."""
        seen = len(self.log())
        self.process = self.launch(environment, failpoint)
        deadline = time.monotonic() + START_S
        while not any(line["event"] == "the hub serves" for line in self.log()[seen:]):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the hub did not start: {self.log_file.read_text()[-2000:]}")
            time.sleep(0.02)
        told = next(line for line in self.log()[seen:] if line["event"] == "the hub serves")
        self.ports = {name: told[name] for name in (UPLINK, ENROLLMENT)}

    def launch(
        self, environment: Mapping[str, str], failpoint: str = "", log_file: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process and do not wait; what it says goes into the log file, or another."""
        own = {**os.environ, **environment}
        own.pop(failpoints.VARIABLE, None)
        if failpoint:
            own[failpoints.VARIABLE] = failpoint
        words = [sys.executable, "-m", "hub", "run", "--data", str(self.data)]
        with (log_file or self.log_file).open("ab") as log:
            return subprocess.Popen(words, cwd=CHECKOUT, env=own, stdout=log, stderr=log)

    def log(self) -> list[dict[str, Any]]:
        """Every line of its log so far, whole lines only."""
        if not self.log_file.exists():
            return []
        whole = self.log_file.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.split("\n") if line]

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Do what an operator's command does, through the local socket."""
        return call_local(self.data, operation, arguments)

    def client(self, node: JoinedNode, *, options: tuple[tuple[str, Any], ...] = (), port: str = "") -> Client:
        """A connection of its own for a node, to the uplink or to another `host:port`."""
        return Client(port or self.uplink, node.credentials(), TRUST_DOMAIN, options)

    async def joined(self, slug: str = "ridgeline-fire") -> JoinedNode:
        """Invite an agency, and join a node of it."""
        invited = self.ask("invite", agency=slug, discipline="fire", name=slug)
        return await join_node(self.enrollment, self.root_pem, invited["join_string"])

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def memory_peak_kib(self) -> int:
        """The most memory that it held since `forget_memory_peak`."""
        return self._status("VmHWM")

    @property
    def memory_kib(self) -> int:
        """The memory that it holds."""
        return self._status("VmRSS")

    def forget_memory_peak(self) -> None:
        """Begin to watch for a new peak of memory."""
        assert self.process is not None
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def wait(self) -> int:
        """Wait until it ended; give how."""
        assert self.process is not None
        return self.process.wait(timeout=START_S)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None and self.is_running:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self.process is not None and self.is_running:
            self.process.send_signal(signal.SIGTERM)
            assert self.wait() == 0

    def _status(self, name: str) -> int:
        assert self.process is not None
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@contextmanager
def running(data: Path) -> Iterator[HubProcess]:
    """Found a hub, and let it run for as long as the block."""
    found(data)
    hub = HubProcess(data)
    try:
        hub.start()
        yield hub
        hub.stop()
    finally:
        hub.kill()


@contextmanager
def store_of(hub: HubProcess) -> Iterator[HubStore]:
    """Look into a hub's store, while it runs or after."""
    store = open_embedded(hub.data)
    try:
        yield HubStore(store)
    finally:
        store.close()
