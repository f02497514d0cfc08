"""Ids that begin with the time."""

from datetime import timedelta

from common.ids import ID_LENGTH, new_id
from tests.builders import NOON


def test_later_ids_are_greater_and_those_of_one_moment_differ() -> None:
    made = [new_id(NOON + timedelta(milliseconds=number)) for number in range(300)]

    assert made == sorted(made)
    assert {len(each) for each in made} == {ID_LENGTH}
    assert len({new_id(NOON) for _ in range(300)}) == 300
