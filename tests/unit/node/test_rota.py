"""Who is on call: weekly turns by the agency's clocks, changes, and the hours that nobody has."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.rota import Change, Duty, Rota, Shift, Weekly, gaps, moment_of, on_call, shifts_between

DENVER, BERLIN, LORD_HOWE = ZoneInfo("America/Denver"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
DANA, KIM, LEE = b"d" * 16, b"k" * 16, b"l" * 16
LONG_AGO = date(2020, 1, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # Sundays on which Denver's clocks change at 02:00


def turn(
    weekday: int, starts: str, ends: str, user: bytes = DANA, duty: Duty = Duty.FIRST, valid_from: date = LONG_AGO
) -> Weekly:
    return Weekly(b"t" * 16, weekday, time.fromisoformat(starts), time.fromisoformat(ends), duty, user, valid_from)


def at(text: str, zone: ZoneInfo = DENVER) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_turn_past_midnight_ends_on_the_next_day() -> None:
    rota = Rota([turn(4, "22:00", "06:00")])

    [shift] = shifts_between(rota, at("2026-12-01T00:00"), at("2026-12-08T00:00"), DENVER)

    assert (shift.starts, shift.ends) == (at("2026-12-04T22:00"), at("2026-12-05T06:00"))
    assert on_call(rota, at("2026-12-05T05:59"), DENVER) == [shift]
    assert on_call(rota, at("2026-12-05T06:00"), DENVER) == []


def test_the_first_is_asked_before_the_backup() -> None:
    rota = Rota([turn(4, "08:00", "20:00", KIM, Duty.BACKUP), turn(4, "09:00", "20:00", DANA)])

    assert [shift.user_id for shift in on_call(rota, at("2026-12-04T12:00"), DENVER)] == [DANA, KIM]


def test_a_change_takes_the_duty_for_its_time_and_the_latest_wins() -> None:
    early = Change(b"1" * 16, at("2026-12-04T10:00"), at("2026-12-04T14:00"), Duty.FIRST, KIM)
    late = Change(b"2" * 16, at("2026-12-04T12:00"), at("2026-12-04T13:00"), Duty.FIRST, None)
    rota = Rota([turn(4, "08:00", "20:00")], [early, late])

    found = shifts_between(rota, at("2026-12-04T00:00"), at("2026-12-05T00:00"), DENVER)

    hours = [
        (shift.user_id, shift.starts.astimezone(DENVER).hour, shift.ends.astimezone(DENVER).hour) for shift in found
    ]
    assert hours == [(DANA, 8, 10), (KIM, 10, 12), (KIM, 13, 14), (DANA, 14, 20)]
    assert gaps(found, at("2026-12-04T08:00"), at("2026-12-04T20:00")) == [
        (at("2026-12-04T12:00"), at("2026-12-04T13:00"))
    ]


def test_a_turn_begins_no_earlier_than_it_was_set_to() -> None:
    rota = Rota([turn(4, "08:00", "20:00", valid_from=date(2026, 12, 5))])

    found = shifts_between(rota, at("2026-12-01T00:00"), at("2026-12-15T00:00"), DENVER)

    assert [shift.starts for shift in found] == [at("2026-12-11T08:00")]


@pytest.mark.parametrize(
    ("day", "wall", "moment"),
    [
        (SPRING, "01:59", "2026-03-08T08:59:00+00:00"),
        (SPRING, "02:00", "2026-03-08T09:00:00+00:00"),
        (SPRING, "02:30", "2026-03-08T09:00:00+00:00"),  # never shown: the jump itself
        (SPRING, "03:00", "2026-03-08T09:00:00+00:00"),
        (AUTUMN, "01:30", "2026-11-01T07:30:00+00:00"),  # shown twice: the first time
        (AUTUMN, "02:00", "2026-11-01T09:00:00+00:00"),
    ],
)
def test_t08_a_time_that_is_skipped_or_shown_twice_is_one_moment(day: date, wall: str, moment: str) -> None:
    assert moment_of(day, time.fromisoformat(wall), DENVER) == datetime.fromisoformat(moment)


def test_t08_nights_in_which_clocks_change_are_as_long_as_they_are() -> None:
    rota = Rota([turn(5, "22:00", "06:00")])

    lengths = [
        shift.ends - shift.starts
        for shift in shifts_between(rota, at("2026-02-25T00:00"), at("2026-11-04T00:00"), DENVER)
    ]

    assert sorted(set(lengths)) == [7 * HOUR, 8 * HOUR, 9 * HOUR]
    assert (lengths.count(7 * HOUR), lengths.count(9 * HOUR)) == (1, 1)


ZONES = st.sampled_from([DENVER, BERLIN, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Africa/Casablanca")])
WALLS = st.builds(lambda minutes: time(minutes // 60, minutes % 60), st.integers(0, 24 * 60 - 1))
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda each: each.replace(tzinfo=UTC, microsecond=0)
)
TURNS = st.lists(
    st.builds(
        Weekly, st.just(b"t" * 16), st.integers(0, 6), WALLS, WALLS, st.sampled_from(Duty),
        st.sampled_from([DANA, KIM, LEE]), st.just(LONG_AGO),
    ),
    max_size=8,
)  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> list[Change]:
    return [
        Change(b"c" * 16, starts, starts + draw(st.timedeltas(HOUR, 3 * DAY)), draw(st.sampled_from(Duty)), user)
        for starts, user in draw(st.lists(st.tuples(STARTS, st.sampled_from([DANA, KIM, None])), max_size=4))
    ]


@given(TURNS, changes(), STARTS, st.integers(1, 20), ZONES, st.integers(0, 10**6))
def test_every_moment_is_in_a_gap_or_somebody_is_on_call(
    turns: list[Weekly], changed: list[Change], start: datetime, days: int, zone: ZoneInfo, place: int
) -> None:
    rota, end = Rota(turns, changed), start + days * DAY
    shifts = shifts_between(rota, start, end, zone)
    nobody = gaps(shifts, start, end)
    moment = start + (end - start) * (place / 10**6)
    moment = min(moment.replace(microsecond=0), end - timedelta(seconds=1))

    is_gap = any(first <= moment < last for first, last in nobody)

    assert is_gap == (on_call(rota, moment, zone) == [])
    assert all(first < last for first, last in nobody)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(nobody))


@given(st.lists(WALLS, min_size=1, max_size=5, unique=True).map(sorted), STARTS, ZONES)
def test_t08_turns_that_meet_on_paper_leave_no_gap_on_any_day_of_any_zone(
    walls: list[time], start: datetime, zone: ZoneInfo
) -> None:
    ends = [*walls[1:], walls[0]]
    turns = [
        Weekly(b"t" * 16, day, first, last, Duty.FIRST, DANA, LONG_AGO)
        for day in range(7)
        for first, last in zip(walls, ends, strict=True)
    ]
    end = start + 30 * DAY

    shifts = shifts_between(Rota(turns), start, end, zone)

    assert gaps(shifts, start, end) == []
    assert shifts == [Shift(start, end, Duty.FIRST, DANA)]
