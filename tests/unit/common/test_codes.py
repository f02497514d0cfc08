"""The contract's codes have one name each, the same in a command, a page, a file and the log."""

from typing import Any

import pytest

from common.codes import code, word, words
from common.errors import InvalidRequest
from common.wire.v1 import codes_pb2
from common.wire.v1.codes_pb2 import Discipline, IncidentType

KINDS = [getattr(codes_pb2, name) for name in codes_pb2.DESCRIPTOR.enum_types_by_name]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.DESCRIPTOR.name)
def test_every_code_is_read_back_from_its_word(kind: Any) -> None:
    said = words(kind)

    assert len(set(said)) == len(said) == len(kind.values()) - 1
    assert "unspecified" not in said
    for name in said:
        assert word(kind, code(kind, name, "field")) == name


def test_a_code_reads_like_the_thing_it_names() -> None:
    assert word(IncidentType, IncidentType.INCIDENT_TYPE_FACILITY_DISTURBANCE) == "facility_disturbance"
    assert words(Discipline)[:3] == ["fire", "ems", "911"]


@pytest.mark.parametrize("said", ["facility_disturbance", "Facility-Disturbance", "  facility disturbance\n"])
def test_hyphens_capitals_and_spaces_do_not_matter(said: str) -> None:
    assert code(IncidentType, said, "type") == IncidentType.INCIDENT_TYPE_FACILITY_DISTURBANCE


@pytest.mark.parametrize("said", ["", "unspecified", "incident_type_other", "8", "fire\x1b[2J", "\u202eerif"])
def test_another_word_is_refused_with_the_field_and_what_may_be_said(said: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^type: .* is not one of structure_fire, wildland_fire") as refusal:
        code(IncidentType, said, "type")
    assert str(refusal.value).isprintable()


def test_a_code_of_a_newer_version_is_said_as_its_number() -> None:
    assert word(IncidentType, 4711) == "code 4711"
    assert word(IncidentType, 0) == "unspecified"
