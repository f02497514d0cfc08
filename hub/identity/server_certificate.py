"""The hub's own certificate: issued by itself, renewed by itself, and taken up by open ports with no restart.

1. A fresh one is issued when half of its life is over, and when another intermediate has become the active one.
2. Its key stays: join strings that are on their way pin it.
3. Both ports ask for the certificate at each handshake (gRPC's dynamic credentials). A connection that is open stays
   as it is.

Source: DESIGN.md 4; TRUST.md, known traps.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.clock import Clock
from common.errors import NotFound, WrongState
from common.identity.keys import key_pem, load_p256, spki_hash
from common.identity.names import hub_dns_name
from common.identity.peer import PeerCertificate, is_issued_by, parse_der, parse_pem
from common.storage.files import write_private
from hub.domain.credential import Intermediate
from hub.identity.authority import certificate_der, certificate_pem, issue_server_leaf
from hub.identity.issuing import Issuing, read_certificate

SERVER_KEY_FILE = "server.key"
SERVER_CERTIFICATE_FILE = "server.crt"
LOOK_EVERY_S = 60.0
_log = logging.getLogger(__name__)

ActiveIntermediate = Callable[[], Intermediate]


class ServerCertificate:
    """Holds the hub's certificate, and hands it to the ports."""

    def __init__(self, issuing: Issuing, active: ActiveIntermediate, clock: Clock) -> None:
        """Read the certificate; issue one when there is none, or its time has come.

        Args:
            active: reads from the store which intermediate issues now.
        """
        self._issuing = issuing
        self._active = active
        self._clock = clock
        self._path = issuing.data / "authority" / SERVER_CERTIFICATE_FILE
        self._key = load_p256(issuing.data / "secrets" / SERVER_KEY_FILE)
        self._guard = threading.Lock()
        self._pair = (b"", b"")
        self.refresh()

    @property
    def pin(self) -> bytes:
        """What join strings pin: SHA-256 of the SubjectPublicKeyInfo."""
        return spki_hash(self._key.public_key())

    @property
    def chain_pem(self) -> bytes:
        """The present leaf and its intermediate."""
        return self._pair[1]

    def refresh(self) -> bool:
        """Issue a fresh certificate if its time has come; tell whether it had (rule 1)."""
        now = self._clock.now()
        intermediate = self._active()
        with self._guard:
            present = self._present(intermediate)
            if present is not None and not is_due(present, now):
                self._take(self._path.read_bytes())
                return False
            issuer = self._issuing.issuer(intermediate)
            leaf = issue_server_leaf(issuer, self._key.public_key(), self._issuing.trust_domain, now)
            chain = certificate_pem(leaf) + certificate_pem(issuer.certificate)
            write_private(self._path, chain)
            self._take(chain)
            return True

    async def keep_fresh(self) -> None:
        """Look every minute, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if await asyncio.to_thread(self.refresh):
                    _log.info("the hub's own certificate was renewed")
            except Exception:
                _log.exception("the hub's own certificate could not be renewed")  # tried again in a minute

    def for_uplink(self) -> grpc.ServerCredentials:
        """Give the uplink's side of mutual TLS: a client certificate of this region's root is required."""
        return self._credentials(self._issuing.root_pem)

    def for_enrollment(self) -> grpc.ServerCredentials:
        """Give the enrollment port's side: whoever asks has no certificate yet."""
        return self._credentials(None)

    def _credentials(self, client_root_pem: bytes | None) -> grpc.ServerCredentials:
        handed = self._pair

        def configuration() -> grpc.ServerCertificateConfiguration:
            return grpc.ssl_server_certificate_configuration([handed], client_root_pem)

        def fetch() -> Any:  # 3
            nonlocal handed
            if handed is self._pair:
                return None  # nothing new; gRPC's type stubs do not know of this answer
            handed = self._pair
            return configuration()

        return grpc.dynamic_ssl_server_credentials(
            configuration(), fetch, require_client_authentication=client_root_pem is not None
        )

    def _take(self, chain: bytes) -> None:
        if chain != self._pair[1]:  # the ports notice a change by the pair being another object
            self._pair = (key_pem(self._key), chain)

    def _present(self, intermediate: Intermediate) -> PeerCertificate | None:
        """Read the stored certificate, if it is the active intermediate's, for this key and name."""
        try:
            certificate = read_certificate(self._path)
        except (NotFound, WrongState):
            return None  # missing or damaged: another one is issued
        present = parse_pem(certificate_pem(certificate))
        fits = present.spki_hash == self.pin and present.dns_names == (hub_dns_name(self._issuing.trust_domain),)
        return present if fits and is_issued_by(certificate_der(certificate), intermediate.certificate) else None


def is_due(present: PeerCertificate, now: datetime) -> bool:
    """Tell whether half of a certificate's life is over, or its time has not begun."""
    return now < present.not_before or now - present.not_before > (present.not_after - present.not_before) / 2


def read_server_certificate(data: Path) -> PeerCertificate:
    """Read the hub's certificate for a look at it; raises as `read_certificate` does."""
    return parse_der(certificate_der(read_certificate(data / "authority" / SERVER_CERTIFICATE_FILE)))


def server_pin(data: Path) -> bytes:
    """Give what join strings pin, from a data directory."""
    return spki_hash(load_p256(data / "secrets" / SERVER_KEY_FILE).public_key())
