"""`holdfast hub init`: makes a region's hub in an empty directory, whole or not at all.

The settings file is written last: a directory without one is no hub, and what a crash left in it is told, not
overwritten.
"""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from common.errors import InvalidRequest
from common.identity.names import check_trust_domain
from common.storage.files import write_private
from common.storage.lock import DirectoryLock
from common.storage.migration import migrate
from common.storage.sqlite import KEY_BYTES
from common.storage.store import Store
from hub import migrations
from hub.identity.founding import check_new_root, found_authority
from hub.persistence import audit
from hub.persistence.database import KEY_FILE, create_embedded, open_postgresql
from hub.persistence.region import Region, add_region
from hub.persistence.transaction import Transaction
from hub.settings import SETTINGS_NAME


@dataclass(frozen=True)
class NewHub:
    """What an operator says of a new hub."""

    data: Path
    trust_domain: str
    name: str
    uplink_listen: str
    enrollment_listen: str
    uplink_address: str
    enrollment_address: str
    admin_listen: str
    root_key_file: Path
    passphrase: str
    database_url: str = ""  # empty: the embedded store


def found_hub(new: NewHub, now: datetime) -> None:
    """Make the store, the region's authority and the settings file.

    Raises:
        InvalidRequest: the directory is not empty, or an argument is wrong; nothing was made.
    """
    check_trust_domain(new.trust_domain)
    if not new.name.strip() or not new.name.isprintable():
        raise InvalidRequest("name: a printable name is needed, such as 'Ridgeline Region'")
    if new.data.exists() and any(new.data.iterdir()):
        raise InvalidRequest(f"data: {new.data.name!r} is not empty: a hub is only made in a new directory")
    check_new_root(new.root_key_file, new.passphrase, new.data)
    new.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _make(new, now)
    except BaseException:  # the directory was empty: what is in it now is of this attempt alone
        for part in new.data.iterdir():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        raise


def _make(new: NewHub, now: datetime) -> None:
    with DirectoryLock(new.data, "hub init"):
        (new.data / "secrets").mkdir(mode=0o700)
        store = _create_store(new)
        try:
            migrate(store, migrations.FOLDER)
            with store.begin() as connection:
                tx = Transaction(connection, now)
                add_region(connection, Region(new.trust_domain, new.name, 1, now))
                found_authority(new.trust_domain, new.data, new.root_key_file, new.passphrase, tx, now)
                audit.record(connection, now, "operator", "init", new.trust_domain, "done")
        finally:
            store.close()
        write_private(new.data / SETTINGS_NAME, _settings(new).encode())


def _create_store(new: NewHub) -> Store:
    if new.database_url:
        write_private(new.data / "secrets" / "database.url", new.database_url.encode())
        return open_postgresql(new.database_url)
    write_private(new.data / "secrets" / KEY_FILE, secrets.token_bytes(KEY_BYTES))
    return create_embedded(new.data)


def _settings(new: NewHub) -> str:
    lines = [
        "# The hub's settings. The runbook explains each; the environment (HOLDFAST_HUB_...) wins over this file.",
        f'uplink_listen = "{new.uplink_listen}"',
        f'enrollment_listen = "{new.enrollment_listen}"',
        f'uplink_address = "{new.uplink_address}"',
        f'enrollment_address = "{new.enrollment_address}"',
        f'admin_listen = "{new.admin_listen}"',
    ]
    if new.database_url:
        lines.append(f'database_url_file = "{os.fspath((new.data / "secrets" / "database.url").resolve())}"')
    return "\n".join(lines) + "\n"
