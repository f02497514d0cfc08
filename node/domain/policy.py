"""An agency's policies for peer support, and who acknowledged which version.

1. A version never changes; a new one supersedes it on its date, and needs an acknowledgement of its own.
2. In force of a policy is its newest version whose date has come. A withdrawn one asks nothing of anybody.
3. Who acknowledged a version before its date has acknowledged it.
4. A version that somebody altered in the store is in force, whatever it says now, and acknowledged by nobody, until
   the policy is published anew: nobody becomes eligible by altering one.

Source: DOMAIN.md 3, "Also at the node".
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from common.errors import InvalidRequest

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000  # characters
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,19}")


@dataclass(frozen=True)
class Policy:
    """One version of a policy.

    Args:
        text: empty when only its hash is kept, or it is withdrawn.
        text_hash: SHA-256 of the document that people acknowledge.
        is_altered: it is not what was published, or a later version is gone.
    """

    code: str
    version: int
    title: str
    effective_on: date
    text: str
    text_hash: bytes
    is_withdrawn: bool
    published_at: datetime
    is_altered: bool = False

    @property
    def name(self) -> str:
        """How a person calls it."""
        return f"{self.code} version {self.version}"


@dataclass(frozen=True)
class Acknowledgement:
    """That somebody has read and accepted one version.

    Args:
        who: a supporter's id, or a user's.
    """

    who: bytes
    code: str
    version: int
    at: datetime
    recorded_at: datetime


def read_code(said: str) -> str:
    """Read a policy's code, such as CONF; capitals do not matter. Raises InvalidRequest."""
    code = said.strip().upper()
    if not _CODE.fullmatch(code):
        raise InvalidRequest("policy: a code has 1 to 20 letters, digits and hyphens and begins with a letter: CONF")
    return code


def in_force(policies: Iterable[Policy], today: date) -> list[Policy]:
    """Give what must be acknowledged on a day: of each policy one version at most, by code (2)."""
    newest: dict[str, Policy] = {}
    for policy in sorted(policies, key=lambda policy: (policy.code, policy.version)):
        if policy.effective_on <= today or policy.is_altered:  # 4
            newest[policy.code] = policy
    return [policy for policy in newest.values() if not policy.is_withdrawn or policy.is_altered]


def lacking(required: Iterable[Policy], acknowledged: Collection[tuple[str, int]]) -> list[Policy]:
    """Give those that somebody has still to acknowledge.

    Args:
        acknowledged: the code and version of each that they have.
    """
    return [each for each in required if each.is_altered or (each.code, each.version) not in acknowledged]
