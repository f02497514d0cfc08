"""A certificate of a console's own, where the agency gives it none: self-signed, ECDSA P-256, for the console's name.

A browser warns of it once; its fingerprint, which `status` shows, is what to compare. It is made anew a month before it
ends.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common.identity.keys import key_pem, make_p256
from common.storage.files import write_private

LASTS = timedelta(days=397)  # browsers refuse longer ones
RENEWED_BEFORE = timedelta(days=30)
CERTIFICATE_NAME, KEY_NAME = "console.crt", "console.key"


def own_certificate(folder: Path, origin: str, now: datetime) -> tuple[Path, Path]:
    """Give the certificate and key of a console, made if there is none that serves.

    Args:
        folder: where they are kept; only its owner can enter it.
        origin: where people open the console.
    """
    certificate, key = folder / CERTIFICATE_NAME, folder / KEY_NAME
    host = urlsplit(origin).hostname or "localhost"
    if not (certificate.exists() and key.exists() and _serves(certificate, host, now)):
        made_key = make_p256()
        write_private(key, key_pem(made_key))
        write_private(certificate, _made(host, made_key, now).public_bytes(Encoding.PEM))
    return certificate, key


def fingerprint(certificate: Path) -> str:
    """Give a certificate's SHA-256 fingerprint, as browsers show it."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(SHA256()).hex(":").upper()


def until(certificate: Path) -> datetime:
    """Give when a certificate ends."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def _serves(path: Path, host: str, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:  # damaged: nothing is lost with it
        return False
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _san(host) in names and now < certificate.not_valid_after_utc - RENEWED_BEFORE


def _made(host: str, key: object, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    began = now.astimezone(UTC) - timedelta(hours=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + LASTS)
        .add_extension(x509.SubjectAlternativeName([_san(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return builder.sign(key, SHA256())  # type: ignore[arg-type]


def _san(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
