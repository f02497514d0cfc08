"""What a hub's process does again and again, whatever came of the time before."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from common.errors import TemporarilyUnavailable

_log = logging.getLogger(__name__)


async def keep_ticking(tick: Callable[[], Awaitable[Any]], every_s: float) -> None:
    """Tick for ever. A tick that fails is logged, and the next one comes; it ends when the hub stops."""
    while True:
        try:
            await tick()
        except TemporarilyUnavailable:
            return  # the hub is stopping
        except Exception:
            _log.exception("what the clock was to do was not done; it is tried again")
        await asyncio.sleep(every_s)
