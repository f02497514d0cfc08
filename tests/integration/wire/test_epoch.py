"""What a hub that was restored says to nodes that remember more than it does."""

from pathlib import Path

import grpc
import pytest

from common.errors import WrongState
from tests.builders import capacity_report
from tests.hubs import running_hub


async def test_t04_a_cursor_of_another_epoch_is_refused_even_where_the_mailbox_is_as_long(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        node = await hub.joined()
        async with hub.client(node) as client:
            await client.push(node, capacity_report())
            async with client.watch() as mailbox:
                head = (await mailbox.next()).cursor
            for epoch in (0, 2):
                async with client.watch(after=head, hub_epoch=epoch) as mailbox:
                    code, words = await mailbox.ended()
                    assert code is grpc.StatusCode.FAILED_PRECONDITION
                    assert "hub epoch 1" in words
            async with client.watch(after=0, hub_epoch=2) as mailbox:
                assert (await mailbox.next()).cursor == 1


async def test_t04_a_hub_that_serves_does_not_begin_a_new_epoch(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        with pytest.raises(WrongState, match="stop it"):
            await hub.ask("new epoch")
        assert hub.process.region.hub_epoch == 1
