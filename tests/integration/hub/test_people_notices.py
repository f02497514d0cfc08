"""The hub's coordinators are told that something waits on their queue: once for many, in a sentence without content."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from common.errors import InvalidRequest, NotFound
from common.followup.state import AT_REGION
from common.notify.notice import State
from common.notify.preference import Preference
from common.storage.store import Store
from hub.persistence.people_notices import QUEUE, Recipient, save_recipient
from hub.settings import SETTINGS_NAME
from tests.coordinating import Coordination
from tests.coroutines import eventually
from tests.hub_command import command
from tests.hubs import found, running_hub
from tests.mail_servers import HOST, Certificates, Mailbox

REYES = Recipient(b"r" * 16, "Dana Reyes", "America/Denver", Preference("reyes@region.example"))


def notices(region: Coordination) -> list[tuple[str, str]]:
    with region.store.read() as connection:
        return [(each.event.kind.value, each.recipient.hex()) for each in QUEUE.list_(connection)]


def told(region: Coordination) -> None:
    with region.store.begin() as connection:
        save_recipient(connection, REYES)


def test_follow_ups_that_reach_the_region_at_once_are_told_in_one_notice(store: Store) -> None:
    region = Coordination(store)
    told(region)
    opened = [region.opened(region.fire) for _ in range(3)]

    region.tick(hours=72)
    assert notices(region) == []  # first they wait on the agency's own queue
    for _ in range(6):
        region.tick(hours=24)
        if all(region.state(each).escalation >= AT_REGION for each in opened):
            break

    assert all(region.state(each).escalation >= AT_REGION for each in opened)
    assert set(notices(region)) == {("escalation", REYES.id.hex())}
    first = len(notices(region))
    region.tick(minutes=1)
    assert len(notices(region)) == first


def test_nobody_named_means_nothing_queued(store: Store) -> None:
    region = Coordination(store)
    region.opened(region.fire)
    for _ in range(6):
        region.tick(hours=24)

    assert notices(region) == []


async def test_an_operator_names_whom_to_tell_and_a_test_arrives(tmp_path: Path) -> None:
    with ExitStack() as running:
        box = Mailbox(Certificates(tmp_path))
        server = running.enter_context(box.serving())
        found(tmp_path / "hub")
        with (tmp_path / "hub" / SETTINGS_NAME).open("a", encoding="utf-8") as file:
            file.write(
                f'smtp_host = "{HOST}"\nsmtp_port = {server.port}\nsmtp_from = "hub@region.example"\n'
                f'smtp_ca_file = "{server.ca_file}"\n'
            )
        async with running_hub(tmp_path) as hub:
            shown = await hub.ask(
                "notices settings", name="Dana Reyes", mail="reyes@region.example", quiet="22:00-06:00"
            )
            assert (shown["mail"], shown["quiet"], shown["escalation"]) == (
                "reyes@region.example",
                "22:00-06:00",
                "both",
            )

            assert await hub.ask("notices test", name="Dana Reyes") == {"ways": ["mail"]}
            await eventually(lambda: len(box.taken) == 1)

            async def states() -> list[str]:
                return [row["state"] for row in (await hub.ask("notices list"))["notices"]]

            while await states() != [State.SENT.value]:
                pass
            assert "nothing waits for you." in box.taken[0][2]
            await hub.ask("notices forget", name="Dana Reyes")
            with pytest.raises(NotFound):
                await hub.ask("notices test", name="Dana Reyes")
            for wrong in ({"mail": "a@b\n"}, {"pager": "https://evil.example/"}, {"quiet": "x"}, {"time_zone": "Mars"},
                          {"ways": {"test": "mail"}}, {"name": "\u202e"}):  # fmt: skip
                with pytest.raises(InvalidRequest):
                    await hub.ask("notices settings", **{"name": "Kim"} | wrong)
            assert (await hub.ask("notices list"))["people"] == []
            assert len(hub.audit("notices")) == 2


def test_the_command_works_on_a_stopped_hub(tmp_path: Path) -> None:
    found(tmp_path / "hub")
    set_ = command(
        "notices", "settings", "Dana Reyes", "--mail", "reyes@region.example", "--way", "node_trouble=none",
        data=tmp_path / "hub",
    )  # fmt: skip
    assert set_.returncode == 0, set_.stderr

    listed = command("notices", "list", data=tmp_path / "hub")

    assert "Dana Reyes" in listed.stdout
    assert "no notices yet" in listed.stdout
