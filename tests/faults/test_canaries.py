"""i01, i04: canaries in every private field, and the store, its log, temporary files and backups searched for them.

The private fields are those that take text and stand sealed: of members, supporters and their trainings, notes,
requests for a peer with who looks after them and the answer, and the ways by which a user wants notices.
"""

import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from common.access import managing
from common.access.roles import Action, Role
from common.access.session_rows import open_session
from common.errors import NotAllowed
from node.domain.encounter import Encounter
from node.domain.member import Member
from node.opened import STORE_NAME, OpenNode
from node.operations.answering import answer
from node.persistence.access import ACCESS
from node.persistence.data_keys import Erased
from node.use_cases import encounters, members
from node.use_cases.encounters import NewEncounter
from tests.builders import NOON
from tests.canaries import STEM, canary, forms, hits, hits_in_files
from tests.fakes import SetClock
from tests.local_node import local_node, person
from tests.node_backups import back_up
from tests.on_duty import SignedIn, asks, coordinator, signed_in
from tests.pages import decrypted_pages
from tests.people import sign_in_as
from tests.records import encounter

AT_ONCE = 5_000
SINGLE = 25  # canaries whose own part is searched as well
ERASED = 20  # members
ASKED = 8  # requests for a peer, of five words each


@dataclass(frozen=True)
class Filled:
    """A node full of canaries."""

    node: OpenNode
    codes: list[str]
    words: list[str]
    noted: list[str]  # encounters with a note
    lead: SignedIn


def fill(node: OpenNode, encounter_count: int, canary_count: int) -> Filled:
    """Put canaries into every private field, and log encounters about the members."""
    words = [canary(number) for number in range(canary_count)]
    dana, lead = coordinator(node), signed_in(node, "lee", Role.CLINICIAN)
    asked, notes, of_members = words[: 5 * ASKED], words[5 * ASKED : canary_count // 2], words[canary_count // 2 :]
    for at in range(0, len(asked), 5):
        _ask(node, dana, asked[at : at + 5])
    folded = unicodedata.normalize("NFKD", words[0]).encode("ascii", "ignore").decode()
    dana.do("notice_settings", mail=f"{folded}@agency.example")
    thirds = zip(of_members[::3], of_members[1::3], of_members[2::3], strict=False)
    action, actor, told = Action.CHANGE_ROSTER, "user casey", [Member("", a, unit=b, contact=c) for a, b, c in thirds]
    stored = node.write("test", lambda c: members.add_members(c, node.vault, actor, action, told, NOON))
    peer = dana.do("supporter_add", name=words[-1], designated_on="2025-01-01")
    dana.do("supporter_train", supporter=peer["code"], topic="active_listening", provider=words[-1])
    casey = _linked(node, signed_in(node, "casey", Role.SUPPORTER), bytes.fromhex(peer["id"]))
    logged = _log(node, bytes.fromhex(peer["id"]), [each.id for each in stored], encounter_count)
    noted = [id_.hex() for id_ in logged[: len(notes)]]
    for encounter_id, word in zip(noted, notes, strict=True):
        casey.do("note_write", encounter=encounter_id, text=f"{word}\nand {word}")
    codes = [each.member.code for each in stored if isinstance(each.member, Member)]
    return Filled(node, codes, words, noted, lead)


def _linked(node: OpenNode, user: SignedIn, peer_id: bytes) -> SignedIn:
    """Say which supporter a user is, and sign them in again."""

    def write(connection: Connection) -> str:
        managing.link(ACCESS, connection, NOON, "operator", user.name, peer_id)
        return open_session(ACCESS, connection, user.user_id, "password", user.private, NOON)

    return replace(user, token=node.write("test", write))


def _log(node: OpenNode, peer_id: bytes, ids: list[bytes], count: int) -> list[bytes]:
    """Log encounters about the members, one after the other and again."""
    who, logged = person(Role.SUPPORTER, supporter_id=peer_id), list[bytes]()
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        rows = [NewEncounter(_encounter(peer_id, ids[number % len(ids)], number)) for number in numbers]
        logged += node.write("test", lambda c, rows=rows: encounters.add_encounters(c, node.vault, rows, who, NOON))  # type: ignore[misc]
    return logged


def _ask(node: OpenNode, dana: SignedIn, said: list[str]) -> None:
    """Somebody asks for a peer; the coordinator says who looks after it, and answers."""
    code = asks(node, wish="named", named=said[0], contact=said[1], when=said[2])
    [request] = [row["id"] for row in dana.do("support_requests") if row["state"] == "waiting"]
    dana.do("support_request_take", id=request, by=said[3])
    dana.do("support_request_answer", id=request, text=said[4])
    assert answer(node, "look_for_answer", {"code": code})["answer"] == said[4]


def readable_notes(filled: Filled) -> int:
    """Tell how many of the notes the clinical lead can still open."""
    readable = 0
    for encounter_id in filled.noted:
        with suppress(NotAllowed, Erased):
            readable += filled.lead.do("note_read", encounter=encounter_id)["text"].startswith(STEM)
    return readable


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
        file.write(f"backup_folder = {str(folders[1])!r}\nnotes = 'on'\n")
    with OpenNode(tmp_path / "node", SetClock(NOON)) as node:
        started = time.perf_counter()
        filled = fill(node, encounter_count, canary_count)
        back_up(node, folders[1])
        filled_s = time.perf_counter() - started
        before, notes = searched(filled, folders), readable_notes(filled)
        assert notes == len(filled.noted) > 0
        token = sign_in_as(node, Role.COORDINATOR, name="erases")
        for code in filled.codes[:ERASED]:
            answer(node, "erase_member", {"member": code, "session": token})
        back_up(node, folders[1])
        after, left = searched(filled, folders), readable_notes(filled)
        assert 0 < left < notes
    print(
        f"\n{encounter_count:,} encounters, {canary_count:,} canaries, {len(forms(STEM))} forms, {notes} notes; filled "
        f"and backed up in {filled_s:.0f} s; {before:,} bytes searched, none found; {ERASED} members and "
        f"{notes - left} notes erased; {after:,} bytes searched, none found; "
        f"{time.perf_counter() - started:.0f} s in all"
    )


def test_i04_no_canary_is_found_in_store_log_temporary_files_or_backups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(tmp_path, 600, 150, monkeypatch)


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
