"""The one table between our errors and gRPC statuses, in both directions.

Source: STYLE.md 4; `common/errors.py` draws the tree.
"""

from collections.abc import Iterable
from typing import Any, cast

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common import errors

STATUS_OF: dict[type[errors.HoldfastError], grpc.StatusCode] = {
    errors.InvalidRequest: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotAuthenticated: grpc.StatusCode.UNAUTHENTICATED,
    errors.NotAllowed: grpc.StatusCode.PERMISSION_DENIED,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    errors.WrongState: grpc.StatusCode.FAILED_PRECONDITION,
    errors.TooMuch: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.TemporarilyUnavailable: grpc.StatusCode.UNAVAILABLE,
}
_ERROR_OF = {status: kind for kind, status in STATUS_OF.items()}

SEQUENCE_WANTED = "holdfast-sequence-wanted"  # trailing metadata: a number, never text
MAX_DETAILS = 400  # characters kept of what a peer says


def status_of(error: errors.HoldfastError) -> grpc.StatusCode:
    """Give the gRPC status of an error, by its nearest class in the table."""
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


def error_of(error: grpc.RpcError) -> errors.HoldfastError:
    """Rebuild the error from what a server answered; a status outside the table becomes HoldfastError."""
    code = error.code()
    details = printable(error.details() or code.name)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return errors.TemporarilyUnavailable("the hub did not answer in time")
    if code is grpc.StatusCode.FAILED_PRECONDITION:
        trailing: dict[str, object] = dict(cast(Iterable[Any], error.trailing_metadata() or ()))
        wanted = trailing.get(SEQUENCE_WANTED)
        if isinstance(wanted, str) and wanted.isdecimal() and len(wanted) < 17:
            return errors.SequenceWanted(int(wanted))
    kind = _ERROR_OF.get(code, errors.HoldfastError)
    return kind(details)


def printable(text: str) -> str:
    """Cut and escape what a peer sent, so that it stays one harmless line wherever it is shown (TRUST.md r02)."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[:MAX_DETAILS])
    return shown
