"""How long a mail server or a webhook has, for a step and for all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import Timer

TIMEOUT_S = 15.0  # for one step
LONGEST_S = 45.0  # for all of them: a server that sends a byte a second is given up


@contextmanager
def cut_off(connection: Callable[[], socket | None], longest_s: float = LONGEST_S) -> Iterator[Callable[[], bool]]:
    """End a connection that takes too long, whatever it is doing; what is given tells whether that happened."""
    ended: list[bool] = []

    def end() -> None:
        ended.append(True)
        held = connection()
        if held is not None:
            with suppress(OSError):
                held.shutdown(SHUT_RDWR)

    timer = Timer(longest_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: bool(ended)
    finally:
        timer.cancel()
