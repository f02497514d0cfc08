"""Every cell of the role table, through a real node: who may, is answered; who may not, is refused and audited.

The tables are written out here as DOMAIN.md 2 has them, not computed from the code: S supporter, C coordinator,
K clinician, L leader, A auditor, O operator; at a hub R regional coordinator, T state coordinator, B board.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from common.access.person import Person
from common.access.roles import HUB_MAY, NODE_MAY, Action, Role, is_allowed
from common.errors import NotAllowed, NotAuthenticated
from common.rpc.local import call_local
from node.founding import found
from node.opened import OpenNode
from node.operations import GUARDED
from node.operations.guarded import Guarded
from node.process import Node
from tests.builders import NOON
from tests.fakes import SetClock
from tests.people import audited, sign_in_as

LETTERS = {
    "S": Role.SUPPORTER,
    "C": Role.COORDINATOR,
    "K": Role.CLINICIAN,
    "L": Role.LEADER,
    "A": Role.AUDITOR,
    "O": Role.OPERATOR,
    "R": Role.REGIONAL_COORDINATOR,
    "T": Role.STATE_COORDINATOR,
    "B": Role.BOARD,
}
AT_NODE = {
    "log own encounter": "S",
    "see own encounters": "S",
    "see every coded encounter": "C",
    "correct own encounter": "S",
    "read note": "SK",
    "see own follow-ups": "S",
    "work on own follow-up": "S",
    "assign follow-up": "C",
    "find member": "SC",
    "see roster": "C",
    "change roster": "C",
    "erase record": "C",
    "set retention or legal hold": "C",
    "pause own availability": "S",
    "see resources": "SCKLAO",
    "change resources": "C",
    "acknowledge policy": "SCKLAO",
    "publish policy": "C",
    "see requests for a peer": "C",
    "issue feedback code": "SC",
    "see feedback counts": "C",
    "change on-call rota": "C",
    "see on-call rota": "SC",
    "set own notices": "SCKLAO",
    "necessary disclosure": "K",
    "import records": "C",
    "export records": "C",
    "coordinate with the region": "C",
    "read egress ledger": "CA",
    "verify ledger": "CAO",
    "preview or hold release": "C",
    "see aggregates": "LC",
    "see audit trail": "A",
    "review access": "A",
    "manage users": "O",
    "operate": "O",
}
AT_HUB = {
    "open incident": "RT",
    "see activation board": "RT",
    "run follow-up queue": "RT",
    "run mutual aid": "RT",
    "keep directory": "RT",
    "publish agreement": "RT",
    "see aggregates": "RTB",
    "verify ledger": "AO",
    "see audit trail": "A",
    "review access": "A",
    "manage users": "O",
    "operate": "O",
}
NODE_CELLS = [(action, letter, letter in may) for action, may in AT_NODE.items() for letter in "SCKLAORTB"]
HUB_CELLS = [(action, letter, letter in may) for action, may in AT_HUB.items() for letter in "SCKLAORTB"]


def test_the_tables_have_no_other_rows() -> None:
    assert {action.value for action in NODE_MAY} == set(AT_NODE)
    assert {action.value for action in HUB_MAY} == set(AT_HUB)
    assert {action.value for action in Action} == set(AT_NODE) | set(AT_HUB)


@pytest.mark.parametrize(("action", "letter", "may"), HUB_CELLS)
def test_every_cell_of_the_hubs_table(action: str, letter: str, may: bool) -> None:
    assert is_allowed(HUB_MAY, Action(action), frozenset({LETTERS[letter]})) is may


def _answer(_: OpenNode, person: Person, __: dict[str, Any]) -> Any:
    return sorted(person.roles)


async def test_every_cell_of_the_nodes_table_over_the_socket_of_a_running_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action in AT_NODE:
        monkeypatch.setitem(GUARDED, f"try {action}", Guarded(Action(action), _answer))
    found(tmp_path / "node", "Ridgeline Fire District", "UTC", "default")
    wrong, refused = [], 0
    async with Node(tmp_path / "node", SetClock(NOON)) as node:
        tokens = {letter: sign_in_as(node.opened, LETTERS[letter], name=f"user.{letter}") for letter in LETTERS}
        for action, letter, may in NODE_CELLS:
            before = len(audited(node.opened))
            try:
                said = await asyncio.to_thread(
                    call_local, tmp_path / "node", f"try {action}", {"session": tokens[letter]}
                )
                was_let, is_right = True, said == [LETTERS[letter].value]
            except NotAllowed:
                line = (f"user user.{letter}", action, "", "refused: none of your roles may do this")
                was_let, is_right, refused = False, audited(node.opened)[before:] == [line], refused + 1
            if was_let is not may or not is_right:
                wrong.append((action, letter, was_let))

    assert wrong == []
    assert refused == sum(not may for _, _, may in NODE_CELLS)


REAL = sorted(GUARDED)


async def test_every_real_operation_is_refused_to_each_role_that_may_not_and_to_nobody_signed_in(
    tmp_path: Path,
) -> None:
    """What the operation itself says of empty arguments does not matter here: it was reached, or it was not."""
    found(tmp_path / "node", "Ridgeline Fire District", "UTC", "default")
    wrong: list[tuple[str, str]] = []
    async with Node(tmp_path / "node", SetClock(NOON)) as node:
        tokens = {letter: sign_in_as(node.opened, LETTERS[letter], name=f"user.{letter}") for letter in LETTERS}
        for name in REAL:
            assert isinstance(GUARDED[name].action, Action), name
            for letter, token in tokens.items():
                if letter in AT_NODE[GUARDED[name].action.value]:
                    continue
                try:
                    await asyncio.to_thread(call_local, tmp_path / "node", name, {"session": token})
                    wrong.append((name, letter))
                except NotAllowed:
                    pass
            with pytest.raises(NotAuthenticated):
                await asyncio.to_thread(call_local, tmp_path / "node", name, {})

    assert wrong == []
