"""Short questions answered together: those that wait while some are answered share the next turn.

After an outage thousands of nodes return at once; a thread, a transaction and a statement for each would cost more than
their handshakes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")


class Turns(Generic[AskedT, AnswerT]):
    """Takes questions one by one, and has them answered many at once. Used on the event loop only."""

    def __init__(self, answer: Callable[[list[AskedT]], Awaitable[Sequence[AnswerT | Exception]]], most: int) -> None:
        """Begin with nothing asked.

        Args:
            answer: gives the answer to each question, in order; an exception is raised to the one who asked.
            most: questions of one turn: bounds the time until the first of them is answered.
        """
        self._answer = answer
        self._most = most
        self._waiting: list[tuple[AskedT, asyncio.Future[AnswerT]]] = []
        self._taking: asyncio.Task[None] | None = None

    async def ask(self, asked: AskedT) -> AnswerT:
        """Wait for the answer to a question."""
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._taking is None:
            self._taking = asyncio.create_task(self._take_turns())
        return await answer

    async def _take_turns(self) -> None:
        while self._waiting:
            turn, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            found: Sequence[AnswerT | Exception]
            try:
                found = await self._answer([asked for asked, _ in turn])
            except Exception as error:  # nothing could be answered: everyone is told
                found = [error] * len(turn)
            for (_, answer), result in zip(turn, found, strict=True):
                if answer.done():
                    continue  # who asked went away
                if isinstance(result, Exception):
                    answer.set_exception(result)
                else:
                    answer.set_result(result)
        self._taking = None
