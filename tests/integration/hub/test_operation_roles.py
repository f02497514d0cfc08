"""Every operation of a hub for every role, asked with a session: who may reaches it; each refusal is audited.

Written out as DOMAIN.md 2 has it, not computed from the code: R regional coordinator, T state coordinator, B board,
A auditor, O operator. What an operation says of empty arguments does not matter: it was reached, or it was not.
"""

import asyncio
from pathlib import Path

import pytest

from common.access.roles import Role
from common.errors import NotAllowed, NotAuthenticated
from hub.operations import operations_of
from hub.operations.allowed import OWN
from hub.process import open_hub
from tests import hubs
from tests.builders import NOON
from tests.fakes import SetClock
from tests.hub_office import Office

LETTERS = {
    "R": Role.REGIONAL_COORDINATOR,
    "T": Role.STATE_COORDINATOR,
    "B": Role.BOARD,
    "A": Role.AUDITOR,
    "O": Role.OPERATOR,
}
MAY = {
    "RT": (
        "incident open, incident add, incident status, incident requests, incident decline-request, incident asks, "
        "incident list, board, incident called, followups, followup, followup offer, followup called, aid list, "
        "aid show, directory list, directory set, agreement preview, agreement publish, agreement template, "
        "reporting open, reporting run, report coverage"
    ),
    "RTB": "agreement list, agreement show, incident report, reporting list, report",
    "O": (
        "invite, agencies, evict, ban, quarantine lift, new epoch, intermediate prepare, intermediate activate, "
        "intermediate rollback, intermediate retire, intermediate status, doctor, doctor store, notices list, "
        "notices settings, notices forget, notices test, user add, user list, user roles, user disable, user enable, "
        "user unlock, user reset"
    ),
    "A": "audit show, audit export, audit review",
    "AO": "audit verify, verify",
    "RTBAO": (
        "sign in, sign out, set up, whoami, change password, new recovery codes, one-time begin, one-time finish, "
        "one-time end, passkey begin, passkey finish, passkey list, passkey remove, passkey sign-in begin, "
        "passkey sign-in finish, operator reset by machine"
    ),
}
TABLE = {name.strip(): letters for letters, names in MAY.items() for name in names.split(",")}
SAID = {"incident report": {"for": "board"}}


def test_every_operation_lets_only_the_roles_that_may_and_audits_each_refusal(tmp_path: Path) -> None:
    wrong: list[tuple[str, str, str]] = []

    async def whole() -> None:
        hubs.found(tmp_path / "hub", now=NOON)
        hub = open_hub(tmp_path / "hub", SetClock(NOON))
        await hub.start()
        office = Office(hub, SetClock(NOON))
        try:
            assert set(operations_of(hub)) == set(TABLE)
            tokens = {letter: await office.sign_in_as(role, name=f"user.{letter}") for letter, role in LETTERS.items()}
            for name, letters in TABLE.items():
                for letter, token in tokens.items():
                    if name not in OWN:
                        was_let, told = await _asked(office, name, token, **SAID.get(name, {}))
                        line = (f"user user.{letter}", "refused: none of your roles may do this")
                        is_audited = office.lines()[-1][::2] == line
                        if was_let is not (letter in letters) or was_let is is_audited:
                            wrong.append((name, letter, told))
        finally:
            await hub.stop()

    asyncio.run(whole())

    assert wrong == []


def test_the_coordinators_report_on_an_incident_is_not_the_boards(tmp_path: Path) -> None:
    async def whole() -> None:
        hubs.found(tmp_path / "hub", now=NOON)
        hub = open_hub(tmp_path / "hub", SetClock(NOON))
        await hub.start()
        try:
            office = Office(hub, SetClock(NOON))
            bea = await office.sign_in_as(Role.BOARD, name="bea")
            with pytest.raises(NotAllowed):
                await office.ask("incident report", session=bea, incident="00" * 16)
            was_let, told = await _asked(office, "incident report", bea, incident="00" * 16, **{"for": "board"})
            assert was_let, told
        finally:
            await hub.stop()

    asyncio.run(whole())


async def _asked(office: Office, name: str, token: str, **said: str) -> tuple[bool, str]:
    """Tell whether an operation was reached, and what it answered."""
    try:
        return True, repr(await office.ask(name, session=token, **said))
    except (NotAllowed, NotAuthenticated) as error:
        return False, str(error)
    except Exception as error:  # of the operation: it was reached
        return True, repr(error)
