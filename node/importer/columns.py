"""Which column says what: by its heading, in several languages, and by what stands in it.

1. A heading that is in the lists names its role. Where the cells plainly say another thing, the cells are believed.
2. A heading that is not in the lists is guessed from the cells alone; free text and what nobody asks for is left out.
3. A role is given once, to the column that fits it best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from node.importer import codewords
from node.importer.amounts import read_ahead, read_duration
from node.importer.codewords import folded
from node.importer.dates import Order, figures_of, read_day_after, read_time, read_when
from node.importer.roles import CODED, Role
from node.importer.sheet import Cell

MOST_WORDS = 2_000  # distinct cells kept of one column
MOST_CODEWORDS = 80  # a column with more distinct words than this holds names or free text


@dataclass
class Column:
    """A column's heading and the distinct cells that stand in it, with how often each does."""

    heading: str
    words: dict[Cell, int] = field(default_factory=dict)
    is_whole: bool = True  # every distinct cell was kept

    def add(self, cell: Cell) -> None:
        """Note a cell."""
        if cell in self.words:
            self.words[cell] += 1
        elif len(self.words) < MOST_WORDS:
            self.words[cell] = 1
        else:
            self.is_whole = False

    def filled(self) -> dict[Cell, int]:
        """Give the cells that are not empty."""
        return {cell: count for cell, count in self.words.items() if cell != ""}


_HEADINGS: tuple[tuple[Role, str], ...] = (
    (Role.RECORD,
        "encounter id"),
    (Role.FOLLOW_UP_DUE,
        "f u date|fu date|follow up date|follow up by|follow up due|followup due|due|due date|re contact|"
        "recontact|next contact|next check in|fecha de seguimiento|proximo contacto|seguimiento para|"
        "wiedervorlage|date de suivi|follow up on|fecha seguimiento"),
    (Role.FOLLOW_UP,
        "f u|fu|follow up|followup|follow up needed|seguimiento|suivi|f u needed"),
    (Role.WHEN,
        "date|datum|fecha|day|when|contact at|date of contact|contact date|datum heure|date time|occurred|"
        "occurred at|fecha y hora|dia|jour|date heure|encounter date|datum zeit"),
    (Role.END,
        "end|end time|finish|time out|hora fin|hora de fin|fin|ende|time end"),
    (Role.TIME,
        "time|start|start time|time in|hora|heure|uhrzeit|begin|hora de inicio|zeit|time of contact|"
        "hora inicio"),
    (Role.DURATION,
        "duration|length|minutes|min|mins|how long|how long min|duracion|duree|dauer|time spent|hours|"
        "length min|duration min|total time|tiempo"),
    (Role.PARTICIPANTS,
        "participants|number of people|attendees|headcount|group size|participantes|number in group|people"),
    (Role.SUPPORTER,
        "peer|pso|supporter|supporter id|peer supporter|team|team no|team number|peer id|companero|"
        "placa del companero|placa companero|peer badge|logged by|peer name|supporter name|betreuer|par|"
        "pair|companero de apoyo|placa"),
    (Role.RECIPIENT,
        "staff group|recipient class|recipient|classification|personnel type|employee type|class|"
        "tipo de personal|personnel|categoria"),
    (Role.MEMBER,
        "employee|member|deputy|officer|telecom|telecommunicator|dispatcher|staff member|person|client|"
        "firefighter|medic|employee name|member name|empleado|agente|miembro|mitarbeiter|employe|bombero|"
        "name|member code|firefighter name|responder|persona"),
    (Role.ACTIVATION,
        "initiated by|activation|activation type|source|referred by|how initiated|origin|requested by|"
        "origen|iniciado por|como llego|initiator"),
    (Role.MODE,
        "mode|type of contact|contact type|contact|where|method|how|via|medio|modo|kontaktart|setting|"
        "location|mode de contact|contact method|forma de contacto"),
    (Role.KIND,
        "reason|kind|category|concern|subject|topic|issue|motivo|tema|asunto|motif|sujet|grund|thema|"
        "support kind|presenting issue|primary concern|problem"),
    (Role.REFERRAL,
        "referral|referrals|referred|referred to|sent to|next step|derivado a|derivacion|derivaciones|"
        "oriente vers|verwiesen an|resource given|resources|referido a"),
    (Role.INCIDENT,
        "incident|incident no|incident number|run number|run no|call number|case number|ois|run|"
        "incident related|incidente|n de incidente|einsatz|event number|incident id|cad number|"
        "nro incidente"),
    (Role.IGNORE,
        "notes|note|comments|comment|remarks|narrative|details|notas|observaciones|remarques|bemerkung|"
        "shift|station|unit|platoon|turno|entered by|initials|total"),
)  # fmt: skip
_BY_HEADING = {phrase: role for role, phrases in _HEADINGS for phrase in phrases.split("|")}
_ENOUGH = 0.6  # share of the cells that must speak for a role
_CLASS_OF_HEADING = {
    "deputy": "sworn_or_uniformed", "officer": "sworn_or_uniformed", "firefighter": "sworn_or_uniformed",
    "medic": "sworn_or_uniformed", "bombero": "sworn_or_uniformed", "telecom": "telecommunicator",
    "telecommunicator": "telecommunicator", "dispatcher": "telecommunicator",
}  # fmt: skip
_YES, _NO = (
    frozenset({"y", "yes", "x", "true", "1", "si", "oui", "ja"}),
    frozenset({"n", "no", "false", "0", "non", "nein"}),
)


def role_of_heading(heading: str) -> Role | None:
    """Tell what a heading names, if the lists have it."""
    return _BY_HEADING.get(folded(heading))


def class_of_heading(heading: str) -> str:
    """Tell what all members of a column are, where its heading says so: `Deputy`."""
    return _CLASS_OF_HEADING.get(folded(heading), "")


def says_hours(heading: str) -> bool:
    """Tell whether plain numbers under this heading are hours."""
    return not {"hours", "hrs", "hr", "horas", "heures", "stunden"}.isdisjoint(folded(heading).split())


def yes_or_no(cell: Cell) -> bool | None:
    """Read a cell that says yes or no; None where it says neither."""
    text = folded(cell) if isinstance(cell, str) else ""
    return True if text in _YES else False if text in _NO else None


def guess_roles(columns: Sequence[Column]) -> list[Role]:
    """Give each column's role (1-3)."""
    wishes = [_wish(column) for column in columns]
    roles = [Role.IGNORE] * len(columns)
    taken: set[Role] = set()
    for index in sorted(range(len(columns)), key=lambda each: (-wishes[each][1], each)):
        role = wishes[index][0]
        if role is not Role.IGNORE and role not in taken:
            roles[index] = role
            taken.add(role)
    return roles


def _wish(column: Column) -> tuple[Role, float]:
    """Give the role that fits a column best, and how well."""
    named = role_of_heading(column.heading)
    cells = column.filled()
    if named is not None and (not cells or named is Role.IGNORE):
        return named, 1.0
    if named is Role.FOLLOW_UP and _share(cells, lambda cell: yes_or_no(cell) is not None) < _ENOUGH:
        named = Role.FOLLOW_UP_DUE if _fits(Role.FOLLOW_UP_DUE, cells) else None
    if named is not None and _fits(named, cells):
        return named, 3.0
    by_cells = [role for role in _BY_CELLS if _fits(role, cells)] if cells else []
    if by_cells and (named is not None or by_cells[0] in (Role.WHEN, *CODED)):
        return by_cells[0], 2.0 if named is not None else 1.0
    return (named, 0.5) if named in CODED and named is not None else (Role.IGNORE, 0.0)


_BY_CELLS = (Role.WHEN, Role.TIME, Role.KIND, Role.MODE, Role.RECIPIENT, Role.REFERRAL)


def _fits(role: Role, cells: dict[Cell, int]) -> bool:
    if role is Role.WHEN:
        return _share(cells, _is_date) >= _ENOUGH
    if role is Role.FOLLOW_UP_DUE:
        return _share(cells, _is_day) >= 0.3
    if role in (Role.TIME, Role.END):
        return _share(cells, lambda cell: read_time(cell) is not None) >= _ENOUGH
    if role is Role.DURATION:
        return _share(cells, lambda cell: read_duration(cell) is not None) >= 0.3
    if role in CODED:
        few = len(cells) <= MOST_CODEWORDS
        return few and _share(cells, lambda cell: bool(codewords.guess(role, str(cell)).codes)) >= 0.4
    if role in (Role.MEMBER, Role.SUPPORTER):
        return _share(cells, _is_date) < _ENOUGH and not (
            role is Role.MEMBER and len(cells) <= 8 and _share(cells, _is_codeword) >= _ENOUGH
        )
    return True


def _is_codeword(cell: Cell) -> bool:
    return any(codewords.guess(role, str(cell)).is_sure for role in (Role.MODE, Role.KIND, Role.RECIPIENT))


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, time):
        return False
    if isinstance(cell, date):
        return True
    return figures_of(cell) is not None or any(read_when(cell, order) is not None for order in Order)


def _is_day(cell: Cell) -> bool:
    """Tell whether a cell may say when a follow-up is due: a date, one without a year, or a while from then."""
    return _is_date(cell) or read_ahead(cell) is not None or read_day_after(cell, date.min, None) is not None


def _share(cells: dict[Cell, int], holds: object) -> float:
    assert callable(holds)
    total = sum(cells.values())
    return sum(count for cell, count in cells.items() if holds(cell)) / total if total else 0.0
