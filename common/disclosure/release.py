"""The checks that every release passes before it leaves, and again before anything made of it is shown.

1. Only declared tables, for a window that has them, and every cell of each.
2. Nothing is released twice: a release is never corrected. What came late or was mended counts in the next period.
3. Its period may stand beside those that were released (`periods.py`).
4. No count that is shown is small; nor is it zero where zeros are withheld.
5. What is shown adds up.
6. No withheld count has fewer than k possible values, given everything that was released so far; nor does the release
   pin a count that was withheld earlier, or was not released, more closely than that.

Source: DESIGN.md 7; TRUST.md i02, t06.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from common.disclosure.audit import newly_pinned
from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Bounds, Cell, Figures, Reason, Relation, Rule, Window
from common.disclosure.chance import chance_of
from common.disclosure.completion import Contradiction
from common.disclosure.periods import find_overlap
from common.disclosure.relations import relations_of
from common.disclosure.suppression import WITHIN_S, suppress
from common.errors import WrongState
from common.wire.v1.codes_pb2 import TableKind

_GIVEN_UP_FIRST = (  # which table is left out, where two cannot be released beside each other
    TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED,
    TableKind.TABLE_KIND_REFERRALS_BY_KIND,
    TableKind.TABLE_KIND_PARTICIPATION,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_DURATION,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE,
    TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND,
    TableKind.TABLE_KIND_ON_TIME_CHECK_INS,
    TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME,
    TableKind.TABLE_KIND_SUPPORTER_CAPACITY,
    TableKind.TABLE_KIND_FEEDBACK_RATINGS,
)


class DisclosureRefused(WrongState):
    """A release would tell more than may be told. The message says which figure, and why.

    Args:
        table: wire TableKind: without it, the others may pass.
    """

    def __init__(self, table: int, message: str) -> None:
        super().__init__(message)
        self.table = table


@dataclass(frozen=True)
class Drawn:
    """What a draw may show.

    Args:
        figures: every cell of the tables that may be released; None is withheld.
        reasons: why each withheld one is.
        refused: tables that cannot be released at all for this window, with the reason.
        is_least: no less could have been withheld.
    """

    figures: Figures
    reasons: Mapping[Cell, Reason]
    refused: Mapping[int, str]
    is_least: bool


def draw(
    counts: Mapping[Cell, int],
    known: Figures,
    windows: Sequence[Window],
    rule: Rule,
    *,
    secret: bytes,
    within_s: float = WITHIN_S,
) -> Drawn:
    """Make a release of true counts: decide what is withheld, then check it by what is shown alone (1 to 6).

    Args:
        counts: of every cell of the tables to be released.
        known: everything that was released before.
        windows: all that are concerned, of earlier releases too.
        secret: of the agency (`chance.py`); the same for the preview and for what leaves.
        within_s: for finding the least that is withheld; the check takes its own time.
    """
    refused: dict[int, str] = {}
    relations = relations_of(windows)
    left = dict(counts)
    while left:
        try:
            found = suppress(left, known, relations, rule, within_s, chance_of(secret))
            verify_release(found.figures, known, windows, rule)
            return Drawn(found.figures, found.reasons, refused, found.is_least)
        except Contradiction:
            table = _given_up({cell.table for cell in left})
            refused[table] = f"{title_of(table)}: the counts do not fit what was released before"
        except DisclosureRefused as refusal:
            table = refusal.table
            refused[table] = str(refusal)
        left = {cell: count for cell, count in left.items() if cell.table != table}
    return Drawn({}, {}, refused, is_least=True)


def verify_release(new: Figures, known: Figures, windows: Sequence[Window], rule: Rule) -> None:
    """Check a release against everything that was released before (1 to 6).

    Args:
        new: the figures that are to leave; not none.
        known: everything that was released before.
        windows: all that are concerned, of earlier releases too.

    Raises:
        DisclosureRefused: names the table, the figure and the rule.
    """
    by_id = {window.id: window for window in windows}
    parts, released = ({cell[:2] for cell in side} for side in (new, known))
    for window, table in sorted(parts):
        _check_declared(by_id.get(window), table, {cell for cell in new if cell[:2] == (window, table)})
        if (window, table) in released:  # 2
            raise DisclosureRefused(
                table, f"{title_of(table)}: was released for this period; what changed since counts in the next one"
            )
    overlap = find_overlap(parts, released, by_id)
    if overlap is not None:  # 3
        raise DisclosureRefused(
            overlap[1], f"{title_of(overlap[1])}: its period overlaps another: their difference would be told"
        )
    for cell, count in new.items():  # 4
        if count is not None and rule.is_small(count, cell.window):
            raise DisclosureRefused(cell.table, f"{name_of(cell)}: a count under {rule.k} is to be withheld")
    relations = relations_of(windows)
    _check_sums(new, {**known, **new}, relations)
    _check_pinned(new, known, relations, rule)


def title_of(table: int) -> str:
    """Give a table's title; a table that this version does not know by its number."""
    return TABLES[table].title if table in TABLES else f"table {table}"


def name_of(cell: Cell) -> str:
    """Name a figure: its table, row and column."""
    table = TABLES[cell.table]
    column = f", {table.column_name(cell.column)}" if cell.column else ""
    return f"{table.title}, {table.row_name(cell.row)}{column}".replace("_", " ")


def _check_declared(window: Window | None, table: int, cells: Collection[Cell]) -> None:
    """Check rule 1 for one table."""
    if window is None or table not in window.tables or table not in TABLES:
        raise DisclosureRefused(table, f"{title_of(table)}: is not declared for this reporting window")
    if cells != set(TABLES[table].cells(window.id)):
        raise DisclosureRefused(table, f"{title_of(table)}: does not have exactly the declared rows and columns")


def _check_sums(new: Figures, figures: Figures, relations: Sequence[Relation]) -> None:
    """Check rule 5."""
    for relation in relations:
        counts = [figures.get(cell) for cell, _ in relation.terms]
        own = next((cell for cell, _ in relation.terms if cell in new), None)
        if own is None or any(count is None for count in counts):
            continue
        total = sum((count or 0) * factor for count, (_, factor) in zip(counts, relation.terms, strict=True))
        if total > 0 or (total and relation.is_equal):
            raise DisclosureRefused(own.table, f"{name_of(own)}: does not fit the figures beside it")


def _check_pinned(new: Figures, known: Figures, relations: Sequence[Relation], rule: Rule) -> None:
    """Check rule 6."""
    tables = {cell.table for cell in new}
    try:
        narrow = newly_pinned(new, known, relations, rule)
    except Contradiction:
        raise DisclosureRefused(_given_up(tables), "these figures fit no counts at all") from None
    if narrow:
        cell, found = min(narrow.items(), key=lambda item: (item[1].values, item[0]))
        table = cell.table if cell in new else _given_up(tables)
        raise DisclosureRefused(
            table, f"{name_of(cell)}: could be worked out to be {_said(found)}; {rule.k} values must stay possible"
        )


def _given_up(tables: Collection[int]) -> int:
    return next(table for table in _GIVEN_UP_FIRST if table in tables)


def _said(found: Bounds) -> str:
    return str(found.low) if found.low == found.high else f"{found.low} to {found.high}"
