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

Problem = Callable[[Any], str]  # value -> what breaks a rule, as it goes on after the field's name; "" when none does


def check(message: Message) -> None:
    """Check every field of a message, and of the messages in it.

    Raises:
        InvalidRequest: names the first field that breaks its rule, and the rule.
    """
    _refuse(problem_of(message))


def problem_of(message: Message) -> str:
    """Say what `check` would refuse a message for: the field and its rule, or nothing at all."""
    return _message_problem(message.DESCRIPTOR)(message).removeprefix(".")


def check_lengths(message: Message, path: str) -> None:
    """Check only that every bytes field, at any depth, has its length: the one rule whose breach could carry text.

    Raises:
        InvalidRequest: names the field.
    """
    _refuse(_message_problem(message.DESCRIPTOR, lengths_only=True)(message), path)


def check_without(message: Message, field_name: str) -> None:
    """Check every field of a message but one, which the caller checks by itself.

    Raises:
        InvalidRequest: names the first field that breaks its rule.
    """
    _refuse(_message_problem(message.DESCRIPTOR, without=field_name)(message))


def rule_of(field: FieldDescriptor) -> rules_pb2.Rule:
    """Give the rule that the contract writes beside a field; an empty one when it writes none."""
    extensions: Any = field.GetOptions().Extensions
    rule: rules_pb2.Rule = extensions[rules_pb2.rule]
    return rule


def _refuse(problem: str, path: str = "") -> None:
    if problem:
        raise InvalidRequest(path + problem.removeprefix("."))


@cache
def _message_problem(descriptor: Descriptor, *, lengths_only: bool = False, without: str = "") -> Problem:
    if descriptor.full_name == "google.protobuf.Timestamp":
        return _nothing if lengths_only else _timestamp_problem
    fields = [field for field in descriptor.fields if field.name != without]
    problems = {field: _field_problem(field, lengths_only) for field in fields}
    needed = [field.name for field in fields if field.has_presence and not lengths_only and not _may_be_absent(field)]
    looked_at = {field: problem for field, problem in problems.items() if problem is not _nothing}
    # A field that may be left out is only looked at when it is set: most of a report's are not.
    always = [(field.name, problem) for field, problem in looked_at.items() if not field.has_presence]
    if_set = {field.number: problem for field, problem in looked_at.items() if field.has_presence}
    oneofs = [oneof.name for oneof in descriptor.oneofs if not oneof.name.startswith("_") and not lengths_only]

    def message_problem(message: Any) -> str:
        for name in needed:
            if not message.HasField(name):
                return f".{name}: must be set"
        for name, problem in always:
            if found := problem(getattr(message, name)):
                return f".{name}{found}"
        if if_set:
            for field, value in message.ListFields():
                optional = if_set.get(field.number)
                if optional is not None and (found := optional(value)):
                    return f".{field.name}{found}"
        for name in oneofs:
            if message.WhichOneof(name) is None:
                return f".{name}: one of its kinds must be set"
        return ""

    return message_problem


def _may_be_absent(field: FieldDescriptor) -> bool:
    return field.has_presence and (rule_of(field).absent_ok or field.containing_oneof is not None)


def _nothing(value: Any) -> str:
    """Look at nothing: the rule belongs to whoever applies the message."""
    return ""


def _field_problem(field: FieldDescriptor, lengths_only: bool) -> Problem:
    problem = _value_problem(field, lengths_only)
    if not field.is_repeated or (lengths_only and problem is _nothing):
        return problem
    rule = rule_of(field)
    most, least = (0, 0) if lengths_only else (rule.max_items, rule.min_items)

    def repeated_problem(values: Any) -> str:
        if most and len(values) > most:
            return f": at most {most} entries, {len(values)} given"
        if len(values) < least:
            return f": at least {least} needed, {len(values)} given"
        for index, value in enumerate(values):
            if found := problem(value):
                return f"[{index}]{found}"
        return ""

    return repeated_problem


def _value_problem(field: FieldDescriptor, lengths_only: bool) -> Problem:
    rule = rule_of(field)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes_problem(rule.length)
    if field.message_type is not None and field.message_type.full_name != "google.protobuf.Duration":
        return _message_problem(field.message_type, lengths_only=lengths_only)
    if lengths_only:
        return _nothing
    if field.message_type is not None:
        return _duration_problem(rule)
    if field.enum_type is not None:
        return _enum_problem(frozenset(value.number for value in field.enum_type.values if value.number))
    if field.type == FieldDescriptor.TYPE_BOOL or not rule.max:
        return _nothing
    return _integer_problem(rule.min, rule.max)


def _enum_problem(known: frozenset[int]) -> Problem:
    return lambda value: "" if value in known else f": {value} is not one of its codes"


def _bytes_problem(length: int) -> Problem:
    if not length:
        return _nothing
    return lambda value: "" if len(value) == length else f": must be exactly {length} bytes, {len(value)} given"


def _integer_problem(low: int, high: int) -> Problem:
    return lambda value: "" if low <= value <= high else f": must be {low:,} to {high:,}, {value:,} given"


def _timestamp_problem(value: Any) -> str:
    if not FIRST_TIME_S <= value.seconds < LAST_TIME_S:
        return ": a time between the years 2000 and 2100 is needed"
    if not 0 <= value.nanos < 1_000_000_000:
        return ": its nanoseconds are out of range"
    return ""


def _duration_problem(rule: rules_pb2.Rule) -> Problem:
    low, high = rule.min, rule.max or LONGEST_DURATION_S

    def duration_problem(value: Any) -> str:
        if not (low, 0) <= (value.seconds, value.nanos) <= (high, 0) or not 0 <= value.nanos < 1_000_000_000:
            return f": must be {low:,} to {high:,} seconds, {value.seconds:,} given"
        return ""

    return duration_problem
