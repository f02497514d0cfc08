"""The settings of the hub's gRPC servers, each with its reason.

Source: DESIGN.md 4; TRUST.md, known traps, d04, d05, d06.
"""

from typing import Any

from hub.domain.delivery import MAX_REQUEST_BYTES

MINUTE_MS = 60_000

SERVER_OPTIONS: list[tuple[str, Any]] = [
    # A second server on the same port would silently take half of the connections (d08).
    ("grpc.so_reuseport", 0),
    # A batch is at most 64 KiB; whatever is larger is not read into memory (d04).
    ("grpc.max_receive_message_length", MAX_REQUEST_BYTES),
    # A node sends no metadata of its own: what gRPC itself adds fits easily.
    ("grpc.max_metadata_size", 8 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024),
    # A node pings every 30 s. (`grpc.http2.min_recv_ping_interval_without_data_ms`, the usual guess, is ignored.)
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
    ("grpc.http2.max_ping_strikes", 2),
    # A node whose machine vanished is noticed within 80 s, so that its watch does not stay for ever.
    ("grpc.keepalive_time_ms", MINUTE_MS),
    ("grpc.keepalive_timeout_ms", 20_000),
    # Connections are renewed, so that a removed or expired identity cannot live on one, and a balancer can even out.
    ("grpc.max_connection_age_ms", 15 * MINUTE_MS),
    ("grpc.max_connection_age_grace_ms", 30_000),
    # One node needs a watch, a push, a heartbeat and a renewal at a time.
    ("grpc.max_concurrent_streams", 32),
    # After an outage every node comes back at once: a default server turns part of 2,000 watches away (d06).
    ("grpc.server.max_pending_requests", 8_192),
    ("grpc.server.max_pending_requests_hard_limit", 16_384),
    # A silent socket has this long to finish its handshake (d05).
    ("grpc.server_handshake_timeout_ms", 20_000),
]
