"""Passkeys and one-time codes at a node: good ones let in, replayed, foreign and copied ones do not (TRUST.md e05)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from common.access.roles import Role
from common.errors import AlreadyExists, HoldfastError, InvalidRequest, NotAuthenticated
from node.opened import OpenNode
from node.operations.answering import answer
from node.persistence import note_keys
from tests.authenticator import NO_CREDENTIALS, PRESENT, WRONG_IN_ONE_WAY, Authenticator
from tests.local_node import local_node
from tests.people import audited, sign_in_as

GOOD = "vivid otter lamp quarry"


def ask(node: OpenNode, operation: str, **arguments: Any) -> Any:
    return answer(node, operation, arguments)


def set_up(node: OpenNode, name: str = "ann", role: str = "supporter") -> str:
    operator = sign_in_as(node, Role.OPERATOR, name=f"op.of.{name}")
    code = ask(node, "user_add", session=operator, name=name, roles=[role])["setup_code"]
    return str(ask(node, "set_up", name=name, setup_code=code, password=GOOD)["token"])


def register(node: OpenNode, token: str, passkey: Authenticator, **how: int) -> None:
    options = ask(node, "passkey_begin", session=token, password=GOOD)
    ask(node, "passkey_finish", session=token, credential=passkey.create(options, **how), name="phone")


def sign_in(node: OpenNode, passkey: Authenticator, **how: int) -> dict[str, Any]:
    begun = ask(node, "passkey_sign_in_begin")
    credential = passkey.get(begun["options"], **how)
    said: dict[str, Any] = ask(node, "passkey_sign_in_finish", attempt=begun["attempt"], credential=credential)
    return said


def test_a_passkey_lets_its_user_in_and_opens_no_notes_before_the_password(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        passkey, first = Authenticator(), set_up(node)
        register(node, first, passkey)

        said = sign_in(node, passkey)
        assert (said["name"], said["roles"]) == ("ann", ["supporter"])
        assert sign_in(node, passkey)["token"] != said["token"]
        assert ask(node, "whoami", session=said["token"])["opens_notes"] is False
        ask(node, "open_notes", session=said["token"], password=GOOD)
        assert ask(node, "whoami", session=said["token"])["opens_notes"] is True
        assert node.read(note_keys.list_clinical_leads) == []
        assert ("user ann", "sign in", "", "done: passkey") in audited(node)


@pytest.mark.parametrize("counts", [True, False])
def test_e05_an_answer_that_was_used_before_is_refused(tmp_path: Path, counts: bool) -> None:
    with local_node(tmp_path) as node:
        passkey = Authenticator()
        passkey.counts = counts
        register(node, set_up(node), passkey)
        begun = ask(node, "passkey_sign_in_begin")
        credential = passkey.get(begun["options"])
        ask(node, "passkey_sign_in_finish", attempt=begun["attempt"], credential=credential)

        with pytest.raises(NotAuthenticated, match="this passkey is not good here"):
            ask(node, "passkey_sign_in_finish", attempt=begun["attempt"], credential=credential)


@pytest.mark.parametrize("change", WRONG_IN_ONE_WAY)
def test_e05_a_passkey_that_is_wrong_in_one_way_is_refused_alike_and_audited(
    tmp_path: Path, change: Callable[[Authenticator], None]
) -> None:
    with local_node(tmp_path) as node:
        passkey = Authenticator()
        register(node, set_up(node), passkey)
        sign_in(node, passkey)
        change(passkey)

        with pytest.raises(NotAuthenticated, match="this passkey is not good here"):
            sign_in(node, passkey)
        assert audited(node)[-1][1:] == ("sign in", "", "refused: not proved")


def test_e05_a_passkey_whose_user_was_not_verified_is_refused(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        passkey, token = Authenticator(), set_up(node)
        with pytest.raises(NotAuthenticated):
            register(node, token, passkey, flags=PRESENT)
        register(node, token, passkey)
        with pytest.raises(NotAuthenticated):
            sign_in(node, passkey, flags=PRESENT)


def test_e05_a_challenge_is_good_for_five_minutes_and_for_whoever_asked(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        passkey, other, token = Authenticator(), Authenticator(), set_up(node)
        register(node, token, passkey)
        begun, elsewhere = ask(node, "passkey_sign_in_begin"), ask(node, "passkey_sign_in_begin")
        credential = passkey.get(begun["options"])
        with pytest.raises(NotAuthenticated):
            ask(node, "passkey_sign_in_finish", attempt=elsewhere["attempt"], credential=credential)
        bobs = set_up(node, "bob")
        options = ask(node, "passkey_begin", session=token, password=GOOD)
        with pytest.raises(NotAuthenticated):
            ask(node, "passkey_finish", session=bobs, credential=other.create(options), name="x")
        begun = ask(node, "passkey_sign_in_begin")
        node.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]
        with pytest.raises(NotAuthenticated):
            ask(node, "passkey_sign_in_finish", attempt=begun["attempt"], credential=passkey.get(begun["options"]))


def test_e05_another_users_passkey_cannot_be_registered_again(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        passkey, anns, bobs = Authenticator(), set_up(node), set_up(node, "bob")
        register(node, anns, passkey)

        with pytest.raises(AlreadyExists):
            register(node, bobs, passkey)


@pytest.mark.parametrize("credential", NO_CREDENTIALS)
def test_what_is_no_credential_is_refused(tmp_path: Path, credential: dict[str, Any]) -> None:
    with local_node(tmp_path) as node:
        begun = ask(node, "passkey_sign_in_begin")
        with pytest.raises(NotAuthenticated):
            ask(node, "passkey_sign_in_finish", attempt=begun["attempt"], credential=credential)


def test_a_disabled_user_and_a_removed_passkey_do_not_get_in(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        passkey, token = Authenticator(), set_up(node)
        register(node, token, passkey)
        (key,) = ask(node, "passkey_list", session=token)
        ask(node, "passkey_remove", session=token, passkey=key["id"])
        with pytest.raises(NotAuthenticated):
            sign_in(node, passkey)
        register(node, token, passkey)
        ask(node, "user_disable", session=sign_in_as(node, Role.OPERATOR, name="op"), name="ann")
        with pytest.raises(NotAuthenticated):
            sign_in(node, passkey)


def one_time(node: OpenNode, token: str) -> pyotp.TOTP:
    codes = pyotp.TOTP(ask(node, "one_time_begin", session=token, password=GOOD)["secret"])
    asked = {"password": GOOD, "secret": codes.secret, "code": codes.at(node.clock.now())}
    ask(node, "one_time_finish", session=token, **asked)
    node.clock.advance(timedelta(seconds=90))  # type: ignore[attr-defined]
    return codes


def test_e05_a_one_time_code_is_asked_for_and_good_once(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        codes = one_time(node, set_up(node))
        asked = {"name": "ann", "password": GOOD}

        assert ask(node, "sign_in", **asked) == {"wants": "code"}
        code = codes.at(node.clock.now())
        assert ask(node, "sign_in", **asked, code=code)["name"] == "ann"
        for used in (code, codes.at(node.clock.now() - timedelta(seconds=30)), "000000", "", "1" * 100):
            with pytest.raises(NotAuthenticated):
                ask(node, "sign_in", **asked, code=used)
        with pytest.raises(HoldfastError, match="locked until"):
            ask(node, "sign_in", **asked, code=codes.at(node.clock.now() + timedelta(seconds=30)))


@pytest.mark.parametrize(("off_s", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_off_by_half_a_minute(tmp_path: Path, off_s: int, is_good: bool) -> None:
    with local_node(tmp_path) as node:
        codes = one_time(node, set_up(node))
        asked = {"name": "ann", "password": GOOD, "code": codes.at(node.clock.now() + timedelta(seconds=off_s))}

        if is_good:
            assert ask(node, "sign_in", **asked)["name"] == "ann"
        else:
            with pytest.raises(NotAuthenticated):
                ask(node, "sign_in", **asked)


def test_a_recovery_code_stands_for_a_lost_phone_and_the_secret_is_not_in_the_store(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = set_up(node)
        codes = one_time(node, token)
        recovery = ask(node, "new_recovery_codes", session=token, password=GOOD)["recovery_codes"]
        asked = {"name": "ann", "password": GOOD, "recovery_code": recovery[0]}

        assert ask(node, "sign_in", **asked)["name"] == "ann"
        assert ask(node, "sign_in", **asked) == {"wants": "code"}
        with node.store.read() as tx:
            sealed = tx.execute(text("SELECT one_time_sealed FROM user_account WHERE name = 'ann'")).scalar_one()
        assert codes.secret.encode() not in sealed
        with pytest.raises(InvalidRequest, match="it is not the one that the phone shows"):
            ask(node, "one_time_finish", session=token, password=GOOD, secret="not base32!", code="123456")
