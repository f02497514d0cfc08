"""Which agency this node is: stored when it joins, brought up to date when it joins again or recovers."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from common.errors import WrongState
from node.domain.membership import Membership
from node.persistence.membership import add_membership, find_membership, save_membership
from node.persistence.streams import add_stream
from node.use_cases.delivery import raise_epoch


def take_membership(connection: Connection, told: Membership, now: datetime) -> None:
    """Store what a hub said at joining. The first time, the first stream begins; later, ledger and mailbox go on.

    Raises:
        WrongState: this node belongs to another agency or region, or the hub's ledger key is another than before.
    """
    held = find_membership(connection)
    if held is None:
        add_membership(connection, told)
        add_stream(connection, secrets.token_bytes(16), now)
        return
    _check_same(held, told)
    raise_epoch(connection, told.hub_epoch, now)
    renewed = find_membership(connection) or held
    save_membership(
        connection,
        replace(told, hub_epoch=renewed.hub_epoch, mailbox_cursor=renewed.mailbox_cursor, joined_at=held.joined_at),
    )


def _check_same(held: Membership, told: Membership) -> None:
    if (held.trust_domain, held.agency_id) != (told.trust_domain, told.agency_id):
        raise WrongState(
            "this data directory belongs to another agency or region: use a new one, so that no record changes hands"
        )
    if held.hub_ledger_key != told.hub_ledger_key:
        raise WrongState(
            "the hub signs receipts with another key than before: it is not the hub that this ledger's receipts are "
            "from. Ask its operator to restore its ledger key"
        )
