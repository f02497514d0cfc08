"""What people call a check-in, a disclosure or a resource by: `C-42`. A number is given once, in order."""

from common.errors import InvalidRequest

CHECK_IN, DISCLOSURE, RESOURCE = "C", "D", "R"
_MOST_DIGITS = 9


def code_of(prefix: str, number: int) -> str:
    """Say a number with its prefix."""
    return f"{prefix}-{number}"


def read_number(prefix: str, said: object, field: str) -> int:
    """Read a number as somebody typed it: `C-42`, `c42` and `42` are one; raises InvalidRequest naming the field."""
    plain = said.strip().upper() if isinstance(said, str) else ""
    digits = plain.removeprefix(prefix).removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise InvalidRequest(f"{field}: give its code, such as {prefix}-42")
    return int(digits)
