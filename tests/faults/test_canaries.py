"""i01, i04: canaries in every private field, and the store, its log, temporary files and backups searched for them."""

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from common.access.roles import Action, Role
from node.domain.encounter import Encounter
from node.domain.member import Member
from node.domain.supporter import Supporter
from node.opened import STORE_NAME, OpenNode
from node.operations.answering import answer
from node.use_cases import encounters, members, supporters
from node.use_cases.encounters import NewEncounter
from tests.builders import NOON
from tests.canaries import STEM, canary, forms, hits, hits_in_files
from tests.fakes import SetClock
from tests.local_node import local_node, person
from tests.node_backups import back_up
from tests.pages import decrypted_pages
from tests.people import sign_in_as
from tests.records import encounter

AT_ONCE = 5_000
SINGLE = 25  # canaries whose own part is searched as well
ERASED = 20  # members


@dataclass(frozen=True)
class Filled:
    """A node full of canaries."""

    node: OpenNode
    codes: list[str]
    words: list[str]


def fill(node: OpenNode, encounter_count: int, canary_count: int) -> Filled:
    """Put canaries into the private fields of members and supporters, and log encounters about them."""
    words = [canary(number) for number in range(canary_count)]
    told = [Member("", a, unit=b, contact=c) for a, b, c in zip(words[::3], words[1::3], words[2::3], strict=False)]
    action, actor = Action.CHANGE_ROSTER, "user casey"
    stored = node.write("test", lambda c: members.add_members(c, node.vault, actor, action, told, NOON))
    roster = [Supporter("", words[-1])]
    [peer] = node.write("test", lambda c: supporters.add_supporters(c, node.vault, actor, action, roster, NOON))
    who, ids = person(Role.SUPPORTER, supporter_id=peer.id), [each.id for each in stored]
    for first in range(0, encounter_count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, encounter_count))
        rows = [NewEncounter(_encounter(peer.id, ids[number % len(ids)], number)) for number in numbers]
        node.write("test", lambda c, rows=rows: encounters.add_encounters(c, node.vault, rows, who, NOON))  # type: ignore[misc]
    codes = [each.member.code for each in stored if isinstance(each.member, Member)]
    return Filled(node, codes, words)


def _encounter(supporter_id: bytes, member_id: bytes, number: int) -> Encounter:
    return encounter(supporter_id, member_id=member_id, occurred_at=NOON - timedelta(minutes=number + 1))


def searched(filled: Filled, folders: list[Path]) -> int:
    """Search everything for every canary; tell how many bytes that were."""
    wanted = forms(STEM)
    for number, word in enumerate(filled.words[:: max(1, len(filled.words) // SINGLE)]):
        wanted |= {f"canary {number}": word.removeprefix(STEM).encode()}
    found, size = hits_in_files(folders, wanted)
    assert found == set()
    pages = decrypted_pages(filled.node.data / STORE_NAME, filled.node.keys.database_key)
    assert hits(pages, forms(STEM)) == set(), "with the key of the store, without those of its fields"
    return size + len(pages)


def search(tmp_path: Path, encounter_count: int, canary_count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [tmp_path / name for name in ("node", "backups", "temporary")]
    for folder in folders[1:]:
        folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folders[2]))
    with local_node(tmp_path) as made, (made.data / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"backup_folder = {str(folders[1])!r}\n")
    with OpenNode(tmp_path / "node", SetClock(NOON)) as node:
        started = time.perf_counter()
        filled = fill(node, encounter_count, canary_count)
        back_up(node, folders[1])
        filled_s = time.perf_counter() - started
        before = searched(filled, folders)
        token = sign_in_as(node, Role.COORDINATOR, name="erases")
        for code in filled.codes[:ERASED]:
            answer(node, "erase_member", {"member": code, "session": token})
        back_up(node, folders[1])
        after = searched(filled, folders)
    print(
        f"\n{encounter_count:,} encounters, {canary_count:,} canaries, {len(forms(STEM))} forms; filled and backed up "
        f"in {filled_s:.0f} s; {before:,} bytes searched, none found; {ERASED} members erased; {after:,} bytes "
        f"searched, none found; {time.perf_counter() - started:.0f} s in all"
    )


def test_i04_no_canary_is_found_in_store_log_temporary_files_or_backups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(tmp_path, 600, 90, monkeypatch)


@pytest.mark.soak
def test_i04_no_canary_of_a_thousand_is_found_beside_a_hundred_thousand_encounters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(tmp_path, 100_000, 1_000, monkeypatch)


def test_the_search_finds_a_canary_in_each_form(tmp_path: Path) -> None:
    wanted = forms(STEM)
    for name, form in forms(canary(7)).items():
        (tmp_path / "file").write_bytes(b"\x01" * 1000 + form + b"\x02" * 1000)
        assert hits_in_files([tmp_path], wanted)[0] != set(), name
