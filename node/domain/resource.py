"""The resource directory: where a supporter can refer somebody, and the lines that answer at any hour.

1. Everybody may read it, without an account too. Nothing in it is about a member.
2. An entry is kept in every version; one that has ended stays, and is no longer offered.
3. Whoever checks that an entry still holds says so; after 180 days it is to be checked again.

Source: DOMAIN.md 3, "Also at the node".
"""

from dataclasses import dataclass
from datetime import date, timedelta

from common.errors import InvalidRequest
from node.domain.encounter import Referral
from node.domain.local_number import RESOURCE, code_of

CHECK_EVERY = timedelta(days=180)
LONGEST = {"name": 120, "reach": 300, "hours": 120}  # characters
LONGEST_LANGUAGE, MOST_LANGUAGES = 40, 30


@dataclass(frozen=True)
class Resource:
    """One entry of the directory at one version.

    Args:
        number: what it is called by: `R-3`.
        kind: what referring somebody there is coded as.
        reach: how it is reached: a telephone number, an address, a page.
        hours: when; empty where nobody said.
        is_confidential: what is said there stays there; None: not known.
        checked_on: the day on which somebody last saw that it holds; None: never.
        ended_on: not offered from this day on.
    """

    number: int
    version: int
    kind: Referral
    name: str
    reach: str
    hours: str = ""
    languages: tuple[str, ...] = ()
    is_confidential: bool | None = None
    checked_on: date | None = None
    ended_on: date | None = None

    @property
    def code(self) -> str:
        """What people call it by."""
        return code_of(RESOURCE, self.number)

    def is_offered(self, today: date) -> bool:
        """Tell whether it is still offered (2)."""
        return self.ended_on is None or today < self.ended_on

    def needs_check(self, today: date) -> bool:
        """Tell whether somebody should see whether it still holds (3)."""
        return self.is_offered(today) and (self.checked_on is None or today >= self.checked_on + CHECK_EVERY)


LIFELINE = Resource(
    number=0,
    version=1,
    kind=Referral.CRISIS_LINE,
    name="988 Suicide & Crisis Lifeline",
    reach="call or text 988, or chat at 988lifeline.org",
    hours="at any hour",
    languages=("English", "Spanish"),
    is_confidential=True,
)


def check_kind(kind: Referral) -> Referral:
    """Check that somebody can be referred there; raises InvalidRequest."""
    if kind is Referral.NONE:
        raise InvalidRequest("kind: none is no place to refer somebody to")
    return kind
