"""A hub's identity on a store, with a clock moved by hand: what an operator and a node would do, one call each."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from common.identity.join_string import JoinString, parse_join_string
from common.identity.keys import Ed25519PrivateKey, P256PrivateKey, make_ed25519, make_p256, point
from common.identity.names import NodeName
from common.identity.proofs import prove_joining, prove_recovery, prove_renewal
from common.identity.requests import make_csr
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Discipline
from common.wire.v1.enrollment_pb2 import JoinRequest, WhyRejectedResponse
from common.wire.v1.uplink_pb2 import RenewRequest, RenewResponse
from hub.domain.credential import Admission, Caller
from hub.identity.founding import found_authority
from hub.identity.issuing import Issuing
from hub.identity.server_certificate import server_pin
from hub.persistence import credentials
from hub.persistence.region import Region, add_region
from hub.persistence.transaction import Transaction
from hub.settings import HubSettings
from hub.use_cases.enrollment import Joining, join
from hub.use_cases.invitation import Inviting, invite
from hub.use_cases.issuing import Enrolled
from hub.use_cases.recovery import Recovering, recover, why_rejected
from hub.use_cases.removal import ban, evict
from hub.use_cases.renewal import first_use, renew
from tests.builders import NOON, TRUST_DOMAIN

PASSPHRASE = "an offline passphrase"
T = TypeVar("T")


@dataclass
class NodeKeys:
    """What a node keeps: the key it is bound by, and the one it asks a certificate for."""

    bound: Ed25519PrivateKey = field(default_factory=make_ed25519)
    key: P256PrivateKey = field(default_factory=make_p256)

    @property
    def bound_public(self) -> bytes:
        return self.bound.public_key().public_bytes_raw()


class EnrollingHub:
    """A founded region on a store."""

    def __init__(self, store: Store, directory: Path) -> None:
        self.store = store
        self.now = NOON
        self.data = directory / "hub-data"
        self.data.mkdir()
        self.root_key_file = directory / "root.key"
        region = Region(TRUST_DOMAIN, "Ridgeline Region", 1, NOON)
        self.write(lambda tx, now: add_region(tx.connection, region))
        self.write(lambda tx, now: found_authority(TRUST_DOMAIN, self.data, self.root_key_file, PASSPHRASE, tx, now))
        settings = HubSettings.model_validate(
            {"uplink_address": "127.0.0.1:7443", "enrollment_address": "127.0.0.1:7444"}
        )
        self.issuing = Issuing(self.data, region, settings, make_ed25519().public_key())
        self.last: Transaction | None = None

    def write(self, command: Callable[[Transaction, datetime], T]) -> T:
        """Run a command as the writer does: what it raises leaves nothing behind."""
        with self.store.begin() as connection:
            self.last = Transaction(connection, self.now)
            return command(self.last, self.now)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def invite(self, slug: str = "ridgeline-fire") -> JoinString:
        asked = Inviting(
            slug=slug,
            discipline=Discipline.DISCIPLINE_FIRE,
            address="127.0.0.1:7444",
            pin=server_pin(self.data),
            secret=os.urandom(16),
            new_agency_id=os.urandom(16),
        )
        return parse_join_string(self.write(lambda tx, now: invite(asked, tx, now)).join_string)

    def join(self, invited: JoinString, node: NodeKeys) -> Enrolled:
        asked = Joining(invited.secret, node.key.public_key(), node.bound_public)
        return self.write(lambda tx, now: join(asked, self.issuing, tx, now))

    def joined(self, slug: str = "ridgeline-fire") -> tuple[NodeKeys, Enrolled]:
        """Invite and join, without incident."""
        node = NodeKeys()
        return node, self.join(self.invite(slug), node)

    def recover(self, node: NodeKeys, enrolled: Enrolled, number: int, key: P256PrivateKey) -> Enrolled:
        name = NodeName(TRUST_DOMAIN, enrolled.agency.id, enrolled.node)
        proof = prove_recovery(node.bound, name, key.public_key(), number)
        asked = Recovering(enrolled.agency.id, enrolled.node, key.public_key(), number, proof)
        return self.write(lambda tx, now: recover(asked, self.issuing, tx, now))

    def renew(self, enrolled: Enrolled, present: bytes, key: P256PrivateKey) -> RenewResponse:
        name = NodeName(TRUST_DOMAIN, enrolled.agency.id, enrolled.node)
        caller = Caller(enrolled.agency.id, enrolled.node, fingerprint(present), self.now)
        asked = RenewRequest(public_key=point(key.public_key()), proof=prove_renewal(key, name, caller.fingerprint))
        return self.write(lambda tx, now: renew(caller, asked, self.issuing, tx, now))

    def use(self, certificate: bytes) -> None:
        """Tell the hub that a call came with a certificate."""
        self.write(lambda tx, now: first_use(fingerprint(certificate), tx, now))

    def evict(self, slug: str = "ridgeline-fire") -> None:
        self.write(lambda tx, now: evict(slug, tx, now))

    def ban(self, slug: str = "ridgeline-fire") -> None:
        self.write(lambda tx, now: ban(slug, tx, now))

    def why(self, certificate: bytes) -> str:
        """The reason why a certificate is not taken, as the contract spells it."""
        with self.store.read() as connection:
            reason = why_rejected(certificate, connection, self.now)
        return WhyRejectedResponse.Reason.Name(reason).removeprefix("REASON_")

    def allow_list(self) -> dict[bytes, Admission]:
        with self.store.read() as connection:
            return credentials.allow_list(connection, self.now)

    def is_allowed(self, certificate: bytes) -> bool:
        return fingerprint(certificate) in self.allow_list()


def fingerprint(certificate: bytes) -> bytes:
    return hashlib.sha256(certificate).digest()


def join_request(secret: bytes, node: NodeKeys) -> JoinRequest:
    """The request that a node joins with."""
    return JoinRequest(
        secret=secret,
        csr=make_csr(node.key),
        bound_key=node.bound_public,
        bound_key_proof=prove_joining(node.bound, secret, node.key.public_key()),
    )
