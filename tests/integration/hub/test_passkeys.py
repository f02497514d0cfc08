"""Passkeys at a hub: good ones let in, replayed, foreign and copied ones do not (TRUST.md e05)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.errors import AlreadyExists, InvalidRequest, NotAuthenticated, NotFound
from hub.operations import operations_of
from hub.persistence import audit
from hub.process import open_hub
from hub.settings import SETTINGS_NAME
from tests.authenticator import NO_CREDENTIALS, PRESENT, WRONG_IN_ONE_WAY, Authenticator
from tests.hub_account import GOOD, OTHER, Account, Play
from tests.hubs import found

ORIGIN = "https://localhost:8444"  # where the console is opened, if nothing else is said
NOT_GOOD = "this passkey is not good here"


async def register(rita: Account, passkey: Authenticator, **how: int) -> None:
    options = await rita.ask("passkey begin", password=GOOD)
    await rita.ask("passkey finish", credential=passkey.create(options, **how), name="phone")


async def asked(rita: Account, operation: str, **arguments: Any) -> Any:
    """Ask as somebody who is not signed in."""
    return await operations_of(rita.hub)[operation](arguments)


async def sign_in(rita: Account, passkey: Authenticator, **how: int) -> dict[str, Any]:
    begun = await asked(rita, "passkey sign-in begin")
    credential = passkey.get(begun["options"], **how)
    said: dict[str, Any] = await asked(rita, "passkey sign-in finish", attempt=begun["attempt"], credential=credential)
    return said


async def bob(rita: Account) -> Account:
    """Another user of the hub."""
    code = (await rita.ask("user add", name="bob", roles=["auditor"]))["setup_code"]
    told = await asked(rita, "set up", name="bob", setup_code=code, password=GOOD)
    return Account(rita.hub, rita.clock, told["token"], told["recovery_codes"])


def last_line(rita: Account) -> tuple[Any, Any]:
    with rita.hub.store.read() as connection:
        line = audit.list_entries(connection)[-1]
    return line["action"], line["outcome"]


def test_a_passkey_lets_its_user_in_and_is_told_of(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        passkey = Authenticator(ORIGIN)
        await register(rita, passkey)

        said = await sign_in(rita, passkey)
        assert (said["name"], said["roles"]) == ("rita", ["operator"])
        assert last_line(rita) == ("sign in", "done: passkey")
        assert (await sign_in(rita, passkey))["token"] != said["token"]
        rita.token = said["token"]
        assert (await rita.ask("whoami"))["passkeys"] == 1
        (listed,) = await rita.ask("passkey list")
        assert (listed["name"], listed["used_at"]) == ("phone", rita.clock.now().isoformat())

    play(scenario)


@pytest.mark.parametrize("counts", [True, False])
def test_e05_an_answer_that_was_used_before_is_refused(play: Play, counts: bool) -> None:
    async def scenario(rita: Account) -> None:
        passkey = Authenticator(ORIGIN)
        passkey.counts = counts
        await register(rita, passkey)
        begun = await asked(rita, "passkey sign-in begin")
        answer = {"attempt": begun["attempt"], "credential": passkey.get(begun["options"])}
        await asked(rita, "passkey sign-in finish", **answer)

        with pytest.raises(NotAuthenticated, match=NOT_GOOD):
            await asked(rita, "passkey sign-in finish", **answer)

    play(scenario)


@pytest.mark.parametrize("change", WRONG_IN_ONE_WAY)
def test_e05_a_passkey_that_is_wrong_in_one_way_is_refused_alike_and_audited(
    play: Play, change: Callable[[Authenticator], None]
) -> None:
    async def scenario(rita: Account) -> None:
        passkey = Authenticator(ORIGIN)
        await register(rita, passkey)
        await sign_in(rita, passkey)
        change(passkey)

        with pytest.raises(NotAuthenticated, match=NOT_GOOD):
            await sign_in(rita, passkey)
        assert last_line(rita) == ("sign in", "refused: not proved")

    play(scenario)


def test_e05_registering_needs_the_password_a_session_and_a_verified_user(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        with pytest.raises(NotAuthenticated, match="the password is wrong"):
            await rita.ask("passkey begin", password=OTHER)
        for operation in ("passkey begin", "passkey finish", "passkey list", "passkey remove"):
            with pytest.raises(NotAuthenticated, match="sign in first"):
                await asked(rita, operation, password=GOOD, credential={}, name="x", passkey="x")
        with pytest.raises(NotAuthenticated, match=NOT_GOOD):
            await register(rita, Authenticator(ORIGIN), flags=PRESENT)
        assert last_line(rita) == ("passkey add", "refused: not proved")
        assert await rita.ask("passkey list") == []

    play(scenario)


def test_e05_a_challenge_is_good_for_five_minutes_and_for_whoever_asked(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        passkey, other = Authenticator(ORIGIN), await bob(rita)
        await register(rita, passkey)
        begun, elsewhere = [await asked(rita, "passkey sign-in begin") for _ in range(2)]
        credential = passkey.get(begun["options"])
        with pytest.raises(NotAuthenticated):
            await asked(rita, "passkey sign-in finish", attempt=elsewhere["attempt"], credential=credential)

        second = Account(rita.hub, rita.clock, (await rita.sign_in())["token"], [])
        for another in (other, second):  # another user's session, and another session of the same user
            options = await rita.ask("passkey begin", password=GOOD)
            with pytest.raises(NotAuthenticated):
                await another.ask("passkey finish", credential=Authenticator(ORIGIN).create(options), name="x")

        begun = await asked(rita, "passkey sign-in begin")
        rita.clock.advance(timedelta(minutes=5))
        with pytest.raises(NotAuthenticated):
            await asked(
                rita, "passkey sign-in finish", attempt=begun["attempt"], credential=passkey.get(begun["options"])
            )

    play(scenario)


def test_e05_another_users_passkey_cannot_be_registered_again_or_removed(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        passkey, other = Authenticator(ORIGIN), await bob(rita)
        await register(rita, passkey)
        (key,) = await rita.ask("passkey list")

        with pytest.raises(AlreadyExists):
            await register(other, passkey)
        with pytest.raises(NotFound):
            await other.ask("passkey remove", passkey=key["id"])
        assert await other.ask("passkey list") == []

    play(scenario)


def test_a_disabled_user_and_a_removed_passkey_do_not_get_in(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        passkey, bobs, other = (
            Authenticator(ORIGIN),
            Authenticator(ORIGIN),
            await bob(rita),
        )
        await register(rita, passkey)
        await register(other, bobs)
        (key,) = await rita.ask("passkey list")
        await rita.ask("passkey remove", passkey=key["id"])
        assert last_line(rita) == ("passkey remove", f"done: {key['id']}")
        await rita.ask("user disable", name="bob")

        for refused in (passkey, bobs):
            with pytest.raises(NotAuthenticated, match=NOT_GOOD):
                await sign_in(rita, refused)

    play(scenario)


def test_what_is_no_credential_is_refused(play: Play) -> None:
    async def scenario(rita: Account) -> None:
        begun = await asked(rita, "passkey sign-in begin")
        for credential in NO_CREDENTIALS:
            with pytest.raises(NotAuthenticated):
                await asked(rita, "passkey sign-in finish", attempt=begun["attempt"], credential=credential)
        with pytest.raises(InvalidRequest, match="what the browser gave is needed"):
            await asked(rita, "passkey sign-in finish", attempt=begun["attempt"])

    play(scenario)


async def test_a_browser_is_told_the_hubs_own_domain_from_its_settings(tmp_path: Path) -> None:
    found(tmp_path / "hub")
    with (tmp_path / "hub" / SETTINGS_NAME).open("a", encoding="utf-8") as file:
        file.write('console_origin = "https://hub.region.example"\n')
    hub = open_hub(tmp_path / "hub")
    await hub.start()
    try:
        begun = await operations_of(hub)["passkey sign-in begin"]({})
        assert begun["options"]["rpId"] == "hub.region.example"
    finally:
        await hub.stop()
