"""One directory has one hub, and one port has one: the second refuses to start, and says who is there already."""

from pathlib import Path

import pytest

from tests.hub_process import HubProcess
from tests.hubs import found
from tests.wire_client import HEARTBEAT, heartbeat

REFUSED = 2  # the exit status of a command that was told in one line why not


def last_words(hub: HubProcess, **environment: str) -> str:
    """Start another process, and give the one line that it ends with."""
    words = hub.launch(environment, log_file=hub.data.parent / "second.log")
    assert words.wait(60) == REFUSED
    (line,) = (hub.data.parent / "second.log").read_text().splitlines()
    return line


async def test_d08_a_second_hub_on_the_same_directory_says_who_holds_it(hub: HubProcess) -> None:
    node = await hub.joined()
    assert hub.process is not None

    said = last_words(hub, HOLDFAST_HUB_UPLINK_LISTEN="127.0.0.1:0", HOLDFAST_HUB_ENROLLMENT_LISTEN="127.0.0.1:0")

    assert f"in use by a hub, process {hub.process.pid}" in said
    async with hub.client(node) as client:  # the first one was not disturbed
        await client.call(HEARTBEAT, heartbeat())


async def test_d08_the_directory_is_free_again_once_its_hub_was_killed(hub: HubProcess) -> None:
    node = await hub.joined()
    hub.kill()
    hub.start()
    async with hub.client(node) as client:
        await client.call(HEARTBEAT, heartbeat())


@pytest.mark.parametrize("port", ["uplink_listen", "enrollment_listen"])
async def test_d08_a_second_hub_on_the_same_port_says_that_it_is_taken(
    port: str, hub: HubProcess, tmp_path: Path
) -> None:
    node = await hub.joined()
    taken = {"uplink_listen": hub.uplink, "enrollment_listen": hub.enrollment}[port]
    free = {"uplink_listen": "127.0.0.1:0", "enrollment_listen": "127.0.0.1:0"}
    (tmp_path / "other").mkdir()
    found(tmp_path / "other" / "hub")
    second = HubProcess(tmp_path / "other" / "hub")

    settings = {f"HOLDFAST_HUB_{name.upper()}": value for name, value in (free | {port: taken}).items()}
    said = last_words(second, **settings)

    assert f"{taken} cannot be listened on: another program has the port" in said
    for _ in range(8):  # every connection reaches the first hub: the port is not shared
        async with hub.client(node) as client:
            await client.call(HEARTBEAT, heartbeat())
