"""Small counts of an incident, withheld from the board: none is shown, and none follows from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.withholding import WITHHELD, Figure, gated, gated_part, withheld_parts

COUNTS = st.integers(0, 40) | st.integers(0, 3)


@given(st.integers(0, 60), st.integers(2, 12))
def test_zero_and_counts_from_k_on_are_shown(count: int, k: int) -> None:
    assert gated(count, k) == (WITHHELD if 1 <= count <= k - 1 else count)


@given(st.lists(COUNTS, min_size=1, max_size=7), st.integers(3, 12))
def test_i02_no_withheld_part_of_a_total_follows_from_what_is_shown(counts: list[int], k: int) -> None:
    parts = dict(enumerate(counts))
    hidden, total_shown = withheld_parts(parts, k)

    shown = [count for key, count in parts.items() if key not in hidden]
    assert [count for count in shown if 0 < count < k] == []
    assert 0 not in [parts[key] for key in hidden]
    if total_shown:
        assert not 0 < sum(counts) < k
        assert len(hidden) != 1
        for each in hidden:  # another count, in its place, would look the same to whoever reads the rest
            assert possible_values(sum(parts[key] for key in hidden), len(hidden)) != {parts[each]}
    else:
        assert hidden == {key for key, count in parts.items() if count}


def possible_values(together: int, count: int) -> set[int]:
    """What one of `count` parts, none of them zero, can be when they are so many together."""
    return set(range(1, together - (count - 1) + 1))


def test_a_part_that_would_be_withheld_alone_takes_the_smallest_other_with_it() -> None:
    assert withheld_parts({"a": 3, "b": 40, "c": 12, "d": 0}, 11) == ({"a", "c"}, True)
    assert withheld_parts({"a": 3, "b": 4, "c": 12, "d": 0}, 11) == ({"a", "b"}, True)


def test_parts_that_can_only_be_all_ones_or_all_the_most_take_another_with_them() -> None:
    assert withheld_parts({"a": 1, "b": 1, "c": 40, "d": 12}, 11) == ({"a", "b", "d"}, True)
    assert withheld_parts({"a": 10, "b": 10, "c": 40}, 11) == ({"a", "b", "c"}, True)
    assert withheld_parts({"a": 10, "b": 10, "c": 0}, 11) == ({"a", "b"}, False)  # nothing else is left to withhold


@given(st.integers(0, 60), st.integers(0, 60), st.integers(2, 12))
def test_i02_a_part_is_not_shown_where_the_rest_of_its_total_is_small(part: int, rest: int, k: int) -> None:
    shown: Figure = gated_part(part, part + rest, k)

    small = 0 < part < k or (part + rest >= k and 0 < rest < k)
    assert shown == (WITHHELD if small else part)
