"""What is wrong with the hub's identity, and what to do: one line each, for `holdfast hub doctor`.

Nothing is changed, and one thing that is broken does not hide the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from common.errors import HoldfastError
from common.identity.keys import load_ed25519, load_p256, spki_hash
from common.identity.names import hub_dns_name
from common.identity.peer import parse_der
from hub.domain.credential import Intermediate, Phase
from hub.identity.issuing import ROOT_FILE, key_path, load_issuer, read_certificate
from hub.identity.rotation import node_phases
from hub.identity.server_certificate import SERVER_KEY_FILE, read_server_certificate
from hub.persistence import intermediates, invitations

PREPARE_BEFORE = timedelta(days=90)  # a rotation with every node, some offline for weeks, takes time
ROOT_BEFORE = timedelta(days=3 * 365)  # an intermediate should not be cut short by its root


@dataclass(frozen=True)
class Finding:
    """One line of a doctor's report."""

    is_fine: bool
    what: str
    to_do: str = ""


def findings(data: Path, trust_domain: str, connection: Connection, now: datetime) -> list[Finding]:
    """Look at everything that the hub proves itself with."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _root(data, now),
        lambda: _intermediates(data, connection, now),
        lambda: _server(data, trust_domain, now),
        lambda: _ledger_key(data),
        lambda: _root_key_elsewhere(data),
        lambda: _nodes(connection, now),
        lambda: _second_keys(connection),
    ]
    return [finding for look in looks for finding in _safely(look)]


def _safely(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except HoldfastError as error:
        what, _, to_do = str(error).partition(": ")
        return [Finding(False, what, to_do)]


def _root(data: Path, now: datetime) -> Iterator[Finding]:
    left = read_certificate(data / "authority" / ROOT_FILE).not_valid_after_utc - now
    yield _left("the root certificate", left, ROOT_BEFORE, "plan a new region root, and that every node joins again")


def _intermediates(data: Path, connection: Connection, now: datetime) -> Iterator[Finding]:
    active = intermediates.get_active_intermediate(connection)
    left = parse_der(active.certificate).not_after - now
    yield _left(
        f"intermediate {active.number}", left, PREPARE_BEFORE, "prepare the next intermediate (runbook, certificates)"
    )
    for each in intermediates.list_intermediates(connection):
        if each.phase is not Phase.RETIRED:
            yield from _key_of(each, data)
        if each.phase is Phase.PREPARED:
            yield Finding(False, f"intermediate {each.number} is prepared and idle", "activate it, or roll it back")
        if each.phase is Phase.RETIRING:
            waiting = sum(node.intermediate == each.number and node.is_current for node in node_phases(connection, now))
            to_do = f"nodes that have yet to renew: {waiting}" if waiting else "retire it: no node depends on it"
            yield Finding(False, f"intermediate {each.number} is retiring", to_do)


def _key_of(intermediate: Intermediate, data: Path) -> Iterator[Finding]:
    path = key_path(data, intermediate.number)
    if not path.exists():  # another hub process on the same PostgreSQL prepared it, or the file was lost
        yield Finding(
            False,
            f"the key of intermediate {intermediate.number} ({intermediate.phase}) is not in this data directory",
            f"copy secrets/{path.name} from the hub that prepared it, or from a backup, with mode 0600",
        )
        return
    try:
        load_issuer(data, intermediate)
    except HoldfastError as error:
        what, _, to_do = str(error).partition(": ")
        yield Finding(False, what, to_do)


def _server(data: Path, trust_domain: str, now: datetime) -> Iterator[Finding]:
    key = load_p256(data / "secrets" / SERVER_KEY_FILE)
    certificate = read_server_certificate(data)
    if certificate.dns_names != (hub_dns_name(trust_domain),):
        yield Finding(False, "the hub's own certificate has another name", "restart the hub: it makes a new one")
    elif certificate.spki_hash != spki_hash(key.public_key()):
        yield Finding(False, "the hub's own certificate is not for its key", "restart the hub: it makes a new one")
    else:
        left = certificate.not_after - now
        yield _left(
            "the hub's own certificate", left, timedelta(days=5), "look at the log: the hub renews it by itself"
        )


def _ledger_key(data: Path) -> Iterator[Finding]:
    load_ed25519(data / "secrets" / "ledger.key")
    yield Finding(True, "the ledger key is there")


def _root_key_elsewhere(data: Path) -> Iterator[Finding]:
    inside = [path.name for path in data.rglob("*root*.key")]
    if inside:
        yield Finding(
            False, f"the root key ({inside[0]}) lies on the hub itself", "move it to a medium that is locked away"
        )
    else:
        yield Finding(True, "the root key is not on this machine")


def _nodes(connection: Connection, now: datetime) -> Iterator[Finding]:
    listed = node_phases(connection, now)
    lapsed = sum(not each.is_current for each in listed)
    what = f"nodes that joined: {len(listed)}, with a lapsed certificate: {lapsed}"
    yield Finding(not lapsed, what, "they come back by themselves when they are online" if lapsed else "")


def _second_keys(connection: Connection) -> Iterator[Finding]:
    tried = invitations.count_second_keys(connection)
    if tried:
        yield Finding(False, f"join strings tried by a second key: {tried}", "ask the agencies who else had them")


def _left(what: str, left: timedelta, wanted: timedelta, to_do: str) -> Finding:
    if left <= timedelta(0):
        return Finding(False, f"{what} expired {_days(-left.days)} ago", to_do)
    return Finding(left > wanted, f"{what} is good for {_days(left.days)} more", "" if left > wanted else to_do)


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"
