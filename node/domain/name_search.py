"""What a person is found by: the words of a name, and their beginnings, however they are written.

1. Case, accents and punctuation do not matter: O'Brien is found by obrien, Müller by muller, Smith-Jones by either.
2. A word of three or more letters is found by its first three or more. A shorter word is found whole.
3. Each term stands in the index blindly (`vault.blind`): the index holds no name.

Source: DESIGN.md 6, "Search by blind index".
"""

import re
import unicodedata

SHORTEST_BEGINNING, LONGEST_BEGINNING = 3, 20  # letters
MOST_WORDS = 8
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"}
)
_DROPPED = re.compile("['`.\u00b4\u02bc\u2019]")


def folded(said: str) -> str:
    """Give text as it is compared (1): words with single blanks between them."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", said).casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).translate(_PLAIN)
    letters = (sign if sign.isalnum() else " " for sign in _DROPPED.sub("", text))
    return " ".join("".join(letters).split())


def indexed_terms(name: str) -> frozenset[str]:
    """Give every term that a name is found by (2)."""
    words = set(folded(name).split()) | {folded(part).replace(" ", "") for part in name.split()}
    return frozenset(term for word in words if word for term in _beginnings(word[:LONGEST_BEGINNING]))


def wanted_terms(said: str) -> list[str]:
    """Give the terms that a name must all have to be found."""
    return list(dict.fromkeys(word[:LONGEST_BEGINNING] for word in folded(said).split()))[:MOST_WORDS]


def _beginnings(word: str) -> list[str]:
    return [word[:length] for length in range(SHORTEST_BEGINNING, len(word))] + [word]
