"""The limit of batches: report rows written by SQLAlchemy Core's executemany, and nothing else done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import hub.persistence.tables  # noqa: F401  (every table is declared)
from common.storage.store import Store
from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.delivery import StoredReport
from hub.persistence import agencies, streams
from hub.persistence.schema import Base
from tests.builders import activation_report, agency
from tests.stores import empty_store

ROWS_A_COMMIT = 128


class Inserting:
    """Writes the rows of one stream, on and on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._body = encode(activation_report(bytes(16)))
        with store.begin() as connection:
            joined = agency()
            agencies.add_agency(connection, joined)
            self._stream = streams.start_stream(connection, bytes(16), joined.id, 1, datetime.now(UTC))
        self.rates: list[float] = []

    def round(self, seconds: float) -> None:
        """Write for a while."""
        started, written = perf_counter(), 0
        while perf_counter() - started < seconds:
            with self._store.begin() as connection:
                streams.add_reports(connection, self._rows())
            written += ROWS_A_COMMIT
        self.rates.append(written / (perf_counter() - started))

    def warm_up(self) -> None:
        """Fill caches; nothing of it counts."""
        self.round(0.5)
        self.rates.clear()

    def _rows(self) -> list[StoredReport]:
        now, first = datetime.now(UTC), self._stream.next_sequence
        self._stream.next_sequence += ROWS_A_COMMIT
        return [
            StoredReport(self._stream.number, sequence, self._body, Outcome.OUTCOME_APPLIED, now)
            for sequence in range(first, first + ROWS_A_COMMIT)
        ]


@contextmanager
def bare_store(kind: str, directory: Path) -> Iterator[Inserting]:
    """Make a store of a kind with the hub's tables."""
    store = empty_store(kind, directory, durable=True)
    try:
        with store.begin() as connection:
            Base.metadata.create_all(connection)
        yield Inserting(store)
    finally:
        store.close()
