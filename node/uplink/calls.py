"""The contract's calls, from the node's side: each with its deadline, each failure as one of our errors."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
from google.protobuf.message import Message

from common.errors import TemporarilyUnavailable
from common.rpc.status import error_of
from common.wire.canonical import encode
from common.wire.v1 import enrollment_pb2, uplink_pb2

WATCH_DEADLINE_S = 3600.0  # the hub renews connections more often; a deadline is there so that none lives for ever
_UPLINK = "/holdfast.v1.Uplink/"
_ENROLLMENT = "/holdfast.v1.Enrollment/"

ResponseT = TypeVar("ResponseT", bound=Message)


class UplinkCalls:
    """The calls of the uplink over one channel. Each raises as the hub answered, or as the line failed."""

    def __init__(self, channel: grpc.aio.Channel, timeout_s: float) -> None:
        self._channel = channel
        self._timeout_s = timeout_s

    async def push(self, request: uplink_pb2.PushRequest) -> uplink_pb2.PushResponse:
        """Hand over reports."""
        return await _unary(self._channel, _UPLINK + "Push", request, uplink_pb2.PushResponse, self._timeout_s)

    async def heartbeat(self, request: uplink_pb2.HeartbeatRequest) -> uplink_pb2.HeartbeatResponse:
        """Say how the node is."""
        return await _unary(
            self._channel, _UPLINK + "Heartbeat", request, uplink_pb2.HeartbeatResponse, self._timeout_s
        )

    async def renew(self, request: uplink_pb2.RenewRequest) -> uplink_pb2.RenewResponse:
        """Get a fresh certificate."""
        return await _unary(self._channel, _UPLINK + "Renew", request, uplink_pb2.RenewResponse, self._timeout_s)

    async def watch(self, request: uplink_pb2.WatchRequest) -> AsyncIterator[bytes]:
        """Follow the mailbox; gives each notice as the bytes that arrived."""
        method: Any = self._channel.unary_stream(_UPLINK + "Watch", request_serializer=encode)
        call = method(request, timeout=WATCH_DEADLINE_S)
        try:
            async for raw in call:
                yield raw
        except grpc.aio.AioRpcError as error:
            raise error_of(error) from None
        except asyncio.CancelledError:
            _check_own(call)
        finally:
            call.cancel()


class EnrollmentCalls:
    """The calls of enrollment over one channel."""

    def __init__(self, channel: grpc.aio.Channel, timeout_s: float) -> None:
        self._channel = channel
        self._timeout_s = timeout_s

    async def join(self, request: enrollment_pb2.JoinRequest) -> enrollment_pb2.JoinResponse:
        """Exchange a join secret for an identity."""
        return await _unary(self._channel, _ENROLLMENT + "Join", request, enrollment_pb2.JoinResponse, self._timeout_s)

    async def recover(self, request: enrollment_pb2.RecoverRequest) -> enrollment_pb2.JoinResponse:
        """Regain an identity with the bound key."""
        return await _unary(
            self._channel, _ENROLLMENT + "Recover", request, enrollment_pb2.JoinResponse, self._timeout_s
        )

    async def why_rejected(self, request: enrollment_pb2.WhyRejectedRequest) -> enrollment_pb2.WhyRejectedResponse:
        """Ask why the uplink does not take the certificate."""
        return await _unary(
            self._channel, _ENROLLMENT + "WhyRejected", request, enrollment_pb2.WhyRejectedResponse, self._timeout_s
        )


async def _unary(
    channel: grpc.aio.Channel, method: str, request: Message, kind: type[ResponseT], timeout_s: float
) -> ResponseT:
    stub: Any = channel.unary_unary(method, request_serializer=encode, response_deserializer=kind.FromString)
    call = None
    try:
        call = stub(request, timeout=timeout_s)
        response: ResponseT = await call
    except grpc.aio.AioRpcError as error:
        raise error_of(error) from None
    except grpc.aio.UsageError:
        raise TemporarilyUnavailable("the connection was closed") from None
    except asyncio.CancelledError:
        _check_own(call)
        raise TemporarilyUnavailable("the connection was renewed during the call") from None
    return response


def _check_own(call: Any) -> None:
    """Go on only if the channel's closing ended the call; if this task itself is cancelled, let that happen."""
    task = asyncio.current_task()
    if call is None or task is None or task.cancelling():
        raise asyncio.CancelledError
