"""Runs `async def` tests, each in an event loop of its own, and lets them wait. A conftest imports the hook."""

import asyncio
import inspect
from collections.abc import Callable

import pytest

LONGEST_S = 300.0  # a test that waits for what never comes fails, and says where it waited
LONGEST_SOAK_S = 7200.0
SOON_S = 20.0  # enough on a busy machine, and less than the next heartbeat, which would mend what a test broke


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function; leave every other to pytest."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}

    longest_s = LONGEST_SOAK_S if pyfuncitem.get_closest_marker("soak") else LONGEST_S

    async def run() -> None:
        async with asyncio.timeout(longest_s):
            await pyfuncitem.obj(**arguments)

    asyncio.run(run())
    return True


async def eventually(holds: Callable[[], bool], within_s: float = SOON_S) -> None:
    """Wait until something holds; fail when it does not come to that."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  (what is waited for may be another process's)
            await asyncio.sleep(0.02)
