"""A hub and three nodes that are stopped, copied and put back, as operators do it."""

import shutil
from contextlib import AsyncExitStack
from pathlib import Path

from hub.operations import operations_of
from hub.process import open_hub
from node.domain.delivery import Flow
from node.persistence.streams import get_current_stream
from node.process import Node
from tests.coroutines import eventually
from tests.hubs import RunningHub, found, running_hub
from tests.ports import free_port
from tests.stores import copy_database, new_database, put_database_back

AGENCIES = ("fire", "ems", "jail")


class Copied:
    """The processes, their directories, and the copies of them."""

    def __init__(self, directory: Path, kind: str) -> None:
        self.directory = directory
        self._database = new_database() if kind == "postgresql" else ""
        self._copies = 0
        self._hub_stack = AsyncExitStack()
        self._hub: RunningHub | None = None
        self.nodes: dict[str, Node] = {}
        self.ids: dict[str, bytes] = {}
        self.incident = b""
        found(
            directory / "hub",
            uplink=f"127.0.0.1:{free_port()}",
            enrollment=f"127.0.0.1:{free_port()}",
            database_url=self._database,
        )

    @property
    def hub(self) -> RunningHub:
        assert self._hub is not None
        return self._hub

    # Processes

    async def start_hub(self) -> None:
        self._hub = await self._hub_stack.enter_async_context(running_hub(self.directory))

    async def stop_hub(self) -> None:
        await self._hub_stack.aclose()
        self._hub = None

    async def start(self, *names: str) -> None:
        for name in names or AGENCIES:
            node = Node(self.directory / name)
            await node.start()
            self.nodes[name] = node

    async def stop(self, *names: str) -> None:
        for name in names or tuple(self.nodes):
            await self.nodes.pop(name).stop()

    # Backups

    async def back_up_hub(self) -> Path:
        """Stop the hub, copy its store, start it."""
        await self.stop_hub()
        copy = self._copy("hub")
        if self._database:
            copy_database(self._database, copy.name)
        await self.start_hub()
        return copy

    async def restore_hub(self, copy: Path) -> None:
        """Put a copy back on the stopped hub, begin an epoch as an operator does, and start it."""
        if self._hub is not None:
            await self.stop_hub()
        self._put_back(copy, "hub")
        if self._database:
            put_database_back(self._database, copy.name)
        hub = open_hub(self.directory / "hub")
        await hub.start()
        await operations_of(hub)["new epoch"]({})
        await hub.stop()
        await self.start_hub()

    async def back_up_node(self, name: str) -> Path:
        await self.stop(name)
        copy = self._copy(name)
        await self.start(name)
        return copy

    async def restore_node(self, copy: Path, name: str) -> None:
        """Put a copy back; the hub is ahead of it; an administrator starts a new stream."""
        if name in self.nodes:
            await self.stop(name)
        self._put_back(copy, name)
        await self.start(name)
        node = self.nodes[name]
        await eventually(lambda: node.opened.read(get_current_stream).flow is Flow.AHEAD)
        await node.do("new_stream", {"confirm": True})

    def _copy(self, name: str) -> Path:
        self._copies += 1
        copy = self.directory / f"backup_{self._copies}_{name}"
        shutil.copytree(self.directory / name, copy)
        return copy

    def _put_back(self, copy: Path, name: str) -> None:
        shutil.rmtree(self.directory / name)
        shutil.copytree(copy, self.directory / name)
