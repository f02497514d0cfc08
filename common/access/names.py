"""What a user is called: one word, told apart without regard to capitals."""

import re
import unicodedata
from hashlib import sha256

from common.errors import InvalidRequest

LONGEST_NAME = 40
_NAME = re.compile(rf"\w[\w.-]{{1,{LONGEST_NAME - 1}}}")


def clean_name(said: str) -> str:
    """Give a new user's name as it is kept; raises InvalidRequest."""
    name = unicodedata.normalize("NFKC", said).strip()
    if not _NAME.fullmatch(name):
        raise InvalidRequest(
            f"name: 2 to {LONGEST_NAME} letters, digits, dots, dashes or underscores, such as casey.diaz"
        )
    if len(name_key(name)) > LONGEST_NAME:
        raise InvalidRequest(f"name: longer than {LONGEST_NAME} characters")
    return name


def name_key(said: str) -> str:
    """Give the form in which names are compared."""
    return unicodedata.normalize("NFKC", said).strip().casefold()


def name_digest(said: str) -> bytes:
    """Give 32 bytes for any name that somebody tried, whether there is such a user or not."""
    return sha256(b"holdfast user name\0" + name_key(said).encode("utf-8", "replace")).digest()
