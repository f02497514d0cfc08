"""`holdfast node encounter` in real processes on a running node: as few words as will do, and each mistake told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from common.access import managing
from common.access.roles import Role
from common.access.session_rows import open_session
from common.access.sessions import IDLE
from node.founding import found
from node.persistence.access import ACCESS
from node.process import Node
from tests.builders import NOON
from tests.fakes import SetClock
from tests.node_command import command
from tests.on_duty import signed_in
from tests.people import sign_in_as
from tests.records import supporter


class Desk:
    """One supporter's terminal."""

    def __init__(self, data: Path, clock: SetClock) -> None:
        self.data = data
        self.clock = clock
        self.others = ""  # the reference of somebody else's encounter

    async def says(self, *words: str, said: str = "") -> str:
        """What a command prints that goes well."""
        ended = await command(*words, data=self.data, said=said)
        assert (ended.returncode, ended.stderr) == (0, ""), (words, ended.stderr)
        return ended.stdout

    async def refuses(self, *words: str, said: str = "") -> str:
        """The one line that a command ends with."""
        ended = await command(*words, data=self.data, said=said)
        assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1), (words, ended.stdout)
        return ended.stderr.removeprefix("holdfast: ").rstrip("\n")


@asynccontextmanager
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    data, clock = tmp_path / "node", SetClock(NOON)
    found(data, "Ridgeline Fire District", "America/Denver", "default")
    with (data / "node.toml").open("a", encoding="utf-8") as file:
        file.write('notes = "on"\n')
    async with Node(data, clock) as running:
        node, at = running.opened, Desk(data, clock)
        casey, robin = supporter(node), supporter(node, "robin")
        token = sign_in_as(node, *robin.person.roles, name="robin", supporter_id=robin.supporter_id)
        at.others = (await running.do("encounter_log", {"session": token}))["reference"]
        casey_in = signed_in(node, "casey", Role.SUPPORTER)
        node.write("link", lambda c: managing.link(ACCESS, c, NOON, "operator", "casey", casey.supporter_id))
        key = casey_in.private
        token = node.write("in", lambda c: open_session(ACCESS, c, casey_in.user_id, "password", key, NOON))
        (data / "session").write_text(token + "\n", "ascii")
        (data / "session").chmod(0o600)
        yield at


async def test_two_words_log_an_encounter_and_a_few_more_say_the_rest(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        first = await at.says("encounter", "log")
        reference, line = first.splitlines()[0].removeprefix("logged ").split(": ", 1)
        assert line == "2026-11-03 05:00, undisclosed, in person, under 15 min, self referral, sworn or uniformed"
        assert first.splitlines()[1] == f"Wrong? holdfast node encounter edit | void {reference}"

        words = (
            "-k grief -m phone --minutes 25 --at 20m --referral eap --referral chap --follow-up 3d --incident-related"
        )
        more = await at.says("encounter", "log", *words.split())
        assert more.splitlines()[0].split(": ", 1)[1] == (
            "2026-11-03 04:40, grief or loss, phone, 15-29 min, self referral, sworn or uniformed, at an incident, "
            "referred to eap, chaplain, follow-up due 2026-11-06"
        )
        assert (await at.says("encounter", "edit", reference, "-k", "work", "--minutes", "61")).splitlines()[1] == (
            "This is version 2; the ones before are kept."
        )
        assert (await at.says("encounter", "void", reference)).startswith(f"void {reference}: ")
        assert reference not in await at.says("encounter", "list")
        assert len((await at.says("encounter", "show", reference)).splitlines()) == 4
        listed = json.loads(await at.says("encounter", "list", "--void", "--json"))["encounters"]
        assert [(each["kind"], each["is_void"]) for each in listed] == [("work_stress", True), ("grief_or_loss", False)]


async def test_a_note_comes_from_standard_input_and_never_from_the_command_line(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        logged = await at.says("encounter", "log", "--note", said="third call like that\nthis week\n")
        assert logged.splitlines()[2] == "The note is sealed to you and the clinical leads."
        assert await at.says("note", "read", "last") == "third call like that\nthis week\n"
        assert "none came on standard input" in await at.refuses("encounter", "log", "--note")
        assert len((await at.says("encounter", "list", "--json")).split('"reference"')) == 2


async def test_a_list_keeps_to_eighty_columns_and_breaks_no_word(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.says("encounter", "log", "-m", "group", "-n", "9", "--referral", "substance", "--referral", "crisis")
        lines = (await at.says("encounter", "list")).splitlines()
        assert max(map(len, lines)) <= 80
        assert [line[28:] for line in lines] == [
            "undisclosed, group session, under 15 min, self",
            "referral, sworn or uniformed, 9 people, referred to",
            "crisis line, substance use programme",
        ]
        assert await at.says("encounter", "list", "--kind", "moral") == "no encounter here\n"


async def test_each_mistake_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        assert await at.refuses("encounter", "void", "last") == "you have logged no encounter yet"
        for words, says in {
            "log -k su": "kind: which one: substance_use, suicide_concern?",
            "log -m letter": "mode: is not one of in_person, phone, video, text_or_chat, group_session",
            "log --at 2027-01-01": "occurred: lies in the future: an encounter is logged once it took place",
            "log --at soon": "occurred: a time such as 14:20, 20m (ago), or 2026-11-03 14:20",
            "log -m group": "participants: say how many took part in the group session",
            "log --referral none --referral eap": "referrals: none stands alone",
            "show 12": "encounter: give its reference, the 8 digits that the list shows, or `last`",
            "show 00000000": "see own encounters: there is no such encounter of yours",
            f"show {at.others}": "see own encounters: there is no such encounter of yours",
            f"edit {at.others} -k other": "correct own encounter: there is no such encounter of yours",
            f"void {at.others}": "correct own encounter: there is no such encounter of yours",
            "list --all": "see every coded encounter: none of your roles may do this",
        }.items():
            assert await at.refuses("encounter", *words.split()) == says
        assert await at.says("encounter", "list") == "no encounter here\n"


async def test_without_a_session_or_after_it_ended_it_says_how_to_sign_in(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.clock.advance(IDLE + timedelta(seconds=1))
        ended = await at.refuses("encounter", "log")
        (at.data / "session").unlink()
        none = await at.refuses("encounter", "log")
    assert ended == "your session has ended; sign in again: holdfast node sign-in NAME"
    assert none == "sign in first: holdfast node sign-in NAME"
