"""Waiting, in a test that is no coroutine, for what comes soon by itself."""

import time
from collections.abc import Callable

from tests.coroutines import SOON_S


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until something holds; fail when it does not come to that."""
    end = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)
