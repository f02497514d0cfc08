"""A shift hand-over: open check-ins go from one supporter to the next, all in one step, or none.

1. What is handed over is open and belongs to the one who hands over; each item is named with the version it then has.
2. The one who receives must be in office and available, may not supervise the member (`supervision`), and may not
   have been at the item's incident, where the jurisdiction's pack says so. One item that may not go keeps all: it is
   named.
3. Both see it: who had them, and who has them.
4. For an hour it may be undone: what the receiver has not touched goes back, the rest stays and is named.

Source: DOMAIN.md 3, "Shift hand-over".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.errors import WrongState
from node.domain.incident_roster import Presence
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import LocalFollowUp
from node.domain.supervision import is_assignment_refused, why_not_supervisor

UNDO_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Receiver:
    """Who is to own something, as the rules see them.

    Args:
        away_because: in a few words; empty when available.
        supervises: members whom this supporter supervises, of those concerned.
        present_at: incidents at which the supporter was, of those concerned.
    """

    code: str
    away_because: str = ""
    supervises: frozenset[bytes] = frozenset()
    present_at: tuple[tuple[bytes, Presence], ...] = ()


@dataclass(frozen=True)
class HandOver:
    """One that took place.

    Args:
        items: id of each check-in, and the version that it got by it.
    """

    id: bytes
    from_supporter: bytes
    to_supporter: bytes
    at: datetime
    by_user: bytes
    items: tuple[tuple[bytes, int], ...]
    undone_at: datetime | None = None


def why_not(receiver: Receiver, item: LocalFollowUp, pack: Pack) -> str:
    """Say why a supporter may not own a check-in (2); empty when they may."""
    if receiver.away_because:
        return f"{receiver.code} {receiver.away_because}"
    supervising = _supervising(receiver, item, pack)
    if supervising and is_assignment_refused(pack):
        return supervising
    presence = dict(receiver.present_at).get(item.incident_id or b"")
    if pack.witness_loses_privilege and presence is not None:
        return f"{receiver.code} was at the incident ({presence}), and has no privilege for it in {pack.title}"
    return ""


def _supervising(receiver: Receiver, item: LocalFollowUp, pack: Pack) -> str:
    reason = why_not_supervisor([pack], supervises_person=item.member_id in receiver.supervises)
    return f"{receiver.code} {reason}" if reason else ""


def check_receiver(receiver: Receiver, items: Sequence[LocalFollowUp], pack: Pack) -> list[str]:
    """Check that a supporter may own every one of some check-ins (2), and give what to think of though they may.

    Raises:
        WrongState: names each that may not go, and why.
    """
    if receiver.away_because:
        raise WrongState(f"{receiver.code} {receiver.away_because}: choose another supporter; nothing was changed")
    reasons: dict[str, list[str]] = {}
    for item in items:
        if reason := why_not(receiver, item, pack):
            reasons.setdefault(reason, []).append(item.code)
    if reasons:
        told = "; ".join(f"{reason}: {', '.join(codes)}" for reason, codes in reasons.items())
        raise WrongState(f"{told}. Nothing was changed: give these to somebody else first")
    return [f"{why}: {item.code}" for item in items if (why := _supervising(receiver, item, pack))]


def check_undo(hand_over: HandOver, now: datetime) -> None:
    """Check that a hand-over may still be undone (4); raises WrongState."""
    if hand_over.undone_at is not None:
        raise WrongState("this hand-over was undone already")
    if not hand_over.at <= now <= hand_over.at + UNDO_WITHIN:
        raise WrongState("a hand-over is undone within an hour; hand the check-ins over the other way instead")


def goes_back(hand_over: HandOver, item: LocalFollowUp) -> bool:
    """Tell whether nobody has touched an item since it was handed over (4)."""
    return item.is_open and (item.id, item.version) in hand_over.items and item.supporter_id == hand_over.to_supporter
