"""A node tells people that something waits: who is on call, by their ways, once; the next when one is not reached."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.errors import InvalidRequest, WrongState
from common.notify.retrying import NEXT_AFTER
from common.notify.sender import Sender
from node.founding import found
from node.notify.desk import NodeDesk
from node.opened import OpenNode
from node.process import Node
from node.settings import SETTINGS_NAME
from tests.builders import NOON
from tests.coroutines import eventually
from tests.fakes import SetClock
from tests.killing import run_killed
from tests.local_node import local_node
from tests.notice_servers import Servers
from tests.on_duty import asks, coordinator, signed_in

MINUTE = timedelta(minutes=1)
WRONG: list[dict[str, Any]] = [
    {"mail": "d\u0000@x.example"},
    {"quiet": "x" * 10**6},
    {"ways": {"story": "mail"}},
    {"ways": {"test": "mail"}},
    {"ways": {"escalation": "fax"}},
]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    folder = tmp_path / "servers"
    folder.mkdir()
    with ExitStack() as running:
        yield Servers(folder, running)


@pytest.fixture
def node(tmp_path: Path, servers: Servers) -> Iterator[OpenNode]:
    with OpenNode(made(tmp_path / "fire", servers), SetClock(NOON)) as opened:
        yield opened


def made(data: Path, servers: Servers) -> Path:
    found(data, "Ridgeline Fire District", "America/Denver", "default")
    with (data / SETTINGS_NAME).open("a", encoding="utf-8") as file:
        file.write("".join(f"{name} = {value!r}\n" for name, value in servers.settings.items()))
    return data


async def send(node: OpenNode, trouble_since: Any = None) -> None:
    """Let the loop do all that is due now."""
    sender = Sender(NodeDesk(node, lambda: trouble_since).desk())
    while await sender.step():
        pass
    await sender.close()


def reached(node: OpenNode, name: str, *roles: Role) -> Any:
    person = signed_in(node, name, *(roles or (Role.COORDINATOR,)))
    person.do("notice_settings", mail=f"{name}@agency.example")
    return person


async def test_whoever_is_on_call_is_told_once_that_somebody_asks_and_nobody_else(
    node: OpenNode, servers: Servers
) -> None:
    dana, kim = reached(node, "dana"), reached(node, "kim")
    dana.is_on_call()
    kim.is_on_call(duty="backup")

    asks(node, contact="canary-555-0199")
    await send(node)
    node.clock.advance(14 * MINUTE)  # type: ignore[attr-defined]
    await send(node)

    assert servers.recipients() == ["dana@agency.example"]
    assert servers.sentences() == ["Somebody asks for a peer; waiting since 05:00."]
    assert "canary" not in repr(servers.box.taken)
    [row] = dana.do("notice_list")
    assert (row["state"], row["to"], row["attempts"]) == ("sent", "dana", 1)
    assert reached(node, "sam", Role.SUPPORTER).do("notice_list") == []


async def test_a_pager_is_told_the_same_sentence(node: OpenNode, servers: Servers) -> None:
    dana = coordinator(node)
    dana.do("notice_settings", pager=servers.url, ways={"peer_request_waits": "pager"})

    dana.do("notice_test")
    await send(node)

    [(_, body)] = servers.hook.taken
    assert "This is a test of 05:00; nothing waits for you." in body
    assert servers.box.taken == []


async def test_what_the_first_is_not_reached_by_goes_to_the_backup_and_then_to_all(
    node: OpenNode, servers: Servers
) -> None:
    dana, kim, lee = (reached(node, name) for name in ("dana", "kim", "lee"))
    dana.is_on_call()
    kim.is_on_call(duty="backup")
    assert lee
    servers.box.answers["RCPT"] = "450 later"
    asks(node)

    await send(node)
    assert {row["to"]: row["state"] for row in dana.do("notice_list")} == {"dana": "waiting"}
    node.clock.advance(NEXT_AFTER + MINUTE)  # type: ignore[attr-defined]
    await send(node)
    assert {row["to"] for row in dana.do("notice_list")} == {"dana", "kim"}
    node.clock.advance(NEXT_AFTER + MINUTE)  # type: ignore[attr-defined]
    del servers.box.answers["RCPT"]
    await send(node)

    told = {row["to"]: row["trouble"] or row["state"] for row in dana.do("notice_list")}
    assert told.keys() == {"dana", "kim", "lee"}
    assert told["lee"] == "sent"


async def test_an_address_that_is_refused_for_good_does_not_wait_for_the_next(node: OpenNode, servers: Servers) -> None:
    dana, kim = reached(node, "dana"), reached(node, "kim")
    dana.is_on_call()
    kim.is_on_call(duty="backup")
    servers.box.answers["rcpt TO:<dana@agency.example>"] = "550 no such person"

    asks(node)
    await send(node)

    assert servers.recipients() == ["kim@agency.example"]


async def test_somebody_who_acted_stops_what_still_waits(node: OpenNode, servers: Servers) -> None:
    dana = reached(node, "dana")
    servers.box.answers["RCPT"] = "450 later"
    asks(node)
    await send(node)

    dana.do("support_request_take", id=dana.do("support_requests")[0]["id"])
    del servers.box.answers["RCPT"]
    node.clock.advance(9 * MINUTE)  # type: ignore[attr-defined]
    await send(node)

    assert [row["state"] for row in dana.do("notice_list")] == ["overtaken"]
    assert servers.box.taken == []


async def test_quiet_hours_hold_for_whoever_is_not_on_call(node: OpenNode, servers: Servers) -> None:
    dana = reached(node, "dana")  # it is 05:00 in Denver
    dana.do("notice_settings", quiet="22:00-05:10")
    asks(node)
    await send(node)
    assert servers.box.taken == []

    node.clock.advance(10 * MINUTE)  # type: ignore[attr-defined]
    await send(node)
    assert servers.sentences() == ["Somebody asks for a peer; waiting since 05:00."]
    dana.do("notice_settings", quiet="00:00-23:59")
    dana.is_on_call()
    asks(node)
    await send(node)
    assert len(servers.box.taken) == 2


async def test_operators_are_told_when_the_hub_was_not_reached_for_an_hour(node: OpenNode, servers: Servers) -> None:
    reached(node, "oren", Role.OPERATOR)
    reached(node, "dana")
    await send(node, NOON - timedelta(minutes=59))
    assert servers.box.taken == []

    for _ in range(2):
        await send(node, NOON - timedelta(hours=1))

    assert servers.recipients() == ["oren@agency.example"]
    assert servers.sentences() == ["A node needs to be looked at, since 04:00."]


def test_with_nobody_to_tell_the_list_says_so(tmp_path: Path) -> None:
    with local_node(tmp_path) as alone:
        dana = coordinator(alone)
        asks(alone)

        [row] = dana.do("notice_list")
        assert (row["to"], row["trouble"]) == ("nobody", "nobody to tell")
        with pytest.raises(WrongState, match="no address"):
            dana.do("notice_test")


async def test_nothing_set_up_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    with local_node(tmp_path) as alone:
        dana = reached(alone, "dana")
        asks(alone)
        await send(alone)

        assert [row["trouble"] for row in dana.do("notice_list")] == ["no server is set up"]
        with pytest.raises(InvalidRequest, match="pager_hosts"):
            dana.do("notice_settings", pager="https://pager.example/x")


async def test_a_person_sees_and_changes_only_their_own_settings(node: OpenNode, servers: Servers) -> None:
    dana = coordinator(node)
    held = dana.do(
        "notice_settings", mail="dana@agency.example", pager=servers.url, quiet="22:00-06:00",
        ways={"training expires": "none"},
    )  # fmt: skip

    assert held == dana.do("notice_settings")
    assert (held["mail"], held["quiet"], held["ways"]["training_expires"]) == (
        "dana@agency.example",
        "22:00-06:00",
        "none",
    )
    assert coordinator(node, "kim").do("notice_settings")["mail"] == ""
    for wrong in WRONG:
        with pytest.raises(InvalidRequest):
            dana.do("notice_settings", **wrong)
    assert dana.do("notice_settings", mail="", pager="", quiet="")["mail"] == ""
    assert b"dana@agency.example" not in (node.data / "node.db").read_bytes()


PLACES = {  # a kill there, and how often the notice comes in the end
    "node.notices_taken.before_commit": 1,
    "node.notices_taken.after_commit": 1,
    "node.notices_done.before_commit": 2,  # the server had taken it: told again with the same id, never lost
    "node.notices_done.after_commit": 1,
}


@pytest.mark.parametrize("place", PLACES)
async def test_d01_e06_a_real_node_that_is_killed_while_it_tells_loses_no_notice(
    tmp_path: Path, servers: Servers, place: str
) -> None:
    data = made(tmp_path / "fire", servers)
    with OpenNode(data) as opened:
        dana = reached(opened, "dana")
        dana.do("notice_test")

    await run_killed(place, "run", data=data)
    with OpenNode(data) as opened:
        opened.write("t", lambda connection: connection.exec_driver_sql("UPDATE people_notice SET due_at = created_at"))
    async with Node(data) as running:
        await eventually(
            lambda: (
                running.opened.read(
                    lambda connection: connection.exec_driver_sql("SELECT state FROM people_notice").scalar_one()
                )
                == "sent"
            )
        )

    assert len(servers.box.taken) == PLACES[place]
    ids = {line for _, _, text in servers.box.taken for line in text.splitlines() if line.startswith("Message-ID")}
    assert len(ids) == 1
