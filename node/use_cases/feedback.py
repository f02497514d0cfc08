"""Anonymous feedback: codes are issued, a code is used for one rating, ratings are counted.

1. A code is told once, when it is issued. What is kept is a blind digest and the month.
2. Using a code and counting the rating are one transaction, and nothing in the store links the two.
3. No line of the trail or the log tells that somebody rated, since it would tell when. Issuing is told, as a number.
4. A wrong code and a used one get the same answer; after some wrong ones nobody can rate until the hour is over.

Source: DOMAIN.md 3, "Anonymous feedback"; TRUST.md e05.
"""

import os
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import InvalidRequest, TooMuch
from node.domain.one_time_code import RANDOM_BYTES, code_from
from node.persistence import feedback, guesses
from node.persistence.audit import TRAIL
from node.persistence.guesses import Purpose
from node.vault.vault import Vault

MOST_ISSUED = 500
MOST_WRONG = 30  # in an hour
GOOD_FOR_MONTHS = 12


def issue(
    connection: Connection,
    vault: Vault,
    by: str,
    count: int,
    now: datetime,
    zone: ZoneInfo,
    random: Callable[[int], bytes] = os.urandom,
) -> list[str]:
    """Make codes, and give them (1)."""
    if type(count) is not int or not 1 <= count <= MOST_ISSUED:
        raise InvalidRequest(f"count: must be 1 to {MOST_ISSUED}")
    codes = [code_from(random(RANDOM_BYTES)) for _ in range(count)]
    month = _month(now, zone)
    feedback.forget_codes(connection, _earlier(month, GOOD_FOR_MONTHS))
    feedback.add_codes(connection, [_digest(vault, code) for code in codes], month)
    TRAIL.record(connection, now, Entry(by, Action.ISSUE_FEEDBACK_CODE.value, f"{count} codes"))
    return codes


def rate(connection: Connection, vault: Vault, code: str, rating: int, now: datetime, zone: ZoneInfo) -> bool:
    """Use a code for a rating (2); False: it is wrong, used or too old, which was counted (4).

    Raises:
        TooMuch: too many wrong codes were said in this hour.
    """
    if type(rating) is not int or not 1 <= rating <= 5:
        raise InvalidRequest("rating: must be 1, 2, 3, 4 or 5")
    if guesses.count_wrong(connection, Purpose.FEEDBACK, now) >= MOST_WRONG:
        raise TooMuch("too many wrong codes were said here: try again in an hour")
    month = _month(now, zone)
    if not feedback.use_code(connection, _digest(vault, code), _earlier(month, GOOD_FOR_MONTHS)):
        guesses.note_wrong(connection, Purpose.FEEDBACK, now)
        return False
    feedback.add_rating(connection, month, rating)
    return True


def _digest(vault: Vault, code: str) -> bytes:
    return vault.blind("feedback.code", code)


def _month(now: datetime, zone: ZoneInfo) -> str:
    return f"{now.astimezone(zone):%Y-%m}"


def _earlier(month: str, months: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{count // 12:04}-{count % 12 + 1:02}"
