"""Says why the hub is not reached, since gRPC itself says only "unavailable" for every failure of a line or of TLS.

In this order, the first that applies:

1. The hub answered, with words of its own: those are given.
2. The own certificate is expired, or not valid yet by this machine's clock.
3. The hub's name is not resolved; its port refuses; nothing answers; what answers is not the hub that the node joined.
4. The hub's enrollment port says why the uplink does not take the certificate, and what time it is there.

A certificate that is of no more use, without the agency being removed, asks for recovery.

Source: DESIGN.md 3 (WhyRejected), 6; TRUST.md s02, t08.
"""

import asyncio
from datetime import timedelta

from common.clock import Clock
from common.errors import HoldfastError, NotAllowed, NotAuthenticated, TemporarilyUnavailable
from common.identity.names import hub_dns_name
from common.wire.times import moment
from common.wire.v1.codes_pb2 import ErrorKind
from common.wire.v1.enrollment_pb2 import WhyRejectedRequest, WhyRejectedResponse
from node.credentials import Credentials
from node.opened import StoreUnwritable
from node.settings import NodeSettings
from node.uplink import probe
from node.uplink.calls import EnrollmentCalls
from node.uplink.channel import open_enrollment
from node.uplink.connection import Connection
from node.uplink.situation import Situation, skew_words

ASKED_AGAIN_AFTER_S = 15.0  # one diagnosis serves all loops meanwhile
_Reason = WhyRejectedResponse.Reason
_WORDS = {
    _Reason.REASON_EXPIRED: "certificate expired",
    _Reason.REASON_NOT_YET_VALID: "certificate not yet valid by the hub's clock",
    _Reason.REASON_UNKNOWN_ISSUER: "the hub does not know who issued this certificate: if it was made anew, join again",
    _Reason.REASON_EVICTED: "this agency was removed from the region: its operator can invite it again",
    _Reason.REASON_BANNED: "this agency was removed from the region for good: ask the hub's operator",
    _Reason.REASON_SUPERSEDED: "this certificate was replaced by a newer one: does another copy of this node run?",
    _Reason.REASON_NOT_ISSUED_HERE: "the hub has no record of this certificate",
}
_RECOVERABLE = {_Reason.REASON_EXPIRED, _Reason.REASON_SUPERSEDED, _Reason.REASON_NOT_ISSUED_HERE}


class Reasons:
    """Finds the true reason, and keeps it in the situation."""

    def __init__(self, connection: Connection, situation: Situation, settings: NodeSettings, clock: Clock) -> None:
        self._connection = connection
        self._situation = situation
        self._settings = settings
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._found = ""
        self._found_at = -ASKED_AGAIN_AFTER_S

    async def of(self, error: HoldfastError) -> str:
        """Give the reason of a failed call, for a person and the log."""
        if isinstance(error, StoreUnwritable):
            self.note(ErrorKind.ERROR_KIND_STORAGE, str(error))
            return str(error)
        if not isinstance(error, TemporarilyUnavailable | NotAuthenticated | NotAllowed):  # 1
            self.note(ErrorKind.ERROR_KIND_HUB_REFUSED, str(error))
            return str(error)
        async with self._one_at_a_time:
            now_s = asyncio.get_running_loop().time()
            if now_s - self._found_at >= ASKED_AGAIN_AFTER_S or not self._situation.trouble:
                self._found = await self._diagnose(error)
                self._found_at = asyncio.get_running_loop().time()
        return self._found

    async def look(self) -> str:
        """Look at the way to the hub without a call that failed; nothing when all is well."""
        why = await self._diagnose(TemporarilyUnavailable(""))
        return why

    def note(self, kind: int, why: str) -> None:
        """Keep a reason that is known already."""
        self._situation.failed(kind, why, self._clock.now())

    async def _diagnose(self, error: HoldfastError) -> str:
        credentials = self._connection.credentials
        why = self._own_certificate(credentials)  # 2
        if why:
            self.note(ErrorKind.ERROR_KIND_CERTIFICATE, why)
            return why
        address = self._connection.enrollment_address
        roots, dns_name = credentials.roots_pem, hub_dns_name(credentials.name.trust_domain)
        why = await asyncio.to_thread(probe.why_not_reached, address, self._settings.proxy, roots, dns_name)  # 3
        if not why:
            why = await self._ask_hub(credentials, error)  # 4
        else:
            self.note(ErrorKind.ERROR_KIND_HUB_UNREACHABLE, why)
        return why

    def _own_certificate(self, credentials: Credentials) -> str:
        now = self._clock.now()
        if now > credentials.not_after:
            self._situation.ask_for_recovery()
            return f"certificate expired at {credentials.not_after:%Y-%m-%d %H:%M} UTC"
        if now < credentials.not_before - timedelta(minutes=1):
            skew = skew_words(self._situation.clock_ahead) or "look at this machine's clock"
            return f"certificate not yet valid, until {credentials.not_before:%Y-%m-%d %H:%M} UTC: {skew}"
        return ""

    async def _ask_hub(self, credentials: Credentials, error: HoldfastError) -> str:
        channel = open_enrollment(
            self._connection.enrollment_address,
            credentials.roots_pem,
            hub_dns_name(credentials.name.trust_domain),
            self._settings.proxy,
        )
        try:
            calls = EnrollmentCalls(channel, self._settings.call_timeout_s)
            answer = await calls.why_rejected(WhyRejectedRequest(certificate=credentials.leaf))
        except HoldfastError:
            why = f"the hub's enrollment port is reached, its uplink is not: {error}"
            self.note(ErrorKind.ERROR_KIND_HUB_UNREACHABLE, why)
            return why
        finally:
            await channel.close()
        return self._read_answer(answer, error)

    def _read_answer(self, answer: WhyRejectedResponse, error: HoldfastError) -> str:
        now = self._clock.now()
        if answer.HasField("hub_time"):
            self._situation.told_time(moment(answer.hub_time), now)
        skew = skew_words(self._situation.clock_ahead)
        if answer.reason in _RECOVERABLE:
            self._situation.ask_for_recovery()
        words = _WORDS.get(answer.reason)
        if words is None:
            kind = ErrorKind.ERROR_KIND_CLOCK if skew else ErrorKind.ERROR_KIND_HUB_UNREACHABLE
            words = str(error)
        else:
            kind = ErrorKind.ERROR_KIND_CERTIFICATE
        why = f"{words}; {skew}" if skew else words
        self.note(kind, why)
        return why
