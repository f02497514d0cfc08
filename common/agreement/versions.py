"""Which version of an agreement holds: the newest whose date has come. A later one supersedes it at its own date."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Published(Protocol):
    """One version, as either side holds it."""

    @property
    def version(self) -> int: ...

    @property
    def in_force_from(self) -> datetime: ...


PublishedT = TypeVar("PublishedT", bound=Published)


def in_force(published: Iterable[PublishedT], now: datetime) -> PublishedT | None:
    """Give the version that holds now: the greatest whose date has come; None before the first one's."""
    return max((each for each in published if each.in_force_from <= now), key=lambda each: each.version, default=None)


def not_superseded(published: Iterable[PublishedT], now: datetime) -> list[PublishedT]:
    """Give the version that holds now and those that will, in order."""
    every = sorted(published, key=lambda each: each.version)
    held = in_force(every, now)
    return [each for each in every if held is None or each.version >= held.version]
