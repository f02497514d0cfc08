"""Code words as people type them: `in person`, `In-Person` and `in` are all `in_person`.

1. Capitals, blanks, hyphens, slashes and apostrophes do not matter.
2. The beginning of a word is enough where it is the beginning of no other.

Source: DOMAIN.md 3.
"""

import re
from enum import StrEnum
from typing import TypeVar

from common.errors import InvalidRequest

W = TypeVar("W", bound=StrEnum)
LONGEST_SAID = 60  # characters; no code word is as long
_DROPPED, _SEPARATORS = re.compile(r"['\u2019.]"), re.compile(r"[^a-z0-9]+")


def read_word(kind: type[W], said: object, field: str) -> W:
    """Read a code word.

    Raises:
        InvalidRequest: it is none, or could be several; names the field and what may be said.
    """
    wanted = plain_word(said, field)
    every = list(kind)
    found = [word for word in every if word.value == wanted]
    if not found and wanted:
        found = [word for word in every if word.value.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidRequest(f"{field}: which one: {', '.join(found)}?")
    raise InvalidRequest(f"{field}: is not one of {', '.join(every)}")


def plain_word(said: object, field: str) -> str:
    """Give what was said as code words are written; raises InvalidRequest when it is no text, or too long."""
    if not isinstance(said, str) or len(said) > LONGEST_SAID:
        raise InvalidRequest(f"{field}: must be a word")
    plain = _DROPPED.sub("", said.casefold())
    plain = _SEPARATORS.sub("_", plain).strip("_")
    return re.sub(r"program$", "programme", plain)


def words_of(kind: type[StrEnum]) -> str:
    """List what may be said, for a person."""
    return ", ".join(kind)
