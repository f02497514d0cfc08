"""What this hub issues with: its root certificate and the keys of its intermediates, read from the data directory.

    authority/  root.crt  intermediate-<n>.crt  server.crt (chain)     certificates, PEM; not secret
    secrets/    intermediate-<n>.key  server.key                       keys, PEM; readable by their owner alone

Which intermediate issues is told by the store, so that a rotation takes effect in every hub process with the commit.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.clock import Clock
from common.errors import NotFound, WrongState
from common.identity.keys import P256PublicKey, load_p256, spki
from common.identity.names import NodeName
from hub.domain.credential import Intermediate
from hub.identity.authority import Issuer, certificate_der, certificate_pem, issue_node_leaf
from hub.persistence.region import Region
from hub.settings import HubSettings

ROOT_FILE = "root.crt"


class Issuing:
    """Issues for one region, and knows what a node that joins it has to be told."""

    def __init__(
        self,
        data: Path,
        region: Region,
        settings: HubSettings,
        ledger_key: Ed25519PublicKey,
        certificate_clock: Clock | None = None,
    ) -> None:
        """Read what is issued with.

        Args:
            certificate_clock: when a certificate begins; None: at the moment of the command that asks for it.
        """
        self.data = data
        self.trust_domain = region.trust_domain
        self.hub_epoch = region.hub_epoch
        self.uplink_address = settings.uplink_address
        self.enrollment_address = settings.enrollment_address
        self.hub_ledger_key = ledger_key.public_bytes_raw()
        self.root = read_certificate(data / "authority" / ROOT_FILE)
        self._certificate_clock = certificate_clock
        self._issuers: dict[int, Issuer] = {}

    @property
    def roots(self) -> tuple[bytes, ...]:
        """What nodes trust, DER."""
        return (certificate_der(self.root),)

    @property
    def root_pem(self) -> bytes:
        """The same as the hub's own servers take it."""
        return certificate_pem(self.root)

    def issue(self, intermediate: Intermediate, key: P256PublicKey, name: NodeName, now: datetime) -> bytes:
        """Give a node's certificate, DER."""
        begins = now if self._certificate_clock is None else self._certificate_clock.now()
        return certificate_der(issue_node_leaf(self.issuer(intermediate), key, name, begins))

    def issuer(self, intermediate: Intermediate) -> Issuer:
        """Give an intermediate with its key.

        Raises:
            NotFound: its key file is missing.
            WrongState: its key file cannot be used, or is another one's.
        """
        known = self._issuers.get(intermediate.number)
        if known is None:
            known = load_issuer(self.data, intermediate)
            self._issuers[intermediate.number] = known
        return known


def load_issuer(data: Path, intermediate: Intermediate) -> Issuer:
    """Read an intermediate's key and put it to its certificate; raises as `Issuing.issuer` does."""
    path = key_path(data, intermediate.number)
    key = load_p256(path)
    certificate = x509.load_der_x509_certificate(intermediate.certificate)
    if _spki_of(certificate) != spki(key.public_key()):
        raise WrongState(f"the key file {path.name!r} is not of the stored intermediate: restore it from a backup")
    return Issuer(key, certificate)


def key_path(data: Path, number: int) -> Path:
    """Where an intermediate's key lies."""
    return data / "secrets" / f"intermediate-{number}.key"


def certificate_path(data: Path, number: int) -> Path:
    """Where an intermediate's certificate lies, for people; the store has it too."""
    return data / "authority" / f"intermediate-{number}.crt"


def read_certificate(path: Path) -> x509.Certificate:
    """Read a PEM certificate file.

    Raises:
        NotFound: there is none.
        WrongState: it is damaged.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError:
        raise NotFound(f"the certificate {path.name!r} is missing: restore it from a backup") from None
    except ValueError:
        raise WrongState(f"the certificate {path.name!r} is damaged: restore it from a backup") from None


def _spki_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
