"""The declared tables of the statistics channel: what is counted, in which rows, for which period. Nothing else leaves.

1. A table's rows and columns are the domain's codes in the domain's order; what an older record does not say counts in
   `not_recorded`. A place is never given another meaning: a change is a new version of the catalogue.
2. Two windows of one table never overlap. A table of encounters is released by month or by quarter, as the agreement
   says; capacity by month; everything else by quarter.
3. What anybody knows of the counts without seeing them is written in `relations.py`.

Source: DOMAIN.md 5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from common.disclosure.cell import Cell
from common.wire.v1.codes_pb2 import TableKind

VERSION = 1
TOTAL = "total"
NOT_RECORDED = "not_recorded"
INCIDENT_RELATED, NOT_INCIDENT_RELATED = "incident_related", "not_incident_related"
ROSTER_BANDS = (10, 25, 50, 100, 250, 500)  # the largest roster of each band but the last


class Period(Enum):
    """How long a table's windows are."""

    AS_AGREED = "month or quarter, as the agreement says"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Table:
    """One declared table.

    Args:
        title: as a heading.
        counts: what one count stands for, as a reader needs it.
        rows: names of rows 1, 2, ...
        columns: names of columns 1, 2, ... of a two-way table; its column 0 holds each row's total.
        has_total: row 0 holds the total.
    """

    kind: int  # wire TableKind
    title: str
    counts: str
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    has_total: bool = True
    period: Period = Period.QUARTER

    @property
    def name(self) -> str:
        """The name in commands and files: `encounters_by_mode`."""
        return TableKind.Name(self.kind).removeprefix("TABLE_KIND_").lower()

    def places(self) -> Iterator[tuple[int, int]]:
        """Give every (row, column) in order, totals first."""
        for row in range(0 if self.has_total else 1, len(self.rows) + 1):
            for column in range(len(self.columns) + 1):
                yield row, column

    def cells(self, window: bytes) -> list[Cell]:
        """Give every cell of the table for one window."""
        return [Cell(window, self.kind, row, column) for row, column in self.places()]

    def row_name(self, row: int) -> str:
        """Name a row."""
        return self.rows[row - 1] if row else TOTAL

    def column_name(self, column: int) -> str:
        """Name a column of a two-way table."""
        return self.columns[column - 1] if column else TOTAL


_KINDS = (
    "critical_incident", "work_stress", "family_or_relationship", "grief_or_loss", "substance_use",
    "financial_or_legal", "health_or_injury", "moral_injury", "suicide_concern", "undisclosed", "other",
)  # fmt: skip
_ACTIVATION_TYPES = (
    "self_referral", "peer_initiated", "supervisor_referral", "post_incident_check_in", "scheduled_follow_up",
    "family_request", "another_agencys_request", NOT_RECORDED,
)  # fmt: skip
_MODES = ("in_person", "phone", "video", "text_or_chat", "group_session", NOT_RECORDED)
_RECIPIENTS = (
    "sworn_or_uniformed", "telecommunicator", "corrections", "civilian_staff", "volunteer", "retired", "family",
    "another_agencys_responder", NOT_RECORDED,
)  # fmt: skip
_DURATIONS = ("under_15", "15_29", "30_44", "45_59", "60_and_over", NOT_RECORDED)
_REFERRALS = (
    "eap", "clinician", "chaplain", "crisis_line", "physician", "substance_use_programme", "financial_or_legal",
    "other",
)  # fmt: skip
_OUTCOMES = ("completed", "unable_to_reach", "declined_by_member", "referred_on", "not_needed")
_BANDS = ("1_10", "11_25", "26_50", "51_100", "101_250", "251_500", "over_500")
_CONTACTS = "support contacts logged for the period, voided ones left out, each counted once"

TABLES: dict[int, Table] = {
    table.kind: table
    for table in (
        Table(
            TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND,
            "Contacts by kind of support", _CONTACTS, _KINDS, period=Period.AS_AGREED,
        ),
        Table(
            TableKind.TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE,
            "Contacts by how they came about", _CONTACTS, _ACTIVATION_TYPES, period=Period.AS_AGREED,
        ),
        Table(
            TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE,
            "Contacts by mode", _CONTACTS, _MODES, period=Period.AS_AGREED,
        ),
        Table(
            TableKind.TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS,
            "Contacts by recipient", _CONTACTS, _RECIPIENTS, period=Period.AS_AGREED,
        ),
        Table(
            TableKind.TABLE_KIND_ENCOUNTERS_BY_DURATION,
            "Contacts by duration in minutes", _CONTACTS, _DURATIONS, period=Period.AS_AGREED,
        ),
        Table(
            TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED,
            "Contacts by kind of support, related to an incident or not", _CONTACTS, _KINDS,
            columns=(INCIDENT_RELATED, NOT_INCIDENT_RELATED),
        ),
        Table(
            TableKind.TABLE_KIND_REFERRALS_BY_KIND,
            "Referrals by kind", "referrals made at those contacts; one contact may have several", _REFERRALS,
        ),
        Table(
            TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME,
            "Check-ins that ended, by outcome", "check-ins that ended in the period", _OUTCOMES,
        ),
        Table(
            TableKind.TABLE_KIND_ON_TIME_CHECK_INS,
            "Check-ins that fell due", "check-ins whose time ran out in the period",
            ("on_time", "late", "not_made"),
        ),
        Table(
            TableKind.TABLE_KIND_PARTICIPATION,
            "Members reached, by size of the roster",
            "different members with a member code who had a contact; in the row of the agency's roster", _BANDS,
            has_total=False,
        ),
        Table(
            TableKind.TABLE_KIND_SUPPORTER_CAPACITY,
            "Supporters at the period's end", "supporters on the roster",
            ("designated", "available", "paused", "trained_in_date"), has_total=False, period=Period.MONTH,
        ),
        Table(
            TableKind.TABLE_KIND_FEEDBACK_RATINGS,
            "Feedback ratings", "anonymous ratings, 1 (poor) to 5 (very good)", ("1", "2", "3", "4", "5"),
        ),
    )
}  # fmt: skip

OF_ENCOUNTERS = tuple(kind for kind, table in TABLES.items() if table.period is Period.AS_AGREED)


def roster_row(size: int) -> int:
    """Give the row of the participation table for a roster of this size."""
    return sum(size > largest for largest in ROSTER_BANDS) + 1
