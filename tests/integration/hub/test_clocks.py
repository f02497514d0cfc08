"""Nodes' clocks, as the hub's operator sees them."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.wire.times import timestamp
from common.wire.v1.uplink_pb2 import HeartbeatRequest
from tests.hubs import running_hub


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=2)])
async def test_t08_the_list_of_agencies_says_by_how_much_a_nodes_clock_is_off(tmp_path: Path, off: timedelta) -> None:
    async with running_hub(tmp_path) as hub:
        fire, ems = await hub.joined("fire"), await hub.joined("ems")
        now = hub.process.clock.now()
        for node, wrong in ((1, timedelta(seconds=1)), (2, off)):  # the worst of an agency's clocks counts
            health = HeartbeatRequest(node_time=timestamp(now + wrong))
            hub.process.health.note((fire.agency_id, node), health, now)

        rows = {row["agency"]: row for row in await hub.ask("agencies")}

        assert rows["fire"]["clock_off_s"] == pytest.approx(off.total_seconds())
        assert (rows["ems"]["clock_off_s"], rows["ems"]["last_heard"]) == (None, None)
        assert rows["ems"]["id"] == ems.agency_id.hex()
