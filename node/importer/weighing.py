"""What a workbook would take to be read, before anything reads it: a packed file of a few kilobytes can take gigabytes.

1. Every part is unpacked once, in pieces, with nothing kept: what a directory says of sizes may be a lie.
2. Refused are: too many parts, too much unpacked, a cell far out (its reader holds the whole rectangle), a long text
   that is used without end, entities, and what is no well-formed markup.

Source: TRUST.md d09 (bombs).
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from common.errors import InvalidRequest, TooMuch

MOST_PARTS = 1_000
MOST_UNPACKED = 256 * 1024 * 1024
MOST_AREA = 4_000_000  # cells of the rectangle that a sheet spans
MOST_TEXT = 256 * 1024 * 1024  # bytes, each shared text as often as it is used
WRONG = "the workbook cannot be read: open it and save it anew as .xlsx, or as CSV"
_TOO_MUCH = TooMuch(f"the workbook unpacks to more than {MOST_UNPACKED // 1024 // 1024} MiB: split it")
_PIECE = 256 * 1024
_LOCAL_HEADER = 30  # bytes, before the name
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe \r\n\t\0"
_OTHER_KINDS = ("content.xml", "mimetype", "xl/workbook.bin")


def weigh(raw: bytes) -> None:
    """Refuse a workbook that would take too much to be read.

    Raises:
        TooMuch: it unpacks to more than is read at once.
        InvalidRequest: it is damaged, or no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise InvalidRequest(WRONG) from None
    names = {part.filename.casefold() for part in parts}
    if len(names) < len(parts) or "xl/workbook.xml" not in names or not names.isdisjoint(_OTHER_KINDS):
        raise InvalidRequest("this is a packed file, but no workbook (.xlsx)")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _TOO_MUCH
    left, texts = MOST_UNPACKED, list[int]()
    for part in sorted(parts, key=lambda each: "sharedstrings" not in each.filename.casefold()):
        weighed = _Part(texts)
        markup: _Markup | None = None
        is_first = True
        for piece in _unpacked(raw, part):
            left -= len(piece)
            if left < 0:
                raise _TOO_MUCH
            if is_first and piece.lstrip(_BEFORE_MARKUP)[:1] == b"<":
                markup = _Markup(weighed, part.filename)
            is_first = False
            if markup is not None:
                markup.feed(piece)
        weighed.check()


@dataclass
class _Part:
    """What one part holds.

    Args:
        texts: the lengths of the shared texts, filled by their part, which comes first.
    """

    texts: list[int]
    rows: int = 0
    columns: int = 0
    used: int = 0
    _place: list[int] = field(default_factory=lambda: [0, 0])

    def begin_row(self, said: str | None) -> None:
        """Note a row, with its number where it says one."""
        self._place = [_number(said) or self._place[0] + 1, 0]
        self.rows = max(self.rows, self._place[0])

    def begin_cell(self, said: str | None) -> None:
        """Note a cell, with its place where it says one."""
        letters = (said or "").rstrip("0123456789")
        self._place[1] = _column(letters) if letters else self._place[1] + 1
        self.rows = max(self.rows, _number((said or "")[len(letters) :]) or self._place[0])
        self.columns = max(self.columns, self._place[1])

    def use_text(self, said: str) -> None:
        """Note that a cell shows a shared text."""
        index = _number(said)
        self.used += self.texts[index] if index < len(self.texts) else 0
        if self.used > MOST_TEXT:
            self.check()

    def check(self) -> None:
        """Refuse what is too much (2)."""
        if self.rows * self.columns > MOST_AREA or self.rows > 1_048_576 or self.columns > 16_384:
            raise TooMuch(
                f"a sheet of the workbook spans {self.rows:,} rows and {self.columns:,} columns; one cell far out is "
                "enough for that: copy the table alone to a new workbook"
            )
        if self.used > MOST_TEXT:
            raise TooMuch("the texts of the workbook's cells come to more than can be read at once: split it")


class _Markup:
    """Reads one part's markup for the rows, cells and texts in it."""

    def __init__(self, part: _Part, name: str) -> None:
        self._part, self._may_be_loose = part, name.casefold().endswith(".vml")
        self._is_text, self._is_shared, self._said = False, False, ""
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        self._is_over = False

    def feed(self, piece: bytes) -> None:
        """Read the next piece; drawings of old programs are no well-formed markup, and hold no cells."""
        if self._is_over:
            if b"sheetData" in piece or b"<si" in piece:
                raise InvalidRequest(WRONG)
            return
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError:
            if not self._may_be_loose or b"sheetData" in piece or b"<si" in piece:
                raise InvalidRequest(WRONG) from None
            self._is_over = True

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._is_shared = attributes.get("t") == "s"
            self._part.begin_cell(attributes.get("r"))
        elif name == "row":
            self._part.begin_row(attributes.get("r"))
        elif name == "si":
            self._is_text = True
            self._part.texts.append(0)
        elif name == "v" and self._is_shared:
            self._said = "0"

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v" and self._said:
            self._part.use_text(self._said)
            self._said = ""
        elif name == "si":
            self._is_text = False

    def _text(self, text: str) -> None:
        if self._is_text:
            self._part.texts[-1] += len(text)
        elif self._said:
            self._said = (self._said + text.strip())[:12]

    def _refuse(self, *_: object) -> None:
        raise InvalidRequest("the workbook declares entities: no spreadsheet program writes this")


def _unpacked(raw: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part in pieces, to its very end (1)."""
    begin = part.header_offset
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InvalidRequest(WRONG)
    header = raw[begin : begin + _LOCAL_HEADER]
    begin += _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = raw[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    unpacker = zlib.decompressobj(-15)
    try:
        while piece := unpacker.decompress(packed, _PIECE):
            yield piece
            packed = unpacker.unconsumed_tail
    except zlib.error:
        raise InvalidRequest(WRONG) from None


def _number(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 12 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + max(ord(letter) - 64, 0)
    return number
