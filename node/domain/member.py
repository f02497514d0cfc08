"""A person of the workforce, or of a family, who may receive support; known only to this node.

Source: DOMAIN.md 1, 3.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from node.domain.encounter import RecipientClass

LONGEST_NAME, LONGEST_UNIT, LONGEST_CONTACT = 120, 80, 200  # characters
PREFIX = "M"
CODE_DIGITS = 4
_CODE = re.compile(r"\s*m?[\s-]?([0-9]{1,9})\s*", re.IGNORECASE | re.ASCII)


class MemberState(StrEnum):
    """Whether the person belongs to the agency now."""

    CURRENT = "current"
    FORMER = "former"


@dataclass(frozen=True)
class Member:
    """What is known of a person.

    Args:
        code: local, given by the node.
        contact: how the person wants to be reached.
        supervisor_id: another member.
    """

    code: str
    name: str
    recipient_class: RecipientClass | None = None
    unit: str = ""
    contact: str = ""
    supervisor_id: bytes | None = None
    state: MemberState = MemberState.CURRENT


def read_code(said: str) -> str | None:
    """Read a member's code: `M-0017`, `m17` and `17` are one. None, where it is none."""
    found = _CODE.fullmatch(said)
    return None if found is None else f"{PREFIX}-{int(found[1]):0{CODE_DIGITS}}"
