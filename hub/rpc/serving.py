"""The hub's servers: the uplink (mutual TLS), the enrollment port (server TLS), and health checks on loopback.

Two servers on two ports: one gRPC server with two ports would show every service on both.

Source: DESIGN.md 3.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from common.errors import InvalidRequest, WrongState
from hub.rpc.access import ENROLLMENT, UPLINK
from hub.rpc.limits import SERVER_OPTIONS

DRAIN_S = 10.0  # calls under way may finish; a watch ends at once, since its node resumes
REOPEN_EVERY_S = 0.2  # until the kernel has given the port free
_LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")
_log = logging.getLogger(__name__)


class Servers:
    """Everything this process listens with, apart from the local socket."""

    def __init__(self) -> None:
        self._servers: dict[str, grpc.aio.Server] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False
        self.ports: dict[str, int] = {}

    async def serve(
        self,
        name: str,
        listen: str,
        handlers: Mapping[str, Any],
        make_credentials: Callable[[], grpc.ServerCredentials],
    ) -> None:
        """Serve one service on a port of its own, until `stop`.

        Args:
            name: `holdfast.v1.Uplink` or `holdfast.v1.Enrollment`.
            listen: host:port; port 0 takes a free one, told in `ports`.
            handlers: a gRPC handler for each method of the service.
            make_credentials: gives the server's side of TLS; called again when the port has to be opened again.

        Raises:
            WrongState: the port is taken.
        """
        handler = grpc.method_handlers_generic_handler(name, dict(handlers))
        server, port = await _open(listen, handler, make_credentials())
        self.ports[name] = port
        self._servers[name] = server
        listen = f"{listen.rpartition(':')[0]}:{port}"
        self._keepers.append(asyncio.create_task(self._keep_open(name, listen, handler, make_credentials)))

    async def _keep_open(
        self,
        name: str,
        listen: str,
        handler: grpc.GenericRpcHandler,
        make_credentials: Callable[[], grpc.ServerCredentials],
    ) -> None:
        """Open a port again when gRPC gives it up.

        grpc.aio ends a whole server when one call's path is no UTF-8, which anybody can send. Its open calls are cut
        then, and nodes resume.
        """
        while not self._stopping:
            try:
                await self._servers[name].wait_for_termination()
            except Exception as error:
                extra = {"service": name, "reason": type(error).__name__}
                _log.warning("a port was given up by gRPC and is opened again", extra=extra)
                await self._reopen(name, listen, handler, make_credentials)

    async def _reopen(
        self,
        name: str,
        listen: str,
        handler: grpc.GenericRpcHandler,
        make_credentials: Callable[[], grpc.ServerCredentials],
    ) -> None:
        while not self._stopping:
            try:
                self._servers[name], _ = await _open(listen, handler, make_credentials())
                return
            except WrongState:
                await asyncio.sleep(REOPEN_EVERY_S)

    async def serve_admin(self, listen: str) -> None:
        """Serve health checks and reflection, on loopback only: their requests have strings."""
        if not listen.startswith(_LOOPBACK):
            raise InvalidRequest(
                "admin_listen: must be a loopback address: what it serves takes text and is not authenticated"
            )
        server = grpc.aio.server(options=SERVER_OPTIONS)
        servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        names = (UPLINK, ENROLLMENT, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
        self.ports["admin"] = server.add_insecure_port(listen)
        await server.start()
        self._servers["admin"] = server

    async def stop(self) -> None:
        """Take no new calls, let those under way finish, then close."""
        self._stopping = True
        for name in reversed(self._servers):
            await self._servers[name].stop(DRAIN_S)
        await asyncio.gather(*self._keepers)


async def _open(
    listen: str, handler: grpc.GenericRpcHandler, credentials: grpc.ServerCredentials
) -> tuple[grpc.aio.Server, int]:
    server = grpc.aio.server(options=SERVER_OPTIONS)
    server.add_generic_rpc_handlers((handler,))
    try:
        port = server.add_secure_port(listen, credentials)
    except RuntimeError:
        raise WrongState(f"{listen} cannot be listened on: another program has the port, or it is not ours") from None
    await server.start()
    return server, port
