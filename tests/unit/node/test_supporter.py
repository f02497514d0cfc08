"""A supporter: in office, paused, trained, under the cap; the topics are written out as DOMAIN.md 3 has them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.errors import InvalidRequest
from node.domain.supporter import Availability, Supporter, Topic, Training, capacity_of, checked, over_cap, read_code

TODAY, DAY = date(2026, 11, 3), timedelta(days=1)
NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOPICS = (
    "active listening, psychological first aid, referral options, confidentiality, suicide recognition, "
    "de-escalation, self-care"
)


def supporter(**given: Any) -> Supporter:
    return Supporter("S-01", "Casey Jones", **({"designated_on": date(2025, 1, 1)} | given))


def test_the_topics_are_these() -> None:
    assert [topic.value for topic in Topic] == [word.replace(" ", "_").replace("-", "_") for word in TOPICS.split(", ")]


@pytest.mark.parametrize(
    ("given", "is_so"),
    [
        ({}, Availability.AVAILABLE),
        ({"designated_on": None}, Availability.NOT_YET),
        ({"designated_on": TODAY + DAY}, Availability.NOT_YET),
        ({"designated_on": TODAY}, Availability.AVAILABLE),
        ({"ended_on": TODAY + DAY}, Availability.AVAILABLE),
        ({"ended_on": TODAY}, Availability.ENDED),
        ({"ended_on": TODAY, "paused_since": NOW}, Availability.ENDED),
        ({"paused_since": NOW}, Availability.PAUSED),
        ({"paused_since": NOW + HOUR}, Availability.AVAILABLE),
        ({"paused_since": NOW - HOUR, "paused_until": NOW}, Availability.AVAILABLE),
        ({"paused_since": NOW - HOUR, "paused_until": NOW + HOUR}, Availability.PAUSED),
        ({"designated_on": None, "paused_since": NOW}, Availability.NOT_YET),
    ],
)
def test_availability_at_each_edge(given: dict[str, Any], is_so: Availability) -> None:
    assert supporter(**given).availability(NOW, TODAY) is is_so


@pytest.mark.parametrize(
    ("completed", "expires", "counts"),
    [
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - 9 * DAY, TODAY, False),
        (TODAY - 9 * DAY, TODAY + DAY, True),
    ],
)
def test_a_training_counts_from_its_day_until_the_day_it_runs_out(
    completed: date, expires: date | None, counts: bool
) -> None:
    trainings = tuple(Training(topic, TODAY - DAY) for topic in list(Topic)[1:])
    with_it = supporter(trainings=(*trainings, Training(Topic.ACTIVE_LISTENING, completed, expires)))
    assert with_it.topics_lacking(TODAY) == (() if counts else (Topic.ACTIVE_LISTENING,))


def test_a_training_that_ran_out_is_made_good_by_another() -> None:
    old, new = Training(Topic.SELF_CARE, TODAY - 9 * DAY, TODAY), Training(Topic.SELF_CARE, TODAY)
    assert Topic.SELF_CARE not in supporter(trainings=(old, new)).topics_lacking(TODAY)


@pytest.mark.parametrize(
    ("cap", "load", "is_at"), [(None, 99, False), (3, 2, False), (3, 3, True), (3, 4, True), (0, 0, True)]
)
def test_a_cap_is_the_agencys_and_none_is_none(cap: int | None, load: int, is_at: bool) -> None:
    assert supporter(cap=cap).is_at_cap(load) is is_at
    assert over_cap({b"a": supporter(cap=cap)}, {b"a": load}) == ([b"a"] if is_at else [])


def test_capacity_counts_who_is_in_office_and_no_others() -> None:
    trained = tuple(Training(topic, TODAY) for topic in Topic)
    roster = [
        supporter(trainings=trained),
        supporter(paused_since=NOW),
        supporter(ended_on=TODAY, trainings=trained),
        supporter(designated_on=None),
    ]
    assert vars(capacity_of(roster, NOW, TODAY)) == {
        "designated": 2, "available": 1, "paused": 1, "trained_in_date": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"selected_on": TODAY, "designated_on": TODAY - DAY}, "designated_on"),
        ({"ended_on": date(2024, 12, 31)}, "ended_on"),
        ({"selected_on": TODAY, "designated_on": None, "ended_on": TODAY - DAY}, "ended_on"),
        ({"cap": -1}, "cap"),
        ({"cap": 1_000}, "cap"),
        ({"trainings": (Training(Topic.SELF_CARE, TODAY, TODAY),)}, "expires"),
        ({"trainings": (Training(Topic.SELF_CARE, TODAY, hours=0),)}, "hours"),
        ({"trainings": (Training(Topic.SELF_CARE, TODAY, hours=float("nan")),)}, "hours"),
        ({"trainings": (Training(Topic.SELF_CARE, TODAY),) * 201}, "trainings"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_name(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{field}: "):
        checked(supporter(**given))


def test_what_keeps_every_rule_comes_back() -> None:
    same_day = supporter(selected_on=TODAY, designated_on=TODAY, ended_on=TODAY, cap=0)
    assert checked(same_day) is same_day


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("S-07", "S-07"),
        ("s7", "S-07"),
        (" 7 ", "S-07"),
        ("S 123", "S-123"),
        ("M-7", None),
        ("", None),
        ("S-", None),
        ("٧", None),
    ],
)
def test_a_code_is_read_as_people_type_it(said: str, code: str | None) -> None:
    assert read_code(said) == code
