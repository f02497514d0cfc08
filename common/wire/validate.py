"""Checks a message against the rules that the contract writes beside each field (`rules.proto`).

A checker is compiled once for each message type, from its descriptor, so that no decoder can forget a field:
bytes have their exact length, integers their range, enums a known value other than 0, repeated fields their bounds,
sub-messages are present unless the contract says otherwise, and times lie between 2000 and 2100.

The path in a message reads like the field: `reports[3].activation.supporters_deployed`.

Source: DESIGN.md 1 (promise 1), STYLE.md 5; TRUST.md t06.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from common.errors import InvalidRequest
from common.wire.v1 import rules_pb2

FIRST_TIME_S = 946_684_800  # 2000-01-01: a clock before this is broken, not early
LAST_TIME_S = 4_102_444_800  # 2100-01-01
LONGEST_DURATION_S = 3_155_760_000  # a century

Check = Callable[[Any, str], None]  # (value, path); raises InvalidRequest


def check(message: Message) -> None:
    """Check every field of a message, and of the messages in it.

    Raises:
        InvalidRequest: names the first field that breaks its rule, and the rule.
    """
    _message_check(message.DESCRIPTOR)(message, "")


def check_lengths(message: Message, path: str) -> None:
    """Check only that every bytes field, at any depth, has its length: the one rule whose breach could carry text.

    Raises:
        InvalidRequest: names the field.
    """
    _message_check(message.DESCRIPTOR, lengths_only=True)(message, path)


def check_without(message: Message, field_name: str) -> None:
    """Check every field of a message but one, which the caller checks by itself.

    Raises:
        InvalidRequest: names the first field that breaks its rule.
    """
    _message_check(message.DESCRIPTOR, without=field_name)(message, "")


def rule_of(field: FieldDescriptor) -> rules_pb2.Rule:
    """Give the rule that the contract writes beside a field; an empty one when it writes none."""
    extensions: Any = field.GetOptions().Extensions
    rule: rules_pb2.Rule = extensions[rules_pb2.rule]
    return rule


@cache
def _message_check(descriptor: Descriptor, *, lengths_only: bool = False, without: str = "") -> Check:
    if descriptor.full_name == "google.protobuf.Timestamp":
        return _pass if lengths_only else _check_timestamp
    fields = [field for field in descriptor.fields if field.name != without]
    checks = {field.name: _field_check(field, lengths_only) for field in fields}
    checks = {name: check_field for name, check_field in checks.items() if check_field is not _pass}
    # A field that may be left out is only looked at when it is set: most of a report's are not.
    if_set = {field.name: checks.pop(field.name) for field in fields if field.name in checks and _may_be_absent(field)}
    always = list(checks.values())
    oneofs = [oneof.name for oneof in descriptor.oneofs if not oneof.name.startswith("_") and not lengths_only]

    def check_message(message: Any, path: str) -> None:
        for check_field in always:
            check_field(message, path)
        if if_set:
            for field, _ in message.ListFields():
                if field.name in if_set:
                    if_set[field.name](message, path)
        for oneof in oneofs:
            if message.WhichOneof(oneof) is None:
                raise InvalidRequest(f"{path}{oneof}: one of its kinds must be set")

    return check_message


def _may_be_absent(field: FieldDescriptor) -> bool:
    return field.has_presence and (rule_of(field).absent_ok or field.containing_oneof is not None)


def _pass(value: Any, path: str) -> None:
    """Check nothing: the rule belongs to whoever applies the message."""


def _field_check(field: FieldDescriptor, lengths_only: bool) -> Check:
    """Build the check of one field; it takes the message that holds the field, and the path so far."""
    name = field.name
    check_value = _value_check(field, lengths_only)
    if lengths_only and check_value is _pass:
        return _pass
    if field.is_repeated:
        return _repeated_check(field, check_value, lengths_only)
    if field.has_presence:
        absent_ok = lengths_only or _may_be_absent(field)

        def check_present(message: Any, path: str) -> None:
            if message.HasField(name):
                check_value(getattr(message, name), f"{path}{name}")
            elif not absent_ok:
                raise InvalidRequest(f"{path}{name}: must be set")

        return check_present

    def check_plain(message: Any, path: str) -> None:
        check_value(getattr(message, name), f"{path}{name}")

    return check_plain


def _repeated_check(field: FieldDescriptor, check_value: Check, lengths_only: bool) -> Check:
    name, rule = field.name, rule_of(field)
    most, least = (0, 0) if lengths_only else (rule.max_items, rule.min_items)

    def check_repeated(message: Any, path: str) -> None:
        values = getattr(message, name)
        if most and len(values) > most:
            raise InvalidRequest(f"{path}{name}: at most {most} entries, {len(values)} given")
        if len(values) < least:
            raise InvalidRequest(f"{path}{name}: at least {least} needed, {len(values)} given")
        for index, value in enumerate(values):
            check_value(value, f"{path}{name}[{index}]")

    return check_repeated


def _value_check(field: FieldDescriptor, lengths_only: bool) -> Check:
    rule = rule_of(field)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes_check(rule.length)
    if field.message_type is not None and field.message_type.full_name != "google.protobuf.Duration":
        inner = _message_check(field.message_type, lengths_only=lengths_only)
        return _pass if inner is _pass else lambda value, path: inner(value, f"{path}.")
    if lengths_only:
        return _pass
    if field.message_type is not None:
        return _duration_check(rule)
    if field.enum_type is not None:
        return _enum_check(frozenset(value.number for value in field.enum_type.values if value.number))
    if field.type == FieldDescriptor.TYPE_BOOL or not rule.max:
        return _pass
    return _integer_check(rule.min, rule.max)


def _enum_check(known: frozenset[int]) -> Check:
    def check_enum(value: int, path: str) -> None:
        if value not in known:
            raise InvalidRequest(f"{path}: {value} is not one of its codes")

    return check_enum


def _bytes_check(length: int) -> Check:
    def check_bytes(value: bytes, path: str) -> None:
        if length and len(value) != length:
            raise InvalidRequest(f"{path}: must be exactly {length} bytes, {len(value)} given")

    return check_bytes


def _integer_check(low: int, high: int) -> Check:
    def check_integer(value: int, path: str) -> None:
        if not low <= value <= high:
            raise InvalidRequest(f"{path}: must be {low:,} to {high:,}, {value:,} given")

    return check_integer


def _check_timestamp(value: Any, path: str) -> None:
    path = path.removesuffix(".")
    if not FIRST_TIME_S <= value.seconds < LAST_TIME_S:
        raise InvalidRequest(f"{path}: a time between the years 2000 and 2100 is needed")
    if not 0 <= value.nanos < 1_000_000_000:
        raise InvalidRequest(f"{path}: its nanoseconds are out of range")


def _duration_check(rule: rules_pb2.Rule) -> Check:
    low, high = rule.min, rule.max or LONGEST_DURATION_S

    def check_duration(value: Any, path: str) -> None:
        if not (low, 0) <= (value.seconds, value.nanos) <= (high, 0) or not 0 <= value.nanos < 1_000_000_000:
            raise InvalidRequest(f"{path}: must be {low:,} to {high:,} seconds, {value.seconds:,} given")

    return check_duration
