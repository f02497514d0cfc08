"""Commands to a running process over its data directory's socket."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from common import errors
from common.rpc.local import MAX_LINE, SOCKET_NAME, LocalServer, call_local
from common.storage.lock import DirectoryHeld
from tests.coroutines import SOON_S

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.SequenceWanted]


class Running:
    """A local server in a thread of its own, as a process runs it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.asked: list[dict[str, Any]] = []
        self._loop = asyncio.new_event_loop()
        self._server = LocalServer(directory, {"echo": self._echo, "fail": self._fail, "wait": self._wait, "odd": _odd})
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    async def _echo(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(arguments)
        return arguments

    async def _fail(self, arguments: dict[str, Any]) -> None:
        kind = {**vars(errors), "DirectoryHeld": DirectoryHeld, "ZeroDivisionError": ZeroDivisionError}
        raise kind[arguments["kind"]](7 if arguments["kind"] == "SequenceWanted" else "title: too long")

    async def _wait(self, arguments: dict[str, Any]) -> None:
        await asyncio.sleep(60)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        await self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def call(self, operation: str, timeout_s: float = SOON_S, **arguments: Any) -> Any:
        return call_local(self.directory, operation, arguments, timeout_s)


async def _odd(arguments: dict[str, Any]) -> object:
    return object()  # nothing that JSON could say


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    server = Running(tmp_path)
    server.start()
    yield server
    server.stop()


def raw_call(running: Running, line: bytes) -> bytes:
    """Send bytes as they are, end the sending side, and give what comes back."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SOON_S)
        connection.connect(str(running.directory / SOCKET_NAME))
        connection.sendall(line)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as file:
            return file.read()


@pytest.mark.parametrize(
    "said", [{}, {"title": "Mühle\n\u202e\x00"}, {"deep": [1, None, {"a": True}]}, {"long": "x" * 1_000_000}]
)
def test_a_command_is_answered_with_its_result(running: Running, said: dict[str, Any]) -> None:
    assert running.call("echo", **said) == said
    assert running.asked == [said]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_comes_back_as_the_class_it_was(running: Running, kind: type[errors.HoldfastError]) -> None:
    with pytest.raises(errors.HoldfastError, match=r"^title: too long$") as refusal:
        running.call("fail", kind=kind.__name__)
    assert type(refusal.value) is kind


@pytest.mark.parametrize("kind", ["DirectoryHeld", "SequenceWanted"])
def test_a_narrower_error_comes_back_as_its_kind(running: Running, kind: str) -> None:
    with pytest.raises(errors.WrongState):
        running.call("fail", kind=kind)


@pytest.mark.parametrize(("operation", "kind"), [("fail", "ZeroDivisionError"), ("odd", "")])
def test_a_fault_is_told_without_its_details_and_logged_with_them(
    running: Running, operation: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(errors.HoldfastError, match=r"^internal error: the process's log has the details$") as refusal:
        running.call(operation, kind=kind)

    assert type(refusal.value) is errors.HoldfastError
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert running.call("echo") == {}


@pytest.mark.parametrize("operation", ["", "Echo", "echo ", "__class__", "e" * 10_000])
def test_an_operation_that_does_not_exist_is_not_found(running: Running, operation: str) -> None:
    with pytest.raises(errors.NotFound, match="does not know this command"):
        running.call(operation)


@pytest.mark.parametrize(
    "line", [b"\n", b"{}\n", b"[]\n", b"null\n", b'{"operation": ["echo"]}\n', b"\xff\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_command_is_answered_with_an_error_and_harms_nothing(running: Running, line: bytes) -> None:
    answer = json.loads(raw_call(running, line))

    assert set(answer) == {"error", "message"}
    assert running.call("echo") == {}


@pytest.mark.parametrize("line", [b"", b'{"operation": "echo", "argum'])
def test_a_caller_that_goes_away_before_its_line_ends_asked_for_nothing(
    running: Running, line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert raw_call(running, line) == b""
    assert running.asked == []
    assert caplog.records == []


def test_d04_a_command_that_is_too_large_is_refused_before_it_is_sent(running: Running) -> None:
    with pytest.raises(errors.TooMuch, match="one command may hold 8,388,608 bytes"):
        running.call("echo", long="x" * MAX_LINE)
    assert running.asked == []


def test_d04_a_line_without_an_end_is_cut_off_and_the_process_goes_on(running: Running) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SOON_S)
        connection.connect(str(running.directory / SOCKET_NAME))
        with pytest.raises(ConnectionError):
            connection.sendall(b"x" * 20 * MAX_LINE)

    assert running.call("echo") == {}


def test_commands_are_answered_side_by_side(running: Running) -> None:
    with pytest.raises(errors.TemporarilyUnavailable, match=r"no answer within 0\.2 s"):
        running.call("wait", timeout_s=0.2)
    assert running.call("echo") == {}


def test_the_socket_is_for_its_owner_alone_and_goes_with_its_process(tmp_path: Path) -> None:
    server = Running(tmp_path)
    server.start()
    assert stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode) == 0o600
    server.stop()

    assert not (tmp_path / SOCKET_NAME).exists()
    with pytest.raises(errors.TemporarilyUnavailable, match=f"no running process answers in '{tmp_path.name}'"):
        server.call("echo")


def test_a_data_directory_may_lie_deeper_than_a_socket_address_is_long(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 12)
    deep.mkdir(parents=True)
    assert len(str(deep)) > 108

    server = Running(deep)
    server.start()
    assert server.call("echo", found=True) == {"found": True}
    server.stop()
    assert list(deep.iterdir()) == []


def test_a_directory_that_does_not_exist_has_no_running_process(tmp_path: Path) -> None:
    with pytest.raises(errors.TemporarilyUnavailable, match="no running process answers in 'nowhere'"):
        call_local(tmp_path / "nowhere", "echo", {})


SERVE = """
import asyncio, os, signal, sys
from pathlib import Path
from common.rpc.local import LocalServer

async def die(arguments):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    await LocalServer(Path(sys.argv[1]), {"die": die}).start()
    print("ready", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_d01_a_process_that_dies_over_a_command_is_told_and_the_next_one_takes_its_place(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(errors.TemporarilyUnavailable, match="ended before it answered"):
            call_local(tmp_path, "die", {})
        assert process.wait() == -signal.SIGKILL
    assert (tmp_path / SOCKET_NAME).exists()  # what a crash leaves

    with pytest.raises(errors.TemporarilyUnavailable, match="no running process answers"):
        call_local(tmp_path, "echo", {})
    after = Running(tmp_path)
    after.start()
    assert after.call("echo") == {}
    after.stop()


@pytest.mark.parametrize("count", [200])
def test_no_command_leaves_a_file_open(running: Running, count: int) -> None:
    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))

    running.call("echo")
    before = opened()
    calls: list[Callable[[], object]] = [lambda: running.call("echo"), lambda: raw_call(running, b"{}\n")]
    for turn in range(count):
        calls[turn % 2]()
    assert opened() <= before + 5
