"""Follow-ups by what is needed of this agency: picked, ordered and counted in the store, page by page."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from common.followup.state import CLOSED, NO_OFFER
from node.domain.follow_up import KnownFollowUp
from node.persistence.follow_ups import TABLE, known_of

_T = TABLE.c
_DUE = func.coalesce(_T.accept_by, _T.next_check_in, case((_T.first_contact_at.is_(None), _T.contact_by)))


class Needed(StrEnum):
    """What a follow-up needs of this agency; the one that is most urgent comes first."""

    OFFERS = "offers"  # offered to this agency: an answer
    OVERDUE = "overdue"  # this agency's, and something should have been done by now
    OURS = "ours"  # this agency's, and in time
    OTHERS = "others"  # opened here, another agency is accountable: nothing but to know
    CLOSED = "closed"
    # What several at once may be done with: this agency's that are open, and among them
    OPEN = "open"
    UNOFFERED = "unoffered"  # those that nobody is offered
    UNCONTACTED = "uncontacted"  # those whose person nobody has reached


KINDS = (Needed.OFFERS, Needed.OVERDUE, Needed.OURS, Needed.OTHERS, Needed.CLOSED)  # each follow-up is in one of them


def list_needed(
    connection: Connection,
    own: bytes,
    needed: Needed,
    now: datetime,
    limit: int,
    offset: int = 0,
    incident_id: bytes | None = None,
) -> tuple[list[KnownFollowUp], int]:
    """List what needs the same, what is due first first, and tell how many there are in all.

    Args:
        incident_id: only those of this incident.
    """
    wanted = [*_wanted(own, needed, now), *([] if incident_id is None else [_T.incident_id == incident_id])]
    count = connection.execute(select(func.count()).select_from(TABLE).where(*wanted)).scalar_one()
    order = (_T.closed_at.desc(),) if needed is Needed.CLOSED else (_DUE.is_(None), _DUE)
    query = select(TABLE).where(*wanted).order_by(*order, _T.id).limit(limit).offset(offset)
    return [known_of(row) for row in connection.execute(query)], int(count)


def _wanted(own: bytes, needed: Needed, now: datetime) -> list[ColumnElement[bool]]:
    is_open: ColumnElement[bool] = _T.work != CLOSED
    is_ours: ColumnElement[bool] = _T.accountable == own
    is_late: ColumnElement[bool] = func.coalesce(now >= _DUE, False)
    offered: Any = func.instr(_T.offered_to, own.hex()) > 0
    return {
        Needed.OFFERS: [is_open, ~is_ours, _T.offer != NO_OFFER, offered],
        Needed.OVERDUE: [is_open, is_ours, is_late],
        Needed.OURS: [is_open, is_ours, ~is_late],
        Needed.OTHERS: [is_open, ~is_ours, _T.origin == own],
        Needed.CLOSED: [~is_open, is_ours | (_T.origin == own)],
        Needed.OPEN: [is_open, is_ours],
        Needed.UNOFFERED: [is_open, is_ours, _T.offer == NO_OFFER],
        Needed.UNCONTACTED: [is_open, is_ours, _T.first_contact_at.is_(None)],
    }[needed]
