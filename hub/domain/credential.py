"""Invitations, nodes and the certificates they were given, as the hub keeps them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where an intermediate stands in its life.

    prepared -> active -> retiring -> retired; a roll-back takes `active` to `prepared` and `retiring` to `active`.
    """

    PREPARED = "prepared"  # made and stored; issues nothing yet
    ACTIVE = "active"  # issues every new certificate; there is exactly one
    RETIRING = "retiring"  # issues nothing any more; what it issued is still taken
    RETIRED = "retired"  # nothing that it issued is taken


class CredentialStatus(StrEnum):
    """Whether a certificate is taken."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"  # a newer one is in use; taken until `accepted_until`
    REVOKED = "revoked"  # its agency was removed


@dataclass(frozen=True)
class Intermediate:
    """One of the region's intermediates. Its key is a file, never a row."""

    number: int
    certificate: bytes  # DER
    phase: Phase
    changed_at: datetime


@dataclass(frozen=True)
class Invitation:
    """One join secret, by its hash."""

    secret_hash: bytes  # SHA-256, 32 bytes
    agency_id: bytes
    created_at: datetime
    expires_at: datetime
    spki_hash: bytes | None = None  # of the first key that used it; it is bound to that key from then on
    fingerprint: bytes | None = None  # of the certificate it was answered with
    revoked_at: datetime | None = None
    second_key_at: datetime | None = None  # another key tried it: the secret is known to somebody else


@dataclass(frozen=True)
class Node:
    """One node of an agency, known by its bound key."""

    agency_id: bytes
    node: int
    bound_key: bytes  # Ed25519, 32 bytes; no two nodes of a region have the same
    joined_at: datetime
    recovery_number: int = 0  # recoveries so far
    recovery_spki_hash: bytes | None = None  # of the key of the last recovery
    removed_at: datetime | None = None  # evicted or banned; must join anew, or never


@dataclass(frozen=True)
class Credential:
    """A certificate that this hub issued to a node."""

    fingerprint: bytes  # SHA-256 of the DER, 32 bytes
    agency_id: bytes
    node: int
    intermediate: int
    spki_hash: bytes
    certificate: bytes  # DER
    not_before: datetime
    not_after: datetime
    issued_at: datetime
    status: CredentialStatus = CredentialStatus.ACTIVE
    accepted_until: datetime | None = None  # set when superseded; not taken from this moment on

    def is_accepted(self, now: datetime) -> bool:
        """Tell whether calls with it are still taken, its own validity apart."""
        if self.status is CredentialStatus.SUPERSEDED:
            return self.accepted_until is not None and now < self.accepted_until
        return self.status is CredentialStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Admission:
    """One entry of the allow-list: what a certificate's fingerprint stands for."""

    agency_id: bytes
    node: int
    ends_at: datetime | None  # a newer one is in use: not taken from this moment on
    intermediate: int
    replaces: bool  # an older certificate of this node is still taken: the first call with this one ends that


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call, after every check of the identity rules."""

    agency_id: bytes
    node: int
    fingerprint: bytes  # of the certificate of this call
    not_after: datetime  # of the same
