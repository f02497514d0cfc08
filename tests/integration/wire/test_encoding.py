"""One message has one encoding; anything else is refused, whatever a parser would make of it."""

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import ActivationReport, FollowUpCommand, PeerAidCommand, Report
from common.wire.v1.uplink_pb2 import PushRequest
from tests.builders import capacity_report, push_request
from tests.hubs import running_hub
from tests.wire_bytes import FIXED32, FIXED64, LENGTH, VARINT, chunk, number, tag, varint
from tests.wire_client import CALL_S, HEARTBEAT, PUSH, JoinedNode, refused

INVALID_ARGUMENT = grpc.StatusCode.INVALID_ARGUMENT
NOW = chunk(11, number(1, 1_762_000_000))
BEAT = number(2, 1) + number(4, 1) + NOW  # a good heartbeat

NOT_CANONICAL: dict[str, Callable[[bytes], bytes]] = {
    "an unknown field at the end": lambda push: push + chunk(15, b"a story"),
    "an unknown field with a great number": lambda push: push + chunk(536_870_911, b"a story"),
    "an unknown field at the beginning": lambda push: chunk(15, b"a story") + push,
    "an unknown group": lambda push: push + tag(15, 3) + chunk(1, b"a story") + tag(15, 4),
    "an unknown fixed number": lambda push: push + tag(15, FIXED64) + b"a story." + tag(14, FIXED32) + b"text",
    "a scalar twice, the same": lambda push: push + number(5, 1),
    "a scalar twice, the first one hidden": lambda push: chunk(1, b"sixteen bytes ok") + push,
    "fields in another order": lambda push: push[18:20] + push[:18] + push[20:],
    "a varint longer than need be": lambda push: push[:18] + tag(2, VARINT) + varint(1, padded_to=2) + push[20:],
    "a length longer than need be": lambda push: tag(1, LENGTH) + varint(16, padded_to=3) + push[2:],
    "a tag longer than need be": lambda push: varint(1 << 3 | LENGTH, padded_to=2) + push[1:],
    "a default written out": lambda push: push[: -len(number(5, 1))] + number(5, 0),
    "a message in two halves": lambda push: push + chunk(4, number(1, 1)),
    "an unknown field in a report": lambda push: in_report(push, chunk(99, b"a story")),
    "a report's scalar twice": lambda push: in_report(push, chunk(1, os.urandom(16))),
    "a report of two kinds": lambda push: in_report(push, chunk(10, b"")),
    "cut off": lambda push: push[:-1],
    "text": lambda push: b"a story",
    "JSON": lambda push: b'{"stream_id": "a story"}',
}


def in_report(push: bytes, more: bytes) -> bytes:
    """Put something more at the end of the one report of a push."""
    at = 20  # behind stream id and first sequence; the report is shorter than 128 bytes
    length = push[at + 1]
    return push[:at] + chunk(3, push[at + 2 : at + 2 + length] + more) + push[at + 2 + length :]


def a_push(node: JoinedNode) -> bytes:
    return encode(push_request(node.ledger.batch(capacity_report())))


def body_of(push: bytes) -> bytes:
    """The body of the one report of a push."""
    return encode(PushRequest.FromString(push).reports[0])


async def status_of(answer: Awaitable[object]) -> grpc.StatusCode:
    try:
        await answer
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("how", NOT_CANONICAL)
async def test_t05_another_encoding_of_a_push_is_refused_and_nothing_is_stored(how: str, tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        good = a_push(node)
        bad = NOT_CANONICAL[how](good)
        assert bad != good
        async with hub.client(node) as client:
            code, said = await refused(client.call(PUSH, bad))

            assert code is INVALID_ARGUMENT
            assert said.startswith("PushRequest: ")
            assert "story" not in said
            assert hub.streams() == []

            await client.call(PUSH, good)
        assert len(hub.reports()) == 1


async def test_t05_two_messages_in_a_unary_call_count_once_or_not_at_all(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        first, second = a_push(node), a_push(node)
        async with hub.client(node) as client:
            method: Any = client.channel.stream_unary(PUSH)
            code = await status_of(method(iter([first, second]), timeout=CALL_S))
            assert code in (grpc.StatusCode.OK, grpc.StatusCode.UNIMPLEMENTED, INVALID_ARGUMENT)
            assert hub.reports() in ([], [body_of(first)])

            await client.call(PUSH, first)
            await client.call(PUSH, second)
        assert len(hub.reports()) == 2


async def test_t05_a_unary_call_without_a_message_does_nothing(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            method: Any = client.channel.stream_unary(PUSH)
            code = await status_of(method(iter([]), timeout=1))
            assert code in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNIMPLEMENTED, INVALID_ARGUMENT)
            assert hub.streams() == []
            await client.push(node, capacity_report())


HEARTBEATS = {
    "a negative count": (number(2, 1) + number(5, -1) + NOW, "queue_depth"),
    "a huge count": (number(2, 1) + number(5, 2**53) + NOW, "queue_depth"),
    "a version beyond its range": (number(2, 65_536) + NOW, "version_minor"),
    "a time in year 0": (number(2, 1) + chunk(11, number(1, -62_167_219_200)), "node_time"),
    "a time in year 9999": (number(2, 1) + chunk(11, number(1, 253_402_300_799)), "node_time"),
    "the last second of 64 bits": (number(2, 1) + chunk(11, number(1, 2**63 - 1)), "node_time"),
    "negative nanoseconds": (number(2, 1) + chunk(11, number(1, 1_762_000_000) + number(2, -1)), "node_time"),
    "a second of nanoseconds": (number(2, 1) + chunk(11, number(1, 1_762_000_000) + number(2, 10**9)), "node_time"),
    "a negative age": (number(2, 1) + chunk(6, number(1, -1)) + NOW, "oldest_unsent_age"),
    "no time": (number(2, 1), "node_time"),
    "a stream id of 15 bytes": (number(2, 1) + NOW + chunk(16, b"fifteen bytes ok")[:-1], "HeartbeatRequest"),
    "a short stream id": (number(2, 1) + NOW + tag(16, LENGTH) + varint(15) + b"fifteen bytes..", "stream_id"),
    "an unknown code": (number(2, 1) + NOW + number(12, 999), "disk_free"),
    "code 0": (number(2, 1) + NOW + number(12, 0), "disk_free"),
    "a count of 33 bits for one of 32": (number(2, 2**32 + 1) + NOW, "HeartbeatRequest"),
    "a count beyond 64 bits": (number(2, 1) + tag(5, VARINT) + varint(2**64 + 1) + NOW, "HeartbeatRequest"),
    "a count of 11 bytes": (number(2, 1) + tag(5, VARINT) + b"\xff" * 10 + b"\x01" + NOW, "HeartbeatRequest"),
}


@pytest.mark.parametrize("what", HEARTBEATS)
async def test_t06_a_heartbeat_out_of_range_is_refused_by_the_name_of_its_field(what: str, tmp_path: Path) -> None:
    raw, field = HEARTBEATS[what]
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            code, said = await refused(client.call(HEARTBEAT, raw))
            assert (code, said.partition(":")[0]) == (INVALID_ARGUMENT, field)
            assert hub.process.health.heard() == {}
            await client.call(HEARTBEAT, BEAT)


def envelope(node: JoinedNode, first: bytes = number(2, 1), size: bytes = number(1, 1), epoch: bytes = b"") -> bytes:
    report = chunk(1, os.urandom(16)) + chunk(2, number(1, int(time.time()))) + chunk(16, number(1, 9))
    checkpoint = size + chunk(2, bytes(32)) + chunk(3, bytes(64))
    return chunk(1, node.ledger.stream_id) + first + chunk(3, report) + chunk(4, checkpoint) + epoch


ENVELOPES: dict[str, tuple[dict[str, bytes], str]] = {
    "a negative sequence": ({"first": number(2, -1)}, "first_sequence"),
    "sequence 0": ({"first": b""}, "first_sequence"),
    "a huge sequence": ({"first": number(2, 2**53)}, "first_sequence"),
    "a negative size": ({"size": number(1, -1)}, "checkpoint.size"),
    "a huge size": ({"size": number(1, 2**63)}, "checkpoint.size"),
    "a huge epoch": ({"epoch": number(5, 2**32)}, "hub_epoch"),
    "a sequence beyond 64 bits": ({"first": tag(2, VARINT) + varint(2**64 + 1)}, "PushRequest"),
}


@pytest.mark.parametrize("what", ENVELOPES)
async def test_t06_a_push_out_of_range_is_refused_by_the_name_of_its_field(what: str, tmp_path: Path) -> None:
    changes, field = ENVELOPES[what]
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            code, said = await refused(client.call(PUSH, envelope(node, **changes)))
            assert (code, said.partition(":")[0]) == (INVALID_ARGUMENT, field)
            assert hub.streams() == []
            await client.push(node, capacity_report())
        assert len(hub.reports()) == 1


REPORTS: dict[str, tuple[bytes, str]] = {
    "a negative count": (chunk(16, number(1, 2**32 - 1)), "supporter_capacity.designated"),
    "a huge count": (chunk(16, number(1, 10_000)), "supporter_capacity.designated"),
    "no kind": (b"", "kind"),
}
TIMES = {
    "year 0": -62_167_219_200,
    "year 9999": 253_402_300_799,
    "before 1970": -1,
    "the end of 64 bits": 2**63 - 1,
}


@pytest.mark.parametrize("what", [*REPORTS, *TIMES, "the day after tomorrow"])
async def test_t06_a_report_out_of_range_is_recorded_as_refused_and_the_next_one_goes_through(
    what: str, tmp_path: Path
) -> None:
    now = int(time.time())
    kind, field = REPORTS.get(what, (chunk(16, number(1, 9)), "occurred_at"))
    at = now + 2 * 86_400 if what == "the day after tomorrow" else TIMES.get(what, now)
    bad = Report.FromString(chunk(1, os.urandom(16)) + chunk(2, number(1, at)) + kind)
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            first = await client.push(node, bad)
            second = await client.push(node, capacity_report())
            node.verify(first.receipt)
            node.verify(second.receipt)

        assert first.outcomes[0] in (Outcome.OUTCOME_REFUSED_RANGE, Outcome.OUTCOME_REFUSED_TIME)
        assert list(second.outcomes) == [Outcome.OUTCOME_APPLIED]
        assert [report.outcome for report in hub.stored_reports()] == [*first.outcomes, *second.outcomes]
        (told,) = [notice.report_refused for notice in hub.mail(node.agency_id) if notice.HasField("report_refused")]
        assert (told.sequence, told.command_id) == (1, bad.command_id)
        assert f" {field}:" in told.reason
        assert told.reason.isprintable()


STORY = b"she cannot sleep since the fire, and has told nobody but me"
STORIES = {
    "in the command id": Report(command_id=STORY, activation=ActivationReport(incident_id=bytes(16))),
    "in an incident's id": Report(command_id=bytes(16), activation=ActivationReport(incident_id=STORY)),
    "in a follow-up's id": Report(command_id=bytes(16), follow_up=FollowUpCommand(follow_up_id=STORY)),
    "in a list of ids": Report(
        command_id=bytes(16), follow_up=FollowUpCommand(follow_up_id=bytes(16), offered_to=[STORY])
    ),
    "in a kind not acted on": Report(command_id=bytes(16), peer_aid=PeerAidCommand(request_id=STORY)),
}


@pytest.mark.parametrize("where", STORIES)
async def test_t06_an_id_long_enough_for_words_is_refused_at_the_door_and_stored_nowhere(
    where: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = Report()
    bad.CopyFrom(STORIES[where])
    bad.occurred_at.GetCurrentTime()
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            code, said = await refused(client.push(node, bad))

        assert code is INVALID_ARGUMENT
        assert "reports[0]." in said
        assert "must be exactly 16 bytes" in said
        assert hub.reports() == []
    assert "sleep" not in said + caplog.text
