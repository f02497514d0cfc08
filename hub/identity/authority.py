"""Makes the region's certificates.

    offline root (15 years, path length 1)
    └── region intermediate (2 years, path length 0; may name only the region's URI host and hub.<region>)
        ├── node leaf (7 days, client only, exactly one URI name)
        └── server leaf (30 days, server only, exactly one DNS name)

1. The root's key leaves `hub init` encrypted and is needed again only to make another intermediate.
2. The constraints on the intermediate are critical: whoever steals its key can speak for this region and for no other.
3. A leaf starts ten minutes early, since clocks differ, and never outlives its issuer.
4. Nothing but the public key is taken from whoever asks.

Source: DESIGN.md 4.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common.identity.keys import P256PrivateKey, P256PublicKey, make_p256
from common.identity.names import NodeName, check_trust_domain, hub_dns_name

ROOT_LIFE = timedelta(days=15 * 365)
INTERMEDIATE_LIFE = timedelta(days=2 * 365)
NODE_LIFE = timedelta(days=7)
SERVER_LIFE = timedelta(days=30)
BACKDATED = timedelta(minutes=10)

_CLIENT, _SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True)
class Issuer:
    """A certificate with its key: what can issue."""

    key: P256PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate as DER."""
        return certificate_der(self.certificate)


def make_root(trust_domain: str, now: datetime) -> Issuer:
    """Make a region's root."""
    key = make_p256()
    subject = _subject(check_trust_domain(trust_domain), "region root")
    builder = _builder(subject, subject, key.public_key(), now - BACKDATED, now + ROOT_LIFE)
    builder = _as_authority(builder, path_length=1)
    return Issuer(key, builder.sign(key, hashes.SHA256()))


def make_intermediate(root: Issuer, trust_domain: str, number: int, now: datetime) -> Issuer:
    """Make a region's intermediate.

    Args:
        number: 1 for the first; shown in its name, and in the names of its files.
    """
    key = make_p256()
    subject = _subject(trust_domain, f"region intermediate {number}")
    not_after = min(now + INTERMEDIATE_LIFE, root.certificate.not_valid_after_utc)
    builder = _builder(subject, root.certificate.subject, key.public_key(), now - BACKDATED, not_after)
    builder = _as_authority(builder, path_length=0)
    constraints = x509.NameConstraints(
        permitted_subtrees=[x509.UniformResourceIdentifier(trust_domain), x509.DNSName(hub_dns_name(trust_domain))],
        excluded_subtrees=None,
    )
    builder = builder.add_extension(constraints, critical=True)  # 2
    builder = builder.add_extension(x509.ExtendedKeyUsage([_CLIENT, _SERVER]), critical=False)
    return Issuer(key, _with_issuer(builder, root).sign(root.key, hashes.SHA256()))


def issue_node_leaf(issuer: Issuer, public_key: P256PublicKey, name: NodeName, now: datetime) -> x509.Certificate:
    """Issue a node's certificate."""
    uri = x509.UniformResourceIdentifier(name.uri)
    return _issue_leaf(issuer, public_key, "holdfast node", uri, _CLIENT, now, now + NODE_LIFE)


def issue_server_leaf(issuer: Issuer, public_key: P256PublicKey, trust_domain: str, now: datetime) -> x509.Certificate:
    """Issue the hub's own certificate."""
    dns_name = x509.DNSName(hub_dns_name(trust_domain))
    return _issue_leaf(issuer, public_key, "holdfast hub", dns_name, _SERVER, now, now + SERVER_LIFE)


def certificate_der(certificate: x509.Certificate) -> bytes:
    """Give a certificate as DER."""
    return certificate.public_bytes(serialization.Encoding.DER)


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """Give a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _issue_leaf(
    issuer: Issuer,
    public_key: P256PublicKey,
    subject: str,
    name: x509.GeneralName,
    usage: x509.ObjectIdentifier,
    now: datetime,
    not_after: datetime,
) -> x509.Certificate:
    not_before = max(now - BACKDATED, issuer.certificate.not_valid_before_utc)
    not_after = min(not_after, issuer.certificate.not_valid_after_utc)  # 3
    builder = _builder(_subject("Holdfast", subject), issuer.certificate.subject, public_key, not_before, not_after)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)
    return _with_issuer(builder, issuer).sign(issuer.key, hashes.SHA256())


def _subject(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: P256PublicKey, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before.replace(microsecond=0))
        .not_valid_after(not_after.replace(microsecond=0))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_key_usage(signs_certificates=True), critical=True)


def _with_issuer(builder: x509.CertificateBuilder, issuer: Issuer) -> x509.CertificateBuilder:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return builder.add_extension(identifier, critical=False)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
