"""A console's listener, inside its side's process: uvicorn on a socket that is bound here.

1. It listens where the settings say. Without TLS only on this machine: a proxy of the agency's own is in front then.
2. A connection that asks for nothing whole in some seconds is closed, and there are only so many at once: whoever is
   silent or slow keeps nobody else from being answered (TRUST.md d05).
3. Signals stay with the process. Stopping ends live streams, and lets what is under way finish.
4. What is written goes out at once: asyncio turns Nagle's algorithm off only where the socket says that it is TCP. Else
   the second part of each answer waited 40 ms for the browser to confirm the first.
"""

import asyncio
import logging
import socket
from asyncio import FIRST_COMPLETED
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from common.errors import InvalidRequest, WrongState
from common.identity.join_string import read_address

_log = logging.getLogger(__name__)
_FINISH_S = 3
_KEEP_ALIVE_S = 30
_WAITING = 256  # connections that wait to be taken
_SILENT_S = 15
_MOST_CONNECTIONS = 600  # a process has some 1,000 files: the store, the log and the hub need theirs


@dataclass(frozen=True)
class Listener:
    """Where a console is served.

    Args:
        address: host:port; port 0 is any that is free.
        certificate: PEM of the certificate with its chain; None: no TLS.
        key: PEM of its key.
        proxy: address of the agency's proxy, whose `X-Forwarded-For` is believed; empty: none is.
    """

    address: str
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""


class _Connection(H11Protocol):
    """One connection, closed when it asks for nothing whole (2)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._last: object = None
        self._look_again()

    def _look_again(self) -> None:
        self.loop.call_later(_SILENT_S, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        asked: RequestResponseCycle | None = self.cycle
        if asked is self._last and (asked is None or asked.response_complete):
            self.transport.close()
            return
        self._last = asked
        self._look_again()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell so."""
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process (3)."""
        yield


class Serving:
    """A console that is served."""

    def __init__(self, app: Any, listener: Listener) -> None:
        """Bind the socket; raises WrongState where that cannot be done, InvalidRequest for an open one without TLS."""
        self._socket = _bound(listener)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level=logging.CRITICAL,
            access_log=False,
            server_header=False,
            lifespan="off",
            loop="none",
            http=_Connection,
            ws="none",
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_FINISH_S,
            backlog=_WAITING,
            proxy_headers=bool(listener.proxy),
            forwarded_allow_ips=listener.proxy or None,
            ssl_certfile=listener.certificate,
            ssl_keyfile=listener.key,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Answer, until closed."""
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        await asyncio.wait([self._task, asyncio.create_task(self._server.is_up.wait())], return_when=FIRST_COMPLETED)
        if self._task.done():
            await self._task

    async def close(self) -> None:
        """Stop (3)."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        for each in list(self._server.server_state.connections):  # what did not finish in time
            if each.transport is not None:
                each.transport.abort()


def _bound(listener: Listener) -> socket.socket:
    host, port = read_address(listener.address)
    try:  # no name is looked up: this process asks the network nothing
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise InvalidRequest("console_listen: localhost or an address of this machine is needed, not a name") from None
    if listener.certificate is None and not address.is_loopback:
        raise InvalidRequest(f"console_listen: {listener.address} is open to others: leave console_tls on")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # 4
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((str(address), port))
    except OSError as error:
        listening.close()
        raise WrongState(f"the console cannot listen on {listener.address}: {error.strerror}") from None
    return listening
