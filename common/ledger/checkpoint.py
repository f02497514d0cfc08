"""Checkpoints: the node's signature over its ledger (C2SP tlog-checkpoint).

1. The text is three lines: origin, size in decimal, root in base64. Holdfast adds no extension lines.
2. The origin names one stream of one agency: `<trust domain>/agency/<32 hex>/stream/<32 hex>`. A signature for one
   stream, agency or region says nothing about another.
3. The signature is Ed25519 over the text by the node's bound key. On the wire a checkpoint is size, root and
   signature: the text is rebuilt on either side, so there is no text to disagree about.
4. The key's name is the agency's, not the origin: the key outlives a stream, which ends with a restored database.
5. A node signs one tree for one size. Two signed roots for one size are a fork, proved by the two signatures.

Source: https://c2sp.org/tlog-checkpoint; DESIGN.md 3, 4.
"""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common.errors import InvalidRequest
from common.ledger import SignatureInvalid
from common.ledger.merkle import HASH_LENGTH
from common.ledger.note import KeyKind, SignatureLine, decode_base64, encode_base64, key_id

SIGNATURE_LENGTH = 64
MAX_SIZE = 9007199254740991  # uplink.proto, Checkpoint.size

_ID_LENGTH = 16
_ORIGIN = re.compile(r"([a-z0-9.-]{1,253})/agency/([0-9a-f]{32})/stream/([0-9a-f]{32})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A tree and the node's signature over it, not verified."""

    size: int  # leaves
    root: bytes  # 32 bytes
    signature: bytes  # 64 bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """The stream that an origin line names."""

    trust_domain: str
    agency_id: bytes  # 16 bytes
    stream_id: bytes  # 16 bytes


def stream_origin(trust_domain: str, agency_id: bytes, stream_id: bytes) -> str:
    """Name one stream of one agency (rule 2).

    Raises:
        InvalidRequest: the trust domain is no DNS name, or an id is not 16 bytes.
    """
    if len(agency_id) != _ID_LENGTH or len(stream_id) != _ID_LENGTH:
        raise InvalidRequest("origin: agency and stream ids have 16 bytes")
    origin = f"{trust_domain}/agency/{agency_id.hex()}/stream/{stream_id.hex()}"
    parse_origin(origin)
    return origin


def parse_origin(origin: str) -> Origin:
    """Read what `stream_origin` wrote.

    Raises:
        InvalidRequest: it names no stream.
    """
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        raise InvalidRequest("origin: not <trust domain>/agency/<32 hex>/stream/<32 hex>")
    return Origin(match[1], bytes.fromhex(match[2]), bytes.fromhex(match[3]))


def node_key_name(trust_domain: str, agency_id: bytes) -> str:
    """Name an agency's bound key in signature lines (rule 4)."""
    return f"{trust_domain}/agency/{agency_id.hex()}"


def hub_key_name(trust_domain: str) -> str:
    """Name the hub's ledger key in signature lines."""
    return f"{trust_domain}/hub"


def checkpoint_text(origin: str, size: int, root: bytes) -> bytes:
    """Write the text that is signed (rule 1).

    Raises:
        InvalidRequest: the size or the root is out of range.
    """
    if not 0 <= size <= MAX_SIZE:
        raise InvalidRequest(f"checkpoint.size: must be 0 to {MAX_SIZE}")
    if len(root) != HASH_LENGTH:
        raise InvalidRequest(f"checkpoint.root: must be {HASH_LENGTH} bytes")
    return f"{origin}\n{size}\n{encode_base64(root)}\n".encode()


def parse_checkpoint_text(text: bytes) -> tuple[str, int, bytes]:
    """Read origin, size and root out of a checkpoint's text.

    Raises:
        InvalidRequest: not three lines, or one of them not in its one form.
    """
    lines = text.decode(errors="replace").split("\n")
    if len(lines) != 4 or lines[3]:
        raise InvalidRequest("checkpoint: not three lines")
    origin, size, root = lines[:3]
    if _SIZE.fullmatch(size) is None or int(size) > MAX_SIZE:
        raise InvalidRequest(f"checkpoint.size: not a decimal number from 0 to {MAX_SIZE}")
    parse_origin(origin)
    root_hash = decode_base64(root, "checkpoint.root")
    if len(root_hash) != HASH_LENGTH:
        raise InvalidRequest(f"checkpoint.root: must be {HASH_LENGTH} bytes")
    return origin, int(size), root_hash


def sign_checkpoint(key: Ed25519PrivateKey, origin: str, size: int, root: bytes) -> bytes:
    """Sign a tree with the node's bound key (rule 3): 64 bytes."""
    return key.sign(checkpoint_text(origin, size, root))


def verify_checkpoint(key: Ed25519PublicKey, origin: str, size: int, root: bytes, signature: bytes) -> None:
    """Check that the node signed this tree of this stream (rules 2 and 3).

    Raises:
        SignatureInvalid: it did not.
    """
    try:
        key.verify(signature, checkpoint_text(origin, size, root))
    except (InvalidSignature, InvalidRequest):
        raise SignatureInvalid(f"the checkpoint of size {size} is not signed by the node's key") from None


def checkpoint_line(origin: str, key: Ed25519PublicKey, signature: bytes) -> SignatureLine:
    """Give the node's line under the note."""
    stream = parse_origin(origin)
    name = node_key_name(stream.trust_domain, stream.agency_id)
    return SignatureLine(name, key_id(name, KeyKind.ED25519, key), signature)
