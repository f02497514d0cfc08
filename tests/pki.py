"""Certificates for tests: valid by default, wrong in one named way each.

    region = Region()                     # root, intermediate, a trust domain; all in memory
    region.node()                         # Identity of node 1 of AGENCY: key and chain, PEM, as a channel wants them
    region.node(agency_id=..., node=2, now=..., key=...)
    region.server()                       # the hub's own
    region.issue(uris=[...], ...)         # anything at all under this region's intermediate
    WRONG                                 # name -> function(region) -> Identity, for parametrize
    channel_credentials(identity, root)   # mutual TLS from a node's side
    server_credentials(identity, root)    # mutual TLS from the hub's side

`Region(constrained=False)` has an intermediate with no name constraints: with it the names that TLS itself would stop
reach the application, which must refuse them too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common.identity.keys import P256PrivateKey, key_pem, make_p256
from common.identity.names import NodeName
from hub.identity.authority import (
    Issuer,
    certificate_der,
    certificate_pem,
    issue_node_leaf,
    issue_server_leaf,
    make_intermediate,
    make_root,
)

TRUST_DOMAIN = "ridgeline.holdfast.internal"
OTHER_TRUST_DOMAIN = "valley.holdfast.internal"
AGENCY = bytes(range(16))
OTHER_AGENCY = bytes(range(16, 32))
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True)
class Identity:
    """A private key with its certificate and what links it to the root."""

    key: P256PrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def key_pem(self) -> bytes:
        return key_pem(self.key)

    @property
    def pem(self) -> bytes:
        """The leaf alone, as gRPC shows it to a server."""
        return certificate_pem(self.certificate)

    @property
    def der(self) -> bytes:
        return certificate_der(self.certificate)

    @property
    def chain_pem(self) -> bytes:
        return self.pem + certificate_pem(self.issuer)

    @property
    def fingerprint(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA256())

    @property
    def auth_context(self) -> dict[str, list[bytes]]:
        """What gRPC tells a server of a TLS 1.3 connection with this certificate."""
        return {"x509_pem_cert": [self.pem], "ssl_tls_version": [b"TLSv1.3"]}


class Region:
    """A region's authority, in memory."""

    def __init__(
        self, trust_domain: str = TRUST_DOMAIN, now: datetime | None = None, *, constrained: bool = True
    ) -> None:
        self.trust_domain = trust_domain
        self.now = now or datetime.now(UTC)
        self.root = make_root(trust_domain, self.now)
        self.intermediate = make_intermediate(self.root, trust_domain, 1, self.now)
        if not constrained:
            self.intermediate = Issuer(self.intermediate.key, without_constraints(self.root, self.intermediate))

    @property
    def root_pem(self) -> bytes:
        return certificate_pem(self.root.certificate)

    def node(
        self,
        agency_id: bytes = AGENCY,
        node: int = 1,
        *,
        now: datetime | None = None,
        key: P256PrivateKey | None = None,
    ) -> Identity:
        """A node's identity, issued as the hub issues it."""
        key = key or make_p256()
        name = NodeName(self.trust_domain, agency_id, node)
        return self._identity(key, issue_node_leaf(self.intermediate, key.public_key(), name, now or self.now))

    def server(self, *, now: datetime | None = None, key: P256PrivateKey | None = None) -> Identity:
        """The hub's own identity."""
        key = key or make_p256()
        leaf = issue_server_leaf(self.intermediate, key.public_key(), self.trust_domain, now or self.now)
        return self._identity(key, leaf)

    def uri(self, agency_id: bytes = AGENCY, node: int = 1) -> str:
        """The URI name of a node of this region."""
        return NodeName(self.trust_domain, agency_id, node).uri

    def issue(
        self,
        *,
        uris: Sequence[str] | None = None,
        dns_names: Sequence[str] = (),
        usages: Sequence[x509.ObjectIdentifier] = (CLIENT,),
        starts: timedelta = timedelta(minutes=-10),
        ends: timedelta = timedelta(days=7),
        authority: bool = False,
    ) -> Identity:
        """A certificate of any kind, by default like a node's.

        Args:
            uris: URI names; None for the one of node 1 of AGENCY.
            starts: from the region's `now` to the start of validity; `ends` likewise to its end.
        """
        key = make_p256()
        names: list[x509.GeneralName] = [
            x509.UniformResourceIdentifier(uri) for uri in ([self.uri()] if uris is None else uris)
        ]
        names += [x509.DNSName(name) for name in dns_names]
        issuer = self.intermediate
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made for a test")]))
            .issuer_name(issuer.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before((self.now + starts).replace(microsecond=0))
            .not_valid_after((self.now + ends).replace(microsecond=0))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(list(usages)), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return self._identity(key, builder.sign(issuer.key, hashes.SHA256()))

    def _identity(self, key: P256PrivateKey, leaf: x509.Certificate) -> Identity:
        return Identity(key, leaf, self.intermediate.certificate)


# Wrong in one way each. TLS stops the first group before any handler. The second reaches the application, which must
# stop it, when the region is `Region(constrained=False)`; with its constraints, TLS stops the other trust domains as
# well.
STOPPED_BY_TLS: dict[str, Callable[[Region], Identity]] = {
    "another CA": lambda region: Region(region.trust_domain, region.now).node(),
    "server-only EKU": lambda region: region.issue(usages=[SERVER]),
    "outside the name constraint": lambda region: region.issue(uris=[_elsewhere(OTHER_TRUST_DOMAIN)]),
    "below the name constraint": lambda region: region.issue(uris=[_elsewhere(f"below.{region.trust_domain}")]),
    "not yet valid": lambda region: region.issue(starts=timedelta(hours=1)),
    "expired": lambda region: region.issue(starts=timedelta(days=-8), ends=timedelta(minutes=-1)),
}
STOPPED_BY_THE_APPLICATION: dict[str, Callable[[Region], Identity]] = {
    "two URI names": lambda region: region.issue(uris=[region.uri(), region.uri(OTHER_AGENCY)]),
    "no name at all": lambda region: region.issue(uris=[]),
    "only a DNS name": lambda region: region.issue(uris=[], dns_names=[f"hub.{region.trust_domain}"]),
    "a URI that is no node's name": lambda region: region.issue(uris=[f"spiffe://{region.trust_domain}/operator/1"]),
    "another trust domain": lambda region: region.issue(uris=[_elsewhere(OTHER_TRUST_DOMAIN)]),
    "a trust domain that ends alike": lambda region: region.issue(uris=[_elsewhere(f"neu-{region.trust_domain}")]),
    "the node's name in capitals": lambda region: region.issue(uris=[_capitals(region)]),
}
WRONG = STOPPED_BY_TLS | STOPPED_BY_THE_APPLICATION


def channel_credentials(identity: Identity | None, root_pem: bytes) -> grpc.ChannelCredentials:
    """Give a node's side of mutual TLS; with no identity it presents no certificate."""
    if identity is None:
        return grpc.ssl_channel_credentials(root_certificates=root_pem)
    return grpc.ssl_channel_credentials(root_pem, identity.key_pem, identity.chain_pem)


def server_credentials(identity: Identity, client_root_pem: bytes | None) -> grpc.ServerCredentials:
    """Give the hub's side: mutual TLS, or server-authenticated TLS when there is no root for clients."""
    return grpc.ssl_server_credentials(
        [(identity.key_pem, identity.chain_pem)],
        root_certificates=client_root_pem,
        require_client_auth=client_root_pem is not None,
    )


def _elsewhere(trust_domain: str) -> str:
    return NodeName(trust_domain, AGENCY, 1).uri


def _capitals(region: Region) -> str:
    return f"spiffe://{region.trust_domain}/agency/{OTHER_AGENCY.hex().upper()}/node/1"


def without_constraints(root: Issuer, intermediate: Issuer) -> x509.Certificate:
    """Certify an intermediate's key again, free to name anything."""
    known = intermediate.certificate
    builder = x509.CertificateBuilder(
        issuer_name=known.issuer,
        subject_name=known.subject,
        public_key=known.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=known.not_valid_before_utc,
        not_valid_after=known.not_valid_after_utc,
    )
    for extension in known.extensions:
        if not isinstance(extension.value, x509.NameConstraints):
            builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(root.key, hashes.SHA256())
