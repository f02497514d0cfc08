"""Receipts: the hub's countersignature over a node's checkpoint (C2SP tlog-cosignature, cosignature/v1).

1. The hub signs `cosignature/v1`, `time <unix seconds>`, then the checkpoint's text, each line with its newline.
2. It signs after its commit, and only the greatest tree that it has of this stream: a receipt says "by this time, hub
   clock, I have, durably, exactly these leaves". The hub cannot deny them, nor can the node claim more.
3. In a note the signature is the time as 8 bytes, big-endian, then the 64 bytes of Ed25519. The key id has its own
   kind, so that neither a checkpoint nor a receipt passes for the other.

Source: https://c2sp.org/tlog-cosignature; DESIGN.md 1 (promises 2 and 3); TRUST.md r01.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common.errors import InvalidRequest
from common.ledger import SignatureInvalid
from common.ledger.checkpoint import (
    SIGNATURE_LENGTH,
    SignedCheckpoint,
    checkpoint_text,
    hub_key_name,
    parse_origin,
)
from common.ledger.note import KeyKind, SignatureLine, key_id

_MAX_TIME_UNIX_S = 2**63 - 1
_TIME_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """A tree and the hub's countersignature over it, not verified."""

    size: int  # leaves
    root: bytes  # 32 bytes
    signed_at_unix_s: int  # hub clock
    signature: bytes  # 64 bytes


def receipt_message(origin: str, size: int, root: bytes, signed_at_unix_s: int) -> bytes:
    """Write what the hub signs (rule 1).

    Raises:
        InvalidRequest: the time, size or root is out of range.
    """
    _check_time(signed_at_unix_s)
    return f"cosignature/v1\ntime {signed_at_unix_s}\n".encode() + checkpoint_text(origin, size, root)


def countersign(key: Ed25519PrivateKey, origin: str, size: int, root: bytes, signed_at_unix_s: int) -> bytes:
    """Countersign a tree with the hub's ledger key: 64 bytes. The caller keeps rule 2."""
    return key.sign(receipt_message(origin, size, root, signed_at_unix_s))


def verify_receipt(
    key: Ed25519PublicKey, origin: str, size: int, root: bytes, signed_at_unix_s: int, signature: bytes
) -> None:
    """Check that the hub countersigned this tree of this stream at this time (rule 1).

    Raises:
        SignatureInvalid: it did not.
    """
    try:
        key.verify(signature, receipt_message(origin, size, root, signed_at_unix_s))
    except (InvalidSignature, InvalidRequest):
        raise SignatureInvalid(f"the receipt of size {size} is not signed by the hub's key") from None


def receipt_line(origin: str, key: Ed25519PublicKey, receipt: Receipt) -> SignatureLine:
    """Give the hub's line under the note of the checkpoint (rule 3).

    Raises:
        InvalidRequest: the receipt's time is out of range.
    """
    _check_time(receipt.signed_at_unix_s)
    name = hub_key_name(parse_origin(origin).trust_domain)
    timed_signature = receipt.signed_at_unix_s.to_bytes(_TIME_LENGTH, "big") + receipt.signature
    return SignatureLine(name, key_id(name, KeyKind.COSIGNATURE_V1, key), timed_signature)


def parse_timed_signature(timed_signature: bytes) -> tuple[int, bytes]:
    """Read the time, unix seconds, and the 64 bytes out of a receipt's line.

    Raises:
        InvalidRequest: not 72 bytes.
    """
    if len(timed_signature) != _TIME_LENGTH + SIGNATURE_LENGTH:
        raise InvalidRequest(f"receipt: must be {_TIME_LENGTH + SIGNATURE_LENGTH} bytes")
    return int.from_bytes(timed_signature[:_TIME_LENGTH], "big"), timed_signature[_TIME_LENGTH:]


def by_size(
    checkpoints: Iterable[SignedCheckpoint], receipts: Iterable[Receipt]
) -> Iterator[tuple[int, SignedCheckpoint | None, list[Receipt]]]:
    """Bring checkpoints and receipts, each ascending by size, together: all that is signed about one size at a time."""
    waiting = iter(receipts)
    receipt = next(waiting, None)
    for checkpoint in checkpoints:
        while receipt is not None and receipt.size < checkpoint.size:
            yield receipt.size, None, [receipt]
            receipt = next(waiting, None)
        same_size = []
        while receipt is not None and receipt.size == checkpoint.size:
            same_size.append(receipt)
            receipt = next(waiting, None)
        yield checkpoint.size, checkpoint, same_size
    while receipt is not None:
        yield receipt.size, None, [receipt]
        receipt = next(waiting, None)


def _check_time(signed_at_unix_s: int) -> None:
    if not 0 <= signed_at_unix_s <= _MAX_TIME_UNIX_S:
        raise InvalidRequest("receipt.signed_at_unix_s: must be 0 or more, within 63 bits")
