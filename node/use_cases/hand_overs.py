"""Shift hand-over: all open check-ins of one supporter, or some, go to the next one, in one transaction.

Source: DOMAIN.md 3, "Shift hand-over".
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from sqlalchemy import Connection

from common.errors import InvalidRequest, NotFound, WrongState
from common.ids import new_id
from node.domain.hand_over import HandOver, check_receiver, check_undo, goes_back
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import LocalFollowUp, assigned
from node.domain.local_number import CHECK_IN, code_of
from node.persistence import hand_overs, local_follow_ups
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import believed, change, intact
from node.use_cases.local_owners import get_receiver
from node.vault.vault import Vault

SHOWN_FOR = timedelta(days=7)
MOST = 5_000  # check-ins in one hand-over


@dataclass(frozen=True)
class Undone:
    """What became of a hand-over that was undone."""

    back: tuple[LocalFollowUp, ...]
    stayed: tuple[LocalFollowUp, ...]  # the receiver, or somebody else, has touched them since


def hand_over(
    connection: Connection, vault: Vault, doing: Doing, from_supporter: bytes, to_supporter: bytes,
    numbers: Collection[int] | None, pack: Pack, zone: tzinfo,
) -> tuple[HandOver, list[LocalFollowUp], list[str]]:  # fmt: skip
    """Hand open check-ins over; gives them as they are now too, and what to think of though the receiver may.

    Args:
        numbers: which ones; None: all that are open.

    Raises:
        InvalidRequest: to the same supporter, or none is named.
        NotFound: one is not an open check-in of the one who hands over, or there is no such supporter.
        WrongState: there is nothing, the receiver may not own them, or one is flagged; names which.
    """
    if from_supporter == to_supporter:
        raise InvalidRequest("to: hand over to another supporter than the one who has them")
    items = _items(connection, vault, from_supporter, numbers)
    receiver = get_receiver(connection, vault, to_supporter, items, zone, doing.now)
    warnings = check_receiver(receiver, items, pack)
    moved = [
        change(connection, vault, doing, each.id, each.version, lambda held: assigned(held, to_supporter))
        for each in items
    ]
    made = HandOver(
        new_id(doing.now), from_supporter, to_supporter, doing.now, doing.user_id,
        tuple((each.id, each.version) for each in moved),
    )  # fmt: skip
    hand_overs.add_hand_over(connection, made)
    return made, moved, warnings


def undo(connection: Connection, vault: Vault, doing: Doing, made: HandOver) -> Undone:
    """Undo a hand-over: what nobody has touched since goes back; raises WrongState when its hour is over."""
    check_undo(made, doing.now)
    stored = local_follow_ups.find_follow_ups(connection, vault, [id_ for id_, _ in made.items])
    items = believed(stored.values())
    back = tuple(
        change(connection, vault, doing, each.id, each.version, lambda held: assigned(held, made.from_supporter))
        for each in items
        if goes_back(made, each)
    )
    gone = {each.id for each in back}
    hand_overs.mark_undone(connection, made.id, doing.now)
    return Undone(back, tuple(each for each in items if each.id not in gone))


def get_hand_over(connection: Connection, doing: Doing, supporter_id: bytes | None, said: str) -> HandOver:
    """Fetch the hand-over that is meant: its id, or its first digits; the newest, when nothing is said.

    Args:
        supporter_id: of those that this supporter gave or got; None: of all.

    Raises:
        NotFound: there is none.
        InvalidRequest: several are meant.
    """
    every = hand_overs.list_hand_overs(connection, doing.now - SHOWN_FOR, supporter_id)
    found = [each for each in every if each.id.hex().startswith(said.strip().lower())]
    if not found:
        raise NotFound("there is no such hand-over within a week: `holdfast node check-in handed` lists them")
    if said and len(found) > 1:
        raise InvalidRequest("hand-over: several begin so: give more of the id")
    return found[0]


def _items(
    connection: Connection, vault: Vault, from_supporter: bytes, numbers: Collection[int] | None
) -> list[LocalFollowUp]:
    stored = local_follow_ups.list_follow_ups(connection, vault, supporter_id=from_supporter, limit=MOST + 1)
    if len(stored) > MOST:
        raise WrongState(f"more than {MOST} are open: hand them over by their codes")
    if numbers is None:
        if not stored:
            raise WrongState("there is nothing to hand over: no check-in of that supporter is open")
        return [intact(each) for each in stored]
    if not numbers:
        raise InvalidRequest("check-in: say which ones, or all")
    by_number = {each.number: each for each in believed(stored)}
    missing = [code_of(CHECK_IN, number) for number in numbers if number not in by_number]
    if missing:
        raise NotFound(f"{', '.join(missing)}: no open check-in of that supporter; nothing was handed over")
    return [by_number[number] for number in dict.fromkeys(numbers)]
