"""Who calls is decided by the certificate alone, on each call, over real TLS."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from common.wire.canonical import encode
from tests.builders import NodeLedger, capacity_report, push_request
from tests.fakes import SetClock
from tests.hubs import RunningHub, running_hub
from tests.pki import (
    STOPPED_BY_THE_APPLICATION,
    STOPPED_BY_TLS,
    WRONG,
    Identity,
    Region,
    channel_credentials,
)
from tests.wire_client import HEARTBEAT, PUSH, RENEW, Client, JoinedNode, heartbeat, refused

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
A_DAY = timedelta(days=1)
NEVER_ADMITTED = "a node that the hub never admitted"


def a_push(agency_id: bytes) -> bytes:
    """A good push, for whoever may send it."""
    return encode(push_request(NodeLedger(agency_id).batch(capacity_report())))


def caller(hub: RunningHub, identity: Identity | None) -> Client:
    """A connection with any certificate, or none."""
    return Client(hub.uplink, channel_credentials(identity, hub.root_pem))


@pytest.mark.parametrize("wrong", [*STOPPED_BY_TLS, "none"])
async def test_s01_s02_a_certificate_that_tls_refuses_reaches_no_handler(
    wrong: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        trail, lines = hub.audit(), len(caplog.records)
        identity = None if wrong == "none" else WRONG[wrong](hub.authority(constrained=True))

        async with caller(hub, identity) as client:
            for path, raw in ((HEARTBEAT, heartbeat()), (PUSH, a_push(node.agency_id))):
                assert (await refused(client.call(path, raw)))[0] is UNAVAILABLE

        assert hub.audit() == trail
        assert hub.streams() == []
        assert caplog.records[lines:] == []
        assert len(hub.process.health.heard()) == 0


@pytest.mark.parametrize("wrong", [*STOPPED_BY_THE_APPLICATION, NEVER_ADMITTED])
async def test_s03_a_certificate_that_names_no_node_of_this_region_is_denied(
    wrong: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        authority = hub.authority(constrained=False, agency_id=node.agency_id)
        if wrong == NEVER_ADMITTED:
            identity = authority.node(node.agency_id)
        else:
            identity = STOPPED_BY_THE_APPLICATION[wrong](authority)
            await hub.admit(identity, node)  # even so
        trail = hub.audit()

        async with caller(hub, identity) as client:
            answers = [await refused(client.call(path, a_push(node.agency_id))) for path in (PUSH, HEARTBEAT, RENEW)]

        assert {code for code, _ in answers} == {PERMISSION_DENIED}
        said = (
            "region's list" if wrong == NEVER_ADMITTED else "exactly one URI name|does not name a node of this region"
        )
        assert all(re.search(said, details) for _, details in answers), answers
        ((actor, action, outcome),) = hub.audit()[len(trail) :]  # once for one certificate, not once a call
        assert (action, outcome) == ("Uplink.Push", "refused: PERMISSION_DENIED")
        assert actor == "unknown" or actor.startswith("node ")
        assert [record.message for record in caplog.records] == ["a call was refused"]
        assert hub.streams() == []


async def test_s03_another_agencys_stream_is_denied_and_audited(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        fire, ems = await hub.joined("ridgeline-fire"), await hub.joined("cedar-valley-ems")
        async with hub.client(fire) as client:
            await client.push(fire, capacity_report())
        before = hub.reports()
        trail = hub.audit()

        stolen = NodeLedger(ems.agency_id, ems.ledger.key)
        stolen.stream_id, stolen.frontier = fire.ledger.stream_id, fire.ledger.frontier.copy()
        async with hub.client(ems) as client:
            code, said = await refused(client.call(PUSH, encode(push_request(stolen.batch(capacity_report())))))

        assert (code, said) == (PERMISSION_DENIED, "this stream belongs to another agency")
        assert hub.audit()[len(trail) :] == [
            (f"node {ems.agency_id.hex()}/1", "Uplink.Push", "refused: PERMISSION_DENIED")
        ]
        assert hub.reports() == before


async def test_s03_a_checkpoint_of_another_agency_is_refused(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        fire, ems = await hub.joined("ridgeline-fire"), await hub.joined("cedar-valley-ems")
        foreign = encode(push_request(fire.ledger.batch(capacity_report())))  # signed by and for the other agency

        async with hub.client(ems) as client:
            code, said = await refused(client.call(PUSH, foreign))

        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert said == "the checkpoint of size 1 is not signed by the node's key"
        assert hub.streams() == []


async def test_s05_an_identity_in_metadata_is_ignored(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        fire, ems = await hub.joined("ridgeline-fire"), await hub.joined("cedar-valley-ems")
        name = Region(hub.process.region.trust_domain).uri(fire.agency_id)
        claims = (
            ("x-forwarded-client-cert", f"By=spiffe://proxy;URI={name}"),
            ("x-forwarded-for", "127.0.0.1"),
            ("x-client-cert", fire.identity.pem.replace(b"\n", b"%0A").decode()),
            ("authorization", f"Bearer {name}"),
            ("x-agency-id", fire.agency_id.hex()),
            ("agency-bin", fire.agency_id),
        )
        async with hub.client(ems) as client:
            await client.call(HEARTBEAT, heartbeat(), metadata=claims)
            await client.call(PUSH, a_push_of(ems), metadata=claims)
        async with caller(hub, hub.authority(constrained=True).node(fire.agency_id)) as client:
            code, _ = await refused(client.call(HEARTBEAT, heartbeat(), metadata=claims))

        assert code is PERMISSION_DENIED
        assert set(hub.process.health.heard()) == {(ems.agency_id, 1)}
        assert [stream.agency_id for stream in hub.streams()] == [ems.agency_id]


def a_push_of(node: JoinedNode) -> bytes:
    return encode(push_request(node.ledger.batch(capacity_report())))


@pytest.mark.parametrize(
    ("by", "says"),
    [(8 * A_DAY, "certificate expired"), (-A_DAY, "certificate not yet valid")],
    ids=["expired", "not yet valid"],
)
async def test_s02_a_certificate_whose_time_is_over_is_refused_on_an_open_channel(
    by: timedelta, says: str, tmp_path: Path
) -> None:
    clock = SetClock(datetime.now(UTC))
    async with running_hub(tmp_path, clock) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            await client.push(node, capacity_report())
            stored, trail = hub.reports(), hub.audit()
            async with client.watch() as mailbox:
                await mailbox.next()
                clock.advance(by)

                answers = [
                    await refused(client.call(HEARTBEAT, heartbeat())),
                    await refused(client.call(PUSH, a_push_of(node))),
                ]
                if by > timedelta():
                    answers.append(await mailbox.ended())  # bounded by the sweep, not by another call

        for code, said in answers:
            assert (code, said.startswith(says)) == (UNAUTHENTICATED, True), said
        assert hub.reports() == stored
        assert hub.audit()[len(trail) :] == [
            (f"node {node.agency_id.hex()}/1", "Uplink.Heartbeat", "refused: UNAUTHENTICATED")
        ]


async def test_s02_a_new_watch_with_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    clock = SetClock(datetime.now(UTC))
    async with running_hub(tmp_path, clock) as hub:
        node = await hub.joined()
        clock.advance(8 * A_DAY)
        async with hub.client(node) as client, client.watch() as mailbox:
            code, said = await mailbox.ended()
    assert code is UNAUTHENTICATED
    assert said.startswith("certificate expired")


async def test_s03_a_denied_call_is_not_even_read(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        await hub.joined()
        async with caller(hub, hub.authority().node()) as client:
            code, said = await refused(client.call(PUSH, b"not even a message"))
    assert code is PERMISSION_DENIED
    assert "WhyRejected" in said
