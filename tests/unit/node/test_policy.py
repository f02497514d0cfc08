"""Which version of a policy is in force, and what somebody has still to acknowledge."""

from datetime import date, timedelta
from typing import Any

import pytest

from common.errors import InvalidRequest
from node.domain.policy import Policy, in_force, lacking, read_code
from tests.builders import NOON

DAY = date(2026, 11, 3)
NEXT = DAY + timedelta(days=1)


def policy(code: str = "CONF", version: int = 1, effective_on: date = DAY, **changes: Any) -> Policy:
    values: dict[str, Any] = {
        "title": "Confidentiality",
        "text": "Keep it.",
        "text_hash": b"h" * 32,
        "is_withdrawn": False,
        "published_at": NOON,
    }
    return Policy(code=code, version=version, effective_on=effective_on, **(values | changes))


def names(found: list[Policy]) -> list[str]:
    return [each.name for each in found]


def test_the_newest_version_whose_day_has_come_is_in_force() -> None:
    every = [policy(version=2, effective_on=NEXT), policy(), policy("BOUNDS", 1, NEXT)]

    assert names(in_force(every, DAY - timedelta(days=1))) == []
    assert names(in_force(every, DAY)) == ["CONF version 1"]
    assert names(in_force(every, NEXT)) == ["BOUNDS version 1", "CONF version 2"]


def test_a_withdrawn_policy_asks_nothing_from_its_day_on_and_may_be_published_again() -> None:
    every = [policy(), policy(version=2, effective_on=NEXT, is_withdrawn=True)]
    later = NEXT + timedelta(days=1)

    assert names(in_force(every, DAY)) == ["CONF version 1"]
    assert names(in_force(every, NEXT)) == []
    assert names(in_force([*every, policy(version=3, effective_on=later)], later)) == ["CONF version 3"]


def test_an_older_version_that_was_acknowledged_is_not_enough() -> None:
    held = [policy("BOUNDS", 1), policy(version=2)]

    assert names(lacking(held, {("CONF", 1), ("BOUNDS", 1)})) == ["CONF version 2"]
    assert names(lacking(held, {("CONF", 2), ("BOUNDS", 1)})) == []
    assert names(lacking(held, {("CONF", 2), ("CONF", 1)})) == ["BOUNDS version 1"]


def test_a_code_is_short_and_plain() -> None:
    assert read_code(" conf-2 ") == "CONF-2"
    for wrong in ("", "2A", "CONF 2", "C" * 21, "conf\u202e", "conf;--", "conf\n"[::-1] + "x y"):
        with pytest.raises(InvalidRequest, match="policy: a code has 1 to 20 letters"):
            read_code(wrong)
