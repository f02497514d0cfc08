"""Each of the five sheets beside an oracle of its own: a literal parser that knows that sheet alone, row by row."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from node.domain.encounter import Encounter
from node.importer.report import Report
from tests.sheets import DENVER, FOLDER, read_sheet

Told = dict[str, Any]
_NONE: Told = {"activation_type": None, "recipient_class": None, "duration": None, "due": None, "member": ""}
BANDS = {5: "under_15", 10: "under_15", 15: "15_29", 20: "15_29", 25: "15_29", 30: "30_44", 40: "30_44", 45: "45_59"}
BANDS |= {50: "45_59", 60: "60_and_over", 75: "60_and_over", 80: "60_and_over", 90: "60_and_over"}


def _csv(name: str, encoding: str, separator: str) -> list[list[str]]:
    text = (FOLDER / name).read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def _alder() -> Iterator[Told]:
    styles = ("%b %d %Y %I:%M%p", "%Y-%m-%d %H:%M", "%m/%d/%y %H%M")
    kinds = {"work": "work_stress", "family": "family_or_relationship", "drinking": "substance_use", "?": "undisclosed"}
    kinds |= {"death in family": "grief_or_loss", "court": "financial_or_legal", "money": "financial_or_legal"}
    kinds |= {"critical inc.": "critical_incident"}
    modes = {"phone": "phone", "txt": "text_or_chat", "home": "in_person", "car": "in_person", "office": "in_person"}
    bands = {"15m": "15_29", "30m": "30_44", "45m": "45_59", "1h": "60_and_over", "1h30": "60_and_over", "?": None}
    sent = {"EAP": "eap", "chaplain": "chaplain", "Safe line": "crisis_line", "doc": "physician", "psych": "clinician"}
    for cells in _csv("alder-county-sheriff.csv", "ascii", ","):
        if len(cells) != 9 or cells[0] == "When":
            continue
        when: datetime | None = None
        for style in styles:
            try:
                when = datetime.strptime(cells[0], style)  # noqa: DTZ007 - the agency's wall clock
                break
            except ValueError:
                when = datetime.strptime(cells[0] + " 12", "%m-%d-%Y %H") if cells[0][2] == "-" else None  # noqa: DTZ007
        assert when is not None
        due: date | None = None
        if cells[8] == "tomorrow":
            due = when.date() + timedelta(days=1)
        elif cells[8]:
            month, day = map(int, cells[8].split("/"))
            due = date(when.year, month, day)
            due = due if due >= when.date() else date(when.year + 1, month, day)
        yield _NONE | {
            "when": when, "supporter": cells[1].split()[-1], "member": cells[2], "kind": kinds[cells[4]],
            "recipient_class": "sworn_or_uniformed", "mode": modes[cells[5]], "duration": bands[cells[6]],
            "referrals": [sent.get(cells[7], "none")], "due": due, "incident": cells[3] in "Yy" and cells[3] != "",
        }  # fmt: skip


def _cedar() -> Iterator[Told]:
    came = {"post_incident": "post_incident_check_in", "supervisor": "supervisor_referral", "self": "self_referral"}
    came |= {"peer": "peer_initiated", "scheduled": "scheduled_follow_up", "family": "family_request"}
    kinds = {"substance": "substance_use", "grief": "grief_or_loss", "finances": "financial_or_legal"}
    kinds |= {"injury": "health_or_injury", "family": "family_or_relationship"}
    for cells in _csv("cedar-valley-ems.csv", "utf-8-sig", ",")[1:]:
        yield _NONE | {
            "when": datetime.fromisoformat(cells[0]), "supporter": cells[1], "activation_type": came[cells[2]],
            "kind": kinds.get(cells[3], cells[3]), "duration": BANDS[int(cells[5])],
            "mode": {"text": "text_or_chat", "group": "group_session"}.get(cells[4], cells[4]),
            "referrals": [cells[6] or "none"], "due": date.fromisoformat(cells[7]) if cells[7] else None,
            "incident": cells[8] != "" or cells[2] == "post_incident",
        }  # fmt: skip


def _ridgeline() -> Iterator[Told]:
    kinds = {"": "undisclosed", "n/a": "undisclosed", "Work": "work_stress", "CI - peds": "critical_incident"}
    kinds |= {"Critical incident": "critical_incident", "Substance": "substance_use", "Other": "other"}
    kinds |= {"Sleep": "health_or_injury", "Family": "family_or_relationship", "Grief": "grief_or_loss"}
    modes = {"phone": "phone", "phone call": "phone", "text": "text_or_chat", "group": "group_session"}
    lengths = {"about 30": "30_44", "1 hr": "60_and_over", "<15": "under_15", "": None}
    for cells in _csv("ridgeline-fire.csv", "ascii", ",")[1:]:
        day, said = datetime.strptime(cells[0], "%m/%d/%Y"), cells[1]  # noqa: DTZ007
        hour, minute = int(said[:2]), int(said[-2:] if said[-1].isdigit() else said[3:5])
        if said[-1] == "M":
            hour = hour % 12 + (12 if said[-2] == "P" else 0)
        referrals = [each.strip().lower() for each in cells[7].split(";")] if cells[7] else ["none"]
        yield _NONE | {
            "when": day.replace(hour=hour, minute=minute), "supporter": cells[2], "member": cells[3],
            "kind": kinds[cells[5]], "mode": modes.get(cells[4].lower(), "in_person"), "referrals": referrals,
            "duration": lengths[cells[6]] if cells[6] in lengths else BANDS[int(cells[6])],
            "due": datetime.strptime(cells[9], "%m/%d/%Y").date() if cells[9] else None,  # noqa: DTZ007
            "incident": cells[10] != "",
        }  # fmt: skip


def _three_rivers() -> Iterator[Told]:
    kinds = {"Home": "family_or_relationship", "Staffing": "work_stress", "Not stated": "undisclosed"}
    modes = {"Console side": "in_person", "Chat": "text_or_chat", "Video": "video", "Phone": "phone"}
    for cells in _csv("three-rivers-911.csv", "cp1252", ";")[1:]:
        hours, minutes = map(int, cells[6].split(":"))
        is_group = cells[4] == "Group \N{EN DASH} after call"
        referral = {"EAP": "eap", "R\xe9sum\xe9 w/ clinician": "clinician"}.get(cells[7], "none")
        yield _NONE | {
            "when": datetime.strptime(cells[0], "%d.%m.%Y %H:%M"), "member": cells[2], "supporter": cells[3],  # noqa: DTZ007
            "activation_type": "post_incident_check_in" if is_group else None, "recipient_class": "telecommunicator",
            "kind": kinds.get(cells[5], "critical_incident"), "incident": is_group,
            "mode": "group_session" if is_group else modes[cells[4]], "duration": BANDS[hours * 60 + minutes],
            "referrals": [referral],
            "due": datetime.strptime(cells[8], "%d.%m.%Y").date() if cells[8] else None,  # noqa: DTZ007
        }  # fmt: skip


def _stonegate() -> Iterator[Told]:
    book = openpyxl.load_workbook(FOLDER / "stonegate-corrections.xlsx")
    team = {row[0]: row[1] for row in book["Team"].iter_rows(min_row=2, values_only=True)}
    classes = {"Medical": "civilian_staff", "Civilian": "civilian_staff", "Family": "family"}
    ways: dict[str, tuple[str | None, str | None]] = {
        "Walk-up": ("self_referral", "in_person"),
        "Phone": (None, "phone"),
        "Group": (None, "group_session"),
        "Scheduled": ("scheduled_follow_up", None),
        "Post-event": ("post_incident_check_in", None),
    }
    kinds = {"Family": "family_or_relationship", "Health": "health_or_injury", "Overtime": "work_stress"}
    sent = {"Counselor": "clinician", "EAP": "eap", "Union rep": "other", None: "none"}
    for row in book["Log 2024-26"].iter_rows(min_row=3, max_col=9, values_only=True):
        day, start, end, number, group, contact, concern, referred, again = row
        assert isinstance(day, datetime)
        when = datetime.combine(day.date(), start)  # type: ignore[arg-type]
        minutes = (datetime.combine(day.date(), end) - when).seconds // 60  # type: ignore[arg-type]
        came, mode = ways[str(contact)]
        yield _NONE | {
            "when": when, "supporter": team[number], "recipient_class": classes.get(str(group), "corrections"),
            "activation_type": came, "mode": mode, "duration": BANDS[minutes], "incident": contact == "Post-event",
            "kind": kinds.get(str(concern), "other" if concern == "Other" else "critical_incident"),
            "referrals": [sent[referred]], "due": again.date() if isinstance(again, datetime) else None,  # type: ignore[index]
        }  # fmt: skip


ORACLES: dict[str, tuple[Callable[[], Iterator[Told]], int]] = {
    "alder-county-sheriff.csv": (_alder, 970),
    "cedar-valley-ems.csv": (_cedar, 1120),
    "ridgeline-fire.csv": (_ridgeline, 1480),
    "three-rivers-911.csv": (_three_rivers, 640),
    "stonegate-corrections.xlsx": (_stonegate, 820),
}


def _told(encounter: Encounter, supporter: str, member: str) -> Told:
    return {
        "when": encounter.occurred_at.replace(tzinfo=None),
        "supporter": supporter,
        "member": member,
        "kind": encounter.kind.value,
        "activation_type": encounter.activation_type,
        "recipient_class": encounter.recipient_class,
        "mode": encounter.mode,
        "duration": encounter.duration,
        "referrals": [each.value for each in encounter.referrals],
        "due": encounter.follow_up_due,
        "incident": encounter.is_incident_related,
    }


@pytest.mark.parametrize("name", ORACLES)
def test_every_row_of_a_sheet_is_read_as_a_person_reads_it(name: str) -> None:
    oracle, rows = ORACLES[name]
    read, refused, _ = read_sheet((FOLDER / name).read_bytes(), zone=UTC)

    expected = list(oracle())
    assert (len(expected), len(read), refused) == (rows, rows, [])
    for row, wanted in zip(read, expected, strict=True):
        assert _told(row.encounter, row.supporter, row.member) == wanted, f"line {row.line}"


def test_what_is_no_row_is_counted_and_what_was_made_of_a_row_is_told() -> None:
    report = Report()
    read_sheet((FOLDER / "alder-county-sheriff.csv").read_bytes(), report=report)
    assert dict(report.left_out) == {
        "line above the heading": 2,
        "empty line": 5,
        "title or page line": 4,
        "heading again": 4,
    }
    assert [count for what, count in report.told.items() if "no time" in what] == [232]


def test_t08_a_time_that_the_clocks_skipped_is_read_and_told() -> None:
    report = Report()
    read, _, _ = read_sheet((FOLDER / "three-rivers-911.csv").read_bytes(), report=report)
    (line,) = [row for row in read if row.line == 141]  # 09.03.2025 02:20, where the clocks go from 02:00 to 03:00
    assert line.encounter.occurred_at == datetime(2025, 3, 9, 9, 20, tzinfo=UTC)
    assert [count for what, count in report.told.items() if "skipped" in what] == [1]


def test_a_date_that_would_be_in_the_future_is_refused_and_named() -> None:
    raw = (FOLDER / "cedar-valley-ems.csv").read_bytes()
    now = datetime(2026, 10, 1, 12, tzinfo=DENVER)
    _, refused, _ = read_sheet(raw, now=now)
    assert refused
    assert all("future" in row.reason for row in refused)


def test_free_text_is_nowhere_in_what_is_read() -> None:
    read, _, _ = read_sheet((FOLDER / "ridgeline-fire.csv").read_bytes())
    assert not [row for row in read if "coffee" in repr(row) or "FMLA" in repr(row)]
