"""The node's keys and certificates, as files of its data directory.

    secrets/   bound.key (Ed25519)  identity.key, identity-next.key, identity-next.csr (P-256)
    identity/  chain.pem (leaf, region intermediate)  roots.pem

1. A key is written before anybody is asked to certify it, so that a reply which got lost can be asked for again.
2. A new chain is written before its key takes the place of the old one. Which key belongs to the chain is told by the
   certificate itself, so that a crash between the two leaves nothing broken.

Source: DESIGN.md 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from common.errors import NotFound, WrongState
from common.failpoint import reach
from common.identity.keys import (
    Ed25519PrivateKey,
    P256PrivateKey,
    key_pem,
    load_ed25519,
    load_p256,
    make_ed25519,
    make_p256,
    save_key,
    spki_hash,
)
from common.identity.names import NodeName
from common.identity.peer import parse_der
from common.identity.requests import make_csr
from common.storage.files import read_private, write_private


@dataclass(frozen=True)
class Credentials:
    """What the node proves itself with, at present."""

    name: NodeName
    key: P256PrivateKey
    leaf: bytes  # DER
    chain_pem: bytes  # leaf, region intermediate
    roots_pem: bytes
    not_before: datetime
    not_after: datetime

    @property
    def key_pem(self) -> bytes:
        """The private key as gRPC takes it."""
        return key_pem(self.key)

    @property
    def life(self) -> timedelta:
        """How long the certificate is good for."""
        return self.not_after - self.not_before


class CredentialFiles:
    """Reads and writes them."""

    def __init__(self, data: Path) -> None:
        self.secrets = data / "secrets"
        self._identity = data / "identity"
        self._chain = self._identity / "chain.pem"
        self._roots = self._identity / "roots.pem"
        self._key = self.secrets / "identity.key"
        self._next_key = self.secrets / "identity-next.key"
        self._next_csr = self.secrets / "identity-next.csr"

    def prepare(self) -> None:
        """Make the folders, readable by their owner alone."""
        for folder in (self.secrets, self._identity):
            folder.mkdir(mode=0o700, exist_ok=True)

    @property
    def is_joined(self) -> bool:
        """Tell whether a hub has certified this node: the chain is written last."""
        return self._chain.exists()

    def is_waiting_with(self, key_hash: bytes) -> bool:
        """Tell whether the key with this hash was sent to be certified, and no chain for it was written yet."""
        if not self._next_key.exists():
            return False
        kept = load_p256(self._next_key)
        return spki_hash(kept.public_key()) == key_hash and not self._is_certified(kept)

    def bound_key(self) -> Ed25519PrivateKey:
        """Read the key that proves the node ever after; raises NotFound when it is gone."""
        return load_ed25519(self.secrets / "bound.key")

    def make_bound_key(self) -> Ed25519PrivateKey:
        """Read the bound key; make it at the first call."""
        path = self.secrets / "bound.key"
        if not path.exists():
            save_key(path, make_ed25519())
        return load_ed25519(path)

    def next_key(self) -> P256PrivateKey:
        """Give the key to be certified next: the one kept from an attempt that got no reply, or a new one (rule 1)."""
        if self._next_key.exists():
            kept = load_p256(self._next_key)
            if not self._is_certified(kept):
                return kept
            save_key(self._key, kept)  # a crash came between the two steps of rule 2
        self._next_csr.unlink(missing_ok=True)
        save_key(self._next_key, make_p256())
        return load_p256(self._next_key)

    def next_request(self) -> tuple[P256PrivateKey, bytes]:
        """Give the next key with its request (DER), the same at each call until it is certified."""
        key = self.next_key()
        if not self._next_csr.exists():
            write_private(self._next_csr, make_csr(key))
        return key, read_private(self._next_csr)

    def load(self) -> Credentials:
        """Read the present credentials.

        Raises:
            NotFound: the node has not joined, or a file is gone.
            WrongState: the files do not belong together.
        """
        if not self.is_joined:
            raise NotFound("this node has no certificate: run `holdfast node join` with the string from its operator")
        chain_pem, roots_pem = read_private(self._chain), read_private(self._roots)
        leaf = _leaf(chain_pem)
        peer = parse_der(leaf)
        if peer.name is None:
            raise WrongState("the certificate in identity/ names no node: restore the data directory from a backup")
        for path in (self._key, self._next_key):  # rule 2
            if path.exists() and spki_hash((key := load_p256(path)).public_key()) == peer.spki_hash:
                return Credentials(peer.name, key, leaf, chain_pem, roots_pem, peer.not_before, peer.not_after)
        raise WrongState("no key in secrets/ belongs to the certificate in identity/: restore both from one backup")

    def save(self, chain: Sequence[bytes], roots: Sequence[bytes]) -> Credentials:
        """Store what a hub certified for the next key, then let that key take its place (rule 2)."""
        write_private(self._roots, _pem(roots))
        reach("node.identity.after_roots")
        write_private(self._chain, _pem(chain))
        reach("node.identity.after_chain")
        credentials = self.load()
        save_key(self._key, credentials.key)
        reach("node.identity.after_key")
        self._next_key.unlink(missing_ok=True)
        self._next_csr.unlink(missing_ok=True)
        return credentials

    def _is_certified(self, key: P256PrivateKey) -> bool:
        """Tell whether the present chain names this key."""
        if not self.is_joined:
            return False
        return spki_hash(key.public_key()) == parse_der(_leaf(read_private(self._chain))).spki_hash


def _leaf(chain_pem: bytes) -> bytes:
    return x509.load_pem_x509_certificates(chain_pem)[0].public_bytes(Encoding.DER)


def _pem(certificates: Sequence[bytes]) -> bytes:
    return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in certificates)
