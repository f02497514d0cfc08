"""A signature under an agreement holds for exactly what was signed, and is no other proof of the same key."""

from dataclasses import replace
from typing import Any

import pytest

from common.agreement.signature import Agreeing, sign_agreement, verify_agreement
from common.errors import InvalidRequest
from common.identity.keys import make_ed25519
from common.ledger import SignatureInvalid
from common.ledger.checkpoint import checkpoint_text, parse_checkpoint_text, sign_checkpoint, stream_origin

KEY = make_ed25519()
PUBLIC = KEY.public_key().public_bytes_raw()
AGREEING = Agreeing("ridgeline.holdfast.internal", b"a" * 16, b"g" * 16, 3, b"h" * 32)


def test_what_is_signed_is_these_lines_for_good() -> None:
    assert AGREEING.text == (
        b"holdfast v1 agreement\nridgeline.holdfast.internal\n61616161616161616161616161616161\n"
        b"67676767676767676767676767676767\n3\n" + b"68" * 32 + b"\n"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"trust_domain": "valley.holdfast.internal"},
        {"agency_id": b"b" * 16},
        {"agreement_id": b"b" * 16},
        {"agency_id": AGREEING.agreement_id, "agreement_id": AGREEING.agency_id},
        {"version": 4},
        {"version": 33},
        {"terms_hash": b"i" * 32},
    ],
)
def test_a_signature_holds_for_each_part_of_what_was_signed(changed: dict[str, Any]) -> None:
    signature = sign_agreement(KEY, AGREEING)
    verify_agreement(PUBLIC, AGREEING, signature)

    with pytest.raises(SignatureInvalid):
        verify_agreement(PUBLIC, replace(AGREEING, **changed), signature)


def test_another_key_or_signature_is_refused() -> None:
    signature, other = sign_agreement(KEY, AGREEING), make_ed25519().public_key().public_bytes_raw()

    for public_key, given in ((other, signature), (b"", signature), (PUBLIC, bytes(64)), (PUBLIC, b"")):
        with pytest.raises(SignatureInvalid):
            verify_agreement(public_key, AGREEING, given)


def test_a_checkpoint_is_no_agreement_and_an_agreement_no_checkpoint() -> None:
    origin = stream_origin(AGREEING.trust_domain, AGREEING.agency_id, b"s" * 16)
    checkpoint = sign_checkpoint(KEY, origin, AGREEING.version, AGREEING.terms_hash)

    assert checkpoint_text(origin, AGREEING.version, AGREEING.terms_hash) != AGREEING.text
    with pytest.raises(SignatureInvalid):
        verify_agreement(PUBLIC, AGREEING, checkpoint)
    with pytest.raises(InvalidRequest):
        parse_checkpoint_text(AGREEING.text)


@pytest.mark.parametrize(
    "changed",
    [
        {"trust_domain": "ridgeline.holdfast.internal\nvalley.holdfast.internal"},
        {"agency_id": b"a" * 15},
        {"agreement_id": b""},
        {"version": 0},
        {"version": 65_536},
        {"terms_hash": b"h" * 31},
    ],
)
def test_a_part_that_is_not_as_it_must_be_is_refused_before_anything_is_signed(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        replace(AGREEING, **changed)
