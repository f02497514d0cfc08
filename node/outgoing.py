"""Nothing in a node's process opens a connection, but what stands in `node/uplink` and `node/notify`.

1. An audit hook sees every connect, every datagram and every name look-up that Python code makes, in whatever library,
   and every program that is started.
2. It lets pass what happens inside `permitted`, and sockets of this machine's file system (the local command socket).
3. `permitted` can be entered only by the modules that may connect; it tells by the caller's module, not by its word.
4. A hook cannot be taken away again. gRPC's own connections are made in C and do not pass it: which modules may import
   grpc is the architecture test's.

Source: DESIGN.md 6; TRUST.md e06.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from common.errors import NotAllowed

MAY_CONNECT = ("node.uplink.", "node.notify.")

_CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
_STARTING = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn"}
_permitted: ContextVar[bool] = ContextVar("permitted", default=False)
_FRAMES_TO_CALLER = 2  # this function's, then contextlib's


class ConnectionRefusedHere(NotAllowed):
    """This part of the node may not open a connection."""


@contextmanager
def permitted() -> Iterator[None]:
    """Let this thread or task connect, for the length of the block. Only for `node/uplink` and `node/notify`."""
    caller = str(sys._getframe(_FRAMES_TO_CALLER).f_globals.get("__name__", ""))
    if not caller.startswith(MAY_CONNECT):
        raise ConnectionRefusedHere(f"{caller} may not open a connection: only node/uplink and node/notify may")
    token = _permitted.set(True)
    try:
        yield
    finally:
        _permitted.reset(token)


def refuse_elsewhere() -> None:
    """Install the hook for the rest of this process's life."""
    sys.addaudithook(_judge)


def _judge(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _STARTING:
        raise ConnectionRefusedHere(f"{event} was refused: a node starts no other program")
    if (event in _CONNECTING or event in _RESOLVING) and not _permitted.get() and not _is_local(event, arguments):
        raise ConnectionRefusedHere(f"{event} was refused: only node/uplink and node/notify may open a connection")


def _is_local(event: str, arguments: tuple[Any, ...]) -> bool:
    """Tell whether a socket's other end is named by a path of this machine, or by nothing: a pair made here."""
    if event in _RESOLVING:
        return False
    address = arguments[1] if len(arguments) > 1 else None
    return address is None or isinstance(address, str | bytes)
