"""i03: an operator with the database, the disk and the settings file opens no note; the clinician's key does."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.session_rows import find_person
from common.access.sessions import IDLE
from common.errors import NotAllowed, WrongState
from common.rpc.local import call_local
from node.founding import found
from node.opened import STORE_NAME, OpenNode
from node.persistence.access import ACCESS
from node.process import Node
from node.scheduled import STEPS
from node.scheduler import Scheduler
from tests.builders import NOON
from tests.fakes import SetClock
from tests.node_backups import back_up, restored, with_key_of
from tests.pages import decrypted_pages
from tests.people import audited
from tests.whole_disk import Disk

CANARY = "Zanzibar before dawn"


@dataclass
class Agency:
    """A running node, and people who reach it by its local socket alone."""

    running: Node
    tokens: dict[str, str]
    told: dict[str, dict[str, Any]]  # what each was told once, at set-up
    passwords: dict[str, str]

    async def ask(self, who: str, operation: str, **arguments: Any) -> Any:
        said = {"session": self.tokens[who], **arguments} if who in self.tokens else arguments
        return await asyncio.to_thread(call_local, self.running.opened.data, operation, said)

    async def set_up(self, name: str, code: str, **more: str) -> None:
        self.passwords[name] = f"{os.urandom(6).hex()} vivid otter lamp"
        said = {"name": name, "setup_code": code, "password": self.passwords[name]} | more
        self.told[name] = await self.ask("nobody", "set_up", **said)
        self.tokens[name] = self.told[name]["token"]

    async def add(self, name: str, *roles: str) -> None:
        made = await self.ask("oz", "user_add", name=name, roles=list(roles))
        await self.set_up(name, made["setup_code"])

    async def sign_in(self, name: str) -> None:
        answer = await self.ask("nobody", "sign_in", name=name, password=self.passwords[name])
        self.tokens[name] = answer["token"]


@asynccontextmanager
async def agency(data: Path) -> AsyncIterator[Agency]:
    found(data, "Ridgeline Fire District", "UTC", "default")
    with (data / "node.toml").open("a", encoding="utf-8") as file:
        file.write('notes = "on"\n')
    async with Node(data, SetClock(NOON)) as running:
        people = Agency(running, {}, {}, {})
        made = await people.ask("nobody", "found_operator", name="oz", roles=["operator"])
        await people.set_up("oz", made["setup_code"])
        await people.add("kim", "coordinator")
        await people.add("casey", "supporter")
        await people.add("lee", "clinician")
        on_roster = await people.ask("kim", "supporter_add", name="Casey Jones", designated_on="2025-01-01")
        await people.ask("oz", "user_link", name="casey", supporter_id=on_roster["code"])
        await people.sign_in("casey")
        yield people


async def note(people: Agency) -> str:
    logged = await people.ask("casey", "encounter_log", kind="grief")
    await people.ask("casey", "note_write", encounter=logged["id"], text=CANARY)
    return str(logged["id"])


def taken(people: Agency, folder: Path) -> Path:
    """Copy the disk of the running node, as somebody does who holds the machine."""
    return shutil.copytree(people.running.opened.data, folder, ignore=shutil.ignore_patterns("*.sock", "process.lock"))


def is_found(copy: Path, *known: bytes, guesses: tuple[str, ...] = ()) -> bool:
    with OpenNode(copy, SetClock(NOON)) as node:
        disk = Disk(node, frozenset(known))
        assert len(disk.keys) > 10
        disk.keys |= set(disk.guess(guesses))
        return any(CANARY.encode() in plain for plain in disk.opened())


async def private_key(people: Agency, name: str) -> bytes:
    """The key that a session has opened, as only the node's process and the token's holder have it."""
    node = people.running.opened
    person = node.write("test", lambda c: find_person(ACCESS, c, people.tokens[name], node.clock.now()))
    assert person is not None
    assert person.note_key is not None
    return person.note_key


async def test_i03_whoever_has_disk_database_settings_and_the_operators_role_opens_no_note(tmp_path: Path) -> None:
    async with agency(tmp_path / "node") as people:
        encounter = await note(people)
        lees = await private_key(people, "lee")
        copy = taken(people, tmp_path / "first")
        assert is_found(copy, lees), "the search could not find it"
        assert is_found(copy, guesses=(people.passwords["lee"],)), "the search could not guess"
        assert not is_found(copy)
        with pytest.raises(NotAllowed):
            await people.ask("oz", "note_read", encounter=encounter)
        assert audited(people.running.opened)[-1][:3] == ("user oz", "read note", "")

        reset = await people.ask("oz", "user_reset", name="lee")
        assert not is_found(taken(people, tmp_path / "reset"))
        await people.set_up("lee", reset["setup_code"])
        with pytest.raises(WrongState, match="your key for notes is not open"):
            await people.ask("lee", "note_read", encounter=encounter)
        await people.add("mallory", "operator", "clinician")
        with pytest.raises(NotAllowed, match="no note there that is sealed to you"):
            await people.ask("mallory", "note_read", encounter=encounter)
        mallorys = await private_key(people, "mallory")
        assert not is_found(
            taken(people, tmp_path / "second"), mallorys, guesses=tuple(people.passwords[who] for who in ("oz", "lee"))
        )


async def test_the_clinician_opens_it_with_the_password_and_after_a_reset_with_the_recovery_code(
    tmp_path: Path,
) -> None:
    async with agency(tmp_path / "node") as people:
        encounter = await note(people)
        code = people.told["lee"]["note_recovery_code"]
        await people.sign_in("lee")
        assert (await people.ask("lee", "note_read", encounter=encounter))["text"] == CANARY

        reset = await people.ask("oz", "user_reset", name="lee")
        await people.set_up("lee", reset["setup_code"], note_recovery_code=code)

        assert (await people.ask("lee", "note_read", encounter=encounter))["text"] == CANARY


async def test_i03_a_session_that_ended_leaves_nothing_on_the_disk_that_its_token_opens(tmp_path: Path) -> None:
    async with agency(tmp_path / "node") as people:
        await note(people)
        node = people.running.opened
        left = node.data / "session"  # as a command leaves it that nobody signed out
        left.write_text(people.tokens["lee"] + "\n", "ascii")
        assert is_found(taken(people, tmp_path / "open")), "whoever has the token of an open session, has the session"
        rows = "SELECT carried FROM user_session WHERE carried IS NOT NULL"
        carried = node.read(lambda c: [bytes(each) for each in c.execute(text(rows)).scalars()])
        assert len(carried) == 3
        backup = back_up(node, tmp_path / "backups")

        assert isinstance(node.clock, SetClock)
        node.clock.advance(IDLE + timedelta(seconds=1))
        await Scheduler(node, STEPS).run_due()

        pages = decrypted_pages(node.data / STORE_NAME, node.keys.database_key)
        assert not [each for each in carried if each in pages]
        assert not is_found(taken(people, tmp_path / "ended"))
        with restored(backup, tmp_path / "restored", with_key_of(node.data)) as again:
            assert again.read(lambda c: c.execute(text(rows)).all()) == []


async def test_i03_what_is_anothers_and_what_does_not_exist_are_refused_alike_and_stand_in_the_trail(
    tmp_path: Path,
) -> None:
    async with agency(tmp_path / "node") as people:
        encounter = await note(people)
        node = people.running.opened
        await people.add("robin", "supporter")
        robins = await people.ask("kim", "supporter_add", name="Robin Hill", designated_on="2025-01-01")
        await people.ask("oz", "user_link", name="robin", supporter_id=robins["id"])
        await people.sign_in("robin")
        await people.add("les", "leader")
        tried = {
            "robin": ("own_encounter", "encounter_edit", "encounter_void", "note_read", "note_write"),
            "oz": (
                "own_encounter",
                "encounter",
                "encounters",
                "note_read",
                "member_find",
                "supporter_show",
                "audit_show",
            ),
            "les": ("own_encounter", "encounter", "encounters", "note_read", "member_show", "today", "supporters"),
        }
        for who, operations in tried.items():
            for operation in operations:
                said = []
                for id_ in (encounter, "0123456789abcdef0123456789abcdef"):
                    before = len(audited(node))
                    with pytest.raises(NotAllowed) as refused:
                        await people.ask(who, operation, encounter=id_, kind="other", text="mine now", member="M-0001")
                    said.append(str(refused.value))
                    [line] = audited(node)[before:]
                    assert line[0] == f"user {who}"
                    assert line[3].startswith("refused: ")
                assert said[0] == said[1], (who, operation)
        assert (await people.ask("casey", "own_encounter", encounter=encounter))["version"] == 1
