"""A hub opens the store that it was founded with or that an older version left, and no other, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import text

from common.errors import HoldfastError, NotFound, WrongState
from common.storage.migration import newest_revision, schema_revision
from hub import migrations
from hub.persistence.database import STORE_NAME
from hub.process import Hub, open_hub
from tests.builders import TRUST_DOMAIN
from tests.hubs import found
from tests.stores import KINDS, new_database


@pytest.fixture(params=KINDS)
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The data directory of a hub that was founded and never ran."""
    found(tmp_path / "hub", database_url="" if request.param == "sqlite" else new_database())
    return tmp_path / "hub"


def put_revision(hub: Hub, revision: int) -> None:
    with hub.store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :is"), {"is": f"{revision:04}"})


def give_up(hub: Hub) -> None:
    hub.reader.close()
    hub.store.close()
    hub._lock.close()


def test_a_founded_hub_has_the_newest_schema(data: Path) -> None:
    hub = open_hub(data)

    with hub.store.read() as connection:
        assert schema_revision(connection) == hub.schema_revision == newest_revision(migrations.FOLDER)
    assert hub.region.trust_domain == TRUST_DOMAIN
    give_up(hub)


def test_a_hub_refuses_a_store_that_a_newer_version_changed_and_leaves_its_directory_free(data: Path) -> None:
    hub = open_hub(data)
    newest = hub.schema_revision
    put_revision(hub, newest + 1)
    give_up(hub)

    for _ in range(2):  # the second time it is refused for the same reason: the first has let go of the directory
        with pytest.raises(WrongState, match=f"schema revision {newest + 1}, this version knows {newest}"):
            open_hub(data)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut off", "another key"])
def test_d03_a_hub_whose_store_is_damaged_does_not_start_and_makes_no_new_one(tmp_path: Path, damage: str) -> None:
    data = tmp_path / "hub"
    found(data)
    store, key = data / STORE_NAME, data / "secrets" / "database.key"
    if damage == "missing":
        store.unlink()
    elif damage == "another key":
        key.write_bytes(b"o" * 32)
    else:
        store.write_bytes(store.read_bytes()[: 0 if damage == "empty" else 10_000])
    left = store.read_bytes() if store.exists() else None

    for _ in range(2):
        with pytest.raises(HoldfastError, match="Restore it from the last backup, or put the right key file back"):
            open_hub(data)

    assert (store.read_bytes() if store.exists() else None) == left


def test_d03_a_hub_whose_key_file_is_missing_says_so(tmp_path: Path) -> None:
    found(tmp_path / "hub")
    (tmp_path / "hub" / "secrets" / "database.key").unlink()

    with pytest.raises(NotFound, match=r"'database\.key' is missing: restore it"):
        open_hub(tmp_path / "hub")
