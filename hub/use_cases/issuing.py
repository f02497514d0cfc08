"""Giving a node a certificate, as joining, recovering and renewing all do it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from common.identity.keys import P256PublicKey, spki_hash
from common.identity.names import NodeName
from common.identity.peer import parse_der
from hub.domain.agency import Agency
from hub.domain.credential import Credential, Intermediate, Node
from hub.persistence import agencies, credentials, intermediates
from hub.persistence.transaction import Transaction


class Issuing(Protocol):
    """What a region issues with. The private keys stay behind `issue`."""

    @property
    def trust_domain(self) -> str: ...

    @property
    def roots(self) -> tuple[bytes, ...]:
        """What nodes trust, DER."""

    def issue(self, intermediate: Intermediate, key: P256PublicKey, name: NodeName, now: datetime) -> bytes:
        """Give a node's certificate, DER."""


@dataclass(frozen=True)
class Enrolled:
    """The answer to whoever joined or recovered."""

    agency: Agency
    node: int
    chain: tuple[bytes, bytes]  # DER, leaf first
    recovery_number: int


def give_credential(
    issuing: Issuing, agency_id: bytes, node: int, key: P256PublicKey, tx: Transaction, now: datetime
) -> Credential:
    """Issue a certificate with the active intermediate, and put it on the allow-list."""
    intermediate = intermediates.get_active_intermediate(tx.connection)
    name = NodeName(issuing.trust_domain, agency_id, node)
    certificate = issuing.issue(intermediate, key, name, now)
    issued = parse_der(certificate)
    credential = Credential(
        fingerprint=hashlib.sha256(certificate).digest(),
        agency_id=agency_id,
        node=node,
        intermediate=intermediate.number,
        spki_hash=spki_hash(key),
        certificate=certificate,
        not_before=issued.not_before,
        not_after=issued.not_after,
        issued_at=now,
    )
    credentials.add_credential(tx.connection, credential)
    tx.allow_list_changed = True
    return credential


def chain_of(credential: Credential, tx: Transaction) -> tuple[bytes, bytes]:
    """Give a certificate with its intermediate: DER, leaf first."""
    return credential.certificate, intermediates.get_intermediate(tx.connection, credential.intermediate).certificate


def enrolled(node: Node, credential: Credential, tx: Transaction) -> Enrolled:
    """Put together what a node is told about its identity."""
    agency = agencies.get_agency(tx.connection, node.agency_id)
    return Enrolled(agency, node.node, chain_of(credential, tx), node.recovery_number)
