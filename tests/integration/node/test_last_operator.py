"""The way back for an operator who lost password and codes, with no second operator: by whoever holds the machine."""

from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.errors import NotAllowed, NotAuthenticated
from node.opened import OpenNode
from node.operations.answering import answer
from tests.local_node import local_node
from tests.node_command import command
from tests.people import audited, sign_in_as

GOOD, OTHER = "vivid otter lamp quarry", "brisk heron coil meadow"


def ask(node: OpenNode, operation: str, **arguments: Any) -> Any:
    return answer(node, operation, arguments)


def test_an_operator_comes_back_by_whoever_holds_the_machine_and_the_review_says_so(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        code = ask(node, "found_operator", name="op", roles=["operator"])["setup_code"]
        before = ask(node, "set_up", name="op", setup_code=code, password=GOOD)["token"]
        auditor = sign_in_as(node, Role.AUDITOR, name="audrey")

        code = ask(node, "operator_reset_by_machine", name="op")["setup_code"]
        for refused in (("whoami", {"session": before}), ("sign_in", {"name": "op", "password": GOOD})):
            with pytest.raises(NotAuthenticated):
                ask(node, refused[0], **refused[1])
        after = ask(node, "set_up", name="op", setup_code=code, password=OTHER)["token"]
        assert ask(node, "whoami", session=after)["roles"] == ["operator"]
        assert ("operator", "user reset by machine", "user op", "done") in audited(node)
        changes = ask(node, "audit_review", session=auditor)["changes"]
        assert [(each["by"], each["subject"]) for each in changes if each["what"] == "user reset by machine"] == [
            ("operator", "user op")
        ]


@pytest.mark.parametrize("role", [role for role in Role if role.value in ("clinician", "coordinator", "auditor")])
@pytest.mark.parametrize("is_operator_too", [True, False])
def test_nobody_becomes_another_by_the_machine(tmp_path: Path, role: Role, is_operator_too: bool) -> None:
    with local_node(tmp_path) as node:
        token = sign_in_as(node, role, *([Role.OPERATOR] if is_operator_too else []), name="doc")

        with pytest.raises(NotAllowed, match="only a user whose one role is operator is reset by the machine"):
            ask(node, "operator_reset_by_machine", name="doc")
        assert ask(node, "whoami", session=token)["name"] == "doc"
        assert audited(node)[-1] == (
            "operator", "user reset by machine", "user doc", "refused: not an operator alone"
        )  # fmt: skip


async def test_the_command_asks_and_the_operator_signs_in_anew(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        ask(node, "found_operator", name="op", roles=["operator"])
    data = tmp_path / "node"

    unsure = await command("user", "reset", "op", "--by-machine", data=data)
    assert unsure.stderr.startswith("holdfast: Reset the operator op as who holds this machine")
    done = await command("user", "reset", "op", "--by-machine", "--yes", data=data)
    code = done.stdout.splitlines()[0].removeprefix("Set-up code, shown only now, good for three days: ")
    back = await command("sign-in", "op", "--setup", data=data, said=f"{code}\n{GOOD}\n")
    assert back.stdout.startswith("Signed in as op: operator.")
