"""The errors that a caller can act on.

    HoldfastError
    ├── InvalidRequest           the input is wrong; the message names the field       INVALID_ARGUMENT
    ├── NotAuthenticated         who calls is not proved                                UNAUTHENTICATED
    ├── NotAllowed               who calls is known, and may not                        PERMISSION_DENIED
    ├── NotFound                 what is named does not exist                           NOT_FOUND
    ├── AlreadyExists            what is to be made exists, and differs                 ALREADY_EXISTS
    ├── WrongState               right input, wrong moment                              FAILED_PRECONDITION
    │   └── SequenceWanted       a gap: `wanted` is the next sequence the hub takes     FAILED_PRECONDITION
    ├── TooMuch                  over a limit; sending it again will not help           RESOURCE_EXHAUSTED
    └── TemporarilyUnavailable   try again; the only kind that is retried               UNAVAILABLE

A message may be read by the peer and by a person: it says what is wrong and what to do, and holds no SQL,
path, key or payload. Which status each becomes is the one table in `common/rpc/status.py`.

Source: STYLE.md 4.
"""


class HoldfastError(Exception):
    """Base of every error that is part of the contract."""


class InvalidRequest(HoldfastError):
    """The input is wrong. The message names the field."""


class NotAuthenticated(HoldfastError):
    """Who calls is not proved."""


class NotAllowed(HoldfastError):
    """Who calls is known, and may not do this."""


class NotFound(HoldfastError):
    """What is named does not exist."""


class AlreadyExists(HoldfastError):
    """What is to be made exists already, and differs."""


class WrongState(HoldfastError):
    """The input is right, the moment is not."""


class SequenceWanted(WrongState):
    """The batch leaves a gap. Send again from `wanted`."""

    def __init__(self, wanted: int) -> None:
        super().__init__(f"a report is missing before these: send again from sequence {wanted}")
        self.wanted = wanted


class TooMuch(HoldfastError):
    """A limit is passed. The same request again will be refused again."""


class TemporarilyUnavailable(HoldfastError):
    """Not now. The same request again may succeed."""
