"""Line breaks, terminal codes and format signs: refused at every text entry, or one escaped line in the log."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import InvalidRequest
from common.log import JsonLines
from tests.coroutines import SOON_S
from tests.http2 import Connection, ConnectionLost, tls
from tests.hub_process import HubProcess
from tests.hubs import found, running_hub
from tests.wire_client import HEARTBEAT, heartbeat, join_node, refused

HOSTILE = {
    "a line break": 'fire\n{"level": "INFO", "event": "all is well"}',
    "a carriage return": "fire\rINFO all is well",
    "a terminal code": "\x1b[2J\x1b[31mfire",
    "an 8-bit terminal code": "\x9b31mfire",
    "NUL": "fire\x00",
    "a bell": "fire\x07",
    "right to left": "fire\u202egnp.exe",
    "an isolate": "fire\u2066x\u2069",
    "a line separator": "fire\u2028INFO",
    "a next line": "fire\x85INFO",
    "a lone surrogate": "fire\ud800",
}
FORMAT_SIGNS = "%s%n%d %(message)s {0} {__class__} ${x} $(x) `x` \\n <b>fire</b> '; DROP TABLE agency; --"


@pytest.mark.parametrize("what", HOSTILE)
async def test_r02_a_hostile_name_or_title_is_refused_and_stored_nowhere(
    what: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = HOSTILE[what]
    async with running_hub(tmp_path) as hub:
        await hub.joined()
        trail = hub.audit()
        caplog.clear()
        entries = (
            ("invite", {"agency": "new-agency", "discipline": "ems", "name": text}, "name"),
            ("invite", {"agency": text, "discipline": "ems"}, "agency"),
            ("invite", {"agency": "new-agency", "discipline": "ems", "jurisdiction": text[:30]}, "jurisdiction"),
            ("invite", {"agency": "new-agency", "discipline": text}, "discipline"),
            ("incident open", {"type": "other", "title": text, "agencies": ["ridgeline-fire"]}, "title"),
            ("incident open", {"type": text, "title": "Ridge fire", "agencies": ["ridgeline-fire"]}, "type"),
        )
        for operation, arguments, field in entries:
            said = "a word of this command is no text" if what == "a lone surrogate" else field
            with pytest.raises(InvalidRequest, match=rf"\A{said}: ") as refusal:
                await hub.ask(operation, **arguments)
            assert str(refusal.value).isprintable()

        assert [each["agency"] for each in await hub.ask("agencies")] == ["ridgeline-fire"]
        assert await hub.ask("incident list") == []
        assert hub.audit() == trail
        assert caplog.records == []


async def test_r02_format_signs_in_a_name_are_only_characters(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with running_hub(tmp_path) as hub:
        invited = await hub.ask("invite", agency="ridgeline-fire", discipline="fire", name=FORMAT_SIGNS)
        node = await join_node(hub.enrollment, hub.root_pem, invited["join_string"])
        await hub.ask("incident open", type="other", title=FORMAT_SIGNS, agencies=["ridgeline-fire"])
        await hub.ask("evict", agency="ridgeline-fire")
        async with hub.client(node) as client:
            await refused(client.call(HEARTBEAT, heartbeat()))

        assert node.joined.agency_name == FORMAT_SIGNS
        assert [each["title"] for each in await hub.ask("incident list")] == [FORMAT_SIGNS]
        assert {notice.incident_opened.title for notice in hub.mail(node.agency_id)} == {"", FORMAT_SIGNS}
    for record in caplog.records:
        line = JsonLines().format(record)
        assert json.loads(line)["event"] == record.getMessage()
        assert (line.isprintable(), line.isascii()) == (True, True)


OK, INVALID_ARGUMENT, UNIMPLEMENTED, INTERNAL = "0", "3", "12", "13"
HEADERS = [
    (b"x-note", b"fire\r\nINFO all is well"),
    (b"x-note", b"\x1b[2J\x1b[31mfire"),
    (b"x-note", b"fire\x00"),
    (b"x-note", b"%s%n%d {0}"),
    (b"user-agent", b"%s\x1b]0;title\x07"),
    (b"x-note\n", b"fire"),
    (b"X-NOTE", b"fire"),
    (b"grpc-timeout", b"\x1b[31m"),
    (b"x-note-bin", b"\x1b[31m!"),
]
PATHS = [
    b"/holdfast.v1.Uplink/Push\r\nINFO all is well",
    b"/holdfast.v1.Uplink/\x1b[2JPush",
    b"/holdfast.v1.Uplink/%s%n%d{0}",
    b"/holdfast.v1.Uplink/Push\x00",
    b"/\xe2\x80\xae/Push",
    b"",
]


class Stranger:
    """A hub in a process of its own, and a node of it that sends what no library would."""

    def __init__(self, directory: Path) -> None:
        found(directory / "hub")
        self.hub = HubProcess(directory / "hub")
        self.hub.start()
        self._directory = directory

    async def join(self) -> None:
        invited = self.hub.ask("invite", agency="ridgeline-fire", discipline="fire")
        node = await join_node(self.hub.enrollment, self.hub.root_pem, invited["join_string"])
        for name, content in (("chain", node.identity.chain_pem), ("key", node.identity.key_pem)):
            (self._directory / name).write_bytes(content)

    async def knock(self, path: bytes, *headers: tuple[bytes, bytes], enrolling: bool = False) -> str:
        """Make one call on a new connection; give its status, or what became of it."""
        address = self.hub.enrollment if enrolling else self.hub.uplink
        return await asyncio.to_thread(self._knock, address, path, *headers)

    def _knock(self, address: str, path: bytes, *headers: tuple[bytes, bytes]) -> str:
        root = self.hub.data / "authority" / "root.crt"
        context = tls(root, self._directory / "chain", self._directory / "key")
        try:
            with Connection(address, context, "hub.ridgeline.holdfast.internal") as connection:
                return connection.call(path, heartbeat(), *headers).status or "reset"
        except (ConnectionLost, OSError):
            return "lost"


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Stranger]:
    knocking = Stranger(tmp_path)
    yield knocking
    knocking.hub.kill()


async def test_r02_hostile_headers_and_paths_leave_no_line_of_their_own_in_the_log(stranger: Stranger) -> None:
    await stranger.join()
    before, trail = len(stranger.hub.log()), stranger.hub.ask("audit show")

    for path in PATHS:
        assert (path, await stranger.knock(path)) == (path, UNIMPLEMENTED)
    for header in HEADERS:
        assert await stranger.knock(HEARTBEAT.encode(), header) in (OK, INTERNAL)
    assert await stranger.knock(HEARTBEAT.encode()) == OK

    assert stranger.hub.log()[before:] == []
    assert stranger.hub.ask("audit show") == trail


@pytest.mark.parametrize("enrolling", [False, True], ids=["uplink", "enrollment"])
async def test_r02_a_path_that_is_no_text_closes_no_port_for_good(enrolling: bool, stranger: Stranger) -> None:
    await stranger.join()
    before = len(stranger.hub.log())
    path = b"/holdfast.v1.Uplink/\xff\xfe\x9b31m\n"

    async def works() -> bool:
        joining = await stranger.knock(b"/holdfast.v1.Enrollment/Join", enrolling=True)
        return (joining, await stranger.knock(HEARTBEAT.encode())) == (INVALID_ARGUMENT, OK)

    for _ in range(3):
        assert await stranger.knock(path, enrolling=enrolling) != OK
        async with asyncio.timeout(SOON_S):
            while not await works():  # noqa: ASYNC110  (another process opens its port again)
                await asyncio.sleep(0.05)

    lines = [line for line in stranger.hub.log()[before:] if line["level"] == "WARNING"]
    assert len(lines) == 3
    assert stranger.hub.log_file.read_text().isascii()
    stranger.hub.stop()


async def test_r02_metadata_that_is_no_text_leaves_nothing_in_the_log(stranger: Stranger) -> None:
    await stranger.join()
    before = len(stranger.hub.log())
    assert await stranger.knock(HEARTBEAT.encode(), (b"x-note", b"\xff\xfe\x9b31m\x85\ninjected")) == OK

    assert stranger.hub.log()[before:] == []
