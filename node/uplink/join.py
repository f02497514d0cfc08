"""Joins a hub with the string that its operator made.

1. Keys and the request are made and stored before the first call. The hub binds the secret to the request's key, so a
   reply that got lost can be asked for again with the same string.
2. A bare handshake takes the hub's certificate; its key must be the one that the string pins. Until then, no byte of
   payload is sent.
3. The pinned certificate is the only root of the channel that joins.
4. What the hub gave is checked, then the store is made, then the string is noted with the key that it got certified,
   then the certificates are written, the chain last: before it stands, the node has not joined with this string, and
   asks again with the very same request.
5. A string that the present identity came from changes nothing, whatever was renewed since. Because the note stands
   before the chain, only one thing can be missing behind a note: the chain, while its key still waits for one.

Source: DESIGN.md 4; TRUST.md s04, s07, d01.
"""

import asyncio
import hashlib
from pathlib import Path

from common.clock import Clock
from common.errors import WrongState
from common.failpoint import reach
from common.identity.join_string import JoinString, parse_join_string
from common.identity.keys import spki_hash
from common.identity.names import NodeName
from common.identity.pin import PinnedHub, meet_pinned_hub
from common.identity.proofs import prove_joining
from common.settings import load_settings
from common.storage.files import read_private, write_private
from common.storage.lock import DirectoryLock
from common.storage.sqlite import open_sqlite
from common.wire.v1.enrollment_pb2 import JoinRequest, JoinResponse
from node.credentials import CredentialFiles
from node.domain.membership import Membership
from node.keys import NodeKeys
from node.opened import STORE_NAME, make_store, prepare
from node.persistence.membership import get_membership
from node.settings import SETTINGS_NAME, NodeSettings
from node.uplink.calls import EnrollmentCalls
from node.uplink.channel import open_enrollment
from node.uplink.enrolled import check_chain, read_membership
from node.uplink.probe import connect
from node.use_cases.membership import take_membership

_NOTE = "identity/joined-with"  # SHA-256 of the last string's secret, then of the key that was certified for it


async def join(data: Path, text: str, clock: Clock) -> Membership:
    """Join the hub that a join string names. Safe to repeat with the same string.

    Args:
        data: the node's data directory; made if it does not exist.
        text: the join string.

    Raises:
        InvalidRequest: the string is damaged.
        NotAuthenticated: another hub answers, or the string is unknown, expired or used.
        TemporarilyUnavailable: the hub is not reached; says why.
        WrongState: this directory belongs to another agency, or another process works on it.
    """
    string = parse_join_string(text)
    files = prepare(data)
    with DirectoryLock(data, "holdfast node join"):
        settings = load_settings(NodeSettings, data / SETTINGS_NAME)
        if _has_joined_with(string, data, files):  # 5
            return _store(data, NodeKeys.open(data, settings), None, clock)
        if files.is_joined and not (data / STORE_NAME).exists():
            raise WrongState("this node's store is gone: restore it from a backup, or join from a new directory")
        response = await _ask(files, string, settings)
        reach("node.join.after_answer")
        membership = read_membership(response, clock.now())
        key, _ = files.next_request()
        name = NodeName(membership.trust_domain, membership.agency_id, membership.node)
        check_chain(response.certificate_chain, response.trust_roots, key.public_key(), name)
        keys = NodeKeys.open(data, settings) if files.is_joined else NodeKeys.make(data, settings)
        make_store(data, files, keys.database_key)
        reach("node.join.after_store")
        stored = _store(data, keys, membership, clock)
        reach("node.join.after_membership")
        write_private(data / _NOTE, _secret_hash(string) + spki_hash(key.public_key()))  # 4
        reach("node.join.after_note")
        files.save(response.certificate_chain, response.trust_roots)
        reach("node.join.after_identity")
        return stored


def _has_joined_with(string: JoinString, data: Path, files: CredentialFiles) -> bool:
    if not files.is_joined or not (data / _NOTE).exists():
        return False
    note = read_private(data / _NOTE)
    secret_hash, certified = note[: len(note) // 2], note[len(note) // 2 :]
    return secret_hash == _secret_hash(string) and not files.is_waiting_with(certified)


def _secret_hash(string: JoinString) -> bytes:
    return hashlib.sha256(string.secret).digest()


async def _ask(files: CredentialFiles, string: JoinString, settings: NodeSettings) -> JoinResponse:
    key, csr = files.next_request()  # 1
    bound_key = files.make_bound_key()
    reach("node.join.after_keys")
    hub = await asyncio.to_thread(_meet, string, settings)  # 2
    channel = open_enrollment(string.address, hub.certificate_pem, hub.dns_name, settings.proxy)  # 3
    try:
        calls = EnrollmentCalls(channel, settings.call_timeout_s)
        response = await calls.join(
            JoinRequest(
                secret=string.secret,
                csr=csr,
                bound_key=bound_key.public_key().public_bytes_raw(),
                bound_key_proof=prove_joining(bound_key, string.secret, key.public_key()),
            )
        )
    finally:
        await channel.close()
    if response.trust_domain != hub.trust_domain:
        raise WrongState("the hub named another region than its own certificate does")
    return response


def _meet(string: JoinString, settings: NodeSettings) -> PinnedHub:
    return meet_pinned_hub(connect(string.address, settings.proxy, settings.call_timeout_s), string.pin)


def _store(data: Path, keys: NodeKeys, told: Membership | None, clock: Clock) -> Membership:
    """Store what the hub told; give what is stored then."""
    store = open_sqlite(data / STORE_NAME, keys.database_key)
    try:
        with store.begin() as connection:
            if told is not None:
                take_membership(connection, told, clock.now())
            return get_membership(connection)
    finally:
        store.close()
