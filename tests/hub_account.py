"""Rita and her account at a hub that was just founded, on either database."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from hub.operations import operations_of
from hub.process import Hub, open_hub
from tests.builders import NOON
from tests.fakes import SetClock
from tests.hubs import found
from tests.stores import KINDS, new_database

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


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    """Plays a scenario in a hub that was just founded."""
    found(tmp_path / "hub", database_url="" if request.param == "sqlite" else new_database())

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
