"""A loop goes on after any failure, jittered and bounded, and at once when the hub is heard."""

import asyncio
import logging
from itertools import pairwise

import pytest
from tenacity import RetryCallState, Retrying

from common.errors import HoldfastError, TemporarilyUnavailable
from node.uplink.retry import Retry
from tests.coroutines import SOON_S, eventually

CUT = TemporarilyUnavailable("the line is cut")


class KnownReasons:
    """Gives each error's own words, as the real one does when the hub answered."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    async def of(self, error: HoldfastError) -> str:
        self.noted.append(str(error))
        return str(error)

    def note(self, kind: int, why: str) -> None:
        self.noted.append(why)


class Failing:
    """A step that fails a number of times, then succeeds; keeps when it was tried."""

    def __init__(self, times: int, error: Exception = CUT) -> None:
        self.left = times
        self.error = error
        self.tried_at_s: list[float] = []

    async def step(self) -> None:
        self.tried_at_s.append(asyncio.get_running_loop().time())
        self.left -= 1
        if self.left >= 0:
            raise self.error

    @property
    def waits_s(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self.tried_at_s)]


def retry(first_s: float = 0.001, longest_s: float = 0.004, reasons: KnownReasons | None = None) -> Retry:
    return Retry("push", first_s, longest_s, reasons or KnownReasons())


async def test_d06_a_step_is_tried_until_it_succeeds() -> None:
    failing = Failing(30)

    await retry().until_done(failing.step)

    assert len(failing.tried_at_s) == 31


async def test_d06_no_wait_is_longer_than_the_longest() -> None:
    failing = Failing(30)

    await retry(longest_s=0.01).until_done(failing.step)

    assert max(failing.waits_s) < 0.01 + 0.2  # the machine may be slow; sixty doublings would be years


async def test_d06_waits_differ_so_that_nodes_do_not_come_back_together() -> None:
    waits = [retry(first_s=8.0, longest_s=60.0)._wait(_attempt(4)) for _ in range(200)]

    assert min(waits) < 15 < 45 < max(waits) <= 60


async def test_hearing_from_the_hub_ends_a_wait_and_starts_the_count_anew() -> None:
    patient, failing = retry(first_s=1000.0, longest_s=1000.0), Failing(1)
    trying = asyncio.create_task(patient.until_done(failing.step))
    await eventually(lambda: bool(failing.tried_at_s))
    await asyncio.sleep(0.05)  # it waits now

    patient.clear()
    async with asyncio.timeout(SOON_S):
        await trying

    assert len(failing.tried_at_s) == 2


async def test_a_bug_in_a_step_ends_no_loop_and_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    reasons, failing = KnownReasons(), Failing(2, ZeroDivisionError("a bug"))

    await retry(reasons=reasons).until_done(failing.step)

    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.message for record in errors] == ["a loop failed"] * 2
    assert errors[0].exc_info is not None
    assert reasons.noted == ["internal error: the node's log has the details"] * 2


async def test_each_wait_is_logged_with_the_reason(caplog: pytest.LogCaptureFixture) -> None:
    await retry().until_done(Failing(1).step)

    [record] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert vars(record)["why"] == "the line is cut"
    assert vars(record)["loop"] == "push"


async def test_a_loop_that_is_cancelled_while_it_waits_ends() -> None:
    running = asyncio.create_task(retry(first_s=1000.0, longest_s=1000.0).for_ever(Failing(9).step))
    await asyncio.sleep(0.01)

    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running


def _attempt(number: int) -> RetryCallState:
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = number
    return state
