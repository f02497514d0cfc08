"""A field opens where it was sealed, and nowhere else."""

import os

import pytest

from node.vault.fields import Altered, Place
from node.vault.vault import Vault

SUBJECT = b"\x01" * 16
HERE = Place("encounter", "body", SUBJECT, 2)


def _vault() -> Vault:
    return Vault(os.urandom(32), os.urandom(32))


def test_a_field_opens_where_it_was_sealed() -> None:
    vault = _vault()
    key, wrapped = vault.new_key(SUBJECT)
    assert vault.unwrap(SUBJECT, wrapped).open(HERE, key.seal(HERE, b"a story")) == b"a story"


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("encounter", "body", SUBJECT, 1),
        Place("encounter", "body", b"\x02" * 16, 2),
        Place("encounter", "link", SUBJECT, 2),
        Place("member", "body", SUBJECT, 2),
    ],
)
def test_t03_a_field_moved_elsewhere_or_put_back_is_flagged(elsewhere: Place) -> None:
    key, _ = _vault().new_key(SUBJECT)
    with pytest.raises(Altered, match="is not what was stored there"):
        key.open(elsewhere, key.seal(HERE, b"a story"))


@pytest.mark.parametrize("sealed", [b"", b"short", b"\x07" * 64])
def test_t03_bytes_that_were_never_sealed_are_flagged(sealed: bytes) -> None:
    key, _ = _vault().new_key(SUBJECT)
    with pytest.raises(Altered):
        key.open(HERE, sealed)


def test_a_data_key_unwraps_for_its_own_subject_only_and_only_under_the_key_that_wrapped_it() -> None:
    vault = _vault()
    _, wrapped = vault.new_key(SUBJECT)
    with pytest.raises(Altered):
        vault.unwrap(b"\x02" * 16, wrapped)
    with pytest.raises(Altered):
        _vault().unwrap(SUBJECT, wrapped)


def test_a_blind_index_is_alike_for_equal_values_of_one_index_only() -> None:
    vault = _vault()
    assert vault.blind("member.name", "vance") == vault.blind("member.name", "vance")
    assert vault.blind("member.name", "vance") != vault.blind("member.code", "vance")
    assert vault.blind("member.name", "vance") != _vault().blind("member.name", "vance")
