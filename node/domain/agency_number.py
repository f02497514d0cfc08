"""The agency's own number of an incident: what its CAD or RMS calls what the hub opened under an id. It never leaves.

1. A number belongs to one system and there to one incident; an incident may have several, since calls are joined.
2. A number is one word with a digit in it: no room for a sentence about somebody.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from common.errors import InvalidRequest

LONGEST_SYSTEM, LONGEST_NUMBER, MOST = 20, 40, 20
SYSTEM = r"^[a-z][a-z0-9-]{0,19}$"
NUMBER = r"^[A-Za-z0-9._/#-]*[0-9][A-Za-z0-9._/#-]*$"


@dataclass(frozen=True, order=True)
class AgencyNumber:
    """One number of one incident in one system, such as `cad`."""

    system: str
    number: str


def read_system(said: object) -> str:
    """Read a system's name; raises InvalidRequest."""
    plain = said.strip().lower() if isinstance(said, str) else ""
    if not re.fullmatch(SYSTEM, plain):
        raise InvalidRequest("system: a short word such as cad or rms is needed")
    return plain


def read_agency_number(said: object) -> str:
    """Read a number (2); raises InvalidRequest."""
    plain = said.strip() if isinstance(said, str) else ""
    if len(plain) > LONGEST_NUMBER or not re.fullmatch(NUMBER, plain):
        raise InvalidRequest(
            f"numbers: each is one word of at most {LONGEST_NUMBER} letters, digits and ._/#-, with a digit in it"
        )
    return plain


def read_agency_numbers(said: Iterable[object]) -> tuple[str, ...]:
    """Read an incident's numbers in one system, each once, in order; raises InvalidRequest."""
    read = sorted({read_agency_number(each) for each in said})
    if len(read) > MOST:
        raise InvalidRequest(f"numbers: at most {MOST} of one system")
    return tuple(read)
