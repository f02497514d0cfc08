"""The bare mechanism: a grpc.aio server with the hub's settings and certificates, and nothing behind it.

    Push   answers a unary call with as many bytes as it was told to
    Watch  keeps a stream open, and sends on it what `Tell` is called with
    Tell   sends its request's bytes to every open stream

Run by `processes.bare_process`; prints its port on standard error, and ends with SIGTERM.
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from hub.rpc.limits import SERVER_OPTIONS

SERVICE = "bare"
WATCH, PUSH, TELL = f"/{SERVICE}/Watch", f"/{SERVICE}/Push", f"/{SERVICE}/Tell"


class Bare:
    """The three methods."""

    def __init__(self, response_bytes: int) -> None:
        self._response = bytes(response_bytes)
        self._watching: set[asyncio.Queue[bytes]] = set()

    def handlers(self) -> dict[str, Any]:
        return {
            "Push": grpc.unary_unary_rpc_method_handler(self._push),
            "Watch": grpc.unary_stream_rpc_method_handler(self._watch),
            "Tell": grpc.unary_unary_rpc_method_handler(self._tell),
        }

    async def _push(self, raw: bytes, context: Any) -> bytes:
        return self._response

    async def _watch(self, raw: bytes, context: Any) -> None:
        told: asyncio.Queue[bytes] = asyncio.Queue()
        self._watching.add(told)
        try:
            if raw:
                await context.write(raw)  # what a node that connects would be caught up with
            while True:
                await context.write(await told.get())
        finally:
            self._watching.discard(told)

    async def _tell(self, raw: bytes, context: Any) -> bytes:
        for told in self._watching:
            told.put_nowait(raw)
        return b""


async def serve(data: Path, response_bytes: int, listen_port: int) -> None:
    """Serve until SIGTERM."""
    key = (data / "secrets" / "server.key").read_bytes()
    chain = (data / "authority" / "server.crt").read_bytes()
    root = (data / "authority" / "root.crt").read_bytes()
    # What triggers a fan-out is as large as the notice; the hub gets it by another way.
    options = [*SERVER_OPTIONS, ("grpc.max_receive_message_length", 1 << 20)]
    server = grpc.aio.server(options=options)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, Bare(response_bytes).handlers()),))
    credentials = grpc.ssl_server_credentials([(key, chain)], root, require_client_auth=True)
    port = server.add_secure_port(f"127.0.0.1:{listen_port}", credentials)
    await server.start()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    print(port, file=sys.stderr, flush=True)
    await stopping.wait()
    await server.stop(0)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
