"""Programs that the demo starts. Each is known by its process id, and none outlives the demo.

1. Every program is started in a session of its own: Ctrl-C reaches the demo alone, which then ends them in order.
2. After `close`, nothing starts any more, whatever other threads are about to do.
3. A program's output goes to a file; its last line is told when the program ends by itself.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from common.errors import TemporarilyUnavailable, WrongState

COMMAND_TIMEOUT_S = 60.0
DRAIN_S = 20.0  # a hub or node that was asked to stop has this long
HOLDFAST = ("-c", "from common.command import main; main()")  # the `holdfast` command, in this very Python
_FIRST_PORT, _LAST_PORT = 15_000, 32_000


class Processes:
    """Everything that was started and has not been seen to end."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._closed = False

    def start(self, name: str, *words: str, program: Sequence[str] = HOLDFAST) -> None:
        """Start `holdfast WORDS...`, or another program of this Python, to run until it is stopped or killed."""
        with self._log(name).open("ab") as log, self._guard:
            self._running[name] = self._spawn((*program, *words), subprocess.DEVNULL, log.fileno(), log.fileno())

    def run(self, *words: str, said: str = "") -> str:
        """Run `holdfast WORDS...` to its end and give what it printed.

        Args:
            words: its arguments, which anybody on this machine can see.
            said: what it reads from standard input, which nobody else can.

        Raises:
            WrongState: it failed; says what it said.
            TemporarilyUnavailable: it took too long.
        """
        with self._guard:
            child = self._spawn((*HOLDFAST, *words), subprocess.PIPE, subprocess.PIPE, subprocess.PIPE)
            self._commands.add(child)
        try:
            printed, complaint = child.communicate(said.encode(), timeout=COMMAND_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise TemporarilyUnavailable(f"`holdfast {words[0]} {words[1]}` took over {COMMAND_TIMEOUT_S} s") from None
        finally:
            child.kill()
            with self._guard:
                self._commands.discard(child)
        if child.returncode:
            raise WrongState(f"`holdfast {words[0]} {words[1]}` failed: {complaint.decode(errors='replace').strip()}")
        return printed.decode()

    def check(self, name: str) -> None:
        """Check that a program still runs, unless it was killed.

        Raises:
            WrongState: it ended by itself.
        """
        child = self._running.get(name)
        code = None if child is None else child.poll()
        if code is not None:
            last_words = ["no word", *self._log(name).read_text("utf-8", "replace").split("\n")[:-1]][-1]
            raise WrongState(f"the process of {name!r} ended by itself with {code}: {last_words}")

    def kill(self, name: str) -> None:
        """End a program as a power cut would: nothing in it gets another word."""
        child = self._running.pop(name)
        child.send_signal(signal.SIGKILL)
        child.wait()

    def stop(self) -> None:
        """Ask every program to finish and wait for it; one that does not is killed."""
        with self._guard:
            running = list(self._running.values())
            self._running.clear()
        for child in running:
            child.terminate()
        until = time.monotonic() + DRAIN_S
        for child in running:
            try:
                child.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def close(self) -> None:
        """End everything at once."""
        with self._guard:
            self._closed = True
            children = [*self._running.values(), *self._commands]
            self._running.clear()
        for child in children:
            child.kill()
        for child in children:
            child.wait()

    def _spawn(self, words: tuple[str, ...], stdin: int, stdout: int, stderr: int) -> "subprocess.Popen[bytes]":
        if self._closed:
            raise TemporarilyUnavailable("the demo is ending")
        return subprocess.Popen(
            [sys.executable, *words],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            env=_environment(),
        )

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def free_port() -> int:
    """Find a port of this machine that nothing listens on.

    It lies below the range that the system gives to outgoing connections: the hub's port must still be free after the
    hub was killed, with six nodes trying to reach it.
    """
    for _ in range(200):
        port = _FIRST_PORT + int.from_bytes(os.urandom(4)) % (_LAST_PORT - _FIRST_PORT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise TemporarilyUnavailable("no free port was found on this machine")


def _environment() -> dict[str, str]:
    """Give this process's environment, but for settings of another hub or node of this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
