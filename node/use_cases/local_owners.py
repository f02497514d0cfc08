"""Whether a supporter may own a check-in: looked up on the roster and on the incident rosters, judged by the pack.

Source: DOMAIN.md 3.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from node.domain.hand_over import Receiver, why_not
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import LocalFollowUp
from node.domain.supervision import supervises
from node.domain.supporter import Availability, Supporter
from node.persistence import members
from node.persistence.bodies import Flagged
from node.use_cases.incident_rosters import presence_of
from node.use_cases.supporters import get_supporter, intact
from node.vault.vault import Vault

_AWAY = {
    Availability.AVAILABLE: "",
    Availability.PAUSED: "takes a break",
    Availability.NOT_YET: "is not designated yet",
    Availability.ENDED: "is no longer a supporter",
}


def get_receiver(
    connection: Connection,
    vault: Vault,
    supporter_id: bytes,
    items: Collection[LocalFollowUp],
    zone: tzinfo,
    now: datetime,
) -> Receiver:
    """Give a supporter as the rules see them, for some check-ins.

    Raises:
        NotFound: there is no such supporter.
        WrongState: the record is flagged.
    """
    supporter = intact(get_supporter(connection, vault, supporter_id))
    away = _AWAY[supporter.availability(now, now.astimezone(zone).date())]
    incidents = sorted({item.incident_id for item in items if item.incident_id is not None})
    there = ((id_, presence_of(connection, vault, id_, supporter_id)) for id_ in incidents)
    return Receiver(
        supporter.code,
        away,
        _supervised(connection, vault, supporter, items),
        tuple((id_, presence) for id_, presence in there if presence is not None),
    )


def owner_allowed(
    connection: Connection,
    vault: Vault,
    supporter_id: bytes | None,
    item: LocalFollowUp,
    pack: Pack,
    zone: tzinfo,
    now: datetime,
) -> bytes | None:
    """Give the supporter when they may own a check-in; None: it belongs on the coordinator's list."""
    if supporter_id is None:
        return None
    receiver = get_receiver(connection, vault, supporter_id, [item], zone, now)
    return None if why_not(receiver, item, pack) else supporter_id


def _supervised(
    connection: Connection, vault: Vault, supporter: Supporter, items: Iterable[LocalFollowUp]
) -> frozenset[bytes]:
    found = members.find_members(connection, vault, {item.member_id for item in items if item.member_id is not None})
    return frozenset(
        id_
        for id_, stored in found.items()
        if not isinstance(stored.member, Flagged) and supervises(supporter, stored.member)
    )
