"""How guessing is slowed down, and what it may cost."""

from datetime import UTC, datetime, timedelta

import pytest

from common.errors import TooMuch
from hub.domain.guess_limit import FREE, LONGEST_WAIT, SOURCES_KEPT, AskingLimit, GuessLimit, source_of, wait_after

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ATTACKER, HONEST = "ipv4:198.51.100.7:4000", "ipv4:203.0.113.9:4000"


def tries_that_pass(limit: GuessLimit, peer: str, times: int, apart: timedelta) -> int:
    passed, now = 0, NOON
    for _ in range(times):
        try:
            limit.check(peer, now)
        except TooMuch:
            pass
        else:
            passed += 1
            limit.note_failure(peer, now)
        now += apart
    return passed


def test_s07_of_ten_thousand_guesses_of_one_source_a_handful_is_looked_at() -> None:
    assert tries_that_pass(GuessLimit(), ATTACKER, 10_000, timedelta(0)) == FREE
    assert tries_that_pass(GuessLimit(), ATTACKER, 10_000, SECOND) < 20


def test_the_wait_doubles_and_has_an_end() -> None:
    waits = [wait_after(failures) for failures in range(40)]
    assert waits[:FREE] == [timedelta(0)] * FREE
    assert waits[FREE + 1] == 2 * waits[FREE]
    assert max(waits) == LONGEST_WAIT


def test_one_who_guesses_does_not_hold_up_another() -> None:
    limit = GuessLimit()
    tries_that_pass(limit, ATTACKER, 100, timedelta(0))
    limit.check(HONEST, NOON)


def test_a_wait_ends_and_a_quiet_source_starts_anew() -> None:
    limit = GuessLimit()
    for _ in range(FREE):
        limit.note_failure(ATTACKER, NOON)
    with pytest.raises(TooMuch, match="wait 2 s"):
        limit.check(ATTACKER, NOON + SECOND)
    limit.check(ATTACKER, NOON + 2 * SECOND)
    assert limit.note_failure(ATTACKER, NOON + 3 * HOUR) == 1


def test_guessing_from_many_sources_at_once_is_limited_together_and_ends() -> None:
    limit, looked_at = GuessLimit(), 0
    for number in range(10_000):
        peer = f"ipv4:10.0.{number // 250}.{number % 250}:1"
        try:
            limit.check(peer, NOON)
        except TooMuch:
            continue
        looked_at += 1
        limit.note_failure(peer, NOON)
    assert looked_at == 200
    with pytest.raises(TooMuch):
        limit.check(HONEST, NOON + 59 * SECOND)
    limit.check(HONEST, NOON + 60 * SECOND)


def test_the_memory_of_sources_is_bounded() -> None:
    limit = GuessLimit()
    for number in range(SOURCES_KEPT + 500):
        limit.note_failure(f"ipv4:10.{number // 65536}.{number // 256 % 256}.{number % 256}:1", NOON)
    assert len(limit._sources) == SOURCES_KEPT


@pytest.mark.parametrize(
    ("peer", "source"),
    [
        ("ipv4:198.51.100.7:4000", "198.51.100.7"),
        ("ipv4:198.51.100.7:4001", "198.51.100.7"),
        ("ipv6:%5B2001:db8::1%5D:4000", "2001:db8::/64"),
        ("ipv6:[2001:db8::ffff]:4000", "2001:db8::/64"),
        ("ipv6:[2001:db8:0:1::1]:4000", "2001:db8:0:1::/64"),
        ("ipv6:[::ffff:198.51.100.7]:4000", "198.51.100.7"),
        ("unix:", "unix"),
        ("", ""),
    ],
)
def test_a_source_is_an_address_or_an_ipv6_network(peer: str, source: str) -> None:
    assert source_of(peer) == source


def test_questions_are_counted_by_the_minute_and_source() -> None:
    limit = AskingLimit(3)
    for _ in range(3):
        limit.check(ATTACKER, NOON)
    with pytest.raises(TooMuch):
        limit.check(ATTACKER, NOON)
    limit.check(HONEST, NOON)
    limit.check(ATTACKER, NOON + timedelta(minutes=1))
