"""Every text of the consoles, in one catalogue (gettext): `locale/holdfast.pot`.

A text in a template stands in `_()`; one in Python in `marked()`, and is translated when a page is made. `make texts`
gathers them; `make check` fails when the catalogue is stale. A language is a folder `locale/<language>/LC_MESSAGES`
with `holdfast.mo`; English needs none, since the texts are its.

What a side answers (`accountable`, "the incident is closed") is its own, in English.
"""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


def marked(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


@cache
def texts_in(language: str) -> NullTranslations:
    """Give the texts in a language; those that it lacks stay English."""
    return translation("holdfast", str(LOCALE), [language], fallback=True)
