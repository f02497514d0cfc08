"""One line of JSON per event: a constant phrase and fields, ids and counts only.

INFO is what an operator would tell a colleague, WARNING means look today, ERROR wakes someone. Log or raise, not both.
Line breaks, terminal codes and bidirectional marks in a value come out escaped (TRUST.md r02).

Source: STYLE.md 7.
"""

import json
import logging
import math
import sys
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record as one line of ASCII JSON; its fields are what the caller gave as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
        }
        line |= {key: _plain(value) for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # ASCII: a bidirectional override cannot act in a terminal. JSON leaves one control character as it is.
        return json.dumps(line, ensure_ascii=True).replace("\x7f", "\\u007f")


def log_to(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send every record of this process to `stream` as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("grpc").setLevel(logging.CRITICAL)  # it quotes peers; calls and ports log for themselves


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no word for it, and a reader of the line would give up
    return value if isinstance(value, str | int | float | bool | None) else str(value)
