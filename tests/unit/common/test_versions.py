"""Versions across a hub's epochs: what changes after a restore is newer than everything told before it."""

from hypothesis import given
from hypothesis import strategies as st

from common.versions import EPOCH_LEAP, version_after, versions_from


def test_in_the_first_epoch_versions_are_dense_from_1() -> None:
    assert [version_after(held, 1) for held in range(4)] == [1, 2, 3, 4]


@given(told=st.integers(1, EPOCH_LEAP - 1), held=st.integers(0, EPOCH_LEAP - 1), epoch=st.integers(1, 4000))
def test_t04_a_change_after_a_restore_is_newer_than_all_that_was_told_before(told: int, held: int, epoch: int) -> None:
    told_before, held_after_restore = versions_from(epoch) + told, versions_from(epoch) + min(held, told)

    changed = version_after(held_after_restore, epoch + 1)

    assert changed > told_before
    assert changed == versions_from(epoch + 1) + 1
    assert version_after(changed, epoch + 1) == changed + 1
