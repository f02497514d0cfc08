"""What a hub's users do about the own password and codes."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from common.errors import HoldfastError, InvalidRequest, NotAuthenticated
from hub.operations import operations_of
from hub.persistence.access import ACCESS
from hub.process import Hub, open_hub
from tests.builders import NOON
from tests.fakes import SetClock
from tests.hubs import found

GOOD, OTHER = "vivid otter lamp quarry", "brisk heron coil meadow"


class Account:
    """Rita, who is signed in to a hub."""

    def __init__(self, hub: Hub, clock: SetClock, token: str, codes: list[str]) -> None:
        self.hub, self.clock, self.token, self.recovery_codes = hub, clock, token, codes

    async def ask(self, operation: str, **arguments: Any) -> Any:
        return await operations_of(self.hub)[operation]({"session": self.token} | arguments)

    async def sign_in(self, password: str = GOOD, **arguments: Any) -> Any:
        return await operations_of(self.hub)["sign in"]({"name": "rita", "password": password} | arguments)

    async def has_phone(self) -> pyotp.TOTP:
        """Turn one-time codes on; a minute and a half passes."""
        codes = pyotp.TOTP((await self.ask("one-time begin", password=GOOD))["secret"])
        said = {"password": GOOD, "secret": codes.secret, "code": codes.at(self.clock.now())}
        await self.ask("one-time finish", **said)
        self.clock.advance(timedelta(seconds=90))
        return codes


Play = Callable[[Callable[[Account], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays a scenario in a hub that was just founded."""
    found(tmp_path / "hub")

    def run(scenario: Callable[[Account], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            clock = SetClock(NOON)
            hub = open_hub(tmp_path / "hub", clock)
            await hub.start()
            try:
                ask = operations_of(hub)
                code = (await ask["user add"]({"name": "rita", "roles": ["operator"]}))["setup_code"]
                told = await ask["set up"]({"name": "rita", "setup_code": code, "password": GOOD})
                await scenario(Account(hub, clock, told["token"], told["recovery_codes"]))
            finally:
                await hub.stop()

        asyncio.run(whole())

    return run


def test_a_changed_password_ends_the_other_sessions_and_gives_new_recovery_codes(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        with pytest.raises(NotAuthenticated, match="the password is wrong"):
            await rita.ask("change password", password=OTHER, new_password=OTHER)
        with pytest.raises(InvalidRequest, match="15 characters"):
            await rita.ask("change password", password=GOOD, new_password="short")
        told = await rita.ask("change password", password=GOOD, new_password=OTHER)
        for refused in (rita.ask("whoami"), rita.sign_in(GOOD)):
            with pytest.raises(NotAuthenticated):
                await refused

        rita.token = told["token"]
        assert (await rita.ask("whoami"))["recovery_codes_left"] == 10
        assert not set(told["recovery_codes"]) & set(rita.recovery_codes)
        assert (await rita.sign_in(OTHER))["name"] == "rita"

    play(scenario)


def test_new_recovery_codes_void_the_old_ones(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        await rita.has_phone()
        codes = (await rita.ask("new recovery codes", password=GOOD))["recovery_codes"]
        assert await rita.sign_in(recovery_code=rita.recovery_codes[0]) == {"wants": "code"}
        assert (await rita.sign_in(recovery_code=codes[0]))["name"] == "rita"
        assert (await rita.ask("whoami"))["recovery_codes_left"] == 9

    play(scenario)


def test_e05_a_one_time_code_is_asked_for_good_once_and_ended_by_the_password(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        codes = await rita.has_phone()
        assert await rita.sign_in() == {"wants": "code"}
        code = codes.at(rita.clock.now())
        assert (await rita.sign_in(code=code))["name"] == "rita"
        for used in (code, codes.at(rita.clock.now() - timedelta(seconds=30)), ""):
            with pytest.raises(NotAuthenticated, match="the code is wrong, or it was used before"):
                await rita.sign_in(code=used)
        assert (await rita.ask("whoami"))["has_one_time_codes"] is True
        assert (await rita.ask("user list"))[0]["has_one_time_codes"] is True

        with pytest.raises(NotAuthenticated):
            await rita.ask("one-time end", password=OTHER)
        assert await rita.ask("one-time end", password=GOOD) == {"had_one_time_codes": True}
        assert (await rita.sign_in())["name"] == "rita"

    play(scenario)


def test_a_codes_secret_is_sealed_and_of_its_user_alone(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        codes = await rita.has_phone()
        with rita.hub.store.begin() as connection:
            sealed = bytes(connection.execute(ACCESS.users.select()).one().one_time_sealed)
            assert codes.secret.encode() not in sealed
            connection.execute(ACCESS.users.update().values(one_time_sealed=sealed[:-1] + bytes([sealed[-1] ^ 1])))

        with pytest.raises(HoldfastError, match="sign in with a recovery code"):
            await rita.sign_in(code=codes.at(rita.clock.now()))
        assert (await rita.sign_in(recovery_code=rita.recovery_codes[0]))["name"] == "rita"

    play(scenario)
