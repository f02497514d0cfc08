"""How a call is answered: raw bytes in, raw bytes out, an error as its status.

Raw, because canonical encoding can only be checked on the bytes that arrived (TRUST.md t05), and because a notice
that goes to thousands is encoded once.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.errors import HoldfastError, SequenceWanted
from common.rpc.status import SEQUENCE_WANTED, status_of

Context = grpc.aio.ServicerContext[bytes, bytes]
Unary = Callable[[bytes, Context], Awaitable[bytes]]
Stream = Callable[[bytes, Context], AsyncIterator[bytes]]
_log = logging.getLogger(__name__)


def unary(behaviour: Unary) -> Any:
    """Serve a call with one answer."""

    async def serve(raw: bytes, context: Context) -> bytes:
        try:
            return await behaviour(raw, context)
        except Exception as error:
            await refuse(error, context)

    return grpc.unary_unary_rpc_method_handler(serve)


def stream(behaviour: Stream) -> Any:
    """Serve a call with a stream of answers."""

    async def serve(raw: bytes, context: Context) -> None:
        try:
            async for message in behaviour(raw, context):
                await context.write(message)
        except Exception as error:
            await refuse(error, context)

    return grpc.unary_stream_rpc_method_handler(serve)


async def refuse(error: Exception, context: Context) -> NoReturn:
    """End a call with the status of its error; what is not in the table is logged, and told as an internal error."""
    if isinstance(error, grpc.aio.AbortError | grpc.aio.BaseError):
        raise error
    if not isinstance(error, HoldfastError):
        _log.error("a call failed", exc_info=error)
        await context.abort(grpc.StatusCode.INTERNAL, "internal error")
    trailing = ((SEQUENCE_WANTED, str(error.wanted)),) if isinstance(error, SequenceWanted) else ()
    await context.abort(status_of(error), str(error), trailing)
