"""Text that people enter: one line, or several. What cannot be seen, or turns a line round, is refused at the door.

1. Control signs, NUL among them, and halves of a surrogate pair are refused; so are line breaks within one line.
2. So are signs that override the direction of writing: what is read would not be what is stored.
3. A refusal names the field and never repeats what was entered.
4. Letters that Unicode can write in two ways come out in one (NFC).

Source: TRUST.md t07, r02.
"""

import unicodedata

from common.errors import InvalidRequest

_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode's categories: control, surrogate, line and paragraph separator
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


def clean_line(said: object, field: str, longest: int, shortest: int = 0) -> str:
    """Check one line of text, and give it without blanks around it.

    Args:
        longest: characters at most; whatever is longer is refused before it is looked at.
        shortest: 1 where something must be said.

    Raises:
        InvalidRequest: it is no text, too long, empty where it may not be, or holds what is refused; names the field.
    """
    text = _of_length(said, field, longest, shortest)
    _check_signs(text, field)
    return text


def clean_text(said: object, field: str, longest: int, shortest: int = 0) -> str:
    """Check a text of several lines, and give it with plain line breaks; raises as `clean_line` does."""
    text = _of_length(said, field, longest, shortest).replace("\r\n", "\n")
    _check_signs(text.replace("\n", " ").replace("\t", " "), field)
    return text


def _of_length(said: object, field: str, longest: int, shortest: int) -> str:
    if not isinstance(said, str):
        raise InvalidRequest(f"{field}: must be a text")
    if len(said) > 2 * longest + 100:  # not even worth looking at
        raise InvalidRequest(f"{field}: at most {longest} characters, this has {len(said)}")
    text = unicodedata.normalize("NFC", said.strip())
    if len(text) > longest:
        raise InvalidRequest(f"{field}: at most {longest} characters, this has {len(text)}")
    if len(text) < shortest:
        raise InvalidRequest(f"{field}: say something here")
    return text


def _check_signs(text: str, field: str) -> None:
    for sign in text:
        if sign in _OVERRIDES or unicodedata.category(sign) in _REFUSED:
            raise InvalidRequest(f"{field}: holds a sign that cannot be shown (U+{ord(sign):04X}): type it anew")
