"""Keeps the node's identity fresh: renews at half of life, recovers when it lapsed. Nobody has to act.

1. At half of the certificate's life, give or take a tenth, or when the hub asks: a new key, proved, and a fresh
   certificate over the present one. The key is stored before it is asked for, so a lost answer is asked for again.
2. The fresh chain is stored, then a new channel is built from it and takes over (`connection.py`).
3. A certificate that is of no more use, because the node was away for too long or a backup brought an old one back, is
   replaced through the enrollment port, proved by the bound key (`recover.py`).

Source: DESIGN.md 4; TRUST.md, known traps.
"""

import hashlib
import logging
import random
from datetime import timedelta

from common.failpoint import reach
from common.identity.keys import point
from common.identity.proofs import prove_renewal
from common.wire.v1.uplink_pb2 import RenewRequest
from node.credentials import Credentials
from node.opened import OpenNode
from node.uplink.connection import Connection
from node.uplink.enrolled import check_chain
from node.uplink.recover import recover
from node.uplink.situation import Situation, set_within

LONGEST_SLEEP_S = 600.0  # so that a clock that was set is noticed
_EARLIEST, _LATEST = 0.45, 0.55  # of life
_log = logging.getLogger(__name__)


class Renew:
    """The loop that keeps the certificate fresh."""

    def __init__(self, node: OpenNode, connection: Connection, situation: Situation) -> None:
        self._node = node
        self._connection = connection
        self._situation = situation
        self._share = random.uniform(_EARLIEST, _LATEST)  # noqa: S311  (spreads load, keeps no secret)

    async def step(self) -> None:
        """Wait until the identity needs care, then give it.

        Raises:
            HoldfastError: the hub was not reached, or refuses; to be tried again.
        """
        await self._wait_until_due()
        credentials = self._connection.credentials
        if self._situation.recovery_wanted or self._node.clock.now() >= credentials.not_after:  # 3
            fresh = await recover(self._node, self._connection)
        else:
            fresh = await self._renew(credentials)
        self._situation.recovery_wanted = False
        self._situation.renewal_wanted.clear()
        self._share = random.uniform(_EARLIEST, _LATEST)  # noqa: S311
        await self._connection.replace(fresh)  # 2

    async def _renew(self, credentials: Credentials) -> Credentials:
        key = self._node.files.next_key()  # 1
        proof = prove_renewal(key, credentials.name, hashlib.sha256(credentials.leaf).digest())
        reach("node.renew.before_send")
        response = await self._connection.calls.renew(RenewRequest(public_key=point(key.public_key()), proof=proof))
        reach("node.renew.after_answer")
        check_chain(response.certificate_chain, response.trust_roots, key.public_key(), credentials.name)
        fresh = self._node.files.save(response.certificate_chain, response.trust_roots)
        _log.info("the certificate was renewed", extra={"good_until": fresh.not_after})
        return fresh

    async def _wait_until_due(self) -> None:
        credentials = self._connection.credentials
        while True:
            due = credentials.not_before + credentials.life * self._share
            seconds = (due - self._node.clock.now()) / timedelta(seconds=1)
            if seconds <= 0 or self._situation.renewal_wanted.is_set():
                return
            await set_within(self._situation.renewal_wanted, min(seconds, LONGEST_SLEEP_S))
