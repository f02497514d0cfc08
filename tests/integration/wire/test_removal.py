"""What happens on the wire to an agency that is removed, or that shows two histories."""

from pathlib import Path

import grpc
import pytest

from common.wire.canonical import encode
from tests.builders import capacity_report, push_request
from tests.hubs import running_hub
from tests.wire_client import HEARTBEAT, PUSH, RENEW, heartbeat, join_node, refused

PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
FAILED_PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize("verb", ["evict", "ban"])
async def test_s09_a_removed_agency_is_refused_at_once_and_its_open_watch_ends(verb: str, tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        fire, ems = await hub.joined("ridgeline-fire"), await hub.joined("cedar-valley-ems")
        async with hub.client(fire) as removed, hub.client(ems) as other:
            await removed.push(fire, capacity_report())
            async with removed.watch() as mailbox, other.watch() as bystander:
                await mailbox.next()
                await bystander.next()
                stored = hub.reports()

                await hub.ask(verb, agency="ridgeline-fire")
                again = encode(push_request(fire.ledger.batch(capacity_report())))
                answers = [await refused(removed.call(path, again)) for path in (PUSH, HEARTBEAT, RENEW)]
                ended, _ = await mailbox.ended()

                await other.call(HEARTBEAT, heartbeat())
                await hub.ask("incident open", type="wildland_fire", title="Ridge fire", agencies=["cedar-valley-ems"])
                while not (await bystander.next()).HasField("incident_opened"):
                    pass

        assert {code for code, _ in answers} == {PERMISSION_DENIED}
        assert ended is PERMISSION_DENIED
        assert hub.reports() == stored
        assert ("operator", verb, "done") in hub.audit()
        assert (f"node {fire.agency_id.hex()}/1", "Uplink.Push", "refused: PERMISSION_DENIED") in hub.audit()


async def test_s09_a_removed_agency_does_not_come_back_over_a_new_connection(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            await client.call(HEARTBEAT, heartbeat())
        await hub.ask("evict", agency="ridgeline-fire")

        async with hub.client(node) as client, client.watch() as mailbox:
            assert (await mailbox.ended())[0] is PERMISSION_DENIED
            assert (await refused(client.call(HEARTBEAT, heartbeat())))[0] is PERMISSION_DENIED
            assert len(hub.process.watchers) == 0


async def test_s06_a_cloned_node_is_quarantined_at_its_second_history(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as original, hub.client(node) as clone:
            await original.push(node, capacity_report(1))
            cloned_ledger = node.ledger.copy()
            await original.push(node, capacity_report(2))
            stored = hub.reports()

            other_history = encode(push_request(cloned_ledger.batch(capacity_report(3))))
            code, said = await refused(clone.call(PUSH, other_history))
            assert (code, said.split(":")[0]) == (
                FAILED_PRECONDITION,
                "report 2 differs from what this hub already holds",
            )

            for client, ledger in ((original, node.ledger), (clone, cloned_ledger)):  # nobody knows which one is real
                later = encode(push_request(ledger.batch(capacity_report(4))))
                code, said = await refused(client.call(PUSH, later))
                assert (code, said.split(":")[0]) == (FAILED_PRECONDITION, "this agency is quarantined")

        assert hub.reports() == stored
        actor = f"node {node.agency_id.hex()}/1"
        assert hub.audit("Uplink") == [(actor, "Uplink.Push", "refused: forked, quarantined")]
        (notice,) = [notice.quarantine for notice in hub.mail(node.agency_id) if notice.HasField("quarantine")]
        assert (notice.lifted, notice.sequence, notice.stream_id) == (False, 2, node.ledger.stream_id)
        (agency,) = await hub.ask("agencies")
        assert agency["quarantined_since"]
        (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
        assert record.message.startswith("an agency is quarantined")


async def test_s06_two_roots_signed_for_one_size_are_a_fork_even_with_the_same_reports(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            await client.push(node, capacity_report(1))
            clone = node.ledger.copy()
            clone.frontier = type(clone.frontier)()  # another past, the same size
            clone.batch(capacity_report(7))

            code, _ = await refused(client.call(PUSH, encode(push_request(clone.batch(capacity_report(2))))))

        assert code is FAILED_PRECONDITION
        assert len(hub.reports()) == 1
        assert any(notice.HasField("quarantine") for notice in hub.mail(node.agency_id))


async def test_s09_an_open_invitation_does_not_bring_an_evicted_agency_back(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        invited = await hub.ask("invite", agency="ridgeline-fire", discipline="fire")
        await hub.ask("evict", agency="ridgeline-fire")

        code, _ = await refused(join_node(hub.enrollment, hub.root_pem, invited["join_string"]))

        assert code is grpc.StatusCode.UNAUTHENTICATED
        assert hub.audit("Enrollment") == [("unknown", "Enrollment.Join", "refused: UNAUTHENTICATED")]
