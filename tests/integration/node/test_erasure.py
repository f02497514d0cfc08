"""A member who was erased is readable nowhere: not in the store, its log, or any backup; holds prevent it."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from common.access.roles import Action, Role
from common.errors import NotAllowed, WrongState
from common.failpoint import reach as really_reach
from node.backups import present_keys
from node.backups.form import KEYS
from node.domain.member import Member
from node.opened import STORE_NAME, OpenNode
from node.operations.answering import answer
from node.persistence.backups import find_state
from node.persistence.bodies import Flagged
from node.persistence.erasing import REMOVED, SEALED
from node.persistence.members import find_members
from node.persistence.schema import Base
from node.scheduled import STEPS
from node.scheduler import Scheduler
from node.use_cases.members import add_members
from tests.node_backups import back_up, everything_in, restored, with_key_of
from tests.node_keys import PowerCut
from tests.pages import decrypted_pages
from tests.people import audited, sign_in_as

NOBODYS_RECORD = {
    "due_claim": "what is claimed from the hub, in codes",
    "ledger_leaf": "what left the node",
    "notice": "what the hub told",
    "notice_preference": "a user's, not a member's",
}


def add_member(node: OpenNode, name: str) -> tuple[str, bytes]:
    def use_case(connection: Connection) -> tuple[str, bytes]:
        told = [Member("", name, unit="Engine 9", contact="+1 555 0117")]
        [stored] = add_members(connection, node.vault, "user casey", Action.CHANGE_ROSTER, told, node.clock.now())
        assert isinstance(stored.member, Member)
        return stored.member.code, stored.id

    return node.write("test", use_case)


def secrets_of(node: OpenNode, member_id: bytes) -> list[bytes]:
    """What the store holds of a member: the wrapped key, the sealed body, the terms that find it."""

    def use_case(connection: Connection) -> list[bytes]:
        queries = (
            "SELECT wrapped FROM data_key WHERE subject_id = :id",
            "SELECT body FROM member WHERE id = :id",
            "SELECT code_index FROM member WHERE id = :id",
            "SELECT term FROM member_term WHERE member_id = :id",
        )
        found = [connection.execute(text(query), {"id": member_id}).scalars().all() for query in queries]
        return [bytes(value) for values in found for value in values]

    return node.read(use_case)


def erase(node: OpenNode, code: str) -> dict[str, object]:
    token = sign_in_as(node, Role.COORDINATOR, name=f"erases.{code}")
    found: dict[str, object] = answer(node, "erase_member", {"member": code, "session": token})
    return found


def is_readable(node: OpenNode, member_id: bytes) -> bool:
    found = node.read(lambda c: find_members(c, node.vault, [member_id]))[member_id].member
    return not isinstance(found, Flagged)


def test_i04_an_erased_member_is_readable_nowhere_and_others_are(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    (code, id_), (_, other) = add_member(node, "Quillfeather Ashdown"), add_member(node, "Marta Lindqvist")
    old = back_up(node, tmp_path / "backups")
    back_up(node, tmp_path / "backups")
    sealed = secrets_of(node, id_)
    assert len(sealed) > 3
    assert all(value in decrypted_pages(node.data / STORE_NAME, node.keys.database_key) for value in sealed)

    gone = erase(node, code)

    assert gone == {"gone": {"member": 1}, "is_gone_from_backups": True}
    pages = decrypted_pages(node.data / STORE_NAME, node.keys.database_key)
    raw = everything_in(node.data, tmp_path / "backups")
    assert [value for value in sealed if value in pages or value in raw] == []
    assert not is_readable(node, id_)
    assert is_readable(node, other)
    with restored(old, tmp_path / "new", with_key_of(node.data)) as new:
        assert not is_readable(new, id_)
        assert is_readable(new, other)
        new.store.empty_log()
        pages = decrypted_pages(new.data / STORE_NAME, new.keys.database_key)
        assert [value for value in sealed if value in pages] == []
    assert (f"user erases.{code}", "erase record", f"member {id_.hex()}", "done") in audited(node)


def test_i04_keys_beside_backups_whose_disk_is_away_are_caught_up_with(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    code, id_ = add_member(node, "Quillfeather Ashdown")
    old = back_up(node, tmp_path / "backups")
    (tmp_path / "backups").rename(tmp_path / "away")

    assert erase(node, code)["is_gone_from_backups"] is False

    (tmp_path / "away").rename(tmp_path / "backups")
    with restored(old, tmp_path / "first", with_key_of(node.data)) as new:
        assert is_readable(new, id_), "the test could not tell"
    assert present_keys.settle_erasures(node)
    with restored(old, tmp_path / "second", with_key_of(node.data)) as new:
        assert not is_readable(new, id_)


def test_d01_an_erasure_that_is_cut_short_is_finished_at_the_next_start(
    backed_up: OpenNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = backed_up
    code, _ = add_member(node, "Quillfeather Ashdown")
    back_up(node, tmp_path / "backups")
    before = (tmp_path / "backups" / KEYS).read_bytes()

    def cut(name: str) -> None:
        if name == "node.erase.before_settled":
            raise PowerCut
        really_reach(name)

    with monkeypatch.context() as patched:
        patched.setattr(present_keys, "reach", cut)
        with pytest.raises(PowerCut):
            erase(node, code)

    assert node.read(find_state).is_due
    assert present_keys.settle_erasures(node)
    assert not node.read(find_state).is_due
    assert (tmp_path / "backups" / KEYS).read_bytes() != before


async def test_a_running_node_settles_erasures_by_itself(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    code, _ = add_member(node, "Quillfeather Ashdown")
    back_up(node, tmp_path / "backups")
    (tmp_path / "backups").rename(tmp_path / "away")
    erase(node, code)
    (tmp_path / "away").rename(tmp_path / "backups")

    await Scheduler(node, STEPS).run_due()

    assert not node.read(find_state).is_due


@pytest.mark.parametrize("named", [{"scope": "member"}, {"scope": "everything"}])
def test_a_legal_hold_prevents_an_erasure_until_it_is_lifted(backed_up: OpenNode, named: dict[str, str]) -> None:
    node = backed_up
    code, id_ = add_member(node, "Quillfeather Ashdown")
    token = sign_in_as(node, Role.COORDINATOR)
    asked = {"session": token, "reason": "litigation", "subject": code} | named
    hold = answer(node, "hold_place", asked)

    with pytest.raises(WrongState, match="a legal hold keeps this member"):
        answer(node, "erase_plan", {"member": code, "session": token})
    with pytest.raises(WrongState, match="a legal hold keeps this member"):
        answer(node, "erase_member", {"member": code, "session": token})
    assert is_readable(node, id_)

    answer(node, "hold_lift", {"hold": hold["id"][:12], "session": token})
    assert answer(node, "hold_list", {"session": token}) == []
    assert answer(node, "erase_member", {"member": code, "session": token})["gone"] == {"member": 1}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR][:5])
@pytest.mark.parametrize("operation", ["erase_plan", "erase_member", "retention_run", "hold_lift"])
def test_nobody_but_a_coordinator_erases_or_decides_what_is_kept(
    backed_up: OpenNode, role: Role, operation: str
) -> None:
    token = sign_in_as(backed_up, role)
    with pytest.raises(NotAllowed):
        answer(backed_up, operation, {"session": token})


def test_every_table_with_a_sealed_body_is_known_to_the_erasure() -> None:
    known = {each.table for each in SEALED} | {name for name, _ in REMOVED}
    sealed = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"body", "sealed", "member_index", "code_index"} & set(table.c.keys())
    }
    assert sealed - known - set(NOBODYS_RECORD) == set()
