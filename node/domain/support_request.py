"""A member's request for a peer, made with no account: what it says, and what becomes of it.

It is not a request for peers of mutual aid, in which one agency asks another for supporters.

1. waiting -> taken -> answered -> closed. It may be answered without being taken first, taken again by somebody else,
   answered again, and closed from any state but closed.
2. Who asked sees the state and the answer, under their code, and nothing else.
3. A bounded number may wait, and a bounded number be made in an hour: nobody can bury those that are meant.

Source: DOMAIN.md 2 and 3.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from common.errors import InvalidRequest, TooMuch, WrongState

MOST_WAITING, MOST_AN_HOUR = 50, 10
ANSWERED_FOR = timedelta(days=14)  # then it is closed by itself
CLOSED_FOR = timedelta(days=30)  # then it is erased
COMES_ON_DUTY_WITHIN = timedelta(hours=12)
LONGEST = {"named": 100, "contact": 200, "when": 100, "answer": 1000, "taken_by": 100}  # characters


class State(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"


class Wish(StrEnum):
    """Whom somebody wants."""

    ANYONE = "anyone"
    NAMED = "named"
    OUTSIDE = "outside"


class CloseReason(StrEnum):
    """Why it was closed."""

    PEER_FOUND = "peer_found"
    PEER_FROM_OUTSIDE = "peer_from_outside"
    REFERRED_ON = "referred_on"
    NOT_REACHED = "not_reached"
    NOT_WANTED_ANY_MORE = "not_wanted_any_more"
    NOT_MEANT = "not_meant"


OPEN = frozenset({State.WAITING, State.TAKEN, State.ANSWERED})


@dataclass(frozen=True)
class Asked:
    """One version of a request: all that is sealed.

    Args:
        wish: anyone, a named supporter, or somebody from outside the agency.
        named: the supporter who is wished for, in the words of who asks; empty unless named.
        contact: how to be reached; empty: only under the code.
        when: the time that would suit; may be empty.
        kind: what it is about, as the code of a support kind; empty: not said.
        code_key: X25519 public key of the pick-up code: an answer is sealed to it.
        taken_by: who looks after it, in the coordinator's words.
        answer: what was answered last.
        reason: why it was closed.
    """

    wish: Wish
    code_key: bytes
    named: str = ""
    contact: str = ""
    when: str = ""
    kind: str = ""
    taken_by: str = ""
    answer: str = ""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give what is sealed."""
        return asdict(self) | {"wish": self.wish.value, "code_key": self.code_key.hex()}


def asked_of(stored: Mapping[str, Any]) -> Asked:
    """Read what `to_json` gave."""
    return Asked(**dict(stored) | {"wish": Wish(stored["wish"]), "code_key": bytes.fromhex(stored["code_key"])})


def check_room(waiting: int, asked_this_hour: int, crisis_line: str) -> None:
    """Raise TooMuch when no more can be taken in now (3)."""
    if waiting >= MOST_WAITING or asked_this_hour >= MOST_AN_HOUR:
        raise TooMuch(f"too many requests wait here at the moment: speak to any supporter, or call {crisis_line}")


def check_wish(wish: Wish, named: str) -> None:
    """Raise InvalidRequest when a wish does not fit what was said."""
    if (wish is Wish.NAMED) != bool(named):
        raise InvalidRequest("named: say who, if and only if you want a named supporter")


def take(asked: Asked, state: State, by: str) -> tuple[Asked, State]:
    """Have somebody look after it."""
    _check_open(state)
    return replace(asked, taken_by=by), State.TAKEN if state is State.WAITING else state


def answer(asked: Asked, state: State, text: str, by: str) -> tuple[Asked, State]:
    """Answer who asked."""
    _check_open(state)
    return replace(asked, answer=text, taken_by=asked.taken_by or by), State.ANSWERED


def close(asked: Asked, state: State, reason: CloseReason) -> tuple[Asked, State]:
    """Close it."""
    _check_open(state)
    return replace(asked, reason=reason.value), State.CLOSED


def _check_open(state: State) -> None:
    if state is State.CLOSED:
        raise WrongState("this request is closed: whoever asked can ask again")
