"""The hub and the nodes of the demo: real processes, enrolled with real join strings, on loopback.

Setting up goes through the commands that people type (`hub init`, `hub invite`, `node join`, `hub run`, `node run`);
what happens then goes through each process's local socket, as those commands do too. The hub alone is started by a
program of the demo's, which gives it the scenario's clock. Every node reaches it over a line of its own.
"""

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from common.errors import TemporarilyUnavailable
from common.rpc.local import call_local
from common.storage.files import write_private
from deploy.demo.clock import ScenarioClock
from deploy.demo.line import LOOPBACK, Line
from deploy.demo.processes import Processes, free_port
from deploy.demo.scenario import HUB, Agency, Scenario

START_S = 60.0  # a slow machine has this long to start a process
SETTLE_S = 60.0  # and this long to deliver what waits, after the worst
_POLL_S = 0.02
_AT_SCENARIO_TIME = ("-m", "deploy.demo.at_scenario_time")
_NO_CONSOLE = 'console_listen = ""\n'
# A minute of the scenario passes in a second or less, so waits between two tries shrink likewise.
_PATIENCE = "retry_first_s = 0.2\nretry_longest_s = 1.0\n"
_TIME_ZONE = "America/Denver"


class Region:
    """One hub and its agencies' nodes."""

    def __init__(self, scenario: Scenario, folder: Path, processes: Processes, chance: random.Random) -> None:
        """Name the places; `found` makes the hub.

        Args:
            chance: fixes how long the pieces take that each line carries.
        """
        self.scenario = scenario
        self.hub_data = folder / HUB
        self._folder = folder
        self._processes = processes
        self._ports = (free_port(), free_port())  # uplink, enrollment
        self._clock_file = folder / "scenario-clock"
        self._clock = ScenarioClock(self._clock_file)
        self._delays = {agency.key: random.Random(chance.random()) for agency in scenario.agencies}
        self._lines: dict[str, Line] = {}
        self._near_ends: dict[str, tuple[int, int]] = {}  # the ports that each node connects to

    def node_data(self, agency: Agency) -> Path:
        """Name the data directory of an agency's node."""
        return self._folder / agency.key

    def found(self) -> None:
        """Make the region's hub and start it."""
        secret = self._folder / "root-passphrase"
        write_private(secret, os.urandom(16).hex().encode())
        self._processes.run(
            *("hub", "init", "--data", str(self.hub_data), "--passphrase-file", str(secret)),
            *("--region", self.scenario.trust_domain, "--name", self.scenario.region),
            *("--address", LOOPBACK, "--listen", LOOPBACK),
            *("--uplink-port", str(self._ports[0]), "--enrollment-port", str(self._ports[1])),
        )
        with (self.hub_data / "hub.toml").open("a", encoding="utf-8") as file:
            file.write(f'time_zone = "{_TIME_ZONE}"\n{_NO_CONSOLE}')
        self.start_hub()

    def enrol_all(self, told: Callable[[Agency], None]) -> None:
        """Invite every agency, let its node join and start it; several at once."""

        def enrol(agency: Agency) -> None:
            self._enrol(agency)
            told(agency)

        pool = ThreadPoolExecutor(2)
        try:
            list(pool.map(enrol, self.scenario.agencies))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C nobody waits for the rest

    def _enrol(self, agency: Agency) -> None:
        data = str(self.node_data(agency))
        invited = self._processes.run(
            *("hub", "invite", agency.slug, "--data", str(self.hub_data)),
            *("--discipline", agency.discipline, "--name", agency.name, "--jurisdiction", agency.jurisdiction),
        )
        self._processes.run("node", "join", "-", "--data", data, said=invited)
        self._near_ends[agency.key] = ports = free_port(), free_port()
        self._open_line(agency)
        addresses = f'uplink_address = "{LOOPBACK}:{ports[0]}"\nenrollment_address = "{LOOPBACK}:{ports[1]}"\n'
        counts = 'release_mode = "ask"\n'  # the coordinator sends
        place = f'time_zone = "{_TIME_ZONE}"\njurisdiction = "{agency.jurisdiction}"\n'
        (self.node_data(agency) / "node.toml").write_text(_PATIENCE + place + counts + addresses + _NO_CONSOLE, "utf-8")
        self.start_node(agency)

    def start_hub(self) -> None:
        """Start the hub and wait until it serves."""
        self._processes.start(HUB, *self._at_scenario_time("hub", self.hub_data), program=_AT_SCENARIO_TIME)
        self._wait_for(HUB, lambda: self.ask_hub("agencies"))

    def start_node(self, agency: Agency) -> None:
        """Start an agency's node and wait until it runs; it may not have reached the hub yet."""
        self._processes.start(agency.key, "node", "run", "--data", str(self.node_data(agency)))
        self._wait_for(agency.key, lambda: self.ask_node(agency, "status"))

    def start_again(self, with_console: Agency) -> tuple[str, str]:
        """Start all again at the scenario's time, with the hub's console and a node's; give both addresses."""
        opened = _with_console(self.hub_data / "hub.toml"), _with_console(self.node_data(with_console) / "node.toml")
        self.start_hub()
        for agency in self.scenario.agencies:
            self._open_line(agency)
            words = self._at_scenario_time("node", self.node_data(agency))
            self._processes.start(agency.key, *words, program=_AT_SCENARIO_TIME)
        for agency in self.scenario.agencies:
            self._wait_for(agency.key, lambda agency=agency: self.ask_node(agency, "status"))  # type: ignore[misc]
        return opened

    def kill(self, name: str) -> None:
        """End the hub or a node as a power cut would."""
        self._processes.kill(name)

    def cut(self, agency: Agency) -> None:
        """Cut an agency's line to the hub."""
        self._lines[agency.key].cut()

    def restore(self, agency: Agency) -> None:
        """Let an agency's line carry again."""
        self._lines[agency.key].restore()

    def hold(self, agency: Agency) -> None:
        """Keep what an agency's line carries on the way."""
        self._lines[agency.key].hold()

    def release(self, agency: Agency) -> None:
        """Let it arrive."""
        self._lines[agency.key].release()

    def now(self) -> datetime:
        """Tell the time by the hub's clock."""
        return self._clock.now()

    def come_to(self, moment: datetime) -> None:
        """Move the hub's clock on to a moment."""
        self._clock.move_to(moment)

    def ask_hub(self, operation: str, **arguments: Any) -> Any:
        """Have the hub do something, and give its answer."""
        return self._ask(HUB, self.hub_data, operation, arguments)

    def ask_node(self, agency: Agency, operation: str, **arguments: Any) -> Any:
        """Have an agency's node do something, and give its answer."""
        return self._ask(agency.key, self.node_data(agency), operation, arguments)

    def wait_until(self, holds: Callable[[], bool], longest_s: float = SETTLE_S) -> bool:
        """Wait until something holds; tell whether it came to that."""
        until = time.monotonic() + longest_s
        while not (held := holds()) and time.monotonic() < until:
            time.sleep(_POLL_S)
        return held

    def stop(self) -> None:
        """Let every process finish what it is doing, then close the lines."""
        self._processes.stop()
        self.close_lines()

    def close_lines(self) -> None:
        """Close the lines."""
        while self._lines:
            self._lines.popitem()[1].close()

    def _open_line(self, agency: Agency) -> None:
        ends = list(zip(self._near_ends[agency.key], self._ports, strict=True))
        self._lines[agency.key] = Line(ends, self._delays[agency.key])

    def _at_scenario_time(self, side: str, data: Path) -> tuple[str, ...]:
        return side, "--data", str(data), "--clock", str(self._clock_file)

    def _ask(self, name: str, data: Path, operation: str, arguments: dict[str, Any]) -> Any:
        try:
            return call_local(data, operation, arguments)
        except TemporarilyUnavailable:
            self._processes.check(name)  # if it ended by itself, that is what is told
            raise

    def _wait_for(self, name: str, asked: Callable[[], Any]) -> None:
        def answers() -> bool:
            try:
                asked()
            except TemporarilyUnavailable:
                return False
            return True

        if not self.wait_until(answers, START_S):
            raise TemporarilyUnavailable(f"the process of {name!r} does not answer after {START_S:.0f} s: see its log")


def _with_console(settings: Path) -> str:
    """Have a hub or node serve its console on a free port of this machine, and give the address."""
    port = free_port()
    address = f"http://localhost:{port}"
    opened = f'console_listen = "localhost:{port}"\nconsole_origin = "{address}"\nconsole_tls = "off"\n'
    settings.write_text(settings.read_text("utf-8").replace(_NO_CONSOLE, opened), "utf-8")
    return address
