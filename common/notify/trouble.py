"""Why a notice could not be sent, in one of a few words: what a server said is neither kept nor shown."""

from enum import StrEnum

from common.errors import TemporarilyUnavailable


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
    HUNG_UP = "server hung up"
    GARBAGE = "answer not understood"
    REDIRECTED = "redirected elsewhere"


FINAL = {Trouble.REFUSED, Trouble.NO_ADDRESS}  # trying again will not help


class Undelivered(TemporarilyUnavailable):
    """A notice was not taken by a server."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"the notice was not sent: {trouble.value}")
        self.trouble = trouble
