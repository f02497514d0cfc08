"""A method is one exact name on one port: every other spelling, and every other service, does not exist there."""

from pathlib import Path

import grpc
import pytest

from common.wire.canonical import encode
from tests.builders import capacity_report, push_request
from tests.hubs import running_hub
from tests.wire_client import JOIN, PUSH, heartbeat, refused

UNIMPLEMENTED = grpc.StatusCode.UNIMPLEMENTED
OTHERWISE = [
    "/holdfast.v1.uplink/Push",
    "/holdfast.v1.Uplink/push",
    "/holdfast.v1.Uplink/PUSH",
    "/holdfast.v1.Uplink/Push/",
    "/holdfast.v1.Uplink/Push2",
    "/holdfast.v1.Uplink/Pus",
    "/holdfast.v1.Uplink//Push",
    "/holdfast.v1.Uplink/../Uplink/Push",
    "/holdfast.v1.Uplink/%50ush",
    "/holdfast.v1.Uplink/Push?as=operator",
    "/holdfast.v1.Uplink/Push ",
    "/holdfast.v1.Uplink/",
    "/holdfast.v1.Uplink",
    "//holdfast.v1.Uplink/Push",
    "/prefix/holdfast.v1.Uplink/Push",
    "/Uplink/Push",
    "/",
]
NOT_ON_THE_UPLINK = [
    JOIN,
    "/holdfast.v1.Enrollment/Recover",
    "/holdfast.v1.Enrollment/WhyRejected",
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.channelz.v1.Channelz/GetTopChannels",
    "/holdfast.v1.Operator/Evict",
    "/holdfast.v1.Uplink/Evict",
]


async def test_e04_a_method_spelled_otherwise_does_not_exist(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        good = encode(push_request(node.ledger.batch(capacity_report())))
        async with hub.client(node) as client:
            for path in OTHERWISE:
                code, _ = await refused(client.call(path, good))
                assert (path, code) == (path, UNIMPLEMENTED)
            assert hub.streams() == []
            await client.call(PUSH, good)  # the same bytes under the one right name
        assert len(hub.reports()) == 1


@pytest.mark.parametrize("path", NOT_ON_THE_UPLINK)
async def test_e04_what_is_not_the_uplinks_does_not_exist_on_its_port(path: str, tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        trail = hub.audit()
        async with hub.client(node) as client:
            assert (await refused(client.call(path, b"")))[0] is UNIMPLEMENTED
        assert hub.audit() == trail


async def test_e04_the_uplink_does_not_exist_on_the_enrollment_port(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node, port=hub.enrollment) as client:
            for method in ("Push", "Watch", "Heartbeat", "Renew"):
                assert (await refused(client.call(f"/holdfast.v1.Uplink/{method}", heartbeat())))[0] is UNIMPLEMENTED
        assert hub.process.health.heard() == {}
