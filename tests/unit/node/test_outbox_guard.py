"""The egress guard: what may leave, and what is refused before anything of it is stored."""

import os
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import ReleaseHoldState
from common.wire.v1.report_pb2 import (
    ActivationReport,
    AgreementSignature,
    FollowUpCommand,
    IncidentRequest,
    PeerAidCommand,
    RegionStatus,
    ReleaseHold,
    Report,
    SupporterCapacity,
    TableRelease,
)
from common.wire.validate import rule_of
from node.use_cases.outbox import guarded
from tests.builders import NOON, activation_report, capacity_report

VALID: dict[str, Any] = {
    "activation": ActivationReport(incident_id=b"i" * 16, status=3),  # type: ignore[arg-type]
    "follow_up": FollowUpCommand(verb=1, follow_up_id=b"f" * 16),  # type: ignore[arg-type]
    "table_release": TableRelease(window_id=b"w" * 16, table=1, catalogue_version=1, cells=[{"row": 1}]),  # type: ignore[arg-type]
    "agreement_signature": AgreementSignature(
        agreement_id=b"a" * 16, version=1, terms_hash=b"t" * 32, signature=b"s" * 64
    ),
    "incident_request": IncidentRequest(type=1, started_at=timestamp(NOON)),  # type: ignore[arg-type]
    "peer_aid": PeerAidCommand(verb=1, request_id=b"r" * 16),  # type: ignore[arg-type]
    "supporter_capacity": SupporterCapacity(designated=3),
    "release_hold": ReleaseHold(window_id=b"w" * 16, state=ReleaseHoldState.RELEASE_HOLD_STATE_HELD),
    "region_status": RegionStatus(incident_id=b"i" * 16),
}


def report(kind: str) -> Report:
    whole = Report(command_id=os.urandom(16), occurred_at=timestamp(NOON))
    getattr(whole, kind).CopyFrom(VALID[kind])
    return whole


def fields_with_a_rule() -> list[tuple[str, FieldDescriptor]]:
    """Every field of every kind that has a rule a wrong value can break."""
    return [
        (kind, field)
        for kind, message in VALID.items()
        for field in message.DESCRIPTOR.fields
        if field.message_type is None and field.type != FieldDescriptor.TYPE_BOOL
    ]


RULED = fields_with_a_rule()


def wrong_values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    rule = rule_of(field)
    if field.enum_type is not None:
        known = {value.number for value in field.enum_type.values}
        return st.integers(-(2**31), 2**31 - 1).filter(lambda number: number not in known)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=80).filter(lambda raw: len(raw) != rule.length)
    top = 2**64 - 1 if field.type == FieldDescriptor.TYPE_UINT64 else 2**32 - 1
    return st.integers(rule.max + 1, top)


@pytest.mark.parametrize("kind", VALID)
def test_every_kind_of_report_may_leave_when_it_keeps_its_rules(kind: str) -> None:
    whole = report(kind)

    assert guarded(whole) == encode(whole)


@pytest.mark.parametrize(("kind", "field"), RULED, ids=lambda part: getattr(part, "full_name", part))
@given(data=st.data())
def test_t06_any_value_out_of_its_range_is_refused_with_the_fields_name(
    kind: str, field: FieldDescriptor, data: st.DataObject
) -> None:
    whole = report(kind)
    value = data.draw(wrong_values(field))
    if field.is_repeated:
        getattr(getattr(whole, kind), field.name).append(value)
    else:
        setattr(getattr(whole, kind), field.name, value)

    with pytest.raises(InvalidRequest, match=f"{kind}.{field.name}"):
        guarded(whole)


@given(seconds=st.one_of(st.integers(-62_135_596_800, 946_684_799), st.integers(4_102_444_800, 253_402_300_799)))
def test_t06_a_time_that_no_clock_shows_is_refused_with_the_fields_name(seconds: int) -> None:
    whole = capacity_report()
    whole.occurred_at.seconds = seconds

    with pytest.raises(InvalidRequest, match="occurred_at"):
        guarded(whole)


def test_t06_a_report_of_no_kind_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="kind"):
        guarded(Report(command_id=os.urandom(16), occurred_at=timestamp(NOON)))


@given(number=st.integers(100, 2**20), text=st.binary(min_size=1, max_size=200))
def test_t05_a_story_in_an_unknown_field_cannot_leave(number: int, text: bytes) -> None:
    story = _tag(number << 3 | 2) + _tag(len(text)) + text
    whole = Report.FromString(encode(activation_report(b"i" * 16)) + story)
    assert text in whole.SerializeToString()  # protobuf itself would carry it along

    with pytest.raises(InvalidRequest, match="canonical"):
        guarded(whole)


def test_t05_a_story_in_an_unknown_field_of_an_inner_message_cannot_leave() -> None:
    whole = activation_report(b"i" * 16)
    whole.activation.MergeFromString(_tag(999 << 3 | 2) + _tag(5) + b"story")

    with pytest.raises(InvalidRequest, match="canonical"):
        guarded(whole)


@given(deployed=st.integers(0, 9999))
def test_t05_what_leaves_is_the_one_encoding_of_what_was_meant(deployed: int) -> None:
    whole = activation_report(b"i" * 16, deployed=deployed)

    assert Report.FromString(guarded(whole)) == whole


def _tag(number: int) -> bytes:
    written = b""
    while number > 127:
        written += bytes([number & 127 | 128])
        number >>= 7
    return written + bytes([number])
