"""The contract's codes as people type and read them: `facility_disturbance` for INCIDENT_TYPE_FACILITY_DISTURBANCE.

The words come from the contract itself, so that a code has one name in a command, a page, a file and the log.
"""

from functools import lru_cache
from typing import Any

from common.errors import InvalidRequest


def words(kind: Any) -> list[str]:
    """List what may be said for a code, in the contract's order; `unspecified` is never one of them."""
    return [_short(kind, name) for name, number in kind.items() if number]


def word(kind: Any, number: int) -> str:
    """Say a code; one that this version does not know is said as its number."""
    return _word(kind.DESCRIPTOR, number)


def code(kind: Any, said: str, field: str) -> Any:
    """Read a code; hyphens and capitals do not matter.

    Raises:
        InvalidRequest: names the field and what may be said.
    """
    wanted = said.strip().lower().replace("-", "_").replace(" ", "_")
    for name, number in kind.items():
        if number and _short(kind, name) == wanted:
            return number
    raise InvalidRequest(f"{field}: {said!r} is not one of {', '.join(words(kind))}")


@lru_cache(2_000)  # a page says the same few a thousand times
def _word(descriptor: Any, number: int) -> str:
    found = descriptor.values_by_number.get(number)
    return f"code {number}" if found is None else _named(descriptor, found.name)


def _short(kind: Any, name: str) -> str:
    return _named(kind.DESCRIPTOR, name)


def _named(descriptor: Any, name: str) -> str:
    prefix = descriptor.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return name.removeprefix(prefix).lower()
