"""Many browsers watch one incident: what one agency reports reaches every one of them, whoever makes the part."""

import asyncio
from pathlib import Path

from common.access.roles import Role
from tests.console_client import Client
from tests.consoles import served_region
from tests.event_streams import Streams
from tests.hub_pages import EMS, FIRE, opened
from tests.waiting import wait_until

WATCHERS = 60


def test_what_an_agency_reports_reaches_everybody_who_watches_the_incident(tmp_path: Path) -> None:
    with served_region(tmp_path, FIRE, EMS) as region:
        incident = opened(region)
        tokens = [region.hub.sign_in_as(Role.REGIONAL_COORDINATOR, name=f"rita-{n}") for n in range(WATCHERS)]
        port = int(region.hub.origin.rpartition(":")[2])

        async def watched() -> None:
            streams = Streams()
            await streams.open(port, f"/incidents/{incident}/live", tokens)
            for number in (1_007, 1_008):
                streams.look_for(number)
                said = {"incident": incident, "status": "active", "supporters_deployed": number}
                await asyncio.to_thread(region.nodes[FIRE].do, "activate", **said)
                assert len(await streams.came(number)) == WATCHERS
            await streams.close()

        asyncio.run(watched())


def test_an_incident_on_which_nobody_is_asked_any_more_stands_on_the_list(tmp_path: Path) -> None:
    with served_region(tmp_path, FIRE, EMS) as region:
        incident = opened(region)
        for node in region.nodes.values():
            node.do("activate", incident=incident, status="active")
        wait_until(lambda: region.hub.ask("incident list")[0]["statuses"] == {"active": 2})
        token = region.hub.sign_in_as(Role.REGIONAL_COORDINATOR, name="rita")
        answer = Client(region.hub.origin, None, token).get("/incidents")
        assert (answer.status, "2 active" in answer.text) == (200, True)


def test_i03_who_may_not_see_the_board_gets_no_stream_of_it(tmp_path: Path) -> None:
    with served_region(tmp_path, FIRE, EMS) as region:
        incident = opened(region)
        token = region.hub.sign_in_as(Role.OPERATOR, name="olga")
        client = Client(region.hub.origin, None, token)
        assert client.get(f"/incidents/{incident}/live").status == 403
