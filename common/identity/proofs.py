"""What is signed to prove who asks, byte for byte.

Each statement starts with a line of its own kind, then its parts in order, each behind its length in four bytes (big
endian). So no statement can be taken for one of another kind, and no two lists of parts have the same bytes.

    joining    bound key (Ed25519)        SHA-256 of the join secret, SPKI of the CSR's key
    recovery   bound key (Ed25519)        trust domain, agency id, node (2 bytes), SPKI of the CSR's key,
                                          recovery number (8 bytes)
    renewal    the new key (P-256, r||s)  trust domain, agency id, node (2 bytes), the new key (65 bytes),
                                          SHA-256 of the present certificate (DER)

Joining binds the secret as well as the key: a proof that was read elsewhere joins nothing else. Renewal is asked for
over the old certificate, which proves the old key; the proof shows that whoever asks holds the new one.

Source: DESIGN.md 4.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from common.errors import InvalidRequest, NotAuthenticated
from common.identity.keys import Ed25519PrivateKey, P256PrivateKey, P256PublicKey, point, read_point, spki
from common.identity.names import NodeName

_JOINING = b"holdfast v1 joining\n"
_RECOVERY = b"holdfast v1 recovery\n"
_RENEWAL = b"holdfast v1 renewal\n"
_ECDSA = ec.ECDSA(hashes.SHA256())
_SCALAR_BYTES = 32


def prove_joining(bound_key: Ed25519PrivateKey, secret: bytes, csr_key: P256PublicKey) -> bytes:
    """Sign for joining: 64 bytes."""
    return bound_key.sign(_joining(secret, csr_key))


def verify_joining(bound_key: bytes, proof: bytes, secret: bytes, csr_key: P256PublicKey) -> None:
    """Check a proof for joining, or raise InvalidRequest: whoever sends it made it wrong."""
    if not _is_ed25519(bound_key, proof, _joining(secret, csr_key)):
        raise InvalidRequest("bound_key_proof: is not the bound key's signature for this secret and CSR")


def prove_recovery(bound_key: Ed25519PrivateKey, name: NodeName, csr_key: P256PublicKey, number: int) -> bytes:
    """Sign for a recovery: 64 bytes."""
    return bound_key.sign(_recovery(name, csr_key, number))


def verify_recovery(bound_key: bytes, proof: bytes, name: NodeName, csr_key: P256PublicKey, number: int) -> None:
    """Check a proof for a recovery, or raise NotAuthenticated."""
    if not _is_ed25519(bound_key, proof, _recovery(name, csr_key, number)):
        raise NotAuthenticated("this is not proved by the key that the node joined with")


def prove_renewal(new_key: P256PrivateKey, name: NodeName, present_certificate_sha256: bytes) -> bytes:
    """Sign for a renewal: 64 bytes, r then s."""
    statement = _renewal(name, point(new_key.public_key()), present_certificate_sha256)
    r, s = decode_dss_signature(new_key.sign(statement, _ECDSA))
    return r.to_bytes(_SCALAR_BYTES, "big") + s.to_bytes(_SCALAR_BYTES, "big")


def verify_renewal(new_point: bytes, proof: bytes, name: NodeName, present_certificate_sha256: bytes) -> P256PublicKey:
    """Check a proof for a renewal and give the new key.

    Raises:
        InvalidRequest: `public_key` is no point of the curve, or `proof` is not its signature.
    """
    key = read_point(new_point)
    if len(proof) != 2 * _SCALAR_BYTES:
        raise InvalidRequest(f"proof: must be exactly {2 * _SCALAR_BYTES} bytes")
    r, s = int.from_bytes(proof[:_SCALAR_BYTES], "big"), int.from_bytes(proof[_SCALAR_BYTES:], "big")
    statement = _renewal(name, new_point, present_certificate_sha256)
    try:
        key.verify(encode_dss_signature(r, s), statement, _ECDSA)
    except InvalidSignature:
        raise InvalidRequest("proof: is not the new key's signature over the present certificate") from None
    return key


def _joining(secret: bytes, csr_key: P256PublicKey) -> bytes:
    return _statement(_JOINING, hashlib.sha256(secret).digest(), spki(csr_key))


def _recovery(name: NodeName, csr_key: P256PublicKey, number: int) -> bytes:
    return _statement(_RECOVERY, *_parts(name), spki(csr_key), number.to_bytes(8, "big"))


def _renewal(name: NodeName, new_point: bytes, present_certificate_sha256: bytes) -> bytes:
    return _statement(_RENEWAL, *_parts(name), new_point, present_certificate_sha256)


def _parts(name: NodeName) -> tuple[bytes, bytes, bytes]:
    return name.trust_domain.encode("ascii"), name.agency_id, name.node.to_bytes(2, "big")


def _statement(kind: bytes, *parts: bytes) -> bytes:
    return kind + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _is_ed25519(public_key: bytes, signature: bytes, statement: bytes) -> bool:
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True
