"""An error of the contract as a page says it: what happened, which field is meant, and the HTTP status.

What a side says to the command line names commands in backticks: those clauses are left out, the page has its own ways.

Source: `common/errors.py`; issue "two consoles".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse

from common.errors import (
    AlreadyExists,
    HoldfastError,
    InvalidRequest,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    TemporarilyUnavailable,
    TooMuch,
    WrongState,
)

STATUS: dict[type[HoldfastError], int] = {
    InvalidRequest: 422,
    NotAuthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    AlreadyExists: 409,
    WrongState: 409,
    TooMuch: 429,
    TemporarilyUnavailable: 503,
}
PROBLEM = "application/problem+json"
_FIELD = re.compile(r"([a-z][a-z_]{1,40}): (.+)", re.DOTALL)
_CLAUSE = re.compile(r"(?<=[.;:,]) ")


@dataclass(frozen=True)
class Problem:
    """What is wrong.

    Args:
        field: the form's field that is meant; empty: none.
        words: what is wrong and what to do.
        status: HTTP.
    """

    field: str
    words: str
    status: int


def problem_of(error: HoldfastError, translate: Callable[[str], str] = str) -> Problem:
    """Read an error; one of a field begins with its name.

    Args:
        translate: gives what it says in the page's language.
    """
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    found = _FIELD.match(str(error)) if isinstance(error, InvalidRequest) else None
    field, words = (found[1], found[2]) if found else ("", str(error))
    words = without_commands(translate(words))
    return Problem(field, words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else "."), status)


def without_commands(words: str) -> str:
    """Leave out the clauses that name a command; what is a command alone stays."""
    kept = ""
    for each in _CLAUSE.split(words):
        if "`" not in each:
            kept += f" {each[:1].upper()}{each[1:]}" if kept.endswith(".") else f" {each}"
    return kept.strip().rstrip(".;:,") or words


def problem_answer(status: int, words: str, field: str = "") -> JSONResponse:
    """Say what is wrong to who is no browser (RFC 9457)."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JSONResponse(told | {"detail": words, "field": field}, status, media_type=PROBLEM)
