"""Comes back after the certificate lapsed: the node proves its bound key on the enrollment port, by itself.

Recoveries are counted on both sides. The key and its request are stored before the first call, and the same request
under the same number gets the same answer, so that a reply which got lost is asked for again. A database that was
restored from a backup may be behind in its count: the hub then names the number it wants.

Source: DESIGN.md 4.
"""

import logging
from dataclasses import replace
from functools import partial

from common.errors import WrongState
from common.failpoint import reach
from common.identity.names import hub_dns_name
from common.identity.proofs import prove_recovery
from common.identity.recovery import find_wanted_number
from common.wire.v1.enrollment_pb2 import JoinResponse, RecoverRequest
from node.credentials import Credentials
from node.domain.membership import Membership
from node.opened import OpenNode
from node.persistence.membership import save_membership
from node.uplink.calls import EnrollmentCalls
from node.uplink.channel import open_enrollment
from node.uplink.connection import Connection
from node.uplink.enrolled import check_chain

_log = logging.getLogger(__name__)


async def recover(node: OpenNode, connection: Connection) -> Credentials:
    """Regain an identity.

    Raises:
        NotAllowed: the agency was removed.
        NotAuthenticated: the hub knows no node with this bound key.
        TemporarilyUnavailable: not reached.
    """
    credentials, membership = connection.credentials, node.membership()
    channel = open_enrollment(
        connection.enrollment_address,
        credentials.roots_pem,
        hub_dns_name(credentials.name.trust_domain),
        node.settings.proxy,
    )
    try:
        calls = EnrollmentCalls(channel, node.settings.call_timeout_s)
        response = await _ask(calls, node, credentials, membership)
    finally:
        await channel.close()
    reach("node.recover.after_answer")
    key, _ = node.files.next_request()
    check_chain(response.certificate_chain, response.trust_roots, key.public_key(), credentials.name)
    counted = replace(membership, recovery_number=response.recovery_number)
    fresh = node.files.save(response.certificate_chain, response.trust_roots)
    await node.written("recovered", partial(save_membership, membership=counted))
    _log.warning(
        "the identity was regained with the bound key",
        extra={"recovery": response.recovery_number, "good_until": fresh.not_after},
    )
    return fresh


async def _ask(
    calls: EnrollmentCalls, node: OpenNode, credentials: Credentials, membership: Membership
) -> JoinResponse:
    number = membership.recovery_number + 1
    try:
        return await calls.recover(_request(node, credentials, number))
    except WrongState as error:
        wanted = find_wanted_number(str(error))
        if wanted is None or wanted == number:
            raise
        _log.warning("the hub counts more recoveries than this node", extra={"counted": number - 1, "wanted": wanted})
    return await calls.recover(_request(node, credentials, wanted))


def _request(node: OpenNode, credentials: Credentials, number: int) -> RecoverRequest:
    key, csr = node.files.next_request()
    return RecoverRequest(
        agency_id=credentials.name.agency_id,
        node=credentials.name.node,
        csr=csr,
        recovery_number=number,
        proof=prove_recovery(node.bound_key, credentials.name, key.public_key(), number),
    )
