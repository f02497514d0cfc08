"""A node's audit trail on disk: whatever is changed about it, `verify` names the first bad line (TRUST.md t02)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from common.access.roles import Role
from common.audit.checkpoint import sign_tree
from common.audit.entry import Entry, entry_leaf
from common.identity.keys import make_ed25519
from common.ledger.merkle import Frontier
from node.opened import OpenNode
from node.operations.answering import answer
from node.persistence.audit import TRAIL
from tests.builders import NOON
from tests.local_node import local_node
from tests.people import sign_in_as

LINES = 12


def write_lines(node: OpenNode) -> str:
    """Write a dozen lines in pairs, each pair in a transaction of its own; give an auditor's token."""
    for pair in range(LINES // 2):
        entries = [Entry("user ann", "find member", f"member {2 * pair + n}") for n in (1, 2)]
        node.write("audit", lambda tx, entries=entries: TRAIL.record(tx, NOON, *entries))  # type: ignore[misc]
    return sign_in_as(node, Role.AUDITOR, name="aud")


def verified(node: OpenNode, token: str, checkpoint: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = answer(node, "audit_verify", {"session": token, "checkpoint": checkpoint})
    return found


def tamper(node: OpenNode, change: Callable[[Connection], Any]) -> None:
    """Change the store as somebody does who holds the disk and the database's key, not the signing key."""
    with node.store.begin() as connection:
        change(connection)


def edit(tx: Connection) -> None:
    tx.execute(text("UPDATE audit_entry SET subject = 'member 99' WHERE sequence = 5"))


def edit_with_leaf(tx: Connection) -> None:
    edit(tx)
    leaf = entry_leaf(5, NOON, Entry("user ann", "find member", "member 99"))
    tx.execute(text("UPDATE audit_entry SET leaf_hash = :leaf WHERE sequence = 5"), {"leaf": leaf})


def remove(tx: Connection) -> None:
    tx.execute(text("DELETE FROM audit_entry WHERE sequence = 6"))


def remove_and_close_up(tx: Connection) -> None:
    remove(tx)
    for sequence in range(7, LINES + 2):
        tx.execute(
            text("UPDATE audit_entry SET sequence = :to WHERE sequence = :of"), {"of": sequence, "to": sequence - 1}
        )


def insert(tx: Connection) -> None:
    values = "'user ann', 'see roster', '', 'done', 0, X''"
    leaf = entry_leaf(LINES + 2, NOON, Entry("user ann", "see roster"))
    row = f"INSERT INTO audit_entry VALUES ({LINES + 2}, :at, {values}, :leaf)"  # noqa: S608
    tx.execute(text(row), {"at": int(NOON.timestamp() * 1_000_000), "leaf": leaf})


def reorder(tx: Connection) -> None:
    for of, to in ((7, 1000), (8, 7), (1000, 8)):
        tx.execute(text("UPDATE audit_entry SET sequence = :to WHERE sequence = :of"), {"of": of, "to": to})


def cut_tail(tx: Connection) -> None:
    tx.execute(text("DELETE FROM audit_entry WHERE sequence > 9"))


def sign_with_another_key(tx: Connection) -> None:
    tree = Frontier()
    tree.extend(map(bytes, tx.execute(text("SELECT leaf_hash FROM audit_entry ORDER BY sequence LIMIT 8")).scalars()))
    forged = {"by": sign_tree(make_ed25519(), 8, tree.root())}
    tx.execute(text("UPDATE audit_checkpoint SET signature = :by WHERE size = 8"), forged)


@pytest.mark.parametrize(
    ("change", "first_bad", "reason"),
    [
        (edit, 5, "its stored hash is not the hash of its body"),
        (edit_with_leaf, 5, "one of the leaves 5 to 6 was changed"),
        (remove, 6, "it is missing or out of its place"),
        (remove_and_close_up, 6, "its stored hash is not the hash of its body"),
        (insert, LINES + 2, "no checkpoint covers it"),
        (reorder, 7, "its stored hash is not the hash of its body"),
        (cut_tail, 10, "it is missing, and all behind it"),
        (sign_with_another_key, 8, "is not signed by"),
    ],
)
def test_t02_whatever_is_changed_in_the_trail_the_first_bad_line_is_named(
    tmp_path: Path, change: Callable[[Connection], None], first_bad: int, reason: str
) -> None:
    with local_node(tmp_path) as node:
        token = write_lines(node)
        assert verified(node, token)["verified"]
        tamper(node, change)

        found = verified(node, token)

    assert (found["verified"], found["first_bad"]) == (False, first_bad)
    assert reason in found["reason"]


def test_t02_a_trail_that_was_cut_with_its_signatures_is_found_out_by_the_checkpoint_that_was_kept(
    tmp_path: Path,
) -> None:
    with local_node(tmp_path) as node:
        token = write_lines(node)
        kept = verified(node, token)["checkpoint"]

        def cut_all(tx: Connection) -> None:
            cut_tail(tx)
            tx.execute(text("DELETE FROM audit_checkpoint WHERE size > 8"))
            tx.execute(text("DELETE FROM audit_entry WHERE sequence > 8"))

        tamper(node, cut_all)

        assert verified(node, token)["verified"]
        found = verified(node, token, kept)

    assert (found["first_bad"], found["verified"]) == (9, False)
    assert f"the checkpoint that you kept is of {LINES + 1} lines" in found["reason"]


def test_t02_a_trail_that_whoever_holds_the_key_wrote_anew_is_found_out_by_the_checkpoint_that_was_kept(
    tmp_path: Path,
) -> None:
    with local_node(tmp_path) as node:
        token = write_lines(node)
        kept = verified(node, token)["checkpoint"]

        def write_anew(tx: Connection) -> None:
            edit_with_leaf(tx)
            tx.execute(text("DELETE FROM audit_checkpoint"))
            tx.execute(text("DELETE FROM audit_tree"))
            TRAIL.sign(tx, node.bound_key, whatever_was_written=True)

        tamper(node, write_anew)

        assert verified(node, token)["verified"]
        found = verified(node, token, kept)

    assert found["verified"] is False
    assert f"one of the lines 1 to {LINES + 1} is another" in found["reason"]


def test_t02_a_checkpoint_of_another_node_or_one_that_was_changed_is_refused(tmp_path: Path) -> None:
    with local_node(tmp_path) as node, local_node(tmp_path / "other", own_keys=True) as other:
        token, kept = write_lines(node), verified(other, write_lines(other))["checkpoint"]
        own = verified(node, token)["checkpoint"]

        assert "another key signed it" in verified(node, token, kept)["reason"]
        assert "it was changed" in verified(node, token, own.replace(f"\n{LINES + 1}\n", f"\n{LINES}\n"))["reason"]
        assert verified(node, token, own)["verified"]
        assert verified(node, token, "13 lines verified\nKeep this checkpoint:\n\n" + own)["verified"]


def test_one_signature_covers_all_that_a_transaction_wrote(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        node.write("audit", lambda tx: TRAIL.record_all(tx, NOON, (Entry("user ann", "import") for _ in range(500))))
        node.write("audit", lambda tx: None)

        sizes = [checkpoint.size for checkpoint in node.read(lambda tx: list(TRAIL.read_checkpoints(tx)))]

    assert sizes == [500]


def test_a_transaction_that_fails_leaves_neither_line_nor_signature(tmp_path: Path) -> None:
    def fail(tx: Connection) -> None:
        TRAIL.record(tx, NOON, Entry("user ann", "find member"))
        raise KeyError

    with local_node(tmp_path) as node:
        with pytest.raises(KeyError):
            node.write("audit", fail)
        token = write_lines(node)

        assert verified(node, token)["entries"] == LINES + 1


def test_r02_what_a_terminal_would_act_on_is_shown_escaped(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = sign_in_as(node, Role.AUDITOR)
        line = Entry("user ann", "find member", "a\n99 user ann\x1b[2J\u202egnp")
        node.write("audit", lambda tx: TRAIL.record(tx, NOON, line))

        shown = answer(node, "audit_show", {"session": token})[-1]["subject"]

    assert shown == r"a\n99 user ann\x1b[2J\u202egnp"


def test_the_auditor_finds_lines_by_user_subject_and_time(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        token = write_lines(node)
        node.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]
        later = node.clock.now()
        node.write("audit", lambda tx: TRAIL.record(tx, later, Entry("user bob", "find member", "member 3")))

        def found(**which: Any) -> list[int]:
            return [line["sequence"] for line in answer(node, "audit_show", {"session": token} | which)]

        assert found(user="bob") == [LINES + 2]
        assert found(subject="member 3") == [3, LINES + 2]
        assert found(since=later.isoformat()) == [LINES + 2]
        assert max(found(until=later.isoformat())) == LINES + 1
        assert found(action="find member", user="bob", refused=False) == [LINES + 2]
        assert found(refused=True) == found(action="read note") == []
        assert found(newest_first=True, before=4, limit=2) == [3, 2]


def test_the_access_review_tells_who_may_what_since_when_by_whom_and_what_each_did(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        operator = sign_in_as(node, Role.OPERATOR, name="op")
        token = write_lines(node)
        answer(node, "user_roles", {"session": operator, "name": "op", "roles": ["operator", "coordinator"]})

        found = answer(node, "audit_review", {"session": token})

    by_name = {user["name"]: user["roles"] for user in found["users"]}
    given = {role["role"]: (role["given_by"], role["own_doing"]) for role in by_name["op"]}
    assert given == {"operator": ("operator", False), "coordinator": ("user op", True)}
    assert ("user op", "user roles", "done: operator -> coordinator, operator") in [
        (change["by"], change["what"], change["outcome"]) for change in found["changes"]
    ]
    assert {"who": "user ann", "what": "find member", "times": LINES, "subjects": LINES, "refused": 0} in found["acts"]
