"""Runs `async def` tests, each in an event loop of its own. A conftest imports the hook from here."""

import asyncio
import inspect

import pytest

LONGEST_S = 180.0  # a test that waits for what never comes fails, and says where it waited
LONGEST_SOAK_S = 7200.0


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
