"""Checks what a hub certified, before anything of it is kept.

1. The leaf is for the key that was asked for, and names one node of the hub's own region.
2. The chain leads from the leaf to a root that came with it, over the region's intermediate.
3. After the first time, agency, node and region are the ones that this node has.

Source: DESIGN.md 4.
"""

import itertools
from collections.abc import Sequence
from datetime import datetime

from common.errors import InvalidRequest, WrongState
from common.identity.keys import P256PublicKey, spki_hash
from common.identity.names import NodeName
from common.identity.peer import is_issued_by, parse_der
from common.wire.v1.enrollment_pb2 import JoinResponse
from node.domain.membership import Membership

LONGEST_CHAIN = 4
MAX_NAME = 200


def check_chain(chain: Sequence[bytes], roots: Sequence[bytes], key: P256PublicKey, name: NodeName) -> None:
    """Check a chain, DER, leaf first, by the rules 1 to 3.

    Raises:
        WrongState: says what is wrong; the hub's operator must look.
    """
    if not 2 <= len(chain) <= LONGEST_CHAIN or not 1 <= len(roots) <= LONGEST_CHAIN:
        raise WrongState("the hub gave an incomplete chain of certificates")
    try:
        leaf = parse_der(chain[0])
        linked = all(is_issued_by(child, parent) for child, parent in itertools.pairwise(chain))  # 2
        rooted = any(is_issued_by(chain[-1], root) for root in roots)
    except InvalidRequest as error:
        raise WrongState(f"the hub gave a certificate that cannot be read: {error}") from None
    if leaf.spki_hash != spki_hash(key) or leaf.name != name:  # 1, 3
        raise WrongState("the hub gave a certificate for another key or another node than was asked for")
    if not linked or not rooted:
        raise WrongState("the hub gave certificates that do not lead to its root")


def read_membership(response: JoinResponse, now: datetime) -> Membership:
    """Read what a hub says of this node's place; the mailbox starts at its beginning.

    Raises:
        WrongState: a part of it is missing or out of its range.
    """
    fits = (
        len(response.agency_id) == 16
        and len(response.hub_ledger_key) == 32
        and response.uplink_address
        and response.enrollment_address
        and len(response.agency_name) <= MAX_NAME
        and response.agency_name.isprintable()
    )
    if not fits:
        raise WrongState("the hub's answer lacks a part: is it another version? Ask its operator")
    return Membership(
        agency_id=response.agency_id,
        node=response.node,
        trust_domain=response.trust_domain,
        agency_name=response.agency_name,
        hub_ledger_key=response.hub_ledger_key,
        hub_epoch=response.hub_epoch,
        uplink_address=response.uplink_address,
        enrollment_address=response.enrollment_address,
        recovery_number=response.recovery_number,
        mailbox_cursor=0,
        joined_at=now,
    )
