"""The short name that two coordinators read to each other over a bad line."""

import hashlib
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.followup.reference import ALPHABET, LENGTH, read_reference, reference_of, spaced

IDS = st.binary(min_size=16, max_size=16)
SOME = [reference_of(bytes([number]) * 16) for number in range(6)]


@given(IDS)
def test_it_is_eight_characters_of_the_alphabet_derived_from_the_id_alone(follow_up_id: bytes) -> None:
    reference = reference_of(follow_up_id)

    assert len(reference) == LENGTH == 8
    assert set(reference) <= set(ALPHABET)
    assert reference == reference_of(bytes(follow_up_id)) == read_reference(reference)


def test_it_does_not_change_between_versions() -> None:
    assert [reference_of(bytes(16)), reference_of(b"\xff" * 16)] == ["7CK2DFX9", "3CFN7CE6"]


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 23
    assert not set(ALPHABET) & set("0OQ1IL5Z")
    for alike in ("2Z", "5S", "6G", "8B", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1


@pytest.mark.parametrize("reference", SOME)
def test_every_single_wrong_character_is_found(reference: str) -> None:
    for place, character in enumerate(reference):
        for wrong in set(ALPHABET) - {character}:
            with pytest.raises(InvalidRequest, match="a wrong character, or two that changed places"):
                read_reference(reference[:place] + wrong + reference[place + 1 :])


@pytest.mark.parametrize("reference", SOME)
def test_every_two_characters_that_changed_places_are_found(reference: str) -> None:
    for first, second in combinations(range(LENGTH), 2):
        if reference[first] != reference[second]:
            heard = list(reference)
            heard[first], heard[second] = heard[second], heard[first]
            with pytest.raises(InvalidRequest, match="changed places"):
                read_reference("".join(heard))


@given(IDS)
def test_small_letters_spaces_and_hyphens_do_not_matter(follow_up_id: bytes) -> None:
    reference = reference_of(follow_up_id)

    for said in (spaced(reference), reference.lower(), f" {spaced(reference).lower()} ", " ".join(reference)):
        assert read_reference(said) == reference


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("", "it has 8 characters"),
        ("7K3M", "it has 8 characters"),
        ("7K3M-PXR4-2", "it has 8 characters"),
        ("7K3M-PXO4", "no reference has 'O' in it"),
        ("7K3M_PXR4", "no reference has '_' in it"),
        ("7K3M-PXR\N{LATIN CAPITAL LETTER E WITH ACUTE}", "no reference has"),
    ],
)
def test_what_is_no_reference_is_told_what_is_wrong_with_it(said: str, wrong: str) -> None:
    with pytest.raises(InvalidRequest, match=wrong):
        read_reference(said)


def test_references_are_spread_over_all_there_are() -> None:
    found = {reference_of(hashlib.sha256(bytes([high, low])).digest()[:16]) for high in range(8) for low in range(256)}

    assert len(found) >= 2047  # of 2,048 ids; there are 23 ** 7 references


def test_the_reference_that_every_help_page_gives_as_an_example_is_one() -> None:
    assert read_reference("7K3M-PXRM") == "7K3MPXRM"
