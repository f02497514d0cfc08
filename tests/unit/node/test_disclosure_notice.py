"""Every reason of every pack: whether it may be disclosed for, and until when the person is told in writing."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import pytest

from common.errors import InvalidRequest, WrongState
from node.domain.disclosure_notice import (
    ClosedBecause,
    Danger,
    Disclosure,
    DisclosureState,
    FirstSessionNotice,
    NoticeWay,
    ToldTo,
    check_danger,
    check_disclosure,
    closed,
    notice_due,
    notice_given,
    why_refused,
)
from node.domain.disclosure_reason import DisclosureReason
from node.packs import get_pack, load_packs
from tests.builders import NOON

R = DisclosureReason
WEEK = timedelta(days=7)
DENVER = ZoneInfo("America/Denver")
PLAN = Danger(has_intent=True, has_plan=True)
# Said here once more, by hand: a pack that changes is seen.
NOTICE = {
    "ca": {
        R.SELF_HARM_WITH_PLAN, R.SELF_HARM_OTHER, R.HARM_TO_OTHERS, R.CHILD_ABUSE, R.VULNERABLE_ADULT_ABUSE, R.CRIME,
        R.PROPERTY_THREAT, R.COURT_ORDER, R.TEAM_CONSULTATION, R.CLINICAL_REFERRAL,
    }
}  # fmt: skip
REFUSED = {"us-federal": {R.SELF_HARM_OTHER}}


def disclosure(**changes: Any) -> Disclosure:
    values: dict[str, Any] = {
        "id": b"d" * 16,
        "version": 1,
        "number": 3,
        "reason": R.HARM_TO_OTHERS,
        "told_to": (ToldTo.LAW_ENFORCEMENT,),
        "disclosed_at": NOON,
        "member_id": b"m" * 16,
        "encounter_id": None,
        "danger": Danger(),
        "jurisdiction": "ca",
        "recorded_at": NOON,
    }
    return Disclosure(**(values | changes))


@pytest.mark.parametrize("name", sorted(load_packs()))
@pytest.mark.parametrize("reason", list(R))
def test_each_reason_under_each_pack(name: str, reason: DisclosureReason) -> None:
    pack = get_pack(name)

    refusal = why_refused(pack, reason)
    due = notice_due(pack, reason, NOON, WEEK, DENVER)

    assert bool(refusal) == (reason in REFUSED.get(name, set()))
    assert (due is not None) == (reason in NOTICE.get(name, set()))
    if refusal:
        assert refusal.startswith("in US federal thoughts of suicide alone are no reason to disclose: it takes intent")


def test_there_are_fourteen_reasons_and_one_that_a_pack_refuses_is_told_by_its_name() -> None:
    assert len(R) == 14
    strict = replace(get_pack("default"), title="Nowhere", reasons_refused=frozenset({R.PROPERTY_THREAT}))
    assert why_refused(strict, R.PROPERTY_THREAT) == "in Nowhere nothing may be disclosed for property threat"


@pytest.mark.parametrize("intent", [False, True])
@pytest.mark.parametrize("plan", [False, True])
@pytest.mark.parametrize("means", [False, True])
def test_self_harm_is_an_exception_with_intent_and_a_plan_or_the_means(intent: bool, plan: bool, means: bool) -> None:
    danger = Danger(intent, plan, means)
    is_exception = intent and (plan or means)

    assert danger.is_exception == is_exception
    for reason, fits in ((R.SELF_HARM_WITH_PLAN, is_exception), (R.SELF_HARM_OTHER, not is_exception)):
        if fits:
            check_danger(reason, danger)
        else:
            with pytest.raises(InvalidRequest, match=r"^reason: "):
                check_danger(reason, danger)


@pytest.mark.parametrize("reason", [reason for reason in R if "self_harm" not in reason])
def test_intent_plan_and_means_are_said_of_self_harm_alone(reason: DisclosureReason) -> None:
    check_danger(reason, Danger())
    with pytest.raises(InvalidRequest, match=r"^intent, plan, means: "):
        check_danger(reason, PLAN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"member_id": None}, "member"),
        ({"told_to": ()}, "told"),
        ({"disclosed_at": NOON + timedelta(seconds=1)}, "at"),
        ({"danger": PLAN}, "intent, plan, means"),
    ],
)
def test_what_breaks_a_rule_is_named(changes: dict[str, Any], field: str) -> None:
    check_disclosure(disclosure(), NOON)
    with pytest.raises(InvalidRequest, match=f"^{field}: "):
        check_disclosure(disclosure(**changes), NOON)


def test_a_notice_is_due_until_the_end_of_a_day_where_the_agency_is_across_daylight_saving() -> None:
    at = datetime(2026, 10, 29, 5, 30, tzinfo=UTC)  # the 28th in Denver; clocks go back on November 1st

    due = notice_due(get_pack("ca"), R.COURT_ORDER, at, WEEK, DENVER)

    assert due == datetime(2026, 11, 5, 6, 59, tzinfo=UTC)  # 23:59 on the 4th


def test_a_notice_is_given_once_after_the_disclosure_and_then_it_may_be_closed() -> None:
    held = disclosure(notice_due_at=NOON + WEEK)
    assert held.owes_notice
    for at in (NOON - timedelta(hours=1), NOON + timedelta(hours=3)):
        with pytest.raises(InvalidRequest, match=r"^at: "):
            notice_given(held, at, NoticeWay.BY_POST, NOON + timedelta(hours=2))
    with pytest.raises(WrongState, match="no notice was given"):
        closed(held, ClosedBecause.NOTICE_GIVEN, NOON)
    with pytest.raises(WrongState, match="a written notice is due"):
        closed(held, ClosedBecause.NO_NOTICE_DUE, NOON)

    given = notice_given(held, NOON, NoticeWay.BY_POST, NOON)
    assert not given.owes_notice
    with pytest.raises(WrongState, match="was given already"):
        notice_given(given, NOON, NoticeWay.BY_POST, NOON)
    ended = closed(given, ClosedBecause.NOTICE_GIVEN, NOON)
    assert (ended.state, ended.version) == (DisclosureState.CLOSED, 3)
    with pytest.raises(WrongState, match="D-3 is closed: notice given"):
        closed(ended, ClosedBecause.RECORDED_IN_ERROR, NOON)


def test_there_is_no_field_for_a_narrative() -> None:
    for kind in (Disclosure, FirstSessionNotice):
        hints = get_type_hints(kind)
        texts = {each.name for each in fields(kind) if hints[each.name] in (str, str | None)}
        assert texts <= {"jurisdiction"}  # a pack's name
    assert all(issubclass(kind, StrEnum) for kind in (R, ToldTo, NoticeWay, ClosedBecause))
