"""An event loop beside a test: for what is served while a browser or a client asks."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Loop:
    """An event loop on a thread of its own, for what is served beside a browser."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, doing: Coroutine[Any, Any, T], within_s: float = 60) -> T:
        """Do something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(within_s)

    def close(self) -> None:
        """End it, once what was cancelled and closed there has come to its end."""
        self.run(asyncio.sleep(0.05))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
