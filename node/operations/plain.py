"""Codes that may be absent, between JSON and the contract."""

from typing import Any

from common.codes import code, word


def word_or_none(kind: Any, number: int | None) -> str | None:
    """Say a code; None when there is none."""
    return None if number is None else word(kind, number)


def code_or_none(kind: Any, said: str | None, field: str) -> int | None:
    """Read a code that may be left out; raises InvalidRequest naming the field."""
    return None if said is None else int(code(kind, said, field))
