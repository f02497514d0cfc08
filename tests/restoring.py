"""A region whose hub and nodes are stopped, copied and put back: a real hub, three real nodes, real mutual TLS.

async with bound_region(tmp_path, "postgresql") as region:
    await region.back_up_hub()
    ...
    await region.restore_hub()
    await region.settled()
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from common.followup.state import FollowUp
from common.wire.v1.codes_pb2 import ActivationStatus
from hub.persistence import follow_ups, incidents, mailbox
from node.domain.follow_up import KnownFollowUp
from node.persistence import follow_ups as known_follow_ups
from node.persistence import incidents as known_incidents
from node.persistence import notices
from node.persistence.streams import find_doubted, get_current_stream, list_streams
from node.process import Node
from node.use_cases.claims import has_due_claims
from tests.backups import AGENCIES as AGENCIES
from tests.backups import Copied
from tests.coroutines import eventually
from tests.live_nodes import bind, joined_node


class Region(Copied):
    """A hub, and a node of each of three agencies, all bound by an agreement."""

    # What people do

    async def open_incident(self, **asked: Any) -> bytes:
        values = {"title": "B wing", "type": "facility_disturbance", "agencies": list(AGENCIES)} | asked
        opened = await self.hub.ask("incident open", started_at="", jurisdictions=[], **values)
        self.incident = bytes.fromhex(opened["id"])
        for node in self.nodes.values():
            await eventually(lambda node=node: self.incident in _incident_ids(node))  # type: ignore[misc]
        return self.incident

    async def activate(self, name: str, status: str, deployed: int = 1) -> None:
        asked = {"incident": self.incident.hex(), "status": status, "supporters_deployed": deployed}
        await self.nodes[name].do("activate", asked)

    async def open(self, name: str) -> bytes:
        """Open a follow-up; comes back when the hub has told it."""
        asked = {"cohorts": ["1"], "incident": self.incident.hex()}
        [opened] = await self.nodes[name].do("followup_open", asked)
        id_ = bytes.fromhex(opened["id"])
        await eventually(lambda: self.known(name, id_).is_told)
        return id_

    async def say(self, name: str, id_: bytes, verb: str, **fields: Any) -> None:
        """Command something; comes back when the hub has told what came of it."""
        before = self.known(name, id_).state.version
        await self.command(name, id_, verb, **fields)
        await eventually(lambda: self.known(name, id_).state.version > before)

    async def command(self, name: str, id_: bytes, verb: str, **fields: Any) -> None:
        await self.nodes[name].do("followup_command", {"follow_up": id_.hex(), "verb": verb} | fields)

    async def hand_over(self, id_: bytes, giver: str, taker: str) -> None:
        """Offer a follow-up and have it accepted; comes back when everybody concerned who runs knows."""
        await self.say(giver, id_, "offer", to=[taker])
        await eventually(lambda: self.offered(taker, id_))
        await self.say(taker, id_, "accept")
        await eventually(lambda: self.known(giver, id_).state.accountable == self.ids[taker])

    # What everybody has

    def known(self, name: str, id_: bytes) -> KnownFollowUp:
        found = self.find(name, id_)
        assert found is not None
        return found

    def find(self, name: str, id_: bytes) -> KnownFollowUp | None:
        return self.nodes[name].opened.read(lambda connection: known_follow_ups.find_follow_up(connection, id_))

    def offered(self, name: str, id_: bytes) -> bool:
        found = self.find(name, id_)
        return found is not None and self.ids[name] in found.state.offered_to

    def held(self) -> dict[bytes, FollowUp]:
        """Every follow-up at the hub."""
        with self.hub.store.read() as connection:
            return {each.id: each for each in follow_ups.list_follow_ups(connection)}

    def owner(self, id_: bytes) -> str:
        """The agency that the hub holds accountable."""
        accountable = self.held()[id_].accountable
        return next(name for name, agency_id in self.ids.items() if agency_id == accountable)

    def board(self) -> dict[str, tuple[str, int | None]]:
        """The hub's board: of each agency its status and how many are deployed."""
        with self.hub.store.read() as connection:
            _, lines = incidents.get_board(connection, self.incident)
        return {self._name(line.agency_id): _line(line.status, line.supporters_deployed) for line in lines}

    def boards(self) -> list[dict[str, tuple[str, int | None]]]:
        """The board as each node that runs shows it."""
        found = [
            node.opened.read(lambda c: known_incidents.list_board(c, self.incident)) for node in self.nodes.values()
        ]
        return [
            {self._name(line.agency_id): _line(line.status, line.counts.supporters_deployed) for line in lines}
            for lines in found
        ]

    def notices(self, name: str) -> list[str]:
        """The kinds of all that a node was told, in order."""
        return [each.kind for each in self.nodes[name].opened.read(notices.list_notices)]

    async def settled(self, *, new_board: bool = True) -> None:
        """Wait until nothing is under way any more, and check what must hold whatever happened."""
        await eventually(lambda: all(map(self.has_delivered, self.nodes)))
        await eventually(lambda: all(map(self._has_heard, self.nodes)))
        self._check_owners()
        self._check_reports()
        if new_board:
            assert all(board == self.board() for board in self.boards()), (self.board(), self.boards())
        for node in self.nodes.values():
            assert all(stream["verified"] for stream in await node.do("egress_verify", {}))

    def has_delivered(self, name: str) -> bool:
        node = self.nodes[name].opened
        stream = node.read(get_current_stream)
        epoch = node.membership().hub_epoch
        return (
            epoch == self.hub.process.region.hub_epoch
            and not node.read(has_due_claims)
            and node.read(find_doubted) is None
            and stream.acknowledged == stream.head
        )

    def _has_heard(self, name: str) -> bool:
        with self.hub.store.read() as connection:
            head = mailbox.load_heads(connection, [self.ids[name]])[self.ids[name]]
        return self.nodes[name].opened.membership().mailbox_cursor == head and self.has_delivered(name)

    def _check_owners(self) -> None:
        """Exactly one accountable agency, the same one at the hub and at every node concerned."""
        for id_, held in self.held().items():
            for name in self.nodes:
                if self.ids[name] in held.audience:
                    state = self.known(name, id_).state
                    assert (state.accountable, state.version, state.work) == (held.accountable, held.version, held.work)

    def _check_reports(self) -> None:
        """The hub has each report of each node's present stream once, in order."""
        held = {stream.stream_id: stream for stream in self.hub.streams()}
        for node in self.nodes.values():
            stream = node.opened.read(get_current_stream)
            if stream.head:
                sequences = [report.sequence for report in self.hub.reports_of(held[stream.stream_id])]
                assert sequences == list(range(1, stream.head + 1))

    def streams(self, name: str) -> int:
        return len(self.nodes[name].opened.read(list_streams))

    def _name(self, agency_id: bytes) -> str:
        return next(name for name, id_ in self.ids.items() if id_ == agency_id)


@asynccontextmanager
async def bound_region(directory: Path, kind: str = "sqlite", names: Iterable[str] = AGENCIES) -> AsyncIterator[Region]:
    """A region with an agreement that all have signed, and one incident that all take part in."""
    region = Region(directory, kind)
    await region.start_hub()
    try:
        for name in names:
            await joined_node(region.hub, directory / name)
        await region.start()
        region.ids = {name: node.opened.membership().agency_id for name, node in region.nodes.items()}
        await bind(region.hub, *region.nodes.values())
        await region.open_incident()
        yield region
    finally:
        await region.stop()
        await region.stop_hub()


def _line(status: int, deployed: int | None) -> tuple[str, int | None]:
    return ActivationStatus.Name(status).removeprefix("ACTIVATION_STATUS_").lower(), deployed


def _incident_ids(node: Node) -> set[bytes]:
    return {incident.id for incident in node.opened.read(known_incidents.list_incidents)}
