"""`disclosure_loss`, `disclosure_use`: what agencies lose by what is withheld, and which tables are of use to them.

Lines of JSON on standard output; the same as two tables on standard error.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from common.disclosure.catalogue import TABLES
from tests.bench.loss.agencies import SIZES, agencies_of_sheets, simulated
from tests.bench.loss.tally import PLANS, Loss, loss_of, size_class
from tests.bench.loss.ways import WAYS
from tests.bench.measurement import Line, Scale, line

AGENCIES, PROCESSES = 200, 2
CLASSES = tuple(size_class(high) for _, high in SIZES)
SHEETS, SIMULATED = "five sheets", "simulated"
PERIODS = {1: "month", 3: "quarter", 12: "year"}
SHARES = ("cells", "nonzero", "events")
Told = tuple[str, str, Loss]  # population, size class, what was lost


def measure(scale: Scale) -> Iterator[Line]:
    """Measure the five sheets and as many simulated agencies as `--nodes` says, one of each size class at least."""
    tasks = [*range(-len(agencies_of_sheets()), max(len(SIZES), scale.nodes or AGENCIES))]
    console = Console(stderr=True, width=80)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        waiting = pool.map(lose, tasks)
        told = list(track(waiting, "agencies", len(tasks), console=console, transient=True))
    yield from lines(told)
    for table in (*tables_of_loss(told), table_of_use(told)):
        console.print(table)


def lose(number: int) -> Told:
    """Measure one agency: a simulated one, or with a number under zero that of a sheet."""
    if number < 0:
        return SHEETS, SHEETS, loss_of(agencies_of_sheets()[number])
    agency = simulated(number)
    return SIMULATED, size_class(agency.roster), loss_of(agency)


def lines(told: Sequence[Told]) -> Iterator[Line]:
    """Put the measurements together: shares of all events, of all cells and of those that are not zero."""
    for population in (SHEETS, SIMULATED):
        of_all = summed(told, population)
        for plan in PLANS:
            ways = {way: shares(of_all.by_way[plan, way]) for way in WAYS}
            yield line(
                "disclosure_loss",
                ways["ours"]["events"],
                "share of events withheld",
                max(ways["threshold"]["events"], 1e-6),
                agencies=sum(each[0] == population for each in told),
                population=population,
                by=plan,
                ways=ways,
                findings=of_all.findings if plan == PLANS[0] else [],
                slowest_draw_s=round(of_all.slowest_s, 2),
            )
    used = {of: summed(told, of).use for of in CLASSES}
    whole = summed(told, SIMULATED).use
    quarter, year = (_use_of(whole, months) for months in (3, 12))
    by_class = {of: {_named(use): _shown(counted) for use, counted in sorted(used[of].items())} for of in CLASSES}
    yield line("disclosure_use", quarter, "share of quarterly tables of use", max(year, 1e-6), by_class=by_class)


def summed(told: Iterable[Told], name: str) -> Loss:
    """Add up what the agencies of a population, or of a size class, lose."""
    whole = Loss()
    for population, size, loss in told:
        if name in (population, size):
            whole.add(loss)
    return whole


def shares(counted: Mapping[str, int]) -> dict[str, Any]:
    """Give what is withheld as shares, and how much of it can be worked out."""
    found: dict[str, Any] = {what: round(counted[f"hidden_{what}"] / max(1, counted[what]), 3) for what in SHARES}
    if counted["audited"]:
        found |= {what: counted[what] for what in ("audited", "pinned", "exact")}
    return found


def tables_of_loss(told: Sequence[Told]) -> Iterator[Table]:
    """Lay out what each way withholds, in per cent of the events, by size class and period."""
    for plan in PLANS:
        table = Table(title=f"Released by {plan}: events withheld, % (k = 11)", title_justify="left")
        for heading in ("roster", *WAYS, "threshold: fewer than 11 values left"):
            table.add_column(heading, justify="left" if heading == "roster" else "right")
        for of in (SHEETS, *CLASSES):
            loss = summed(told, of)
            cells = [f"{100 * shares(loss.by_way[plan, way])['events']:.0f}" for way in WAYS]
            open_ = loss.by_way[plan, "threshold"]
            table.add_row(of, *cells, f"{open_['pinned']} of {open_['audited']}")
        yield table


def table_of_use(told: Sequence[Told]) -> Table:
    """Lay out for which share of agencies and periods a table shows its total, and at least half of its events."""
    title = "Shows its total / at least half of its events, % of periods, by roster"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for heading in ("table", "period", *CLASSES):
        is_word = heading in ("table", "period")
        table.add_column(heading, justify="left" if is_word else "right", no_wrap=heading != "table")
    used = {of: summed(told, of).use for of in CLASSES}
    for use in sorted({use for each in used.values() for use in each}):
        cells = [_cell(used[of].get(use)) for of in CLASSES]
        table.add_row(TABLES[use[0]].title, PERIODS[use[1]], *cells)
    return table


def _cell(counted: "Mapping[str, int] | None") -> str:
    if not counted:
        return "-"
    return "/".join(f"{100 * counted[what] / counted['windows']:.0f}" for what in ("total", "half"))


def _shown(counted: Mapping[str, int]) -> list[float]:
    return [round(counted[what] / counted["windows"], 3) for what in ("total", "half")]


def _named(use: tuple[int, int]) -> str:
    return f"{TABLES[use[0]].name} by {PERIODS[use[1]]}"


def _use_of(use: Mapping[tuple[int, int], Mapping[str, int]], months: int) -> float:
    half, windows = (
        sum(counted[what] for (_, each), counted in use.items() if each == months) for what in ("half", "windows")
    )
    return half / max(1, windows)
