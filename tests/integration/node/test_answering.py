"""Who asks is known, and may: the one place where a node's guarded operations are answered."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.access import managing
from common.access.person import Person
from common.access.roles import Action, Role
from common.errors import NotAllowed, NotAuthenticated
from common.rpc.local import call_local
from node.founding import found
from node.opened import OpenNode
from node.operations import GUARDED
from node.operations.answering import answer
from node.operations.guarded import Guarded, progress_of
from node.persistence.access import ACCESS
from node.process import Node
from tests.builders import NOON
from tests.fakes import SetClock
from tests.local_node import local_node
from tests.people import audited, sign_in_as


@pytest.fixture(autouse=True)
def _operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GUARDED, "roster", Guarded(Action.SEE_ROSTER, _who))
    monkeypatch.setitem(GUARDED, "import", Guarded(Action.IMPORT_RECORDS, _import, is_long=True))


def _who(_: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    return {"name": person.name, "arguments": arguments}


def _import(_: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    tell = progress_of(arguments)
    tell(1, 2)
    tell(2, 2)
    return person.name


def test_an_operation_is_told_who_asks_and_never_sees_the_token(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = sign_in_as(node, Role.COORDINATOR)

        said = answer(node, "roster", {"session": token, "progress": "x", "unit": 7})

    assert said == {"name": "casey", "arguments": {"unit": 7}}


def test_the_token_that_a_command_holds_counts_where_a_session_is_needed_and_nowhere_else(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        held = {"held_session": sign_in_as(node, Role.COORDINATOR)}
        assert answer(node, "roster", held | {"unit": 7}) == {"name": "casey", "arguments": {"unit": 7}}

        ended = {"held_session": "00" * 32}
        with pytest.raises(NotAuthenticated):
            answer(node, "roster", ended)
        assert answer(node, "directory", ended) == answer(node, "directory", {})


@pytest.mark.parametrize("token", [None, "", "00" * 32, "no token", 7])
def test_who_is_not_signed_in_is_refused_and_audited(tmp_path: Path, token: object) -> None:
    with local_node(tmp_path) as node:
        with pytest.raises(NotAuthenticated, match="holdfast node sign-in NAME"):
            answer(node, "roster", {"session": token})

        assert audited(node) == [("unknown", "see roster", "", "refused: nobody is signed in")]


def test_who_has_no_role_for_it_is_refused_and_audited(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = sign_in_as(node, Role.OPERATOR, Role.LEADER)

        with pytest.raises(NotAllowed, match="see roster: none of your roles may do this"):
            answer(node, "roster", {"session": token})

        assert audited(node)[-1] == ("user casey", "see roster", "", "refused: none of your roles may do this")


def test_a_session_ends_after_15_minutes_without_a_word(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = sign_in_as(node, Role.COORDINATOR)
        for _ in range(3):
            node.clock.advance(timedelta(minutes=14))  # type: ignore[attr-defined]
            answer(node, "roster", {"session": token})

        node.clock.advance(timedelta(minutes=15))  # type: ignore[attr-defined]
        with pytest.raises(NotAuthenticated, match="has ended"):
            answer(node, "roster", {"session": token})


def test_a_session_ends_after_12_hours_however_busy(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = sign_in_as(node, Role.COORDINATOR)
        for _ in range(71):
            node.clock.advance(timedelta(minutes=10))  # type: ignore[attr-defined]
            answer(node, "roster", {"session": token})

        node.clock.advance(timedelta(minutes=10))  # type: ignore[attr-defined]
        with pytest.raises(NotAuthenticated, match="has ended"):
            answer(node, "roster", {"session": token})


def test_e02_a_change_of_roles_and_a_disabled_user_take_effect_in_mid_session(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        sign_in_as(node, Role.OPERATOR, name="op")
        first = sign_in_as(node, Role.COORDINATOR, name="first")
        second = sign_in_as(node, Role.COORDINATOR, name="second")
        now = node.clock.now()
        roles = frozenset({Role.LEADER})
        node.write("users", lambda tx: managing.change_roles(ACCESS, tx, now, "user op", "first", roles))
        node.write("users", lambda tx: managing.disable(ACCESS, tx, now, "user op", "second"))

        for token in (first, second):
            with pytest.raises(NotAuthenticated, match="has ended"):
                answer(node, "roster", {"session": token})

        assert ("user op", "user roles", "user first", "done: coordinator -> leader") in audited(node)
        assert ("user op", "user disable", "user second", "done") in audited(node)


async def test_a_running_node_tells_how_far_a_long_operation_is(tmp_path: Path) -> None:
    found(tmp_path / "node", "Ridgeline Fire District", "UTC", "default")
    async with Node(tmp_path / "node", SetClock(NOON)) as node:
        token = sign_in_as(node.opened, Role.COORDINATOR)
        heard: list[tuple[int, int]] = []

        said = await asyncio.to_thread(
            call_local, tmp_path / "node", "import", {"session": token}, 60.0, lambda *told: heard.append(told)
        )

    assert said == "casey"
    assert heard[-1] == (2, 2)
