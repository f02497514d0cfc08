"""Coming back: a node whose certificate lapsed proves its bound key, and a node that is refused learns why.

1. The proof comes first: who cannot give it learns nothing about the node, not even whether there is one.
2. A removed node does not recover: an evicted one needs an invitation, a banned one nothing helps.
3. Recoveries are counted. The next number gets a new certificate and ends the old ones at once; the last number with
   the key it had gets the last answer again; any other number is refused with the one that is wanted.

Source: DESIGN.md 4; TRUST.md s02, "health that said serving with an expired identity".
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from common.errors import NotAllowed, NotAuthenticated
from common.identity.keys import P256PublicKey, spki_hash
from common.identity.names import NodeName
from common.identity.peer import is_issued_by, parse_der
from common.identity.proofs import verify_recovery
from common.identity.recovery import RecoveryNumberWanted
from common.wire.v1.enrollment_pb2 import WhyRejectedResponse
from hub.domain.agency import Membership
from hub.domain.credential import Credential, CredentialStatus, Node, Phase
from hub.persistence import agencies, audit, credentials, intermediates, nodes
from hub.persistence.transaction import Transaction
from hub.use_cases.issuing import Enrolled, Issuing, enrolled, give_credential

_NOT_PROVED = "this is not proved by the key that the node joined with"
Reason = WhyRejectedResponse.Reason


@dataclass(frozen=True)
class Recovering:
    """A request to recover whose CSR was checked; its proof is checked here, against the bound key that is stored."""

    agency_id: bytes
    node: int
    key: P256PublicKey
    number: int
    proof: bytes


def recover(asked: Recovering, issuing: Issuing, tx: Transaction, now: datetime) -> Enrolled:
    """Give a new certificate to a node that proves its bound key, by the rules 1 to 3.

    Raises:
        NotAuthenticated: no such node, or not its bound key's signature.
        NotAllowed: the agency was removed.
        RecoveryNumberWanted: names the number that is wanted.
    """
    node = nodes.find_node(tx.connection, asked.agency_id, asked.node)
    if node is None:
        raise NotAuthenticated(_NOT_PROVED)
    name = NodeName(issuing.trust_domain, asked.agency_id, asked.node)
    verify_recovery(node.bound_key, asked.proof, name, asked.key, asked.number)  # 1
    if agencies.get_agency(tx.connection, node.agency_id).membership is Membership.BANNED:  # 2
        raise NotAllowed("this agency is banned from the region")
    if node.removed_at is not None:
        raise NotAllowed("this node was removed from the region: it may join again with a new join string")
    if asked.number == node.recovery_number:  # 3
        return _recover_again(asked, node, tx, now)
    if asked.number != node.recovery_number + 1:
        raise RecoveryNumberWanted(node.recovery_number + 1)
    node = replace(node, recovery_number=asked.number, recovery_spki_hash=spki_hash(asked.key))
    nodes.save_node(tx.connection, node)
    credentials.supersede(tx.connection, node.agency_id, node.node, keep=(), accepted_until=now)
    credential = give_credential(issuing, node.agency_id, node.node, asked.key, tx, now)
    subject = f"{node.agency_id.hex()}/{node.node}"
    audit.record(tx.connection, now, f"node {subject}", "recover", subject, f"done: recovery {asked.number}")
    return enrolled(node, credential, tx)


def _recover_again(asked: Recovering, node: Node, tx: Transaction, now: datetime) -> Enrolled:
    wanted_hash = spki_hash(asked.key)
    for credential in credentials.list_credentials_of(tx.connection, node.agency_id, node.node):
        is_same = credential.spki_hash == wanted_hash == node.recovery_spki_hash
        if is_same and credential.is_accepted(now) and now <= credential.not_after:
            return enrolled(node, credential, tx)
    raise RecoveryNumberWanted(node.recovery_number + 1)


def why_rejected(certificate: bytes, connection: Connection, now: datetime) -> Reason:
    """Tell why the uplink does not take a certificate. Changes nothing.

    Raises:
        InvalidRequest: it is no certificate.
    """
    peer = parse_der(certificate)
    known = intermediates.list_intermediates(connection)
    if not any(is_issued_by(certificate, each.certificate) for each in known):
        return Reason.REASON_UNKNOWN_ISSUER
    credential = credentials.find_credential(connection, peer.fingerprint)
    if credential is None:
        return Reason.REASON_NOT_ISSUED_HERE
    retired = {each.number for each in known if each.phase is Phase.RETIRED}
    return _why(credential, credential.intermediate in retired, connection, now)


def _why(credential: Credential, issuer_retired: bool, connection: Connection, now: datetime) -> Reason:
    if credential.status is CredentialStatus.REVOKED:
        banned = agencies.get_agency(connection, credential.agency_id).membership is Membership.BANNED
        return Reason.REASON_BANNED if banned else Reason.REASON_EVICTED
    if now < credential.not_before:
        return Reason.REASON_NOT_YET_VALID
    if now > credential.not_after:
        return Reason.REASON_EXPIRED
    if issuer_retired or not credential.is_accepted(now):
        return Reason.REASON_SUPERSEDED
    return Reason.REASON_NONE
