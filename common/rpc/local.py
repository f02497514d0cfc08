"""Commands to a running process, from the same machine: one JSON line each way over a Unix socket.

The socket lies in the data directory, which only its owner can enter; the caller's user is checked as well. It is how
the `holdfast` command reaches the one process that may write a store. Nothing from the network comes here.

    {"operation": "invite", "arguments": {...}}  ->  {"result": ...}  or  {"error": "NotFound", "message": "..."}

An operation that takes a while may say how far it is, in lines before its answer: {"progress": [done, total]}.
"""

import asyncio
import json
import logging
import os
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from common import errors

SOCKET_NAME = "control.sock"
MAX_LINE = 8 * 1024 * 1024

PROGRESS_EVERY_S = 0.1

Operation = Callable[[dict[str, Any]], Awaitable[Any]]
Progress = Callable[[int, int], None]  # done, total; may be called from any thread
LongOperation = Callable[[dict[str, Any], Progress], Awaitable[Any]]
_log = logging.getLogger(__name__)


class LocalServer:
    """Answers the operations it was given, until closed."""

    def __init__(
        self,
        directory: Path,
        operations: Mapping[str, Operation],
        long_operations: Mapping[str, LongOperation] | None = None,
    ) -> None:
        """Prepare a server; `long_operations` say how far they are."""
        self._path = directory / SOCKET_NAME
        self._operations = operations
        self._long = long_operations or {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Bind the socket. Call it with the directory's lock held: it replaces one that a crash left."""
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        with _short_path(self._path) as path:
            listening.bind(path)
        self._path.chmod(0o600)
        self._server = await asyncio.start_unix_server(self._serve, sock=listening, limit=MAX_LINE)

    async def close(self) -> None:
        """Stop answering."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _peer_user(writer) in (os.geteuid(), 0):
                line = await reader.readline()
                if line.endswith(b"\n"):  # else its caller went away before it had said what it wants
                    writer.write(await self._answer(line, writer))
                    await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the caller went away, or sent more than a line may hold: there is nobody to tell
        finally:
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> bytes:
        try:
            request = json.loads(line)
            if not _is_text(request):
                raise errors.InvalidRequest("a word of this command is no text: it has half of a character in it")
            name, arguments = request["operation"], request.get("arguments", {})
            if name in self._long:
                return _line({"result": await self._long[name](arguments, _teller(writer))})
            operation = self._operations.get(name)
            if operation is None:
                raise errors.NotFound("the running process does not know this command: is it an older version?")
            return _line({"result": await operation(arguments)})
        except errors.HoldfastError as error:
            return _line({"error": _kind(error), "message": str(error)})
        except Exception:
            _log.exception("a local command failed")
            return _line({"error": "HoldfastError", "message": "internal error: the process's log has the details"})


def answers(directory: Path) -> bool:
    """Tell whether a process works on `directory` and listens."""
    try:
        with socket.socket(socket.AF_UNIX) as connection, _short_path(directory / SOCKET_NAME) as path:
            connection.connect(path)
    except OSError:
        return False
    return True


def call_local(
    directory: Path,
    operation: str,
    arguments: dict[str, Any],
    timeout_s: float = 60.0,
    on_progress: Progress | None = None,
) -> Any:
    """Ask the process that works on `directory` to do something, and wait for the answer.

    Args:
        timeout_s: how long to wait for each line of the answer.
        on_progress: hears how far an operation is that takes a while.

    Raises:
        TemporarilyUnavailable: no process answers there.
        TooMuch: the arguments hold more than one command may.
        HoldfastError: what the process answered, as the class it raised, or that class's kind in `common.errors`.
    """
    request = _line({"operation": operation, "arguments": arguments})
    if len(request) > MAX_LINE:
        raise errors.TooMuch(f"one command may hold {MAX_LINE:,} bytes, this one holds {len(request):,}")
    try:
        with socket.socket(socket.AF_UNIX) as connection, _short_path(directory / SOCKET_NAME) as path:
            connection.settimeout(timeout_s)
            connection.connect(path)
            connection.sendall(request)
            with connection.makefile("rb") as file:
                answer = _read_answer(file, on_progress)
    except TimeoutError:
        raise errors.TemporarilyUnavailable(f"no answer within {timeout_s:g} s; the process may still do it") from None
    except OSError:
        raise errors.TemporarilyUnavailable(f"no running process answers in {directory.name!r}") from None
    if "error" in answer:
        kind = getattr(errors, answer["error"], errors.HoldfastError)
        if kind is errors.SequenceWanted:
            kind = errors.WrongState
        raise kind(answer["message"])
    return answer["result"]


def _read_answer(file: BinaryIO, on_progress: Progress | None) -> dict[str, Any]:
    while True:
        line = file.readline()
        if not line.endswith(b"\n"):
            raise errors.TemporarilyUnavailable("the process ended before it answered; look at its log")
        answer: dict[str, Any] = json.loads(line)
        if "progress" not in answer:
            return answer
        if on_progress is not None:
            on_progress(*answer["progress"])


def _teller(writer: asyncio.StreamWriter) -> Progress:
    """Give what sends an operation's progress along, now and then, from whatever thread it works on."""
    loop, last = asyncio.get_running_loop(), 0.0

    def send(line: bytes) -> None:
        if not writer.is_closing():  # whoever waited may have gone
            writer.write(line)

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PROGRESS_EVERY_S or done == total:
            last = now
            loop.call_soon_threadsafe(send, _line({"progress": [done, total]}))

    return tell


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _kind(error: errors.HoldfastError) -> str:
    """Name the error's class, or the nearest one above it that the caller knows."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == errors.__name__)


class _short_path:
    """A path short enough for a Unix socket (108 bytes), however deep the data directory lies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = -1

    def __enter__(self) -> str:
        self._folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)


def _peer_user(writer: asyncio.StreamWriter) -> int:
    peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", peer)
    return int(user)


def _is_text(request: Any) -> bool:
    """Tell whether every string is Unicode text: JSON can spell a lone surrogate, which no store takes."""
    try:
        json.dumps(request, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
