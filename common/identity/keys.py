"""The two kinds of keys: P-256 for certificates, Ed25519 for what must outlive them (the bound key, the ledger key)."""

import hashlib
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from common.errors import InvalidRequest, NotAuthenticated, WrongState
from common.storage.files import read_private, write_private

POINT_BYTES = 65  # an uncompressed P-256 point

P256PrivateKey = ec.EllipticCurvePrivateKey
P256PublicKey = ec.EllipticCurvePublicKey
Ed25519PrivateKey = ed25519.Ed25519PrivateKey


def make_p256() -> P256PrivateKey:
    """Make a key for a certificate."""
    return ec.generate_private_key(ec.SECP256R1())


def make_ed25519() -> Ed25519PrivateKey:
    """Make a bound key or a ledger key."""
    return ed25519.Ed25519PrivateKey.generate()


def save_key(path: Path, key: P256PrivateKey | Ed25519PrivateKey) -> None:
    """Write a private key as PEM that only its owner can read."""
    write_private(path, key_pem(key))


def load_p256(path: Path) -> P256PrivateKey:
    """Read a P-256 key.

    Raises:
        NotFound: there is no such file.
        WrongState: others can read it, or it holds something else.
    """
    key = _read(read_private(path), path.name)
    if not isinstance(key, P256PrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise WrongState(f"the key file {path.name!r} holds no P-256 key: restore it from a backup")
    return key


def load_ed25519(path: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 key; raises as `load_p256` does."""
    key = _read(read_private(path), path.name)
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongState(f"the key file {path.name!r} holds no Ed25519 key: restore it from a backup")
    return key


def key_pem(key: P256PrivateKey | Ed25519PrivateKey) -> bytes:
    """Give a private key as PEM (PKCS#8), not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def encrypted_key_pem(key: P256PrivateKey, passphrase: str) -> bytes:
    """Give a private key as PEM (PKCS#8), encrypted under a passphrase."""
    if not passphrase:
        raise InvalidRequest("passphrase: must not be empty")
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def decrypt_key_pem(pem: bytes, passphrase: str) -> P256PrivateKey:
    """Read an encrypted P-256 key.

    Raises:
        NotAuthenticated: the passphrase is wrong, or the content damaged.
    """
    try:
        key = serialization.load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise NotAuthenticated("the root key does not open: wrong passphrase, or not the root key file") from None
    if not isinstance(key, P256PrivateKey):
        raise NotAuthenticated("this file holds no root key")
    return key


def spki(key: P256PublicKey | ed25519.Ed25519PublicKey) -> bytes:
    """Give a public key as DER SubjectPublicKeyInfo."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def spki_hash(key: P256PublicKey) -> bytes:
    """Give the SHA-256 of a public key's SubjectPublicKeyInfo: 32 bytes, the key's pin."""
    return hashlib.sha256(spki(key)).digest()


def point(key: P256PublicKey) -> bytes:
    """Give a P-256 public key as its uncompressed point: 65 bytes."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def read_point(raw: bytes) -> P256PublicKey:
    """Read a P-256 public key from its uncompressed point.

    Raises:
        InvalidRequest: not 65 bytes, or not a point of the curve.
    """
    try:
        if len(raw) != POINT_BYTES:
            raise ValueError
        return P256PublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        raise InvalidRequest(f"public_key: must be an uncompressed P-256 point, {POINT_BYTES} bytes") from None


def _read(pem: bytes, name: str) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise WrongState(f"the key file {name!r} is damaged or encrypted: restore it from a backup") from None
