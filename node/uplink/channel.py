"""Channels to the hub: mutual TLS 1.3 to the uplink, server-authenticated TLS 1.3 to enrollment.

The settings of a channel are named here, each with its reason. Certificates of a channel cannot be changed once it is
made: for fresh ones a new channel is built (see `connection.py`).

Source: DESIGN.md 4.
"""

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.identity.names import hub_dns_name
from node.credentials import Credentials

KEEPALIVE_MS = 30_000  # a line that was cut without a word is noticed within 40 s
KEEPALIVE_TIMEOUT_MS = 10_000
LONGEST_RECONNECT_MS = 5_000  # our own retries are jittered; gRPC's must not add minutes to them
FIRST_RECONNECT_MS = 250
RECEIVE_LIMIT = 4 * 1024 * 1024  # a notice with the whole directory; the hub's is the smaller one

_COMMON = (
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
    ("grpc.http2.max_pings_without_data", 0),  # no limit: a watch is silent for hours and must still be probed
    ("grpc.initial_reconnect_backoff_ms", FIRST_RECONNECT_MS),
    ("grpc.min_reconnect_backoff_ms", FIRST_RECONNECT_MS),
    ("grpc.max_reconnect_backoff_ms", LONGEST_RECONNECT_MS),
    ("grpc.max_receive_message_length", RECEIVE_LIMIT),
    ("grpc.enable_retries", 0),  # retrying is decided, jittered and logged in one place: retry.py
    ("grpc.use_local_subchannel_pool", 1),  # a new channel must not inherit the connection of the old certificate
)


def open_uplink(address: str, credentials: Credentials, proxy: str) -> grpc.aio.Channel:
    """Make a channel that proves the node and demands the region's hub."""
    return _open(
        address,
        grpc.ssl_channel_credentials(credentials.roots_pem, credentials.key_pem, credentials.chain_pem),
        hub_dns_name(credentials.name.trust_domain),
        proxy,
    )


def open_enrollment(address: str, roots_pem: bytes, dns_name: str, proxy: str) -> grpc.aio.Channel:
    """Make a channel that demands the hub, and proves nobody."""
    return _open(address, grpc.ssl_channel_credentials(roots_pem), dns_name, proxy)


def _open(address: str, credentials: grpc.ChannelCredentials, dns_name: str, proxy: str) -> grpc.aio.Channel:
    options: list[tuple[str, str | int]] = [*_COMMON, ("grpc.ssl_target_name_override", dns_name)]
    if proxy:
        options += [("grpc.enable_http_proxy", 1), ("grpc.http_proxy", f"http://{proxy}")]
    else:
        options.append(("grpc.enable_http_proxy", 0))  # the environment of a service must not redirect it
    return grpc.aio.secure_channel(address, credentials, options=options)
