"""What a hub's users do about the own password and codes."""

from datetime import timedelta

import pytest

from common.errors import HoldfastError, InvalidRequest, NotAuthenticated
from hub.persistence.access import ACCESS
from tests.hub_account import GOOD, OTHER, Account, Play


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
