"""Every rule of every field that travels upward, read off the contract: a breach is refused, and its field is named."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.wire.v1.codes_pb2 import ActivationStatus
from common.wire.v1.report_pb2 import ActivationReport, FollowUpCommand, Report
from common.wire.v1.uplink_pb2 import PushRequest
from common.wire.validate import check, check_lengths, check_without, rule_of
from tests.builders import capacity_report
from tests.messages import (
    DURATION,
    LARGEST,
    TIMESTAMP,
    UPWARD,
    Place,
    fields_of,
    filled,
    message_of,
    places,
    put,
    valid,
)

PLACES = [place for root in UPWARD for place in places(root)]
CHECKED_ELSEWHERE = {  # DER of up to 4 KiB, read by the identity code; enrollment only, never a report
    "holdfast.v1.JoinRequest.csr",
    "holdfast.v1.RecoverRequest.csr",
    "holdfast.v1.WhyRejectedRequest.certificate",
}
YEAR_0, YEAR_9999, YEAR_10000 = -62_167_219_200, 253_370_764_800, 253_402_300_800
YEAR_1999, YEAR_2100 = 946_684_799, 4_102_444_800

Break = Callable[[Any, FieldDescriptor], None]  # (message that holds the field, field)


def breaches(field: FieldDescriptor) -> Iterator[tuple[str, Break]]:
    """Every way to break a field's rule, by the field's type and the rule beside it."""
    rule = rule_of(field)
    if field.is_repeated:
        if rule.min_items:
            yield "too few", _entries(rule.min_items - 1)
        yield "too many", _entries(rule.max_items + 1)
    elif field.message_type is not None and field.containing_oneof is None and not rule.absent_ok:
        yield "missing", lambda holder, field: holder.ClearField(field.name)
    for what, value in _bad_values(field):
        yield what, _with(value)


def _bad_values(field: FieldDescriptor) -> Iterator[tuple[str, Any]]:
    rule, kind = rule_of(field), field.type
    if kind == FieldDescriptor.TYPE_BYTES and rule.length:
        for length in (0, rule.length - 1, rule.length + 1, 1_000_000):
            yield f"{length} bytes", b"x" * length
    elif field.enum_type is not None:
        yield from (("unspecified", 0), ("unknown code", max(field.enum_type.values_by_number) + 1), ("negative", -1))
    elif kind in LARGEST:
        if rule.min:
            yield "below min", rule.min - 1
        yield from (("above max", rule.max + 1), ("largest", LARGEST[kind])) if rule.max else ()
    elif field.message_type is not None and field.message_type.full_name == TIMESTAMP:
        for year, seconds in {"0": YEAR_0, "1999": YEAR_1999, "2100": YEAR_2100, "9999": YEAR_9999}.items():
            yield f"year {year}", {"seconds": seconds}
        yield "year 10000", {"seconds": YEAR_10000}
        yield from _bad_nanos(1_800_000_000)
    elif field.message_type is not None and field.message_type.full_name == DURATION:
        yield from (("below min", {"seconds": rule.min - 1}), ("above max", {"seconds": rule.max + 1}))
        yield "just above max", {"seconds": rule.max, "nanos": 1}
        yield "negative", {"seconds": -rule.max}
        yield from _bad_nanos(rule.min)


def _bad_nanos(seconds: int) -> Iterator[tuple[str, Any]]:
    yield "negative nanos", {"seconds": seconds, "nanos": -1}
    yield "a second in nanos", {"seconds": seconds, "nanos": 1_000_000_000}


def _with(value: Any) -> Break:
    def break_it(holder: Any, field: FieldDescriptor) -> None:
        made = message_of(field.message_type)(**value) if isinstance(value, dict) else value
        put(holder, field, [made] if field.is_repeated else made)

    return break_it


def _entries(count: int) -> Break:
    def break_it(holder: Any, field: FieldDescriptor) -> None:
        (entry,) = getattr(holder, field.name)
        put(holder, field, [entry] * count)

    return break_it


CASES = [
    pytest.param(place, break_it, id=f"{place.root.DESCRIPTOR.name}-{place.path}-{what}")
    for place in PLACES
    for what, break_it in breaches(place.field)
]


@pytest.mark.parametrize(("place", "break_it"), CASES)
def test_t06_a_broken_rule_is_refused_and_its_field_named(place: Place, break_it: Break) -> None:
    message, holder = place.filled()
    check(message)  # so that the breach below is the only one
    break_it(holder, place.field)

    with pytest.raises(InvalidRequest) as refusal:
        check(message)

    assert str(refusal.value).split(":")[0].removesuffix("[0]") == place.path
    assert "\n" not in str(refusal.value)


def test_t06_no_field_that_travels_upward_is_without_a_breach() -> None:
    covered = {place.field.full_name for place in PLACES if [*breaches(place.field)]}
    in_a_oneof = {f.full_name for place in PLACES for f in [place.field] if f.message_type and f.containing_oneof}
    # a bool has no breach: it has two values, and both are allowed
    all_fields = {place.field.full_name for place in PLACES if place.field.type != FieldDescriptor.TYPE_BOOL}

    assert all_fields - covered - in_a_oneof == CHECKED_ELSEWHERE


@pytest.mark.parametrize("place", [p for p in PLACES if p.field.type in LARGEST], ids=lambda place: place.path)
def test_the_lowest_and_the_highest_allowed_count_pass(place: Place) -> None:
    message, holder = place.filled()
    for edge in (rule_of(place.field).min, rule_of(place.field).max):
        put(holder, place.field, edge)
        check(message)


@pytest.mark.parametrize("place", [p for p in PLACES if p.field.is_repeated], ids=lambda place: place.path)
def test_as_many_entries_as_allowed_pass(place: Place) -> None:
    message, holder = place.filled()
    _entries(rule_of(place.field).max_items)(holder, place.field)
    check(message)


def test_t06_a_report_of_no_kind_is_refused() -> None:
    report = capacity_report()
    report.ClearField("kind")

    with pytest.raises(InvalidRequest, match=r"^kind: one of its kinds must be set"):
        check(report)


@pytest.mark.parametrize("root", UPWARD, ids=lambda root: root.DESCRIPTOR.name)
def test_what_may_be_absent_may_be_absent(root: type[Message]) -> None:
    message = filled(root, set())
    for field in fields_of(root.DESCRIPTOR):
        if (field.containing_oneof is not None or rule_of(field).absent_ok) and not field.is_repeated:
            message.ClearField(field.name)
    check(message)


@given(st.sampled_from(UPWARD).flatmap(valid))
def test_every_message_that_keeps_the_rules_passes(message: Message) -> None:
    check(message)


def test_the_entry_that_is_wrong_is_named_by_its_place() -> None:
    request = filled(PushRequest, set())
    assert isinstance(request, PushRequest)
    request.reports.extend([capacity_report(), capacity_report()])
    request.reports[2].supporter_capacity.available = 10_000

    with pytest.raises(
        InvalidRequest, match=r"^reports\[2\]\.supporter_capacity\.available: must be 0 to 9,999, 10,00"
    ):
        check(request)


BYTES = [place for place in places(Report) if place.field.type == FieldDescriptor.TYPE_BYTES]


class TestLengthsOnly:
    """What is checked at the door of a report that is stored even when it is refused: that it can carry no text."""

    @pytest.mark.parametrize("place", BYTES, ids=lambda place: place.path)
    @pytest.mark.parametrize("more", [-1, 1, 200])
    def test_every_bytes_field_at_any_depth_has_its_length(self, place: Place, more: int) -> None:
        message, holder = place.filled()
        check_lengths(message, "reports[7].")
        _with(b"x" * max(rule_of(place.field).length + more, 0))(holder, place.field)

        with pytest.raises(InvalidRequest) as refusal:
            check_lengths(message, "reports[7].")

        assert str(refusal.value).split(":")[0].removesuffix("[0]") == f"reports[7].{place.path}"

    def test_every_other_rule_is_left_to_who_applies_the_report(self) -> None:
        for place in places(Report):
            for what, break_it in breaches(place.field):
                if place.field.type != FieldDescriptor.TYPE_BYTES or what.startswith("too"):
                    message, holder = place.filled()
                    break_it(holder, place.field)
                    check_lengths(message, "")

    def test_an_optional_id_that_is_absent_has_no_length(self) -> None:
        check_lengths(Report(command_id=b"c" * 16, follow_up=FollowUpCommand(follow_up_id=b"f" * 16)), "")


class TestWithout:
    """All rules of a message but those of one field, which the caller checks by itself."""

    def test_the_named_field_is_not_looked_at(self) -> None:
        request = filled(PushRequest, set())
        assert isinstance(request, PushRequest)
        request.reports[0].activation.CopyFrom(ActivationReport(status=ActivationStatus.ACTIVATION_STATUS_REQUESTED))

        check_without(request, "reports")
        with pytest.raises(InvalidRequest, match=r"^reports\[0\]\.activation\.incident_id"):
            check(request)

    @pytest.mark.parametrize("name", ["stream_id", "first_sequence", "checkpoint"])
    def test_every_other_field_is(self, name: str) -> None:
        request = filled(PushRequest, set())
        request.ClearField(name)

        with pytest.raises(InvalidRequest, match=rf"^{name}"):
            check_without(request, "reports")
