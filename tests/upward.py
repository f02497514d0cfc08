"""Walks every message that can travel upward and says what in it could carry text (DESIGN.md 1, promise 1)."""

from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, FieldDescriptor, ServiceDescriptor

from common.wire.validate import rule_of

FIXED_LENGTHS = (16, 32, 64, 65)  # ids, hashes, signatures, public keys (32 or 65)
PLAIN_TIMES = ("google.protobuf.Timestamp", "google.protobuf.Duration")
INTEGERS = (
    FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SINT64, FieldDescriptor.TYPE_FIXED32,
    FieldDescriptor.TYPE_FIXED64, FieldDescriptor.TYPE_SFIXED32, FieldDescriptor.TYPE_SFIXED64,
)  # fmt: skip


def inputs(service: ServiceDescriptor) -> list[Descriptor]:
    """Give the message that each method takes."""
    return [method.input_type for method in service.methods]


def reachable(messages: list[Descriptor]) -> list[Descriptor]:
    """Give the messages and every message in them, each once."""
    found: dict[str, Descriptor] = {}
    waiting = list(messages)
    while waiting:
        message = waiting.pop()
        if message.full_name not in found:
            found[message.full_name] = message
            waiting += [field.message_type for field in message.fields if field.message_type is not None]
    return list(found.values())


def carriers_of_text(messages: list[Descriptor]) -> list[str]:
    """Name each field that could carry text out, with the reason; none when the promise holds."""
    return [
        f"{field.full_name}: {reason}"
        for message in reachable(messages)
        if message.full_name not in PLAIN_TIMES
        for field in message.fields
        for reason in _reasons(field)
    ]


def _reasons(field: FieldDescriptor) -> Iterator[str]:
    rule = rule_of(field)
    if field.is_repeated and not rule.max_items:
        yield "repeated without max_items"
    if field.message_type is not None:
        yield from _message_reasons(field, field.message_type)
    elif field.enum_type is not None:
        if not field.enum_type.full_name.startswith("holdfast.v1."):
            yield "an enum from outside the contract"
    elif field.type == FieldDescriptor.TYPE_BYTES:
        if rule.length not in FIXED_LENGTHS:
            yield "bytes of no fixed length that is known"
    elif field.type in INTEGERS:
        if not rule.max:
            yield "an integer without max"
    elif field.type != FieldDescriptor.TYPE_BOOL:
        yield "a string or a float"


def _message_reasons(field: FieldDescriptor, inner: Descriptor) -> Iterator[str]:
    if inner.GetOptions().map_entry:
        yield "a map"
    elif field.type == FieldDescriptor.TYPE_GROUP:
        yield "a group"
    elif inner.full_name not in PLAIN_TIMES and not inner.full_name.startswith("holdfast.v1."):
        yield f"a message from outside the contract: {inner.full_name}"
