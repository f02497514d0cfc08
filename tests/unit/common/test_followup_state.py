"""What a follow-up says of itself: who is concerned, who is told, what is due."""

from dataclasses import replace
from datetime import timedelta

from common.followup.state import Circumstances, earliest, without_offer
from common.versions import EPOCH_LEAP
from tests.builders import NOON
from tests.followups import ASKED, DECLINED, ORIGIN, OTHER, OWNER, after, handed_over, offered, opened, standing, step


def test_whoever_opened_owns_or_was_offered_it_is_concerned_each_once() -> None:
    assert list(opened(ORIGIN).concerned) == [ORIGIN]
    assert list(handed_over().concerned) == [OWNER, ORIGIN]
    assert list(standing("active", "none").concerned) == [OWNER, ORIGIN, ASKED, DECLINED]


def test_those_of_an_offer_that_has_ended_are_told_no_more() -> None:
    assert list(standing("active", "offered").audience) == [OWNER, ORIGIN, ASKED, DECLINED]
    assert list(standing("active", "none").audience) == [OWNER, ORIGIN]
    assert list(step(offered(ASKED, OTHER), OTHER, "accept").audience) == [OTHER, OWNER]


def test_only_those_who_have_not_declined_may_answer_and_only_while_the_offer_is_open() -> None:
    assert standing("open", "acknowledged").may_answer == (ASKED,)
    assert standing("open", "none").may_answer == ()


def test_what_is_due_next_is_the_earlier_of_the_offer_and_the_owners_deadline() -> None:
    held = opened()
    assert held.due_at == held.contact_by
    assert offered().due_at == NOON + timedelta(hours=4)
    late = step(held, OWNER, "offer", after(hours=71), offered_to=[ASKED])
    assert late.due_at == held.contact_by
    assert step(held, OWNER, "close").due_at is None


def test_a_change_has_the_next_version_of_the_hubs_epoch() -> None:
    held = opened()
    assert Circumstances(NOON).next(held).version == held.version + 1
    assert Circumstances(NOON, hub_epoch=3).next(held).version == 2 * EPOCH_LEAP + 1


def test_an_offer_that_ended_leaves_nothing_but_who_was_asked() -> None:
    ended = replace(standing("open", "acknowledged"), **without_offer())  # type: ignore[arg-type]

    assert not ended.is_offered
    assert (ended.declined_by, ended.offer_version, ended.accept_by, ended.offered_to) == (
        (), 0, None, (ASKED, DECLINED),
    )  # fmt: skip


def test_the_earliest_of_no_moments_is_none() -> None:
    assert earliest([]) is earliest([None, None]) is None
    assert earliest([NOON + timedelta(hours=1), None, NOON]) == NOON
