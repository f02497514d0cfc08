"""The terms of an agreement as bytes: the same terms come out, and nothing else is taken for terms."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from common.agreement.encoding import decode_terms, encode_terms, terms_hash
from common.agreement.terms import DEFAULT_TERMS, ActivationProtocol, Terms
from common.agreement.wording import span_words, terms_lines
from common.errors import InvalidRequest
from common.wire.canonical import encode
from common.wire.v1 import agreement_pb2 as wire
from common.wire.v1.codes_pb2 import Discipline, IncidentType
from tests.agreements import ANY_TERMS, TERMS, hash_of

FIRE = IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE


@given(ANY_TERMS)
def test_terms_come_out_as_they_went_in(terms: Terms) -> None:
    raw = encode_terms(terms)

    assert decode_terms(raw) == terms
    assert encode_terms(decode_terms(raw)) == raw


@given(ANY_TERMS, ANY_TERMS)
def test_other_terms_have_other_bytes_another_hash_and_other_words(terms: Terms, other: Terms) -> None:
    is_same = terms == other

    assert (encode_terms(terms) == encode_terms(other)) is is_same
    assert (hash_of(terms) == hash_of(other)) is is_same
    assert (terms_lines(terms) == terms_lines(other)) is is_same


def test_the_order_in_which_protocols_are_named_changes_nothing() -> None:
    protocols = {FIRE: ActivationProtocol((1,), timedelta(hours=1)), 3: ActivationProtocol((2,), timedelta(hours=2))}
    turned = dict(reversed(protocols.items()))

    assert encode_terms(Terms(protocols=protocols)) == encode_terms(Terms(protocols=turned))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"k": 1}, "k: must be 2 to 100"),
        ({"k": 101}, "k: must be 2 to 100"),
        ({"accept_within": timedelta(seconds=59)}, "accept_within"),
        ({"contact_within": timedelta(days=31)}, "contact_within"),
        ({"check_ins": (timedelta(days=7),) * 17}, "check_ins: at most 16"),
        ({"check_ins": (timedelta(minutes=1),)}, r"check_ins\[0\]"),
        ({"escalate_every": timedelta(0)}, "escalate_every"),
        ({"documentation": 0}, "documentation"),
        ({"documentation": 9}, "documentation: 9 is not one of its codes"),
        ({"reporting_period": 0}, "reporting_period"),
        ({"counts_seen_by": 0}, "counts_seen_by"),
        ({"regional_coordinator": "x" * 201}, "regional_coordinator: at most 200"),
        ({"state_coordinator": "Ann\u202e"}, "state_coordinator: at most 200 printable"),
        ({"protocols": {0: ActivationProtocol((1,), timedelta(hours=1))}}, r"protocols\[0\].type"),
        ({"protocols": {FIRE: ActivationProtocol((), timedelta(hours=1))}}, r"protocols\[0\].asked: at least 1"),
        ({"protocols": {FIRE: ActivationProtocol((1, 1), timedelta(hours=1))}}, "named twice"),
        ({"protocols": {FIRE: ActivationProtocol((1,), timedelta(days=8))}}, "activate_within"),
    ],
)
def test_a_term_out_of_its_range_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest, match=field):
        encode_terms(replace(DEFAULT_TERMS, **changes))


def test_a_type_with_two_protocols_is_refused() -> None:
    message = wire.AgreementTerms.FromString(encode_terms(TERMS))
    message.protocols.add(type=FIRE, asked=[Discipline.DISCIPLINE_911], activate_within=_hour())

    with pytest.raises(InvalidRequest, match="one type of incident has two"):
        decode_terms(encode(message))


def test_t05_bytes_that_are_not_the_canonical_ones_are_refused() -> None:
    raw = encode_terms(TERMS)

    for wrong in (b"", raw + b"\xfa\x01\x01x", raw + raw, raw[:-1], b"story"):
        with pytest.raises(InvalidRequest):
            decode_terms(wrong)
    assert terms_hash(raw) != terms_hash(raw + b"\x00")


def test_decoding_checks_what_was_told_and_not_only_what_is_encoded_here() -> None:
    message = wire.AgreementTerms.FromString(encode_terms(TERMS))
    message.k = 1
    with pytest.raises(InvalidRequest, match="k: must be 2 to 100"):
        decode_terms(encode(message))
    message.k, message.state_coordinator = 11, "\x1b[2J"
    with pytest.raises(InvalidRequest, match="state_coordinator"):
        decode_terms(encode(message))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(86_400, "1 day"), (7 * 86_400, "7 days"), (5_400, "90 minutes"), (3_600, "1 hour"), (61, "61 seconds")],
)
def test_a_span_is_said_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert span_words(timedelta(seconds=seconds)) == words


def _hour() -> Any:
    return wire.AgreementTerms.FromString(encode_terms(Terms(accept_within=timedelta(hours=1)))).accept_within
