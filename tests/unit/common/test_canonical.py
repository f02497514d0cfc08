"""One encoding of a message is accepted: every other spelling of the same content is refused (TRUST.md t05)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import assume, given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.wire.canonical import decode, encode
from common.wire.v1.notice_pb2 import IncidentNotice
from common.wire.v1.report_pb2 import PeerAidCommand, Report
from common.wire.v1.uplink_pb2 import HeartbeatRequest, PushRequest, WatchRequest
from tests.builders import activation_report, capacity_report
from tests.messages import UPWARD, fields_of, filled, valid

VARINT, FIXED64, BYTES, GROUP, FIXED32 = 0, 1, 2, 3, 5


@dataclass
class Written:
    """One field as it stands in the bytes; a message in it is a list of its own."""

    number: int
    wire_type: int
    value: "int | bytes | list[Written]"
    field: FieldDescriptor | None = None
    pad: str = ""  # which varint is written longer than needed: "tag", "length" or "value"


def varint(value: int, pad: bool = False) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + (bytes([value | 0x80, 0]) if pad else bytes([value]))


def write(fields: list[Written]) -> bytes:
    return b"".join(_write_one(each) for each in fields)


def _write_one(each: Written) -> bytes:
    tag = varint(each.number << 3 | each.wire_type, each.pad == "tag")
    if isinstance(each.value, int):
        return tag + varint(each.value, each.pad == "value")
    content = write(each.value) if isinstance(each.value, list) else each.value
    return tag + (varint(len(content), each.pad == "length") if each.wire_type == BYTES else b"") + content


def read(raw: bytes, descriptor: Any) -> list[Written]:
    """Take canonical bytes apart. Every field of the contract is a varint or has a length."""
    known, fields, at = {field.number: field for field in fields_of(descriptor)}, [], 0
    while at < len(raw):
        tag, at = _read_varint(raw, at)
        value, at = _read_varint(raw, at)
        field = known[tag >> 3]
        if tag & 7 == VARINT:
            fields.append(Written(tag >> 3, VARINT, value, field))
            continue
        content, at = raw[at : at + value], at + value
        inner = content if field.message_type is None else read(content, field.message_type)
        fields.append(Written(tag >> 3, BYTES, inner, field))
    return fields


def _read_varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value, shift, at = value | (raw[at] & 0x7F) << shift, shift + 7, at + 1
        if raw[at - 1] < 0x80:
            return value, at


def levels(fields: list[Written], descriptor: Any) -> Iterator[tuple[list[Written], Any]]:
    """Give a message and every message in it, with what each is."""
    yield fields, descriptor
    for each in fields:
        if isinstance(each.value, list) and each.field is not None:
            yield from levels(each.value, each.field.message_type)


Mutation = Callable[[st.DataObject, list[Written], Any], None]  # changes one level in place, or gives the example up


def append_unknown(data: st.DataObject, fields: list[Written], descriptor: Any) -> None:
    known = {field.number for field in fields_of(descriptor)}
    number = data.draw(st.integers(1, 2**29 - 1).filter(lambda n: n not in known and not 19_000 <= n < 20_000))
    wire_type, value = data.draw(
        st.one_of(
            st.tuples(st.just(VARINT), st.integers(0, 2**64 - 1)),
            st.tuples(st.just(BYTES), st.binary(max_size=40)),
            st.tuples(st.just(FIXED64), st.binary(min_size=8, max_size=8)),
            st.tuples(st.just(FIXED32), st.binary(min_size=4, max_size=4)),
            st.tuples(st.just(GROUP), st.just(varint(number << 3 | 4))),
        )
    )
    fields.insert(data.draw(st.sampled_from([0, len(fields)])), Written(number, wire_type, value))


def repeat_a_field_that_occurs_once(data: st.DataObject, fields: list[Written], descriptor: Any) -> None:
    once = [at for at, each in enumerate(fields) if each.field is not None and not each.field.is_repeated]
    assume(once)
    at = data.draw(st.sampled_from(once))
    fields.insert(at, fields[at])


def write_out_of_order(data: st.DataObject, fields: list[Written], descriptor: Any) -> None:
    movable = [at for at in range(len(fields) - 1) if fields[at].number != fields[at + 1].number]
    assume(movable)
    at = data.draw(st.sampled_from(movable))
    fields[at], fields[at + 1] = fields[at + 1], fields[at]


def write_a_varint_too_long(data: st.DataObject, fields: list[Written], descriptor: Any) -> None:
    assume(fields)
    each = data.draw(st.sampled_from(fields))
    each.pad = data.draw(st.sampled_from(["tag", "value" if each.wire_type == VARINT else "length"]))


def _has_a_default(field: FieldDescriptor) -> bool:
    is_list_of_bytes = field.is_repeated and field.type == FieldDescriptor.TYPE_BYTES
    return not field.has_presence and field.message_type is None and not is_list_of_bytes


def write_a_default_out(data: st.DataObject, fields: list[Written], descriptor: Any) -> None:
    present = {each.number for each in fields}
    left_out = [f for f in fields_of(descriptor) if _has_a_default(f) and f.number not in present]
    assume(left_out)
    field = data.draw(st.sampled_from(left_out))
    at = next((at for at, each in enumerate(fields) if each.number > field.number), len(fields))
    has_length = field.type == FieldDescriptor.TYPE_BYTES or field.is_repeated  # packed
    fields.insert(at, Written(field.number, BYTES if has_length else VARINT, b"" if has_length else 0))


MUTATIONS: list[Mutation] = [
    append_unknown, repeat_a_field_that_occurs_once, write_out_of_order, write_a_varint_too_long, write_a_default_out,
]  # fmt: skip


@given(st.sampled_from(UPWARD).flatmap(valid))
def test_t05_the_canonical_encoding_comes_back_as_it_went(message: Message) -> None:
    raw = encode(message)

    assert decode(raw, type(message)) == message
    assert encode(decode(raw, type(message))) == raw


@given(valid(Report))
def test_a_reports_bytes_are_its_own_wherever_they_stand(report: Report) -> None:
    """Bytes on the wire = bytes in the ledger: the hub takes a leaf out of a push by encoding the report again."""
    raw = encode(PushRequest(reports=[report]))

    assert encode(decode(raw, PushRequest).reports[0]) == encode(report)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
@given(data=st.data())
def test_t05_another_spelling_is_refused_at_any_depth(mutation: Mutation, data: st.DataObject) -> None:
    kind: type[Message] = data.draw(st.sampled_from([PushRequest, HeartbeatRequest, Report]))
    message = data.draw(valid(kind))
    fields = read(encode(message), kind.DESCRIPTOR)
    assert write(fields) == encode(message)
    mutation(data, *data.draw(st.sampled_from([*levels(fields, kind.DESCRIPTOR)])))

    with pytest.raises(InvalidRequest, match=f"^{kind.DESCRIPTOR.name}: "):
        decode(write(fields), kind)


@pytest.mark.parametrize("root", UPWARD, ids=lambda root: root.DESCRIPTOR.name)
def test_t05_an_unknown_field_is_refused_in_every_message_of_a_request(root: type[Message]) -> None:
    """Also inside times and spans: whatever could smuggle text upward."""
    raw = encode(filled(root, set()))
    depth = len([*levels(read(raw, root.DESCRIPTOR), root.DESCRIPTOR)])
    for at in range(depth):
        fields = read(raw, root.DESCRIPTOR)
        [*levels(fields, root.DESCRIPTOR)][at][0].append(Written(4_000, BYTES, b"a name"))
        with pytest.raises(InvalidRequest, match="not in canonical encoding"):
            decode(write(fields), root)


def test_t05_two_messages_in_one_are_refused() -> None:
    one, two = encode(capacity_report()), encode(activation_report(b"i" * 16))

    with pytest.raises(InvalidRequest, match="canonical"):
        decode(one + two, Report)


def test_t05_the_second_kind_of_a_report_does_not_replace_the_first() -> None:
    report = read(encode(capacity_report()), Report.DESCRIPTOR)
    other = read(encode(activation_report(b"i" * 16)), Report.DESCRIPTOR)

    with pytest.raises(InvalidRequest, match="canonical"):
        decode(write([*report[:2], other[-1], report[-1]]), Report)


def test_t05_codes_written_one_by_one_are_refused_where_they_are_packed() -> None:
    packed = encode(PeerAidCommand(disciplines=[1, 2]))  # type: ignore[list-item]

    assert decode(packed, PeerAidCommand).disciplines == [1, 2]
    with pytest.raises(InvalidRequest, match="canonical"):
        decode(write([Written(5, VARINT, 1), Written(5, VARINT, 2)]), PeerAidCommand)


@pytest.mark.parametrize("count", [2**32, 2**32 + 4, 2**63, 2**64 - 1, -1 + 2**64])
def test_t06_a_count_that_does_not_fit_its_field_is_refused_and_not_cut(count: int) -> None:
    report = capacity_report(available=4)
    fields = read(encode(report), Report.DESCRIPTOR)
    held = fields[-1].value
    assert isinstance(held, list)
    held[1].value = count

    with pytest.raises(InvalidRequest, match="canonical"):
        decode(write(fields), Report)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x08" + b"\xff" * 10 + b"\x01",  # a varint of 11 bytes
        b"\x08" + varint(2**64 + 1),  # beyond 64 bits
        b"\x08",  # a tag and nothing
        b"\x0a\xff\xff\xff\xff\x07abc",  # a length of 2 GB and three bytes
        b"\x00\x00",  # field number 0
        b"\x0f",  # a wire type that does not exist
        b"GET / HTTP/1.1\r\n",
    ],
)
def test_t05_bytes_that_are_no_message_are_refused_in_one_line(raw: bytes) -> None:
    with pytest.raises(InvalidRequest, match=r"^WatchRequest: ") as refusal:
        decode(raw, WatchRequest)
    assert str(refusal.value).isprintable()


def test_t07_text_that_is_not_utf_8_is_refused_where_the_contract_has_text() -> None:
    with pytest.raises(InvalidRequest, match="^IncidentNotice: "):
        decode(write([Written(3, BYTES, b"fire \xff\xfe")]), IncidentNotice)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_are_the_one_encoding(raw: bytes) -> None:
    try:
        message = decode(raw, Report)
    except InvalidRequest:
        return
    assert encode(message) == raw
