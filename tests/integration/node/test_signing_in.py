"""Signing in to a node: known and unknown names alike, five bad passwords, the ways back, the key for notes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.access.passwords import Passwords
from common.access.roles import Role
from common.errors import AlreadyExists, HoldfastError, NotAllowed, NotAuthenticated
from node.opened import OpenNode
from node.operations.answering import answer
from node.operations.signing_in import PASSWORDS
from node.persistence import note_keys
from tests.local_node import local_node
from tests.people import audited, sign_in_as

GOOD, OTHER, WRONG = "vivid otter lamp quarry", "marble kettle north fern", "not the password"


def ask(node: OpenNode, operation: str, **arguments: Any) -> dict[str, Any]:
    said: dict[str, Any] = answer(node, operation, arguments)
    return said


def set_up(node: OpenNode, name: str, *roles: str, password: str = GOOD) -> dict[str, Any]:
    """Add a user as an operator does, and set the password as the user does."""
    operator = sign_in_as(node, Role.OPERATOR, name=f"op.of.{name}")
    code = ask(node, "user_add", session=operator, name=name, roles=list(roles))["setup_code"]
    return ask(node, "set_up", name=name, setup_code=code, password=password) | {"operator": operator}


def refusal(node: OpenNode, name: str, password: str = WRONG, **given: Any) -> tuple[type, str]:
    with pytest.raises(HoldfastError) as refused:
        ask(node, "sign_in", name=name, password=password, **given)
    return refused.type, str(refused.value)


def test_i05_known_unknown_disabled_and_new_users_get_the_same_words_after_the_same_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost, costs = PASSWORDS.hash(GOOD).split("$")[3], list[str]()
    real: Callable[..., bool] = Passwords.verify

    def counted(self: Passwords, stored: str | None, password: str) -> bool:
        def verify(hash_: str, said: str) -> bool:
            costs.append(hash_.split("$")[3])
            return plain(hash_, said)

        plain = self._hasher.verify
        with monkeypatch.context() as patch:
            patch.setattr(self, "_hasher", type("Counting", (), {"verify": staticmethod(verify)})())
            return real(self, stored, password)

    with local_node(tmp_path) as node:
        operator = set_up(node, "known", "supporter")["operator"]
        set_up(node, "gone", "supporter")
        ask(node, "user_disable", session=operator, name="gone")
        ask(node, "user_add", session=operator, name="fresh", roles=["leader"])
        monkeypatch.setattr(Passwords, "verify", counted)
        said: dict[str, list[tuple[type, str]]] = {}
        for name in ("known", "nobody", "gone", "fresh", "a\u202eb", ""):
            costs.clear()
            said[name] = [refusal(node, name, GOOD if name in ("gone", "fresh") else "wrong " * 4) for _ in range(6)]
            assert costs == [cost] * 6, name

    wrong, locked = (NotAuthenticated, "the name or the password is wrong"), said["known"][5]
    assert locked[0] is NotAllowed
    assert locked[1].startswith("locked until 2026-11-03 12:15 UTC after too many wrong passwords")
    assert all(answers == [wrong] * 5 + [locked] for answers in said.values()), said


def test_e05_five_bad_passwords_lock_for_15_minutes_then_for_30(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        set_up(node, "ann", "supporter")
        for minutes in (15, 30, 60):
            for _ in range(5):
                assert refusal(node, "ann")[0] is NotAuthenticated
            node.clock.advance(timedelta(minutes=minutes, seconds=-1))  # type: ignore[attr-defined]
            assert refusal(node, "ann", GOOD)[0] is NotAllowed
            node.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]

        assert ask(node, "sign_in", name="ANN", password=GOOD)["name"] == "ann"
        assert [line[3] for line in audited(node) if line[1] == "sign in"].count("refused: locked") == 6


def test_e05_the_ways_back_from_a_lock_are_a_recovery_code_and_an_operator(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        told = set_up(node, "ann", "supporter")
        code = told["recovery_codes"][3]
        for _ in range(5):
            refusal(node, "ann")

        assert refusal(node, "ann", GOOD, recovery_code="aaaa-bbbb-cccc-dddd")[0] is NotAllowed
        assert ask(node, "sign_in", name="ann", password=GOOD, recovery_code=code.upper())["name"] == "ann"
        for _ in range(5):
            refusal(node, "ann")
        assert refusal(node, "ann", GOOD, recovery_code=code)[0] is NotAllowed, "a code is good once"
        ask(node, "user_unlock", session=told["operator"], name="ann")
        assert ask(node, "sign_in", name="ann", password=GOOD)["name"] == "ann"


def test_a_set_up_code_is_good_once_and_for_three_days(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        operator = sign_in_as(node, Role.OPERATOR, name="op")
        first = ask(node, "user_add", session=operator, name="ann", roles=["leader"])["setup_code"]
        later = ask(node, "user_add", session=operator, name="bob", roles=["leader"])["setup_code"]
        ask(node, "set_up", name="ann", setup_code=first, password=GOOD)

        for name, code in (("ann", first), ("bob", first), ("nobody", later)):
            with pytest.raises(NotAuthenticated, match="the set-up code is wrong"):
                ask(node, "set_up", name=name, setup_code=code, password=GOOD)
        node.clock.advance(timedelta(days=3))  # type: ignore[attr-defined]
        with pytest.raises(NotAuthenticated):
            ask(node, "set_up", name="bob", setup_code=later, password=GOOD)


def test_a_changed_password_ends_every_other_session_and_still_opens_notes(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        old = set_up(node, "ann", "supporter")["token"]
        before = node.read(note_keys.list_clinical_leads)
        changed = ask(node, "change_password", session=old, password=GOOD, new_password=OTHER)

        with pytest.raises(NotAuthenticated):
            ask(node, "whoami", session=old)
        assert ask(node, "whoami", session=changed["token"])["opens_notes"] is True
        assert refusal(node, "ann", GOOD)[0] is NotAuthenticated
        again = ask(node, "sign_in", name="ann", password=OTHER)["token"]
        assert ask(node, "whoami", session=again)["opens_notes"] is True
        assert before == []


def test_a_reset_leaves_notes_closed_but_for_the_recovery_code_that_the_user_keeps(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        told = set_up(node, "doc", "clinician")
        leads = node.read(note_keys.list_clinical_leads)
        reset = ask(node, "user_reset", session=told["operator"], name="doc")
        assert reset["note_key_closed"] is True
        again = ask(node, "set_up", name="doc", setup_code=reset["setup_code"], password=OTHER)

        assert ask(node, "whoami", session=again["token"])["opens_notes"] is False
        with pytest.raises(HoldfastError, match="is the recovery code right"):
            ask(node, "open_notes", session=again["token"], password=OTHER, note_recovery_code="aaaa-aaaa")
        code = told["note_recovery_code"]
        ask(node, "open_notes", session=again["token"], password=OTHER, note_recovery_code=code)
        assert ask(node, "whoami", session=again["token"])["opens_notes"] is True
        later = ask(node, "sign_in", name="doc", password=OTHER)["token"]
        assert ask(node, "whoami", session=later)["opens_notes"] is True
        assert node.read(note_keys.list_clinical_leads) == leads
        assert ("user op.of.doc", "note key closed", "user doc", "done: opens by its recovery code alone") in audited(
            node
        )


def test_a_new_key_for_notes_is_seen_by_the_auditor(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = set_up(node, "doc", "clinician")["token"]
        (_, before), *_ = node.read(note_keys.list_clinical_leads)
        ask(node, "renew_note_key", session=token, password=GOOD, confirm=True)
        (_, after), *_ = node.read(note_keys.list_clinical_leads)

        review = ask(node, "audit_review", session=sign_in_as(node, Role.AUDITOR, name="aud"))

    made = [change["outcome"] for change in review["changes"] if change["what"] == "note key made"]
    assert before != after
    assert len(set(made)) == 2


def test_the_stores_of_a_node_hold_neither_password_nor_token_nor_an_open_key(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        told = set_up(node, "doc", "clinician")
        with node.store.read() as tx:
            dump = b"".join(
                repr(tuple(row)).encode()
                for table in ("user_account", "user_session", "note_key", "recovery_code", "audit_entry")
                for row in tx.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608
            )

    for secret in (GOOD, told["token"], told["note_recovery_code"], *told["recovery_codes"]):
        assert secret.encode() not in dump


def test_the_last_operator_stays(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        operator = sign_in_as(node, Role.OPERATOR, name="op")

        for name, arguments in (("user_disable", {}), ("user_roles", {"roles": ["leader"]})):
            with pytest.raises(HoldfastError, match="op is the last active operator: make another one first"):
                ask(node, name, session=operator, name="op", **arguments)


def test_the_first_operator_is_added_by_whoever_holds_the_machine_and_nobody_else(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        with pytest.raises(NotAllowed, match="no user is an operator yet: add one first, with --role operator"):
            ask(node, "found_operator", name="ann", roles=["coordinator"])
        ask(node, "found_operator", name="op", roles=["operator"])

        with pytest.raises(NotAuthenticated, match="sign in first"):
            ask(node, "found_operator", name="op2", roles=["operator"])


def test_i03_a_supporter_is_one_active_user_and_a_second_is_refused(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        operator = sign_in_as(node, Role.OPERATOR, name="op")
        sign_in_as(node, Role.SUPPORTER, name="casey", supporter_id=b"s" * 16)
        sign_in_as(node, Role.SUPPORTER, name="pat")
        casey = {"supporter_id": (b"s" * 16).hex()}

        for name, arguments in (("user_link", {"name": "pat"}), ("user_add", {"name": "kim", "roles": ["supporter"]})):
            with pytest.raises(AlreadyExists, match="that supporter is the user 'casey' already"):
                ask(node, name, session=operator, **arguments, **casey)
        ask(node, "user_disable", session=operator, name="casey")
        ask(node, "user_link", session=operator, name="pat", **casey)
        with pytest.raises(AlreadyExists, match="that supporter is the user 'pat' already"):
            ask(node, "user_enable", session=operator, name="casey")
