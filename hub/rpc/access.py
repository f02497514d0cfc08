"""Who may call what, and the check of each call.

1. `METHODS` is the one table of every method on the network; a test proves that it is complete. Names are matched
   whole.
2. The certificate of each call is checked (common/identity/peer.py): TLS 1.3, one URI name, own trust domain, valid
   now.
3. Its fingerprint must be on the allow-list, for the very node that it names, and not replaced by a newer one.
4. Nothing else says who calls: metadata and proxy headers are not read.
5. A refusal is audited, once a minute for one certificate and status, so that a flood of them does not fill the trail.
6. The first call with a renewed certificate lets the ones that it replaces run out.

The allow-list is kept in memory and read again after each commit that changed it.

Source: DESIGN.md 4, "On every call"; TRUST.md s02, s03, s05, s09, e04.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Connection

from common.clock import Clock
from common.errors import HoldfastError, NotAllowed, NotAuthenticated, TemporarilyUnavailable
from common.identity.peer import AuthContext, PeerIdentity, check_validity, identify, parse_pem
from common.rpc.status import status_of
from hub.domain.credential import Admission, Caller, Phase
from hub.persistence import audit, credentials, intermediates
from hub.persistence.transaction import Transaction
from hub.use_cases.renewal import first_use

__all__ = ["ENROLLMENT", "METHODS", "UPLINK", "Access", "Caller", "Role"]

UPLINK = "holdfast.v1.Uplink"
ENROLLMENT = "holdfast.v1.Enrollment"
AUDIT_EVERY = timedelta(minutes=1)
REFUSALS_KEPT = 1024
_REMOVED = "this certificate is not on the region's list: the enrollment port's WhyRejected says why"
_log = logging.getLogger(__name__)


class Role(Enum):
    """Who may call a method."""

    ANYONE = "anyone"  # server-authenticated TLS; the method proves whatever it needs
    NODE = "node"  # a joined node, or a regional hub, by its certificate


METHODS: Mapping[str, Role] = {
    f"/{ENROLLMENT}/Join": Role.ANYONE,
    f"/{ENROLLMENT}/Recover": Role.ANYONE,
    f"/{ENROLLMENT}/WhyRejected": Role.ANYONE,
    f"/{UPLINK}/Push": Role.NODE,
    f"/{UPLINK}/Watch": Role.NODE,
    f"/{UPLINK}/Heartbeat": Role.NODE,
    f"/{UPLINK}/Renew": Role.NODE,
}


class CallContext(Protocol):
    """What a call says about its connection."""

    def auth_context(self) -> AuthContext: ...


class Submitting(Protocol):
    """The writer, as this file uses it."""

    def submit(self, command: Callable[[Transaction, datetime], Any], /) -> Awaitable[Any]: ...


class Access:
    """The allow-list in memory, and the check of each call against it. Used on the event loop only."""

    def __init__(self, trust_domain: str, clock: Clock, writer: Submitting) -> None:
        self._trust_domain = trust_domain
        self._clock = clock
        self._writer = writer
        self._admissions: dict[bytes, Admission] = {}
        self._active_intermediate = 0
        self._audited: OrderedDict[tuple[bytes, str], datetime] = OrderedDict()
        self._background: set[asyncio.Future[Any]] = set()
        self._reported: set[bytes] = set()

    def refresh(self, connection: Connection) -> None:
        """Read the allow-list again."""
        self._admissions = credentials.allow_list(connection, self._clock.now())
        active = intermediates.find_in_phase(connection, Phase.ACTIVE)
        self._active_intermediate = 0 if active is None else active.number
        self._reported &= {each for each, admission in self._admissions.items() if admission.replaces}

    async def caller(self, context: CallContext, method: str) -> Caller:
        """Say who makes a call, or refuse it.

        Args:
            method: the uplink's method, as the contract spells it.

        Raises:
            NotAuthenticated: no certificate, not TLS 1.3, or not valid now.
            NotAllowed: the certificate names no node of this region, or is not on the allow-list.
        """
        auth_context = context.auth_context()
        try:
            return self._decide(auth_context, f"/{UPLINK}/{method}")
        except (NotAuthenticated, NotAllowed) as refusal:
            await self._note(auth_context, f"Uplink.{method}", refusal)
            raise

    async def note_refusal(self, context: CallContext, method: str, refusal: HoldfastError) -> None:
        """Audit and log that a method refused a caller whose certificate is good, by rule 5."""
        await self._note(context.auth_context(), f"Uplink.{method}", refusal)

    def still_valid(self, caller: Caller) -> None:
        """Raise what a new call of a caller would be refused with; for streams that stay open."""
        now = self._clock.now()
        if now > caller.not_after:
            check_validity(caller.not_after, caller.not_after, now)
        self._admitted(caller.fingerprint, now)

    def should_renew(self, caller: Caller) -> bool:
        """Tell whether the hub wants a caller to renew now: its certificate is not the active intermediate's."""
        admission = self._admissions.get(caller.fingerprint)
        return admission is not None and admission.intermediate != self._active_intermediate

    async def settle(self) -> None:
        """Wait for what was written in the background. For an orderly end."""
        await asyncio.gather(*self._background, return_exceptions=True)

    def _decide(self, auth_context: AuthContext, method: str) -> Caller:
        if METHODS.get(method) is not Role.NODE:  # 1
            raise NotAllowed("a node's certificate does not give this call")
        now = self._clock.now()
        identity = identify(auth_context, self._trust_domain, now)  # 2
        admission = self._admitted(identity.fingerprint, now)  # 3
        if (admission.agency_id, admission.node) != (identity.name.agency_id, identity.name.node):
            raise NotAllowed(_REMOVED)
        if admission.replaces and identity.fingerprint not in self._reported:
            self._note_first_use(identity)
        return Caller(admission.agency_id, admission.node, identity.fingerprint, identity.not_after)

    def _admitted(self, fingerprint: bytes, now: datetime) -> Admission:
        admission = self._admissions.get(fingerprint)
        if admission is None or (admission.ends_at is not None and now >= admission.ends_at):
            raise NotAllowed(_REMOVED)
        return admission

    def _note_first_use(self, identity: PeerIdentity) -> None:  # 6
        self._reported.add(identity.fingerprint)
        future = asyncio.ensure_future(self._writer.submit(partial(first_use, identity.fingerprint)))
        self._background.add(future)
        future.add_done_callback(partial(self._first_use_written, identity.fingerprint))

    def _first_use_written(self, fingerprint: bytes, future: "asyncio.Future[Any]") -> None:
        self._background.discard(future)
        if not future.cancelled() and future.exception() is not None:
            self._reported.discard(fingerprint)  # tried again with the next call

    async def _note(self, auth_context: AuthContext, action: str, refusal: HoldfastError) -> None:  # 5
        code = status_of(refusal).name
        actor, fingerprint = _who(auth_context)
        if not self._is_news((fingerprint, code), self._clock.now()):
            return
        extra = {"action": action, "actor": actor, "code": code, "fingerprint": fingerprint}
        _log.warning("a call was refused", extra=extra)

        def record(tx: Transaction, now: datetime) -> None:
            audit.record(tx.connection, now, actor, action, fingerprint.hex() or "no certificate", f"refused: {code}")

        try:
            await self._writer.submit(record)
        except TemporarilyUnavailable:
            return  # the hub is stopping; the log has it

    def _is_news(self, key: tuple[bytes, str], now: datetime) -> bool:
        last = self._audited.pop(key, None)
        news = last is None or now - last >= AUDIT_EVERY
        self._audited[key] = now if last is None or news else last
        if len(self._audited) > REFUSALS_KEPT:
            self._audited.popitem(last=False)
        return news


def _who(auth_context: AuthContext) -> tuple[str, bytes]:
    """Name a refused caller as far as its certificate does; nothing of it is proved to be true."""
    pems = tuple(auth_context.get("x509_pem_cert", ()))
    if len(pems) != 1:
        return "unknown", b""
    try:
        peer = parse_pem(pems[0])
    except HoldfastError:
        return "unknown", b""
    if peer.name is None:
        return "unknown", peer.fingerprint
    return f"node {peer.name.agency_id.hex()}/{peer.name.node}", peer.fingerprint
