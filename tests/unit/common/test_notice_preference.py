"""Who wants which notice by which way, and when not; how long it is tried."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.notify.catalogue import Kind
from common.notify.preference import CHOICES, Preference, Way, check_mail, check_pager, preference_of
from common.notify.retrying import FIRST_WAIT, GIVEN_UP_AFTER, LONGEST_WAIT, is_given_up, next_try
from tests.builders import NOON

DENVER = ZoneInfo("America/Denver")
BOTH = Preference("dana@agency.example", "https://pager.example/x")


def test_a_kind_goes_by_the_ways_that_were_chosen_for_it_and_have_an_address() -> None:
    chosen = {Kind.OFFER_WAITS: CHOICES["pager"], Kind.TRAINING_EXPIRES: CHOICES["none"]}
    preference = Preference(BOTH.mail, BOTH.pager, chosen)

    assert preference.ways_for(Kind.OFFER_WAITS) == (Way.PAGER,)
    assert preference.ways_for(Kind.TRAINING_EXPIRES) == ()
    assert preference.ways_for(Kind.ESCALATION) == (Way.MAIL, Way.PAGER)
    assert Preference(BOTH.mail, "", chosen).ways_for(Kind.OFFER_WAITS) == ()
    assert preference_of(preference.to_json()) == preference


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (("22:00", "06:00"), "23:30", "2026-12-05T06:00"),
        (("22:00", "06:00"), "05:59", "2026-12-04T06:00"),
        (("22:00", "06:00"), "06:00", "2026-12-04T06:00"),
        (("22:00", "06:00"), "12:00", "2026-12-04T12:00"),
        (("12:00", "13:00"), "12:30", "2026-12-04T13:00"),
    ],
)
def test_quiet_hours_hold_a_notice_back_until_they_end(hours: tuple[str, str], now: str, until: str) -> None:
    preference = Preference(quiet_from=time.fromisoformat(hours[0]), quiet_until=time.fromisoformat(hours[1]))

    held = preference.not_before(
        datetime.fromisoformat(f"2026-12-04T{now}").replace(tzinfo=DENVER).astimezone(UTC), DENVER
    )

    assert held == datetime.fromisoformat(until).replace(tzinfo=DENVER)
    assert preference_of(preference.to_json()) == preference


WALLS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(WALLS, WALLS, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_t08_what_was_held_is_free_afterwards_and_within_a_day(begins: time, ends: time, now: datetime) -> None:
    preference = Preference(quiet_from=begins, quiet_until=ends)

    held = preference.not_before(now, DENVER)

    assert now <= held <= now + timedelta(hours=25)
    assert preference.not_before(held, DENVER) == held


@pytest.mark.parametrize(
    "said",
    ["", "dana", "a@b@c", "dana@x y", "dana@agency.example\nBcc: b@evil", "dana@agency.example\r\n",
     "d\u00e4na@a.example",
     "dana@agency.example,b@evil", "<dana@agency.example>", "a@" + "b" * 300, "a\x00@b.example", "a..b@c.example",
     "'; DROP TABLE people_notice; --", "\u202edana@a.example", "dana@-a.example"],
)  # fmt: skip
def test_t07_what_is_no_plain_mail_address_is_refused(said: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^mail: "):
        check_mail(said)


@pytest.mark.parametrize(
    "said",
    ["", "http://pager.example/", "https://evil.example/", "https://pager.example@evil.example/", "ftp://pager.example/",
     "https://pager.example.evil.example/", "https://pager.example:444/", "https://[::1", "https://pager.example/a b",
     "https://pager.example/\r\nHost: evil", "https://pager.example/#x", "https://pager.example:0/", "https://",
     "https://pager.example/" + "x" * 600, "https://pager.example/\u202e", "file:///etc/passwd"],
)  # fmt: skip
def test_t07_a_pager_that_is_not_https_at_an_allowed_host_is_refused(said: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^pager: "):
        check_pager(said, ["pager.example"])


def test_plain_addresses_are_taken() -> None:
    assert check_mail("dana.o'brien+peer@mail.agency.example") == "dana.o'brien+peer@mail.agency.example"
    assert check_pager("https://pager.example:8443/v1/x?k=a%20b", ["pager.example:8443"]).endswith("a%20b")


@given(st.integers(1, 400))
def test_waits_grow_are_spread_and_stay_bounded(attempts: int) -> None:
    wait = next_try(attempts, NOON) - NOON

    assert timedelta(seconds=5) <= wait <= min(LONGEST_WAIT, max(FIRST_WAIT * 2 ** (min(attempts, 20) - 1), FIRST_WAIT))


def test_what_was_tried_for_long_enough_is_given_up_and_quiet_hours_do_not_count() -> None:
    held = NOON + timedelta(hours=8)

    assert not is_given_up(NOON, held, NOON + GIVEN_UP_AFTER)
    assert is_given_up(NOON, held, held + GIVEN_UP_AFTER)
