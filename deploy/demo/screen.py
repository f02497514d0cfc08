"""What a person sees of the demo, and what a script reads."""

import json
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from common.report.lines import report_lines
from deploy.demo.comparison import Verdict
from deploy.demo.scenario import EVERYBODY, HUB, Event, Scenario
from deploy.demo.stores import HubStore, NodeStore
from deploy.demo.tables import board, follow_ups, ledgers

LONGEST_PAUSE_MIN = 20  # of the scenario: a quiet stretch is passed over in the time of this
_TICK_S = 0.1
_COLOURS = {
    "network_cut": "red",
    "kill_node": "red",
    "kill_hub": "red",
    "network_restored": "green",
    "start_node": "green",
    "start_hub": "green",
}
_KEPT = (
    "✓ {reports_acknowledged} of {reports_written} reports acknowledged, none lost, none counted twice; "
    "{ledgers_verified} of {agencies} ledgers verify; every node shows the hub's board. "
    "{follow_ups} follow-ups, each with one accountable agency; {offers_raced} raced for, {escalated} escalated."
)


class Audience(Protocol):
    """Whoever follows the demo."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None: ...
    def preparing(self, what: str) -> None:
        """Tell that something of the region stands."""

    def pause(self, from_min: int, to_min: int) -> None:
        """Let the scenario's time pass."""

    def happened(self, event: Event, sentence: str) -> None:
        """Tell what an event did."""

    def reported(self, report: dict[str, Any]) -> None:
        """Show the region's figures."""

    def judged(self, verdict: Verdict, hub: HubStore, nodes: Sequence[NodeStore]) -> None:
        """Tell what the stores say."""


class Script:
    """Reads one line of JSON for each step, on stdout."""

    def __init__(self, minutes_a_second: float | None) -> None:
        self._speed = minutes_a_second

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def preparing(self, what: str) -> None:
        typer.echo(json.dumps({"preparing": what}))

    def pause(self, from_min: int, to_min: int) -> None:
        if self._speed is not None:
            time.sleep(min(to_min - from_min, LONGEST_PAUSE_MIN) / self._speed)

    def happened(self, event: Event, sentence: str) -> None:
        typer.echo(json.dumps({"at_min": event.at_min, "who": event.who, "does": event.does, "came_of_it": sentence}))

    def reported(self, report: dict[str, Any]) -> None:
        """Show the region's figures, as `holdfast hub report region --json` has them."""
        typer.echo(json.dumps({"report": report}))

    def judged(self, verdict: Verdict, hub: HubStore, nodes: Sequence[NodeStore]) -> None:
        """Nothing: the last line of the command says it."""


class Screen:
    """A terminal: one line an event, a bar below; then the board, who owns what, and the ledgers."""

    def __init__(self, scenario: Scenario, events: int, minutes_a_second: float | None, console: Console) -> None:
        """Prepare a screen.

        Args:
            scenario: what is played.
            events: how many of its events are acted out.
            minutes_a_second: speed, in minutes of the scenario; None shows it without waiting.
            console: where to print.
        """
        self._names = {agency.key: agency.name for agency in scenario.agencies}
        self._names |= {HUB: f"{scenario.region}'s hub", EVERYBODY: "Everybody"}
        self._scenario, self._events, self._speed = scenario, events, minutes_a_second
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        agencies = len(self._scenario.agencies)
        self._console.print(Text(f"{self._scenario.region}: {self._scenario.title}", "bold"))
        self._console.print(f"A hub and {agencies} agencies' nodes as processes of this machine, over mutual TLS.\n")
        self._progress.start()
        self._task = self._progress.add_task("starting", total=2 * agencies + 2, unit="steps")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()

    def preparing(self, what: str) -> None:
        """Tell that something of the region stands."""
        self._say(Text("      "), Text(what, "dim"))
        self._advance()

    def pause(self, from_min: int, to_min: int) -> None:
        """Let the scenario's time pass, on the bar's clock."""
        if from_min == to_min == 0:
            self._start_clock()
        if self._speed is not None:
            ticks = max(1, round(min(to_min - from_min, LONGEST_PAUSE_MIN) / self._speed / _TICK_S))
            for tick in range(ticks):
                self._show_clock(from_min + (to_min - from_min) * tick // ticks)
                time.sleep(_TICK_S)
        self._show_clock(to_min)

    def happened(self, event: Event, sentence: str) -> None:
        """Tell what an event did, in one line."""
        colour = _COLOURS.get(event.does, "")
        words = Text.assemble((self._names[event.who], "bold"), ": ", (sentence, colour))
        self._say(Text(_clock(event.at_min), "cyan"), words)
        self._advance()

    def reported(self, report: dict[str, Any]) -> None:
        """Show the region's figures."""
        self._progress.stop()
        self._console.print()
        if report:
            for line in report_lines(report, min(self._console.width, 100)):
                self._console.print(Text(line))

    def judged(self, verdict: Verdict, hub: HubStore, nodes: Sequence[NodeStore]) -> None:
        """Tell what the stores say."""
        self._progress.stop()
        self._console.print()
        for incident_id, title in hub.titles.items():
            self._console.print(Text(f"The activation board: {title}", "bold"))
            self._console.print(board(incident_id, verdict, hub, nodes))
            self._console.print(
                Text(f"1 to {len(nodes)}: that agency's node  ✓ has the hub's very line  ✗ has another\n", "dim")
            )
        for each in verdict.differences:
            whose, line = hub.joined.get(each.node_agency_id, "?"), hub.joined.get(each.line_agency_id, "?")
            self._console.print(Text(f"✗ {whose}'s node has {line} as {each.node}; the hub: {each.hub}", "red"))
        if hub.follow_ups:
            self._console.print(Text("Follow-ups, by the agency that is accountable", "bold"))
            self._console.print(follow_ups(hub))
            self._console.print(Text("over, taken: handed to another agency, and taken over from one\n", "dim"))
        self._console.print(Text("The egress ledgers, each compared with the hub's mirror of it", "bold"))
        self._console.print(ledgers(verdict))
        self._console.print(Text("signed: reports that the hub's newest receipt covers\n", "dim"))
        self._sum_up(verdict)

    def _sum_up(self, verdict: Verdict) -> None:
        for sentence in verdict.broken:
            self._console.print(Text(f"✗ {sentence}", "bold red"))
        if not verdict.broken:
            figures = verdict.figures()
            self._console.print(Text(_KEPT.format(**figures), "bold green"))

    def _start_clock(self) -> None:
        if self._task is not None:
            self._progress.reset(self._task, total=self._events, unit="events")

    def _show_clock(self, at_min: int) -> None:
        if self._task is not None:
            self._progress.update(self._task, description=_clock(at_min))

    def _advance(self) -> None:
        if self._task is not None:
            self._progress.advance(self._task)

    def _say(self, clock: Text, words: Text) -> None:
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(width=5)
        line.add_column(overflow="fold")
        line.add_row(clock, words)
        self._console.print(line)


def _clock(at_min: int) -> str:
    return f"{at_min // 60:02}:{at_min % 60:02}"
