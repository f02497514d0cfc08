"""Whether an embedded store is whole: else a bit that flipped on the disk is found when its page is read, in years.

1. Every page carries an authentication code over its encrypted content: SQLCipher recomputes each.
2. Then SQLite follows its trees, which also finds pages that are whole but do not belong together.
3. A process may write meanwhile. A page that was read while it was being written fails once; a damaged one fails again.

Source: TRUST.md d03.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from common.errors import WrongState

_PAGES, _TREES = "PRAGMA cipher_integrity_check", "PRAGMA quick_check(1)"


def find_damage(connection: Connection) -> str:
    """Read every page of an embedded store; say the first thing that is damaged, or nothing.

    Takes some 10 seconds for a GB, and more where the disk is slow. Others may read and write meanwhile.
    """
    bad = _complaints(connection, _PAGES)
    if bad:
        again = _complaints(connection, _PAGES)  # 3
        bad = [complaint for complaint in bad if complaint in again]
    if bad:
        return bad[0] + (f", and {len(bad) - 1} more" if len(bad) > 1 else "")
    return next((complaint for complaint in _complaints(connection, _TREES) if complaint != "ok"), "")


@contextmanager
def damage_told() -> Iterator[None]:
    """Tell the damage that a command runs into as such, not as an internal error.

    Raises:
        WrongState: the store is damaged; says what to do.
    """
    try:
        yield
    except DatabaseError as error:
        if "malformed" not in str(error.orig):
            raise
        raise WrongState(
            "the store is damaged: stop the process, keep the file aside, and restore the last backup"
        ) from error


def _complaints(connection: Connection, pragma: str) -> list[str]:
    try:
        return [" ".join(str(row[0]).split()) for row in connection.exec_driver_sql(pragma)]
    except DatabaseError as error:  # so damaged that the check itself ends there
        return [str(error.orig)]
