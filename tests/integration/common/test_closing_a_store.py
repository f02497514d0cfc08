"""A store that ends while it is used."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from common.errors import TemporarilyUnavailable
from common.storage.sqlite import create_sqlite, open_sqlite

KEY = bytes(range(32))


def test_d03_a_store_that_is_closed_while_a_thread_writes_opens_again_with_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    store = create_sqlite(path, KEY)
    is_writing, may_go_on = threading.Event(), threading.Event()

    def write() -> None:
        with store.begin() as connection:
            connection.execute(text("CREATE TABLE kept (number INTEGER)"))
            is_writing.set()
            may_go_on.wait(10)

    writing, closing = threading.Thread(target=write), threading.Thread(target=store.close)
    writing.start()
    is_writing.wait(10)
    closing.start()
    closing.join(0.3)  # it waits; one that does not is done by then
    may_go_on.set()
    writing.join(10)
    closing.join(10)

    assert not path.with_name("some.db-in-use").exists(), "it would say that the log is lost"
    with pytest.raises(TemporarilyUnavailable, match="ending"), store.begin():
        pass
    again = open_sqlite(path, KEY)
    with again.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM kept")).scalar_one() == 0
    again.close()
