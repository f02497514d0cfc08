"""What an agency's ledger key signs when it agrees to terms.

    holdfast v1 agreement
    <trust domain>
    <agency id, 32 hex digits>
    <agreement id, 32 hex digits>
    <version, decimal>
    <SHA-256 of the terms' bytes, 64 hex digits>

Six lines, each ended by a line feed. A checkpoint, which the same key signs, is three lines and begins with an origin;
every other proof of that key begins with a line of its own kind (`common.identity.proofs`): none can be taken for this.

Source: `report.proto`, AgreementSignature; DOMAIN.md 4.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common.errors import InvalidRequest
from common.identity.names import AGENCY_ID_BYTES, check_trust_domain
from common.ledger import SignatureInvalid

ID_LENGTH, HASH_LENGTH = 16, 32
HIGHEST_VERSION = 65535
_KIND = "holdfast v1 agreement"


@dataclass(frozen=True)
class Agreeing:
    """One agency agrees to one version of an agreement."""

    trust_domain: str
    agency_id: bytes  # 16 bytes
    agreement_id: bytes  # 16 bytes
    version: int  # 1 to 65535
    terms_hash: bytes  # 32 bytes

    def __post_init__(self) -> None:
        check_trust_domain(self.trust_domain)
        if len(self.agency_id) != AGENCY_ID_BYTES or len(self.agreement_id) != ID_LENGTH:
            raise InvalidRequest(f"agreement: agency and agreement ids have {ID_LENGTH} bytes")
        if not 1 <= self.version <= HIGHEST_VERSION:
            raise InvalidRequest(f"version: must be 1 to {HIGHEST_VERSION:,}")
        if len(self.terms_hash) != HASH_LENGTH:
            raise InvalidRequest(f"terms_hash: must be exactly {HASH_LENGTH} bytes")

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        parts = (_KIND, self.trust_domain, self.agency_id.hex(), self.agreement_id.hex(), str(self.version))
        return "".join(f"{line}\n" for line in (*parts, self.terms_hash.hex())).encode("ascii")


def sign_agreement(key: Ed25519PrivateKey, agreeing: Agreeing) -> bytes:
    """Sign with the node's bound key: 64 bytes."""
    return key.sign(agreeing.text)


def verify_agreement(public_key: bytes, agreeing: Agreeing, signature: bytes) -> None:
    """Check that the holder of a bound key (32 bytes) agreed.

    Raises:
        SignatureInvalid: it did not.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, agreeing.text)
    except (InvalidSignature, ValueError):
        raise SignatureInvalid("the agreement is not signed by this node's key") from None
