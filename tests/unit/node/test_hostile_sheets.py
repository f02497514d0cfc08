"""Sheets that no agency keeps, and mistakes that every agency makes: bounded, and each bad row named (TRUST.md d09)."""

import io
import time
from datetime import UTC, date

import openpyxl
import pytest

from common.errors import HoldfastError, InvalidRequest, TooMuch
from node.domain.imported import RefusedRow
from node.importer.dates import Order
from node.importer.mapping import as_text
from node.importer.sheet import MOST_BYTES, open_source
from tests.hostile_sheets import KIND, cells, workbook
from tests.sheets import read_sheet

HEADING = "Date,Peer,Employee,Reason,Minutes\n"
GOOD = "10/25/2025,Peer 1,Ann Lee,work,30\n"


def _refused(text: str, encoding: str = "utf-8") -> list[tuple[int, str]]:
    _, refused, _ = read_sheet(text.encode(encoding), zone=UTC)
    return [(row.line, row.reason) for row in refused]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("13/25/2025,Peer 1,Ann Lee,work,30", "Date: '13/25/2025' is no date (month first)"),
        ("25/10/2025,Peer 1,Ann Lee,work,30", "Date: '25/10/2025' is no date (month first)"),
        ("10/25/2035,Peer 1,Ann Lee,work,30", "Date: 2035-10-25 lies in the future"),
        (",Peer 1,Ann Lee,work,30", "Date: no date"),
        ("10/25/2025,,Ann Lee,work,30", "Peer: no supporter"),
        ("10/25/2025,Peer 1,Ann Lee,zzz,30", "Reason: 'zzz' waits in the map for what it means"),
        ("10/25/2025,Peer 1,Ann Lee,work,a while", "Minutes: 'a while' waits in the map for what it means"),
        ("10/25/2025,Peer 1,Ann Lee,work,30,extra", "6 cells where the heading has 5: a separator within a cell?"),
        ("10/25/2025,Peer 1,Ann\0Lee,work,30", "holds NUL signs: the file is damaged here, or of another encoding"),
        (
            "10/25/2025,Peer 1,Ann \u202eLee,work,30",
            "Employee: holds a sign that cannot be shown (U+202E): type it anew",
        ),
        (f"10/25/2025,Peer 1,{'x' * 200},work,30", "Employee: at most 120 characters, this has 200"),
        (f"10/25/2025,Peer 1,{'x' * 1_000_000},work,30", "a line of more than 131,072 characters"),
    ],
)
def test_d09_t07_a_bad_row_is_named_by_line_and_reason_and_the_others_are_read(line: str, reason: str) -> None:
    text = HEADING + GOOD * 9 + line + "\n" + GOOD
    read, refused, _ = read_sheet(text.encode(), zone=UTC)
    assert [(row.line, row.reason) for row in refused] == [(11, reason)]
    assert len(read) == 10


def test_d09_a_quotation_mark_that_is_never_closed_costs_one_line() -> None:
    text = HEADING + GOOD + '10/25/2025,"Peer 1,Ann Lee,work,30\n' + GOOD * 500
    read, refused, _ = read_sheet(text.encode(), zone=UTC)
    assert [row.line for row in refused] == [3]
    assert "quotation mark" in refused[0].reason
    assert len(read) == 501


def test_d09_bytes_that_are_no_letters_refuse_their_line_only() -> None:
    raw = (HEADING + "10/25/2025,Peer 1,Zoë Müller Ñandú,work,30\n" * 9).encode()
    raw += b"10/25/2025,Peer 1,Ann \xe9Lee,work,30\n"
    read, refused, _ = read_sheet(raw, zone=UTC)
    assert (len(read), [row.line for row in refused]) == (9, [11])
    assert read[0].member == "Zoë Müller Ñandú"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_d09_every_usual_encoding_is_found(encoding: str) -> None:
    read, refused, _ = read_sheet((HEADING + "10/25/2025,Peer 1,Zoë Lee,work,30\n").encode(encoding), zone=UTC)
    assert (read[0].member, refused) == ("Zoë Lee", [])


def test_d09_e01_a_formula_is_a_word_like_any_other() -> None:
    text = HEADING + GOOD + "10/25/2025,Peer 1,\"=cmd|' /C calc'!A0\",work,30\n"
    read, refused, _ = read_sheet(text.encode(), zone=UTC)
    assert (read[1].member, refused) == ("=cmd|' /C calc'!A0", [])


def test_d09_a_hundred_columns_are_no_hindrance_and_a_million_are_refused() -> None:
    many = ",".join(f"c{number}" for number in range(100))
    text = HEADING.strip() + "," + many + "\n" + GOOD.strip() + "," * 100 + "\n"
    assert len(read_sheet(text.encode(), zone=UTC)[0]) == 1
    assert _refused(HEADING + GOOD + "," * 2_000_000 + "\n" + GOOD) == [(3, "a line of more than 131,072 characters")]
    assert _refused(HEADING + GOOD + "x," * 600 + "\n") == [(3, "more than 500 cells")]


def test_d09_half_a_million_rows_are_refused_as_a_whole_in_bounded_time() -> None:
    begun = time.monotonic()
    with pytest.raises(TooMuch, match="200,000 lines: split the file"):
        read_sheet((HEADING + GOOD * 500_000).encode(), zone=UTC)
    assert time.monotonic() - begun < 20


def test_d09_a_file_of_more_than_64_mib_or_of_nothing_is_refused() -> None:
    with pytest.raises(TooMuch, match="64 MiB"):
        open_source(b"x" * (MOST_BYTES + 1))
    for nothing in (b"", b"\0\0\0", b"\n\n"):
        with pytest.raises(InvalidRequest, match="empty"):
            open_source(nothing)
    for no_table in (b"hello", b"%PDF-1.4 \x00\x01" * 9, b"{}"):
        with pytest.raises(HoldfastError):
            read_sheet(no_table)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(lambda: workbook(xl__media__big_xml=b"<a>" + b" " * 300_000_000), id="unpacks to 300 MB"),
        pytest.param(
            lambda: workbook(xl__worksheets__sheet1_xml=cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
            id="one cell far out",
        ),
        pytest.param(
            lambda: workbook(xl__worksheets__sheet1_xml=cells("<row>" + "<c/>" * 100 + "</row>" + "<row/>" * 999_999)),
            id="rows and cells without a place",
        ),
        pytest.param(
            lambda: workbook(
                xl__sharedStrings_xml=f'<sst xmlns="{KIND}"><si><t>{"x" * 1_000_000}</t></si></sst>'.encode(),
                xl__worksheets__sheet1_xml=cells("<row>" + "<c t='s'><v>0</v></c>" * 3_000 + "</row>"),
            ),
            id="one long text three thousand times",
        ),
        pytest.param(
            lambda: workbook(xl__workbook_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), id="declares entities"
        ),
        pytest.param(lambda: workbook()[:-200], id="cut off"),
        pytest.param(lambda: workbook(content_xml=b"<x/>"), id="another kind too"),
        pytest.param(lambda: b"PK\x03\x04" + b"\0" * 500, id="no packed file"),
        pytest.param(lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 500, id="before 2007"),
    ],
)
def test_d09_a_bomb_is_refused_before_it_goes_off(raw: object) -> None:
    assert callable(raw)
    begun = time.monotonic()
    with pytest.raises((TooMuch, InvalidRequest)):
        open_source(raw())
    assert time.monotonic() - begun < 15


def test_a_merged_cell_stands_in_each_of_its_rows() -> None:
    book, written = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["Date", "Peer", "Reason"], [date(2025, 10, 25), "Peer 1", "work"], [None, "Peer 2", "family"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(written)
    read, refused, _ = read_sheet(written.getvalue(), zone=UTC)
    assert ([row.encounter.occurred_at.date() for row in read], refused) == ([date(2025, 10, 25)] * 2, [])


def test_days_and_months_that_nothing_tells_apart_are_said_to_be_guessed() -> None:
    text = HEADING + "".join(f"0{day}/10/2025,Peer 1,Ann Lee,work,30\n" for day in range(1, 9))
    _, _, map_ = read_sheet(text.encode(), zone=UTC)
    assert map_.sheets[0].date_order in (Order.MONTH, Order.DAY)
    assert "PLEASE CHECK" in as_text(map_)


def test_a_follow_up_that_is_refused_and_given_at_once_refuses_its_row() -> None:
    text = "Date,Peer,F/U?,F/U date\n10/25/2025,Peer 1,Y,10/28/2025\n10/25/2025,Peer 1,N,10/28/2025\n"
    read, refused, _ = read_sheet(text.encode(), zone=UTC)
    assert len(read) == 1
    assert refused == [RefusedRow("", 3, "F/U?: says no, and a follow-up's day is given")]
