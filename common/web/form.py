"""What a browser sent with a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from common.errors import InvalidRequest
from common.web.texts import marked
from common.web.tickets import TICKET_FIELD

MOST_FIELDS = 200
LARGEST_FILE = 64 * 1024 * 1024
MultiPartParser.spool_max_size = LARGEST_FILE + 1  # so that none is written to a temporary file
_SECRET = ("password", "code", "secret")  # never sent back to a browser

UNREADABLE = marked("this form cannot be read: open the page again")
_NEEDED = marked("this is needed")
_NUMBER = marked("a whole number is needed, such as 3")


@dataclass(frozen=True)
class SentFile:
    """A file that came with a form, whole: it never lies in the system's temporary files."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """A form's fields.

    Args:
        values: each field's values, in order; blanks at the ends are gone, empty ones are left out.
        files: each file, by field.
    """

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, SentFile] = field(default_factory=dict)
    ticket: str = ""

    def get(self, name: str) -> str | None:
        """Give a field's value; None where it was left empty."""
        given = self.values.get(name, ())
        return given[-1] if given else None

    def need(self, name: str) -> str:
        """Give a field's value; raises InvalidRequest where it was left empty."""
        given = self.get(name)
        if given is None:
            raise InvalidRequest(f"{name}: {_NEEDED}")
        return given

    def all(self, name: str) -> list[str]:
        """Give every value of a field with several."""
        return list(self.values.get(name, ()))

    def has(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return name in self.values

    def number(self, name: str) -> int | None:
        """Give a whole number; raises InvalidRequest for anything else."""
        given = self.get(name)
        if given is None:
            return None
        if not (given.isascii() and given.isdigit() and len(given) <= 9):
            raise InvalidRequest(f"{name}: {_NUMBER}")
        return int(given)

    def said(self, *names: str) -> dict[str, str]:
        """Give those of some fields that were not left empty, as arguments of an operation."""
        return {name: given for name in names if (given := self.get(name)) is not None}

    def is_whole(self) -> bool:
        """Tell whether `carried` gives everything: no password, code or file was left out."""
        return not self.files and len(self.carried()) == sum(map(len, self.values.values()))

    def filled(self, *several: str) -> "Entered":
        """Give each field's last value, as a form shows again what was entered.

        Args:
            several: fields of which every value is given.
        """
        return Entered({name: given if name in several else given[-1] for name, given in self.values.items()})

    def carried(self) -> list[tuple[str, str]]:
        """Give what may be sent back, to be sent again: no password, no code, no file."""
        return [
            (name, each)
            for name, some in self.values.items()
            if not any(word in name for word in _SECRET)
            for each in some
        ]


class Entered(dict[str, Any]):
    """What was entered in a form, for its template: None for each field that was not."""

    def __missing__(self, name: str) -> None:
        return None


async def read_form(request: Request) -> Form:
    """Read a request's form; raises InvalidRequest for what is none."""
    try:
        given = await request.form(max_files=1, max_fields=MOST_FIELDS)
    except Exception as error:  # whatever the parser objects to, the browser did not send it so
        raise InvalidRequest(UNREADABLE) from error
    values: dict[str, list[str]] = {}
    files: dict[str, SentFile] = {}
    ticket = ""
    for name, value in given.multi_items():
        if isinstance(value, UploadFile):
            files[name] = SentFile(value.filename or "", await value.read())
            await value.close()
        elif name == TICKET_FIELD:
            ticket = value
        elif value.strip():
            values.setdefault(name, []).append(value.strip() if name != "password" else value)
    return Form(values, files, ticket)
