"""What is wrong with a hub, and what to do: one line each, for `holdfast hub doctor`."""

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from common.storage.integrity import find_damage
from common.storage.sqlite import sqlite_version
from hub.domain.agency import Agency
from hub.identity import doctor as identity_doctor
from hub.identity.doctor import Finding
from hub.persistence import agencies

WAL_RESET_FIXED = (3, 51, 3)
LITTLE_SPACE = 0.05  # of the disk


def findings(data: Path, trust_domain: str, connection: Connection, now: datetime) -> list[Finding]:
    """Look at the store, the machine, the agencies and everything that the hub proves itself with."""
    found = [_store(connection), _disk(data)]
    found += [_quarantined(agency) for agency in agencies.list_agencies(connection) if agency.quarantined_at]
    return found + identity_doctor.findings(data, trust_domain, connection, now)


def store_findings(connection: Connection) -> list[Finding]:
    """Read the whole embedded store; on PostgreSQL, which has its own tools, there is nothing to say."""
    if connection.dialect.name == "postgresql":
        return []
    damage = find_damage(connection)
    if damage:
        to_do = "stop the hub, keep its hub.db aside, restore the last backup, and begin a new epoch (runbook)"
        return [Finding(False, f"store: DAMAGED ({damage})", to_do)]
    return [Finding(True, "store: every page is whole")]


def _store(connection: Connection) -> Finding:
    if connection.dialect.name == "postgresql":
        return Finding(True, f"store: PostgreSQL {'.'.join(map(str, connection.dialect.server_version_info or ()))}")
    version = sqlite_version()
    if tuple(map(int, version.split("."))) < WAL_RESET_FIXED:
        return Finding(False, f"store: SQLite {version} can corrupt its journal", "install a newer sqlcipher3")
    return Finding(True, f"store: SQLite {version}, encrypted")


def _disk(data: Path) -> Finding:
    usage = shutil.disk_usage(data)
    free = usage.free / usage.total
    if free < LITTLE_SPACE:
        return Finding(False, f"disk: {free:.0%} free", "make room: without it the hub takes no reports")
    return Finding(True, f"disk: {free:.0%} free")


def _quarantined(agency: Agency) -> Finding:
    return Finding(
        False,
        f"quarantined: {agency.slug}, two histories exist under its identity",
        "compare its ledger with what this hub holds, and lift the quarantine when you know why (runbook)",
    )
