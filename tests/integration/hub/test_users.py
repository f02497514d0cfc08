"""The hub's users: the first by the machine's owner, the rest by an operator; what they do is under their names."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.audit.export import verdict_on_file
from common.errors import HoldfastError, NotAllowed, NotAuthenticated
from hub.process import open_hub
from tests.builders import NOON
from tests.fakes import SetClock
from tests.hub_office import Office
from tests.hubs import found
from tests.stores import KINDS, new_database

GOOD = "vivid otter lamp quarry"


Play = Callable[[Callable[[Office], Coroutine[Any, Any, None]]], None]


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    """Plays a scenario in a hub that was just founded, on either database."""
    found(tmp_path / "hub", database_url="" if request.param == "sqlite" else new_database())

    def run(scenario: Callable[[Office], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            clock = SetClock(NOON)
            hub = open_hub(tmp_path / "hub", clock)
            await hub.start()
            try:
                await scenario(Office(hub, clock))
            finally:
                await hub.stop()

        asyncio.run(whole())

    return run


def test_the_first_operator_is_added_by_the_machines_owner_then_only_an_operator_adds(play: Play) -> None:
    async def scenario(office: Office) -> None:
        with pytest.raises(NotAuthenticated, match="sign in first: holdfast hub sign-in NAME"):
            await office.ask("user add", name="rita", roles=["regional_coordinator"])
        code = (await office.ask("user add", name="op", roles=["operator"]))["setup_code"]
        with pytest.raises(NotAuthenticated):
            await office.ask("user add", name="op2", roles=["operator"])
        told = await office.ask("set up", name="op", setup_code=code, password=GOOD)
        await office.ask("user add", session=told["token"], name="rita", roles=["regional_coordinator"])
        with pytest.raises(HoldfastError, match="there is no role 'clinician' here"):
            await office.ask("user add", session=told["token"], name="doc", roles=["clinician"])

        names = [user["name"] for user in await office.ask("user list", session=told["token"])]
        assert names == ["op", "rita"]
        assert ("user op", "user add", "done: regional_coordinator") in office.lines()

    play(scenario)


def test_what_a_signed_in_user_does_is_recorded_under_the_name(play: Play) -> None:
    async def scenario(office: Office) -> None:
        token = await office.sign_in_as(Role.OPERATOR, name="olga")
        both = [
            office.ask("invite", session=token, agency="cedar-ems", discipline="ems"),
            office.ask("invite", agency="ridge-fire", discipline="fire"),
        ]
        await asyncio.gather(*both, return_exceptions=True)

        actors = {actor for actor, action, _ in office.lines() if action == "invite"}
        assert actors == {"user olga", "operator"}

    play(scenario)


def test_e02_a_session_that_has_ended_is_refused_and_not_taken_for_the_machines_owner(play: Play) -> None:
    async def scenario(office: Office) -> None:
        operator = await office.sign_in_as(Role.OPERATOR, name="op")
        idle, changed = [await office.sign_in_as(Role.REGIONAL_COORDINATOR, name=name) for name in ("ida", "cher")]
        await office.ask("user roles", session=operator, name="cher", roles=["board"])
        office.clock.advance(timedelta(minutes=15))

        for token in (idle, changed, "no token"):
            with pytest.raises(NotAuthenticated, match="your session has ended"):
                await office.ask("agencies", session=token)
        assert [line for line in office.lines() if line[0] == "unknown"] == [
            ("unknown", "session", "refused: nobody is signed in")
        ] * 3

    play(scenario)


@pytest.mark.parametrize(
    ("operation", "may"),
    [
        ("user list", {Role.OPERATOR}),
        ("audit show", {Role.AUDITOR}),
        ("audit verify", {Role.AUDITOR, Role.OPERATOR}),
        ("audit review", {Role.AUDITOR}),
    ],
)
def test_each_role_is_let_or_refused_and_audited(play: Play, operation: str, may: set[Role]) -> None:
    async def scenario(office: Office) -> None:
        for role in ("regional_coordinator", "state_coordinator", "board", "auditor", "operator"):
            token = await office.sign_in_as(Role(role), name=f"user.{role}")
            if Role(role) in may:
                await office.ask(operation, session=token)
            else:
                with pytest.raises(NotAllowed, match="none of your roles may do this"):
                    await office.ask(operation, session=token)
                assert office.lines()[-1][::2] == (f"user user.{role}", "refused: none of your roles may do this")

    play(scenario)


def test_i03_the_board_reads_its_own_report_of_an_incident_and_none_that_names_agencies(play: Play) -> None:
    async def scenario(office: Office) -> None:
        coordinator = await office.sign_in_as(Role.REGIONAL_COORDINATOR, name="rita")
        board = await office.sign_in_as(Role.BOARD, name="bo")
        await office.ask("invite", agency="ridge-fire", discipline="fire")
        opened = await office.ask("incident open", title="Fire", type="other", agencies=["ridge-fire"])
        report = partial(office.ask, "incident report", incident=opened["id"])
        await office.ask("incident status", incident=opened["id"], status="closed")

        for arguments in ({"for": "coordinators"}, {}, {"for": "board", "with_open": True}):
            with pytest.raises(NotAllowed, match="none of your roles may do this"):
                await report(session=board, **arguments)
        assert [outcome for actor, _, outcome in office.lines() if actor == "user bo"] == [
            "refused: none of your roles may do this"
        ] * 3

        shown = await report(session=board, **{"for": "board"})
        assert (shown["agencies"], shown["coverage"], shown["title"]) == ("withheld", [], None)
        assert ("user bo", "board figures", "done") in office.lines()
        named = await report(session=coordinator)
        assert [line["agency"] for line in named["coverage"]] == ["ridge-fire"]

    play(scenario)


def test_i05_e05_known_and_unknown_names_get_the_same_words_and_are_locked_alike(play: Play) -> None:
    async def scenario(office: Office) -> None:
        code = (await office.ask("user add", name="op", roles=["operator"]))["setup_code"]
        told = await office.ask("set up", name="op", setup_code=code, password=GOOD)
        said: dict[str, list[str]] = {"op": [], "nobody": []}
        for name, heard in said.items():
            for _ in range(6):
                with pytest.raises(HoldfastError) as refused:
                    await office.ask("sign in", name=name, password="wrong " * 4)
                heard.append(str(refused.value))

        assert said["op"] == said["nobody"]
        assert said["op"][5].startswith("locked until 2026-11-03 12:15 UTC")
        again = await office.ask("sign in", name="op", password=GOOD, recovery_code=told["recovery_codes"][0])
        await office.ask("sign out", session=again["token"])
        with pytest.raises(NotAuthenticated):
            await office.ask("whoami", session=again["token"])

    play(scenario)


def test_t02_the_hubs_trail_verifies_here_and_elsewhere_and_an_edited_line_is_named(play: Play, tmp_path: Path) -> None:
    async def scenario(office: Office) -> None:
        await office.ask("invite", agency="ridge-fire", discipline="fire")
        found_ = await office.ask("audit verify")
        assert (found_["verified"], found_["entries"], found_["signatures"]) == (True, 3, 2)
        exported = await office.ask("audit export", file=str(tmp_path / "trail.jsonl"))
        elsewhere = verdict_on_file(tmp_path / "trail.jsonl", exported["key"], found_["checkpoint"].encode())
        assert (elsewhere["verified"], elsewhere["entries"]) == (True, 4)
        with office.hub.store.begin() as connection:
            connection.exec_driver_sql("UPDATE audit_entry SET actor = 'user eve' WHERE sequence = 1")

        assert (await office.ask("audit verify", checkpoint=found_["checkpoint"]))["first_bad"] == 1

    play(scenario)


def test_whoever_holds_the_machine_resets_an_operator_and_nobody_else(play: Play) -> None:
    async def scenario(office: Office) -> None:
        operator = await office.sign_in_as(Role.OPERATOR, name="op")
        both = await office.sign_in_as(Role.OPERATOR, Role.AUDITOR, name="both")
        with pytest.raises(NotAllowed, match="only a user whose one role is operator"):
            await office.ask("operator reset by machine", session=operator, name="both")
        assert (await office.ask("whoami", session=both))["name"] == "both"

        code = (await office.ask("operator reset by machine", name="op"))["setup_code"]
        with pytest.raises(NotAuthenticated, match="your session has ended"):
            await office.ask("whoami", session=operator)
        assert (await office.ask("set up", name="op", setup_code=code, password=GOOD))["roles"] == ["operator"]
        assert [line for line in office.lines() if line[1] == "user reset by machine"] == [
            ("operator", "user reset by machine", "refused: not an operator alone"),
            ("operator", "user reset by machine", "done"),
        ]

    play(scenario)
