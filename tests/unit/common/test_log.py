"""The log is one line of ASCII JSON per event, whatever a peer managed to put into a value (TRUST.md r02)."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.log import JsonLines, log_to

VALUES = st.one_of(
    st.text(st.characters()), st.binary(), st.floats(), st.integers(-(2**64), 2**64), st.booleans(), st.none(),
    st.datetimes(timezones=st.just(UTC)), st.lists(st.text(st.characters())), st.builds(ValueError, st.text()),
)  # fmt: skip


def line(event: str, *args: object, level: int = logging.INFO, error: Exception | None = None, **fields: Any) -> str:
    """What the log writes for one event."""
    about = (type(error), error, error.__traceback__) if error else None
    record = logging.getLogger("hub.rpc").makeRecord("hub.rpc", level, "f.py", 1, event, args, about, extra=fields)
    return JsonLines().format(record)


def read(written: str) -> dict[str, Any]:
    """Read a line as a strict reader of JSON does."""
    fields: dict[str, Any] = json.loads(written, parse_constant=pytest.fail)
    return fields


@given(st.text(st.characters()), st.dictionaries(st.sampled_from(["agency", "peer", "size", "why"]), VALUES))
def test_r02_an_event_is_one_printable_ascii_line_whatever_its_values(event: str, fields: dict[str, Any]) -> None:
    written = line(event.replace("%", "%%"), **fields)

    assert written.isascii()
    assert written.isprintable()
    assert set(read(written)) == {"at", "level", "event", "logger", *fields}


@pytest.mark.parametrize(
    "said",
    ['x"}\n{"level": "ERROR", "event": "forged', "\x1b[2J\x1b]0;t\x07\x9b", "\u202egnp.exe", "a\r\nb\u2028c", "\x7f"],
)
def test_r02_what_was_said_can_be_read_back_and_forges_nothing(said: str) -> None:
    written = line("a join was refused", peer=said, why=b"\x01\xff")

    assert "\n" not in written
    assert read(written)["peer"] == said
    assert read(written)["why"] == "01ff"
    assert read(written)["level"] == "INFO"


def test_r02_a_megabyte_in_a_name_stays_in_its_field() -> None:
    assert read(line("a name came", called="n\n" * 500_000))["called"] == "n\n" * 500_000


def test_a_traceback_is_a_field_of_the_same_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        written = line("internal error", level=logging.ERROR, error=error)

    assert "\n" not in written
    assert read(written)["traceback"].startswith("Traceback (most recent call last):\n")
    assert read(written)["traceback"].endswith("ValueError: first\nsecond")


def test_a_line_says_when_in_utc_how_bad_and_what() -> None:
    fields = read(line("%d reports taken in", 3, level=logging.WARNING, since=datetime(2026, 11, 3, tzinfo=UTC)))

    assert fields["event"] == "3 reports taken in"
    assert fields["level"] == "WARNING"
    assert fields["since"] == "2026-11-03T00:00:00+00:00"
    assert datetime.fromisoformat(fields["at"]).utcoffset() is not None


@pytest.fixture
def untouched_root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.usefixtures("untouched_root")
def test_a_process_logs_everything_from_its_level_on_to_one_place() -> None:
    stream = io.StringIO()
    log_to(io.StringIO())
    log_to(stream, logging.WARNING)

    logging.getLogger("hub").info("not this")
    logging.getLogger("somebody.elses").warning("but this", extra={"count": 2})

    (written,) = stream.getvalue().splitlines()
    assert read(written)["event"] == "but this"
    assert read(written)["count"] == 2
