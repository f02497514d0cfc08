"""A proof holds for exactly what was signed."""

from dataclasses import replace

import pytest

from common.errors import InvalidRequest, NotAuthenticated
from common.identity.keys import make_ed25519, make_p256, point
from common.identity.names import NodeName
from common.identity.proofs import (
    prove_joining,
    prove_recovery,
    prove_renewal,
    verify_joining,
    verify_recovery,
    verify_renewal,
)
from common.identity.recovery import RecoveryNumberWanted, find_wanted_number

NAME = NodeName("ridgeline.holdfast.internal", b"a" * 16, 1)
BOUND, OTHER_BOUND = make_ed25519(), make_ed25519()
KEY, OTHER_KEY = make_p256(), make_p256()
BOUND_PUBLIC = BOUND.public_key().public_bytes_raw()
SECRET, PRESENT = b"s" * 16, b"c" * 32


def test_a_proof_for_joining_holds_for_its_secret_and_key_only() -> None:
    proof = prove_joining(BOUND, SECRET, KEY.public_key())
    verify_joining(BOUND_PUBLIC, proof, SECRET, KEY.public_key())
    for wrong in (
        (BOUND_PUBLIC, proof, b"t" * 16, KEY.public_key()),
        (BOUND_PUBLIC, proof, SECRET, OTHER_KEY.public_key()),
        (OTHER_BOUND.public_key().public_bytes_raw(), proof, SECRET, KEY.public_key()),
        (BOUND_PUBLIC, bytes(64), SECRET, KEY.public_key()),
    ):
        with pytest.raises(InvalidRequest, match="bound_key_proof"):
            verify_joining(*wrong)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        (replace(NAME, trust_domain="valley.holdfast.internal"), 3),
        (replace(NAME, agency_id=b"b" * 16), 3),
        (replace(NAME, node=2), 3),
        (NAME, 4),
    ],
)
def test_a_proof_for_recovery_holds_for_one_node_and_number(name: NodeName, number: int) -> None:
    proof = prove_recovery(BOUND, NAME, KEY.public_key(), 3)
    verify_recovery(BOUND_PUBLIC, proof, NAME, KEY.public_key(), 3)
    with pytest.raises(NotAuthenticated):
        verify_recovery(BOUND_PUBLIC, proof, name, KEY.public_key(), number)


def test_a_proof_for_recovery_holds_for_one_key() -> None:
    proof = prove_recovery(BOUND, NAME, KEY.public_key(), 3)
    with pytest.raises(NotAuthenticated):
        verify_recovery(BOUND_PUBLIC, proof, NAME, OTHER_KEY.public_key(), 3)


def test_a_proof_of_one_kind_is_none_of_another() -> None:
    joining = prove_joining(BOUND, SECRET, KEY.public_key())
    with pytest.raises(NotAuthenticated):
        verify_recovery(BOUND_PUBLIC, joining, NAME, KEY.public_key(), 1)


def test_a_proof_for_renewal_holds_for_the_present_certificate_only() -> None:
    proof = prove_renewal(KEY, NAME, PRESENT)
    new_point = point(KEY.public_key())
    assert point(verify_renewal(new_point, proof, NAME, PRESENT)) == new_point
    for wrong in (
        (new_point, proof, NAME, b"d" * 32),
        (new_point, proof, replace(NAME, node=2), PRESENT),
        (point(OTHER_KEY.public_key()), proof, NAME, PRESENT),
        (new_point, bytes(64), NAME, PRESENT),
        (new_point, proof[:-1], NAME, PRESENT),
    ):
        with pytest.raises(InvalidRequest, match="proof"):
            verify_renewal(*wrong)


@pytest.mark.parametrize("raw", [b"", bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + bytes(64)])
def test_what_is_no_point_of_the_curve_is_no_key(raw: bytes) -> None:
    with pytest.raises(InvalidRequest, match="public_key"):
        verify_renewal(raw, bytes(64), NAME, PRESENT)


def test_a_node_reads_the_recovery_number_that_is_wanted() -> None:
    assert find_wanted_number(str(RecoveryNumberWanted(7))) == 7
    assert find_wanted_number("this agency is banned from the region") is None
