"""Why a notice could not be sent, in one of a few words: what a server said is neither kept nor shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from socket import SHUT_RDWR, socket
from threading import Timer

from common.errors import TemporarilyUnavailable

TIMEOUT_S = 15.0  # for one step
LONGEST_S = 45.0  # for all of them: a server that sends a byte a second is given up


class Trouble(StrEnum):
    """The reason, for the list of notices."""

    NOT_SET_UP = "no server is set up"
    NO_ADDRESS = "no address is set"
    UNREACHABLE = "server not reached"
    NOT_SECURE = "no TLS, or another server's certificate"
    LOGIN = "login refused"
    REFUSED = "refused"
    BUSY = "server says: later"
    SLOW = "no answer in time"
    GARBAGE = "answer not understood"
    REDIRECTED = "redirected elsewhere"


FINAL = {Trouble.REFUSED, Trouble.NO_ADDRESS}  # trying again will not help


class Undelivered(TemporarilyUnavailable):
    """A notice was not taken by a server."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"the notice was not sent: {trouble.value}")
        self.trouble = trouble


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
