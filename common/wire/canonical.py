"""The one encoding of a message that is accepted.

1. Fields stand in number order, varints are the shortest, scalars occur once, defaults are left out.
2. Nothing unknown to this version of the contract is carried along: protobuf keeps unknown fields through parse and
   serialise, so text could travel upward in them (TRUST.md, known traps).
3. Therefore bytes on the wire = bytes in the ledger: whoever parses a message and encodes it gets the same bytes.

Source: DESIGN.md 1, 3; TRUST.md t05.
"""

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from common.errors import InvalidRequest

MessageT = TypeVar("MessageT", bound=Message)


def encode(message: Message) -> bytes:
    """Give the canonical encoding of a message."""
    return message.SerializeToString(deterministic=True)


def decode(raw: bytes, kind: type[MessageT]) -> MessageT:
    """Parse `raw`, refusing any encoding but the canonical one.

    Raises:
        InvalidRequest: not a message of this kind, or not in canonical encoding.
    """
    message = kind()
    try:
        message.ParseFromString(raw)
    except DecodeError:
        raise InvalidRequest(f"{kind.DESCRIPTOR.name}: these bytes are not such a message") from None
    message.DiscardUnknownFields()  # type: ignore[no-untyped-call,unused-ignore]
    if encode(message) != raw:
        raise InvalidRequest(
            f"{kind.DESCRIPTOR.name}: not in canonical encoding "
            "(an unknown or repeated field, fields out of order, or a default or long varint written out)"
        )
    return message
