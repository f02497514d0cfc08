"""A node's side of the wire for tests that attack a hub: raw bytes in, raw bytes out, no retries, nothing checked."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.identity.join_string import parse_join_string
from common.identity.keys import P256PrivateKey, make_ed25519, make_p256
from common.identity.names import hub_dns_name
from common.identity.proofs import prove_joining
from common.identity.requests import make_csr
from common.ledger.checkpoint import stream_origin
from common.ledger.receipt import verify_receipt
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1.enrollment_pb2 import JoinRequest, JoinResponse
from common.wire.v1.notice_pb2 import Notice
from common.wire.v1.report_pb2 import Report
from common.wire.v1.uplink_pb2 import HeartbeatRequest, PushResponse, Receipt, WatchRequest
from tests.builders import NOON, TRUST_DOMAIN, NodeLedger, push_request
from tests.pki import Identity, channel_credentials

JOIN = "/holdfast.v1.Enrollment/Join"
PUSH, WATCH, HEARTBEAT, RENEW = (f"/holdfast.v1.Uplink/{name}" for name in ("Push", "Watch", "Heartbeat", "Renew"))
CALL_S = 60.0  # on a busy machine
Metadata = tuple[tuple[str, str | bytes], ...]


@dataclass
class JoinedNode:
    """A node that joined: what it was given, and the ledger that it sends from."""

    key: P256PrivateKey
    joined: JoinResponse
    ledger: NodeLedger
    root_pem: bytes

    @property
    def agency_id(self) -> bytes:
        return self.joined.agency_id

    @property
    def identity(self) -> Identity:
        leaf, intermediate = (x509.load_der_x509_certificate(der) for der in self.joined.certificate_chain)
        return Identity(self.key, leaf, intermediate)

    def credentials(self) -> grpc.ChannelCredentials:
        """Mutual TLS with the certificate that joining gave."""
        return channel_credentials(self.identity, self.root_pem)

    def verify(self, receipt: Receipt) -> None:
        """Check that the hub countersigned this tree of the node's stream; raises if not."""
        key = Ed25519PublicKey.from_public_bytes(self.joined.hub_ledger_key)
        origin = stream_origin(TRUST_DOMAIN, self.agency_id, self.ledger.stream_id)
        verify_receipt(key, origin, receipt.size, receipt.root, receipt.signed_at_unix_s, receipt.signature)


class Client:
    """One connection of its own, and calls over it."""

    def __init__(
        self,
        address: str,
        credentials: grpc.ChannelCredentials,
        trust_domain: str = TRUST_DOMAIN,
        options: tuple[tuple[str, Any], ...] = (),
    ) -> None:
        self.channel = grpc.aio.secure_channel(
            address,
            credentials,
            options=[
                ("grpc.ssl_target_name_override", hub_dns_name(trust_domain)),
                ("grpc.use_local_subchannel_pool", 1),  # never another client's connection
                ("grpc.enable_http_proxy", 0),
                *options,
            ],
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.channel.close()

    async def call(self, path: str, raw: bytes, metadata: Metadata = (), **options: Any) -> bytes:
        """Make a unary call."""
        method: Any = self.channel.unary_unary(path)
        answer: bytes = await method(raw, metadata=metadata, timeout=CALL_S, **options)
        return answer

    async def push(self, node: JoinedNode, *reports: Report) -> PushResponse:
        """Append reports to a node's ledger, and push them."""
        return PushResponse.FromString(await self.call(PUSH, encode(push_request(node.ledger.batch(*reports)))))

    @asynccontextmanager
    async def watch(
        self,
        after: int = 0,
        timeout: float = 120.0,  # noqa: ASYNC109
        hub_epoch: int = 1,
    ) -> AsyncIterator["Mailbox"]:
        """Open a watch, until the end of the block."""
        method: Any = self.channel.unary_stream(WATCH)
        call = method(encode(WatchRequest(after_cursor=after, hub_epoch=hub_epoch)), timeout=timeout)
        try:
            yield Mailbox(call)
        finally:
            call.cancel()


class Mailbox:
    """An open watch."""

    def __init__(self, call: Any) -> None:
        self._call = call

    async def next(self) -> Notice:
        """Wait for the next notice; raises what the hub ended the stream with."""
        raw = await self._call.read()
        if raw is grpc.aio.EOF:
            raise EOFError(f"the hub ended the stream: {await self._call.code()}")
        return Notice.FromString(raw)

    async def ended(self) -> tuple[grpc.StatusCode, str]:
        """Read to the end, and give what the stream ended with."""
        try:
            while True:
                await self.next()
        except grpc.aio.AioRpcError as error:
            return error.code(), error.details() or ""


class Joining:
    """A node that asks for an identity, as often as it takes."""

    def __init__(self, text: str, root_pem: bytes) -> None:
        """Make the keys for a join string."""
        secret = parse_join_string(text).secret
        self._root_pem = root_pem
        self._key, self._bound_key = make_p256(), make_ed25519()
        request = JoinRequest(
            secret=secret,
            csr=make_csr(self._key),
            bound_key=self._bound_key.public_key().public_bytes_raw(),
            bound_key_proof=prove_joining(self._bound_key, secret, self._key.public_key()),
        )
        self._raw = encode(request)

    async def ask(self, enrollment: str) -> JoinedNode:
        """Ask once, by a real call."""
        async with Client(enrollment, channel_credentials(None, self._root_pem)) as client:
            joined = JoinResponse.FromString(await client.call(JOIN, self._raw))
        return JoinedNode(self._key, joined, NodeLedger(joined.agency_id, self._bound_key, joined.node), self._root_pem)


async def join_node(enrollment: str, root_pem: bytes, text: str) -> JoinedNode:
    """Join with a join string."""
    return await Joining(text, root_pem).ask(enrollment)


async def refused(answer: Awaitable[object]) -> tuple[grpc.StatusCode, str]:
    """Wait for the refusal of a call, and give its status and what it says."""
    try:
        taken = await answer
    except grpc.aio.AioRpcError as error:
        return error.code(), error.details() or ""
    raise AssertionError(f"this was to be refused; it got {taken!r}")


def heartbeat() -> bytes:
    """The smallest good heartbeat: the cheapest call there is."""
    return encode(HeartbeatRequest(version_minor=1, schema_revision=1, node_time=timestamp(NOON)))
