"""One-time codes as people set them up, and who sees who has which second factor."""

import json
from pathlib import Path

import pyotp
import pytest

from common.access.roles import Role
from common.access.words import user_rows
from common.audit.lines import review_lines
from common.errors import NotAuthenticated
from node.founding import found
from tests.authenticator import Authenticator
from tests.integration.node.test_second_factors import GOOD, ask, one_time, register, set_up
from tests.local_node import local_node
from tests.node_command import command
from tests.people import sign_in_as


def test_the_list_the_review_and_whoami_show_who_has_which_second_factor(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token, plain = set_up(node), set_up(node, "bob")
        one_time(node, token)
        for _ in range(2):
            register(node, token, Authenticator())
        operator, auditor = sign_in_as(node, Role.OPERATOR, name="op"), sign_in_as(node, Role.AUDITOR, name="audrey")

        listed = ask(node, "user_list", session=operator)
        reviewed = ask(node, "audit_review", session=auditor)
        for users in (listed, reviewed["users"]):
            told = {user["name"]: (user["has_one_time_codes"], user["passkeys"]) for user in users}
            assert (told["ann"], told["bob"]) == ((True, 2), (False, 0))
        assert [row["second_factor"] for row in user_rows(listed)][:2] == ["one-time codes, 2 passkeys", "none"]
        lines = list(review_lines(reviewed))
        assert any(line.startswith("ann ") and "second factor: one-time codes, 2 passkeys" in line for line in lines)
        for each, shown in ((token, True), (plain, False)):
            assert ask(node, "whoami", session=each)["has_one_time_codes"] is shown


def test_a_secret_is_given_only_for_the_password(tmp_path: Path) -> None:
    with local_node(tmp_path) as node, pytest.raises(NotAuthenticated, match="the password is wrong"):
        ask(node, "one_time_begin", session=set_up(node), password="wrong " * 4)


async def test_the_commands_set_codes_up_ask_for_one_and_remove_them(tmp_path: Path) -> None:
    data = tmp_path / "node"
    found(data, "Ridgeline Fire District", "UTC", "default")
    added = await command("user", "add", "op", "--role", "operator", "--json", data=data)
    code = json.loads(added.stdout)["setup_code"]
    await command("sign-in", "op", "--setup", data=data, said=f"{code}\n{GOOD}\n")

    told = json.loads((await command("one-time-code", "set-up", "--json", data=data, said=f"{GOOD}\n")).stdout)
    assert told["uri"].startswith("otpauth://totp/")
    assert told["secret"] in told["uri"]
    codes = pyotp.TOTP(told["secret"])
    said = f"{GOOD}\n{told['secret']}\n{codes.now()}\n"
    on = await command("one-time-code", "confirm", data=data, said=said)
    assert (on.returncode, on.stdout.split(" asks")[0]) == (0, "From now on a sign-in with your password")
    assert "Second factor: one-time codes\n" in (await command("whoami", data=data)).stdout
    refused = await command("sign-in", "op", data=data, said=f"{GOOD}\n000000\n")
    assert refused.stderr == "holdfast: the code is wrong, or it was used before\n"
    off = await command("one-time-code", "remove", data=data, said=f"{GOOD}\n")
    assert off.stdout == "Your password alone signs you in now.\n"
    assert (await command("sign-in", "op", data=data, said=f"{GOOD}\n")).returncode == 0
