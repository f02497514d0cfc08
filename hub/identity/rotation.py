"""The intermediates: made with the root's key, and replaced in phases.

    prepare      a second intermediate is made; it issues nothing (needs the root's key and passphrase)
    activate     it issues everything from now on; the old one is retiring: heartbeats ask nodes to renew
    retire       nothing of the old one is taken any more; refused while a node depends on it

    roll_back    undoes the last step but `retire`: whatever was issued in the meantime stays good

1. Nodes trust the root, so that both intermediates are good at once and no step breaks a node.
2. A node that is offline all the while comes back by recovery, with a certificate of the new intermediate.
3. One rotation at a time: the next is prepared when the last one is retired.

Source: DESIGN.md 4, "rotates in phases with rollback".
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from common.errors import NotFound, WrongState
from common.identity.keys import decrypt_key_pem, save_key, spki_hash
from common.identity.peer import parse_pem
from common.storage.files import read_private, write_private
from hub.domain.credential import Intermediate, Phase
from hub.identity.authority import Issuer, certificate_pem, make_intermediate
from hub.identity.issuing import ROOT_FILE, certificate_path, key_path, read_certificate
from hub.persistence import audit, credentials, intermediates, nodes
from hub.persistence.transaction import Transaction


@dataclass(frozen=True)
class NodePhase:
    """Which intermediate a node's newest certificate comes from."""

    agency_id: bytes
    node: int
    intermediate: int
    phase: Phase
    not_after: datetime
    is_current: bool  # valid and taken now; a node that is not comes back by recovery
    recoveries: int


def load_root(data: Path, root_key_file: Path, passphrase: str) -> Issuer:
    """Open the root for the one moment that it is needed.

    Raises:
        NotFound: the key file is not there.
        NotAuthenticated: the passphrase is wrong.
        WrongState: it is the key of another root.
    """
    certificate = read_certificate(data / "authority" / ROOT_FILE)
    key = decrypt_key_pem(read_private(root_key_file), passphrase)
    if spki_hash(key.public_key()) != parse_pem(certificate_pem(certificate)).spki_hash:
        raise WrongState("this is the key of another region's root")
    return Issuer(key, certificate)


def prepare(root: Issuer, trust_domain: str, data: Path, tx: Transaction, now: datetime) -> Intermediate:
    """Make the next intermediate; the first one of a region is active at once.

    Raises:
        WrongState: a rotation is under way.
    """
    known = intermediates.list_intermediates(tx.connection)
    unfinished = [each for each in known if each.phase in (Phase.PREPARED, Phase.RETIRING)]
    if unfinished:  # 3
        raise WrongState(
            f"intermediate {unfinished[0].number} is {unfinished[0].phase}: finish that rotation or roll it back first"
        )
    number = known[-1].number + 1 if known else 1
    issuer = make_intermediate(root, trust_domain, number, now)
    save_key(key_path(data, number), issuer.key)
    write_private(certificate_path(data, number), certificate_pem(issuer.certificate))
    made = Intermediate(number, issuer.der, Phase.PREPARED if known else Phase.ACTIVE, now)
    intermediates.add_intermediate(tx.connection, made)
    _audit(tx, now, "prepare intermediate", made)
    return made


def activate(data: Path, tx: Transaction, now: datetime) -> Intermediate:
    """Let the prepared intermediate issue from now on.

    Raises:
        WrongState: none is prepared.
        NotFound: its key is not in this data directory.
    """
    prepared = intermediates.find_in_phase(tx.connection, Phase.PREPARED)
    if prepared is None:
        raise WrongState("no intermediate is prepared: prepare one first")
    if not key_path(data, prepared.number).exists():
        raise NotFound(f"the key of intermediate {prepared.number} is not in this data directory: copy it here first")
    active = intermediates.get_active_intermediate(tx.connection)
    _move(active, Phase.RETIRING, tx, now)
    return _move(prepared, Phase.ACTIVE, tx, now)


def roll_back(tx: Transaction, now: datetime) -> Intermediate:
    """Undo the last step: give the intermediate that issues from now on.

    Raises:
        WrongState: no rotation is under way.
    """
    retiring = intermediates.find_in_phase(tx.connection, Phase.RETIRING)
    if retiring is not None:
        _move(intermediates.get_active_intermediate(tx.connection), Phase.PREPARED, tx, now)
        return _move(retiring, Phase.ACTIVE, tx, now)
    prepared = intermediates.find_in_phase(tx.connection, Phase.PREPARED)
    if prepared is None:
        raise WrongState("no rotation is under way")
    if _dependants(prepared, tx.connection, now):
        raise WrongState("nodes hold certificates of the prepared intermediate: wait until they have renewed")
    _move(prepared, Phase.RETIRED, tx, now)
    return intermediates.get_active_intermediate(tx.connection)


def retire(tx: Transaction, now: datetime) -> Intermediate:
    """End the old intermediate.

    Raises:
        WrongState: none is retiring, or nodes still depend on it; the message says how many.
    """
    retiring = intermediates.find_in_phase(tx.connection, Phase.RETIRING)
    if retiring is None:
        raise WrongState("no intermediate is retiring")
    waiting = _dependants(retiring, tx.connection, now)
    if waiting:
        who = "1 node still uses" if waiting == 1 else f"{waiting} nodes still use"
        raise WrongState(
            f"{who} certificates of intermediate {retiring.number}: "
            "they renew by themselves, or these expire within 7 days"
        )
    return _move(retiring, Phase.RETIRED, tx, now)


def node_phases(connection: Connection, now: datetime) -> list[NodePhase]:
    """List where each node stands, by agency and number; nodes of removed agencies are left out."""
    phases = {each.number: each.phase for each in intermediates.list_intermediates(connection)}
    taken, listed = credentials.list_accepted(connection, now), []
    for node in nodes.list_nodes(connection):
        if node.removed_at is not None:
            continue
        newest = taken.get((node.agency_id, node.node))
        if newest is None:
            held = credentials.list_credentials_of(connection, node.agency_id, node.node)
            if not held:
                continue
            newest = held[0]
        current = newest.is_accepted(now) and newest.not_before <= now <= newest.not_after
        phase = phases[newest.intermediate]
        listed.append(
            NodePhase(
                node.agency_id,
                node.node,
                newest.intermediate,
                phase,
                newest.not_after,
                current and phase is not Phase.RETIRED,
                node.recovery_number,
            )
        )
    return listed


def _dependants(intermediate: Intermediate, connection: Connection, now: datetime) -> int:
    """Count the nodes whose newest certificate is good and comes from an intermediate."""
    entries = credentials.allow_list(connection, now).values()
    by_this = {(each.agency_id, each.node) for each in entries if each.intermediate == intermediate.number}
    return len(by_this)


def _move(intermediate: Intermediate, phase: Phase, tx: Transaction, now: datetime) -> Intermediate:
    intermediates.set_phase(tx.connection, intermediate.number, phase, now)
    tx.allow_list_changed = True
    moved = Intermediate(intermediate.number, intermediate.certificate, phase, now)
    _audit(tx, now, f"intermediate {phase}", moved)
    return moved


def _audit(tx: Transaction, now: datetime, action: str, intermediate: Intermediate) -> None:
    audit.record(tx.connection, now, tx.actor, action, f"intermediate {intermediate.number}", "done")
