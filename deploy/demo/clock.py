"""The scenario's time as the hub's clock: the machine's, moved on by as much as a file says.

The demo moves it, the hub reads it. It never goes back, and between two moves it runs as the machine's does.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from common.clock import SystemClock


class ScenarioClock:
    """Tells the scenario's time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._machine = SystemClock()

    def now(self) -> datetime:
        """Tell the time, UTC."""
        return self._machine.now() + self._ahead()

    def move_to(self, moment: datetime) -> None:
        """Make it that time now; if it is later already, it stays."""
        ahead = max(moment - self._machine.now(), self._ahead())
        written = self._file.with_suffix(".new")
        written.write_text(repr(ahead.total_seconds()), "ascii")
        os.replace(written, self._file)  # whoever reads finds the old time or the new one

    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._file.read_text("ascii")))
        except FileNotFoundError:
            return timedelta(0)  # not moved yet
