"""i04: a note goes with its encounter and with the member: out of the store, its log and every backup."""

from contextlib import suppress
from pathlib import Path

import pytest

from common.access.person import Person
from common.access.roles import Role
from node.backups import present_keys
from node.opened import STORE_NAME, OpenNode
from node.persistence.data_keys import Erased
from node.persistence.notes import find_copies
from node.use_cases import erasure, notes
from tests.builders import NOON
from tests.node_backups import back_up, restored, with_key_of
from tests.on_duty import signed_in
from tests.pages import decrypted_pages
from tests.records import added, encounter, member, supporter


@pytest.mark.parametrize("by", ["member", "encounter"])
def test_i04_a_note_goes_with_its_encounter_and_with_the_member(backed_up: OpenNode, tmp_path: Path, by: str) -> None:
    node, casey = backed_up, signed_in(backed_up, "casey", Role.SUPPORTER)
    member_id = member(node)
    by_casey = supporter(node, "casey")
    ids = added(node, by_casey, *(encounter(by_casey.supporter_id, member_id=each) for each in (member_id, None)))
    author = Person(casey.user_id, "casey", frozenset({Role.SUPPORTER}), by_casey.supporter_id, casey.private)
    for id_ in ids:
        node.write("note", lambda c, id_=id_: notes.write_note(c, node.vault, author, id_, "a quiet word", NOON))  # type: ignore[misc]
    old = back_up(node, tmp_path / "backups")
    gone, stays = (node.read(lambda c, id_=id_: find_copies(c, id_, 1)[casey.user_id]) for id_ in ids)  # type: ignore[misc]

    def is_open(of: OpenNode, id_: bytes) -> bool:
        with suppress(Erased):
            return of.write("note", lambda c: notes.read_note(c, of.vault, author, id_, NOON)) is not None
        return False

    assert [is_open(node, id_) for id_ in ids] == [True, True]
    if by == "member":
        node.write("erase", lambda c: erasure.erase_member(c, node.vault, "user kim", member_id, NOON))
    else:
        node.write("erase", lambda c: erasure.erase(c, "user kim", [("encounter", ids[0])], NOON))
    assert present_keys.settle_erasures(node)

    pages = decrypted_pages(node.data / STORE_NAME, node.keys.database_key)
    assert (gone in pages, stays in pages) == (False, True)
    assert [is_open(node, id_) for id_ in ids] == [False, True]
    with restored(old, tmp_path / "new", with_key_of(node.data)) as new:
        assert [is_open(new, id_) for id_ in ids] == [False, True]
        new.store.empty_log()
        assert gone not in decrypted_pages(new.data / STORE_NAME, new.keys.database_key)
