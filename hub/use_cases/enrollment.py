"""Joining: a secret is exchanged for an identity, once, whatever happens to the answer.

1. A secret is known by its hash. Unknown, expired, revoked and spent ones get the same refusal.
2. The first key that uses a secret is bound to it. The same key again gets the same certificate again, also after the
   hour: the reply may have been lost. It stops when the node's first certificate is not taken any more.
3. Another key is refused and reported: somebody else has read the join string.
4. A node that joins again with the bound key it had keeps its number and its count of recoveries.
5. One bound key is one node of one agency: a copied node cannot join for another agency.

Source: DESIGN.md 4, "Joining is idempotent"; TRUST.md s07.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import NotAllowed, NotAuthenticated
from common.identity.keys import P256PublicKey, spki_hash
from hub.domain.agency import Membership
from hub.domain.credential import Invitation, Node
from hub.persistence import agencies, audit, credentials, invitations, nodes
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import tell_agreements
from hub.use_cases.directory import publish_directory
from hub.use_cases.issuing import Enrolled, Issuing, enrolled, give_credential
from hub.use_cases.reporting_windows import tell_windows

_REFUSED = "this join string is not known here, or has expired, or was used: ask the hub's operator for a new one"


@dataclass(frozen=True)
class Joining:
    """A request to join, its own proofs checked: the CSR's signature, and the bound key's over secret and CSR key."""

    secret: bytes
    key: P256PublicKey
    bound_key: bytes


class SecondKey(NotAllowed):
    """A bound secret came with another key. `secret_hash` names the invitation for the report."""

    def __init__(self, secret_hash: bytes) -> None:
        super().__init__(
            "this join string was used by another key already; that is reported: ask the hub's operator for a new one"
        )
        self.secret_hash = secret_hash


def join(asked: Joining, issuing: Issuing, tx: Transaction, now: datetime) -> Enrolled:
    """Give an identity for a join secret, by the rules 1 to 5.

    Raises:
        NotAuthenticated: the secret is unknown, expired, revoked or spent; one message for all.
        SecondKey: it is bound to another key.
        NotAllowed: the bound key belongs to a node of another agency.
    """
    invitation = invitations.find_invitation(tx.connection, hashlib.sha256(asked.secret).digest())
    if invitation is None or invitation.revoked_at is not None:  # 1
        raise NotAuthenticated(_REFUSED)
    if invitation.fingerprint is not None:
        return _join_again(asked, invitation, invitation.fingerprint, tx, now)
    if now > invitation.expires_at:
        raise NotAuthenticated(_REFUSED)
    node = _take_node(asked.bound_key, invitation.agency_id, tx, now)
    credential = give_credential(issuing, node.agency_id, node.node, asked.key, tx, now)
    invitations.bind_invitation(tx.connection, invitation.secret_hash, credential.spki_hash, credential.fingerprint)
    agencies.set_membership(tx.connection, node.agency_id, Membership.JOINED)
    publish_directory(tx, now)
    tell_agreements(node.agency_id, tx, now)
    tell_windows(node.agency_id, tx, now)
    audit.record(tx.connection, now, f"node {node.agency_id.hex()}/{node.node}", "join", node.agency_id.hex(), "done")
    return enrolled(node, credential, tx)


def report_second_key(secret_hash: bytes, tx: Transaction, now: datetime) -> None:
    """Keep on the invitation that a second key tried it (rule 3). Apart from `join`, whose refusal wrote nothing."""
    invitations.note_second_key(tx.connection, secret_hash, now)


def _join_again(asked: Joining, invitation: Invitation, fingerprint: bytes, tx: Transaction, now: datetime) -> Enrolled:
    given = credentials.find_credential(tx.connection, fingerprint)
    node = None if given is None else nodes.find_node(tx.connection, given.agency_id, given.node)
    if given is None or node is None:
        raise NotAuthenticated(_REFUSED)
    if invitation.spki_hash == spki_hash(asked.key) and node.bound_key == asked.bound_key:  # 2
        if not given.is_accepted(now) or now > given.not_after:
            raise NotAuthenticated(_REFUSED)
        return enrolled(node, given, tx)
    if now > invitation.expires_at:
        raise NotAuthenticated(_REFUSED)
    raise SecondKey(invitation.secret_hash)  # 3


def _take_node(bound_key: bytes, agency_id: bytes, tx: Transaction, now: datetime) -> Node:
    known = nodes.find_node_by_bound_key(tx.connection, bound_key)
    if known is None:
        node = Node(agency_id, nodes.next_node_number(tx.connection, agency_id), bound_key, joined_at=now)
        nodes.add_node(tx.connection, node)
        return node
    if known.agency_id != agency_id:  # 5
        raise NotAllowed(
            "this node's bound key belongs to another agency: a copied node cannot join, set up a new data directory"
        )
    node = replace(known, joined_at=now, removed_at=None)  # 4
    nodes.save_node(tx.connection, node)
    credentials.supersede(tx.connection, agency_id, node.node, keep=(), accepted_until=now)
    return node
