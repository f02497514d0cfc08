"""Two hub processes on one PostgreSQL store: what one commits, the other's watchers get and the other's checks obey."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.clock import SystemClock
from common.errors import NotAllowed
from common.identity.keys import make_p256
from common.wire.v1.codes_pb2 import Discipline, IncidentType
from common.wire.v1.notice_pb2 import Notice
from hub.domain.credential import Caller
from hub.founding import NewHub, found_hub
from hub.identity.doctor import findings
from hub.identity.rotation import activate, load_root, prepare
from hub.persistence import credentials
from hub.persistence.transaction import Transaction
from hub.process import Hub, open_hub
from hub.use_cases.enrollment import Joining, join
from hub.use_cases.incidents import NewIncident, open_incident
from hub.use_cases.intake import Accepted
from hub.use_cases.invitation import Inviting, invite
from hub.use_cases.removal import evict
from hub.watchers import Watcher
from tests.builders import TRUST_DOMAIN, NodeLedger, capacity_report
from tests.coroutines import SOON_S
from tests.stores import new_database


@asynccontextmanager
async def two_hubs(directory: Path) -> AsyncIterator[tuple[Hub, Hub]]:
    """Two processes' worth of hub in one: a data directory each, one store."""
    clock = SystemClock()
    first, second = directory / "a", directory / "b"
    found_hub(
        NewHub(
            data=first,
            trust_domain=TRUST_DOMAIN,
            name="Ridgeline Region",
            uplink_listen="127.0.0.1:0",
            enrollment_listen="127.0.0.1:0",
            uplink_address="127.0.0.1:7443",
            enrollment_address="127.0.0.1:7444",
            admin_listen="",
            root_key_file=directory / "offline-root.key",
            passphrase="a long enough passphrase",
            database_url=new_database(),
        ),
        clock.now(),
    )
    shutil.copytree(first, second)
    hubs = open_hub(first), open_hub(second)
    for hub in hubs:
        await hub.start()
    try:
        yield hubs
    finally:
        for hub in hubs:
            await hub.stop()


async def joined_agency(hub: Hub) -> tuple[NodeLedger, Caller]:
    """An agency that joined through one hub, and how its node calls."""
    secret, key = os.urandom(16), Ed25519PrivateKey.generate()
    asked = Inviting("fire", Discipline.DISCIPLINE_FIRE, "127.0.0.1:7444", bytes(32), secret, os.urandom(16))
    await hub.writer.submit(partial(invite, asked))
    joining = Joining(secret, make_p256().public_key(), key.public_key().public_bytes_raw())
    enrolled = await hub.writer.submit(partial(join, joining, hub.issuing))
    with hub.store.read() as connection:
        (given,) = credentials.list_credentials_of(connection, enrolled.agency.id, enrolled.node)
    caller = Caller(enrolled.agency.id, enrolled.node, given.fingerprint, given.not_after)
    return NodeLedger(enrolled.agency.id, key, enrolled.node), caller


def test_a_notice_committed_by_one_process_reaches_a_watcher_of_the_other(tmp_path: Path) -> None:
    async def play() -> Notice:
        async with two_hubs(tmp_path) as (first, second):
            ledger, _ = await joined_agency(first)
            head = await second.reader.mailbox_head(ledger.agency_id)
            watcher = Watcher(ledger.agency_id, head, second.reader.follow_mail, lambda: None)
            second.watchers.add(watcher)
            waiting = asyncio.create_task(watcher.next_mail())
            new = NewIncident(IncidentType.INCIDENT_TYPE_DISASTER, "Flood", ["fire"], first.clock.now())
            await first.writer.submit(partial(open_incident, new))
            mail = await asyncio.wait_for(waiting, SOON_S)
            return Notice.FromString(mail[0][1])

    assert asyncio.run(play()).incident_opened.title == "Flood"


def test_s09_an_agency_removed_through_one_process_is_refused_by_the_other(tmp_path: Path) -> None:
    async def play() -> None:
        async with two_hubs(tmp_path) as (first, second):
            ledger, caller = await joined_agency(first)
            async with asyncio.timeout(SOON_S):
                while not _admitted(second, caller):  # noqa: ASYNC110  (another process's news has no event here)
                    await asyncio.sleep(0.02)
            head = await second.reader.mailbox_head(ledger.agency_id)
            watcher = Watcher(
                ledger.agency_id, head, second.reader.follow_mail, lambda: second.access.still_valid(caller)
            )
            second.watchers.add(watcher)
            waiting = asyncio.create_task(watcher.next_mail())
            await first.writer.submit(partial(evict, "fire"))
            with pytest.raises(NotAllowed, match="not on the region's list"):
                await asyncio.wait_for(waiting, SOON_S)

    asyncio.run(play())


def test_reports_of_one_stream_through_either_process_are_applied_once_and_in_order(tmp_path: Path) -> None:
    async def play() -> tuple[list[int], list[object]]:
        async with two_hubs(tmp_path) as (first, second):
            ledger, _ = await joined_agency(first)
            batches = [ledger.batch(capacity_report()) for _ in range(6)]
            sizes = []
            for place, batch in enumerate(batches):
                hub = (first, second)[place % 2]
                accepted: Accepted = await hub.writer.submit_to(hub.intake.apply, batch)
                sizes.append(accepted.receipt.size)
            again = [
                await asyncio.gather(
                    *(hub.writer.submit_to(hub.intake.apply, batches[-1]) for hub in (first, second, first))
                )
            ]
            return sizes, [accepted.receipt.size for group in again for accepted in group]

    sizes, again = asyncio.run(play())

    assert sizes == [1, 2, 3, 4, 5, 6]
    assert again == [6, 6, 6]


def test_the_doctor_of_each_process_says_which_key_of_a_rotation_it_lacks(tmp_path: Path) -> None:
    def wrong(hub: Hub) -> str:
        with hub.store.read() as connection:
            found = findings(hub.data, TRUST_DOMAIN, connection, hub.clock.now())
        return "\n".join(f"{each.what}: {each.to_do}" for each in found if not each.is_fine)

    async def play() -> None:
        async with two_hubs(tmp_path) as (first, second):
            root = load_root(first.data, tmp_path / "offline-root.key", "a long enough passphrase")
            await first.writer.submit(partial(prepare, root, TRUST_DOMAIN, first.data))
            assert "the key of intermediate" not in wrong(first)
            assert "the key of intermediate 2 (prepared) is not in this data directory: copy secrets/" in wrong(second)

            await first.writer.submit(partial(activate, first.data))
            assert "the key of intermediate 2 (active) is not in this data directory: copy secrets/" in wrong(second)

            shutil.copy(first.data / "secrets" / "intermediate-2.key", second.data / "secrets")
            assert "the key of intermediate" not in wrong(second)
            (second.data / "secrets" / "intermediate-1.key").write_bytes(b"")
            assert "intermediate-1.key" in wrong(second)

    asyncio.run(play())


def test_what_one_process_remembers_does_not_outlive_a_write_of_the_other(tmp_path: Path) -> None:
    def mark(items: Sequence[bytes], tx: Transaction, now: datetime) -> list[bool]:
        """Tell whether the item was remembered from the group before."""
        found = [item in tx.memory.heads for item in items]
        tx.memory.heads |= dict.fromkeys(items, 0)
        return found

    async def play() -> list[list[bool]]:
        async with two_hubs(tmp_path) as (first, second):
            await joined_agency(first)
            return [
                [
                    await first.writer.submit_to(mark, bytes(16)),
                    await second.writer.submit_to(mark, bytes(16)),
                    await first.writer.submit_to(mark, bytes(16)),
                    # The database's own housekeeping may take a number: then all is read anew, now and then.
                    any([await first.writer.submit_to(mark, bytes(16)) for _ in range(20)]),
                ]
                for _ in range(3)
            ]

    assert [found[2:] for found in asyncio.run(play())] == [[False, True]] * 3


def _admitted(hub: Hub, caller: Caller) -> bool:
    try:
        hub.access.still_valid(caller)
    except NotAllowed:
        return False
    return True
