"""The hub's servers: the uplink (mutual TLS), the enrollment port (server TLS), and health checks on loopback.

Two servers on two ports: one gRPC server with two ports would show every service on both.

Source: DESIGN.md 3.
"""

import logging
from collections.abc import Mapping
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from common.errors import InvalidRequest, WrongState
from hub.rpc.access import ENROLLMENT, UPLINK
from hub.rpc.limits import SERVER_OPTIONS

DRAIN_S = 10.0  # calls under way may finish; a watch ends at once, since its node resumes
_LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")
_log = logging.getLogger(__name__)


class Servers:
    """Everything this process listens with, apart from the local socket."""

    def __init__(self) -> None:
        self._servers: list[grpc.aio.Server] = []
        self.ports: dict[str, int] = {}

    async def serve(
        self, name: str, listen: str, handlers: Mapping[str, Any], credentials: grpc.ServerCredentials
    ) -> None:
        """Serve one service on a port of its own.

        Args:
            name: `holdfast.v1.Uplink` or `holdfast.v1.Enrollment`.
            listen: host:port; port 0 takes a free one, told in `ports`.
            handlers: a gRPC handler for each method of the service.

        Raises:
            WrongState: the port is taken.
        """
        server = grpc.aio.server(options=SERVER_OPTIONS)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, dict(handlers)),))
        try:
            self.ports[name] = server.add_secure_port(listen, credentials)
        except RuntimeError:
            raise WrongState(
                f"{listen} cannot be listened on: another program has the port, or it is not ours"
            ) from None
        await server.start()
        self._servers.append(server)

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
        self._servers.append(server)

    async def stop(self) -> None:
        """Take no new calls, let those under way finish, then close."""
        for server in reversed(self._servers):
            await server.stop(DRAIN_S)
        self._servers.clear()
