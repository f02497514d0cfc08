"""Every field and code word of an encounter, written out as DOMAIN.md 3 has them, and the rules that one keeps."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from node.domain import encounter as domain
from node.domain.encounter import Duration, Encounter, Mode, Referral, checked, duration_of, in_order
from node.domain.words import read_word
from tests.builders import NOON
from tests.records import encounter

WORDS = {
    "ActivationType": "self-referral · peer-initiated · supervisor referral · post-incident check-in · "
    "scheduled follow-up · family request · another agency's request",
    "SupportKind": "critical incident · work stress · family or relationship · grief or loss · substance use · "
    "financial or legal · health or injury · moral injury · suicide concern · undisclosed · other",
    "RecipientClass": "sworn or uniformed · telecommunicator · corrections · civilian staff · volunteer · "
    "retired · family · another agency's responder",
    "Mode": "in person · phone · video · text or chat · group session",
    "Duration": "under 15 · 15-29 · 30-44 · 45-59 · 60 and over",
    "Referral": "none · EAP · clinician · chaplain · crisis line · physician · substance-use programme · "
    "financial or legal · other",
}
CELLS = [(kind, word) for kind, words in WORDS.items() for word in words.split(" · ")]
BY = b"\x01" * 16
DENVER = ZoneInfo("America/Denver")
moments = st.timedeltas(timedelta(days=-13_000), timedelta()).map(lambda ago: NOON + ago)


def told(**changes: object) -> Encounter:
    return encounter(BY, **changes)


@pytest.mark.parametrize(("kind", "word"), CELLS)
def test_each_word_is_a_code_and_is_read_as_it_is_written(kind: str, word: str) -> None:
    codes: type[StrEnum] = getattr(domain, kind)
    assert read_word(codes, word, "field").value == word.lower().replace("'", "").replace("-", "_").replace(" ", "_")
    assert read_word(codes, word.upper().replace(" ", "  "), "field") is read_word(codes, word, "field")


@pytest.mark.parametrize(("kind", "count"), [(kind, len(words.split(" · "))) for kind, words in WORDS.items()])
def test_there_is_no_other_code(kind: str, count: int) -> None:
    assert len(getattr(domain, kind)) == count


def test_the_fields_are_these() -> None:
    assert [field.name for field in fields(Encounter)] == [
        "occurred_at", "supporter_id", "kind", "activation_type", "recipient_class", "mode", "duration", "participants",
        "referrals", "follow_up_due", "incident_id", "is_incident_related", "member_id",
    ]  # fmt: skip


@given(moments, st.timedeltas(timedelta(seconds=-200), timedelta(days=400)))
def test_it_occurred_before_now_give_or_take_two_minutes(now: datetime, ahead: timedelta) -> None:
    at = now + ahead
    if ahead <= timedelta(minutes=2):
        assert checked(told(occurred_at=at), now, UTC).occurred_at == at
    else:
        with pytest.raises(InvalidRequest, match="^occurred: lies in the future"):
            checked(told(occurred_at=at), now, UTC)


def test_nothing_occurred_before_1990() -> None:
    first = datetime(1990, 1, 1, tzinfo=UTC)
    assert checked(told(occurred_at=first), NOON, UTC).occurred_at == first
    with pytest.raises(InvalidRequest, match="^occurred: lies before 1990"):
        checked(told(occurred_at=first - timedelta(microseconds=1)), NOON, UTC)


@given(st.sampled_from(Mode), st.integers(-3, 10_010))
def test_only_a_group_session_has_more_than_one_participant(mode: Mode, count: int) -> None:
    is_right = 1 <= count <= 9_999 if mode is Mode.GROUP_SESSION else count == 1
    if is_right:
        assert checked(told(mode=mode, participants=count), NOON, UTC).participants == count
    else:
        with pytest.raises(InvalidRequest, match="^participants: "):
            checked(told(mode=mode, participants=count), NOON, UTC)


@given(st.lists(st.sampled_from(Referral), max_size=9))
def test_referrals_come_once_each_in_the_lists_order_and_none_stands_alone(said: list[Referral]) -> None:
    if Referral.NONE in said and set(said) != {Referral.NONE}:
        with pytest.raises(InvalidRequest, match="^referrals: none stands alone"):
            in_order(tuple(said))
    else:
        found = in_order(tuple(said))
        assert set(found) == set(said) or (not said and found == (Referral.NONE,))
        assert list(found) == sorted(found, key=list(Referral).index)
        assert in_order(found) == found


@pytest.mark.parametrize("minutes", [0, 14, 14.9, 15, 29, 30, 44, 45, 59, 60, 1440])
def test_minutes_fall_into_the_bands(minutes: float) -> None:
    assert duration_of(minutes) == (
        "under_15" if minutes < 15 else "15_29" if minutes < 30 else "30_44" if minutes < 45
        else "45_59" if minutes < 60 else "60_and_over"
    )  # fmt: skip


@pytest.mark.parametrize("minutes", [-1, 1441, float("nan"), float("inf")])
def test_minutes_that_are_none_are_refused(minutes: float) -> None:
    with pytest.raises(InvalidRequest, match="^duration: "):
        duration_of(minutes)


@given(st.integers(-3, 3_660))
def test_a_follow_up_is_due_from_the_local_day_on_within_ten_years(days: int) -> None:
    late = told(occurred_at=datetime(2026, 11, 3, 3, 0, tzinfo=UTC))  # still the 2nd in Denver
    due = replace(late, follow_up_due=date(2026, 11, 2) + timedelta(days=days))
    if 0 <= days <= 3_653:
        assert checked(due, NOON, DENVER) == due
    else:
        with pytest.raises(InvalidRequest, match="^follow_up_due: "):
            checked(due, NOON, DENVER)


@pytest.mark.parametrize("name", ["activation_type", "recipient_class", "mode", "duration", "participants"])
def test_what_is_logged_says_every_field_and_an_older_log_need_not(name: str) -> None:
    lacking = told(**{name: None, "mode": None} if name == "participants" else {name: None})
    with pytest.raises(InvalidRequest, match="must be said|^participants"):
        checked(lacking, NOON, UTC)
    if name != "mode":
        assert getattr(checked(lacking, NOON, UTC, is_complete=False), name) is None


def test_at_an_incident_of_the_hub_it_is_incident_related_and_it_may_be_so_without() -> None:
    assert checked(told(incident_id=b"\x02" * 16), NOON, UTC).is_incident_related
    assert checked(told(is_incident_related=True), NOON, UTC).is_incident_related
    assert not checked(told(), NOON, UTC).is_incident_related


@given(st.sampled_from(Duration), st.sampled_from(Mode), st.lists(st.sampled_from(list(Referral)[1:]), max_size=4))
def test_checking_twice_changes_nothing_more(duration: Duration, mode: Mode, referrals: list[Referral]) -> None:
    once = checked(told(duration=duration, mode=mode, referrals=tuple(referrals)), NOON, UTC)
    assert checked(once, NOON, UTC) == once
