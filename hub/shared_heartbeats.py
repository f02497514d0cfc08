"""Heartbeats as hub processes on one PostgreSQL store tell them to each other: in no store, in messages of a line.

    heard <agency>.<node>.<microseconds since 1970>.<heartbeat in base64>;...

Source: DESIGN.md 5; DOMAIN.md 6.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping

from common.storage.columns import UtcDateTime
from common.wire.canonical import encode
from common.wire.v1.uplink_pb2 import HeartbeatRequest
from hub.node_health import LastHeard, NodeHealth, NodeKey

HEARD = "heard "
MOST_TOLD = 7_900  # characters of one message; PostgreSQL carries 8,000 bytes
SHARE_S = 5.0


def messages_of(heard: Mapping[NodeKey, LastHeard]) -> Iterator[str]:
    """Write heartbeats as few messages."""
    message = HEARD
    for (agency_id, node), last in heard.items():
        body = b64encode(encode(last.health)).decode()
        told = f"{agency_id.hex()}.{node}.{UtcDateTime.number(last.at)}.{body};"
        if len(message) + len(told) > MOST_TOLD:
            yield message
            message = HEARD
        message += told
    if message != HEARD:
        yield message


def take_in(message: str, health: NodeHealth) -> None:
    """Note the heartbeats of a message."""
    for told in message.removeprefix(HEARD).split(";")[:-1]:
        agency, node, at, body = told.split(".")
        moment = UtcDateTime().process_result_value(int(at), None)
        assert moment is not None
        health.note_shared((bytes.fromhex(agency), int(node)), HeartbeatRequest.FromString(b64decode(body)), moment)
