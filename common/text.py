"""A line of text as people may enter it.

Source: TRUST.md t07.
"""

import unicodedata

from common.errors import InvalidRequest

_OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def clean_line(said: object, field: str, longest: int) -> str:
    """Check one line of text, and give it without blanks around it.

    Raises:
        InvalidRequest: it is no text, too long, or holds what cannot be seen or turns the line round; names the field.
    """
    if not isinstance(said, str):
        raise InvalidRequest(f"{field}: must be a text")
    text = said.strip()
    if len(text) > longest:
        raise InvalidRequest(f"{field}: at most {longest} characters")
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _OVERRIDES for sign in text):
        raise InvalidRequest(f"{field}: holds a sign that cannot be shown: type it anew")
    return text
