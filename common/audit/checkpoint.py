"""A signature over the audit tree, and the note that an auditor keeps: what is changed later then shows, whoever signs.

1. The text is three lines: origin, size in decimal, root in base64 (C2SP tlog-checkpoint).
2. The origin names the key that signs: `holdfast-audit/<32 hex of the key's hash>`. It says which node's or hub's trail
   this is, and that it is no egress ledger: a signature for one says nothing about the other.
3. Who holds the machine holds the key, and could sign another trail anew. A note that lies elsewhere cannot be changed:
   `verify --since` compares it.

Source: https://c2sp.org/tlog-checkpoint; TRUST.md t02.
"""

import re
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common.errors import InvalidRequest
from common.ledger import SignatureInvalid
from common.ledger.checkpoint import MAX_SIZE, SignedCheckpoint, checkpoint_text
from common.ledger.merkle import HASH_LENGTH
from common.ledger.note import KeyKind, SignatureLine, decode_base64, encode_note, key_id, parse_note

_ORIGIN = "holdfast-audit/"


def audit_origin(key: Ed25519PublicKey) -> str:
    """Name the trail that a key signs (2)."""
    return _ORIGIN + sha256(key.public_bytes_raw()).hexdigest()[:32]


def sign_tree(key: Ed25519PrivateKey, size: int, root: bytes) -> bytes:
    """Sign a tree: 64 bytes."""
    return key.sign(checkpoint_text(audit_origin(key.public_key()), size, root))


def checkpoint_note(key: Ed25519PublicKey, signed: SignedCheckpoint) -> str:
    """Write a signed tree as the note that an auditor keeps (1)."""
    origin = audit_origin(key)
    line = SignatureLine(origin, key_id(origin, KeyKind.ED25519, key), signed.signature)
    return encode_note(checkpoint_text(origin, signed.size, signed.root), [line]).decode()


def read_note(key: Ed25519PublicKey, note: bytes) -> SignedCheckpoint:
    """Read a note that an auditor kept, and check that this key signed it. Words above it are left alone.

    Raises:
        InvalidRequest: it is no such note.
        SignatureInvalid: another key signed it, or it was changed.
    """
    begins = re.search(rb"^" + re.escape(_ORIGIN.encode()), note, re.MULTILINE)
    kept = parse_note(note[begins.start() if begins else 0 :])
    try:
        origin, size, root = kept.text.decode().splitlines()
    except ValueError:
        raise InvalidRequest("checkpoint: not three lines") from None
    if not origin.startswith(_ORIGIN) or not size.isdecimal() or int(size) > MAX_SIZE:
        raise InvalidRequest("checkpoint: not one of an audit trail")
    hashed = decode_base64(root, "checkpoint.root")
    if origin != audit_origin(key) or len(hashed) != HASH_LENGTH:
        raise SignatureInvalid("the checkpoint that you kept is of another trail: another key signed it")
    for line in kept.lines:
        try:
            key.verify(line.signature, kept.text)
        except InvalidSignature:
            continue
        return SignedCheckpoint(int(size), hashed, line.signature)
    raise SignatureInvalid("the checkpoint that you kept is not signed by this trail's key: it was changed")
