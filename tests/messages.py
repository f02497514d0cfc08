"""Messages made from the contract itself: every field and rule is read off the descriptors, so a new one is covered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

from common.wire.v1 import enrollment_pb2, uplink_pb2
from common.wire.validate import FIRST_TIME_S, LAST_TIME_S, LONGEST_DURATION_S, rule_of
from tests.upward import inputs

UPWARD = [
    message_factory.GetMessageClass(descriptor)
    for file, service in ((uplink_pb2, "Uplink"), (enrollment_pb2, "Enrollment"))
    for descriptor in inputs(file.DESCRIPTOR.services_by_name[service])
]
TIMESTAMP, DURATION = "google.protobuf.Timestamp", "google.protobuf.Duration"
LARGEST = {FieldDescriptor.TYPE_UINT32: 2**32 - 1, FieldDescriptor.TYPE_UINT64: 2**64 - 1}


@dataclass(frozen=True)
class Place:
    """One field of a message that travels upward, and the way to it from the message it travels in."""

    root: type[Message]
    steps: tuple[FieldDescriptor, ...]  # from the root to the message that holds the field
    field: FieldDescriptor

    @property
    def path(self) -> str:
        """What an error calls it: `reports[0].activation.supporters_deployed`."""
        return "".join(f"{step.name}{'[0]' if step.is_repeated else ''}." for step in self.steps) + self.field.name

    def filled(self) -> tuple[Message, Any]:
        """Give a valid root message with every field set, and the message in it that holds this field."""
        root = filled(self.root, {*self.steps, self.field})
        holder: Any = root
        for step in self.steps:
            holder = getattr(holder, step.name)
            holder = holder[0] if step.is_repeated else holder
        return root, holder


def places(root: type[Message]) -> Iterator[Place]:
    """Give every field at any depth of a message."""
    waiting: list[tuple[Any, tuple[FieldDescriptor, ...]]] = [(root.DESCRIPTOR, ())]
    while waiting:
        descriptor, steps = waiting.pop()
        for field in fields_of(descriptor):
            yield Place(root, steps, field)
            if field.message_type is not None and field.message_type.full_name not in (TIMESTAMP, DURATION):
                waiting.append((field.message_type, (*steps, field)))


def filled(kind: type[Message], chosen: set[FieldDescriptor]) -> Message:
    """Give a valid message with every field set; of a oneof's kinds, the one that is chosen, else its first."""
    message = kind()
    for field in fields_of(kind.DESCRIPTOR):
        oneof = field.containing_oneof
        real = oneof is not None and not oneof.name.startswith("_")
        if real and oneof is not None and field is not next((f for f in oneof.fields if f in chosen), oneof.fields[0]):
            continue
        put(message, field, [_filled_value(field, chosen)] if field.is_repeated else _filled_value(field, chosen))
    return message


def _filled_value(field: FieldDescriptor, chosen: set[FieldDescriptor]) -> Any:
    inner, rule = field.message_type, rule_of(field)
    if inner is not None and inner.full_name == TIMESTAMP:
        return message_of(inner)(seconds=FIRST_TIME_S)
    if inner is not None and inner.full_name == DURATION:
        return message_of(inner)(seconds=rule.min or 1)
    if inner is not None:
        return filled(message_of(inner), chosen)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return b"\x07" * (rule.length or 9)
    if field.enum_type is not None:
        return field.enum_type.values[1].number
    return True if field.type == FieldDescriptor.TYPE_BOOL else max(rule.min, 1)


def message_of(descriptor: Any) -> Any:
    """Give the class of a message."""
    return message_factory.GetMessageClass(descriptor)


def fields_of(descriptor: Any) -> list[FieldDescriptor]:
    """Give a message's fields; the stubs of protobuf know two types of them."""
    return list(descriptor.fields)


def put(message: Any, field: FieldDescriptor, value: Any) -> None:
    """Set a field of any type; a list replaces a repeated field's entries."""
    message.ClearField(field.name)
    if field.is_repeated:
        getattr(message, field.name).extend(value)
    elif field.message_type is not None:
        getattr(message, field.name).CopyFrom(value)
        getattr(message, field.name).SetInParent()
    else:
        setattr(message, field.name, value)


@st.composite
def valid(draw: st.DrawFn, kind: Any, most_entries: int = 3) -> Any:
    """Any message that keeps every rule."""
    message = kind()
    oneofs = [oneof for oneof in kind.DESCRIPTOR.oneofs if not oneof.name.startswith("_")]
    chosen = {oneof.name: draw(st.sampled_from(list(oneof.fields))) for oneof in oneofs}
    for field in fields_of(kind.DESCRIPTOR):
        oneof, rule = field.containing_oneof, rule_of(field)
        if oneof is not None and oneof.name in chosen and chosen[oneof.name] is not field:
            continue
        optional = (oneof is not None and oneof.name not in chosen) or rule.absent_ok
        if field.is_repeated:
            most = min(rule.max_items or most_entries, most_entries)
            put(message, field, draw(st.lists(_value(field), min_size=rule.min_items, max_size=most)))
        elif not optional or draw(st.booleans()):
            put(message, field, draw(_value(field)))
    return message


def _value(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    inner, rule = field.message_type, rule_of(field)
    nanos = st.integers(0, 999_999_999)
    if inner is not None and inner.full_name == TIMESTAMP:
        return st.builds(message_of(inner), seconds=st.integers(FIRST_TIME_S, LAST_TIME_S - 1), nanos=nanos)
    if inner is not None and inner.full_name == DURATION:
        seconds = st.integers(rule.min, (rule.max or LONGEST_DURATION_S) - 1)
        return st.builds(message_of(inner), seconds=seconds, nanos=nanos)
    if inner is not None:
        return valid(message_of(inner))
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(min_size=rule.length or 0, max_size=rule.length or 40)
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values if value.number])
    return st.booleans() if field.type == FieldDescriptor.TYPE_BOOL else st.integers(rule.min, rule.max)
