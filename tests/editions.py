"""The hub's calendar looks at a region that counts: what it makes, and where each agency then stands."""

import asyncio
from datetime import timedelta
from functools import partial

from hub.domain.coverage import Coverage
from hub.domain.edition import REGION, Part, figures
from hub.persistence import editions
from hub.reporting import Reporting
from hub.store_reader import StoreReader
from hub.use_cases.editions import coverage_of, gather, keep, list_due, made
from hub.writer import Writer
from tests.counting import RATINGS, Counting
from tests.fakes import SetClock


def look(region: Counting, **later: float) -> int:
    """Let time pass and the hub look; tell how many windows were opened and editions made."""
    region.now += timedelta(**later)

    async def once() -> int:
        reader, clock = StoreReader(region.store), SetClock(region.now)
        writer = Writer(region.store, clock, lambda tx: None)
        writer.start()
        try:
            return await Reporting(reader, writer.submit, clock).look()
        finally:
            await writer.close()
            reader.close()

    return asyncio.run(once())


def make_due(region: Counting) -> None:
    """Have every edition made that is due, of all that came in."""
    with region.store.read() as connection:
        due = list_due(connection, region.now, {})
    for each in due:
        with region.store.read() as connection:
            part = made(gather(connection, each).without({}), region.now)
        assert part is not None
        region.write(partial(keep, part))


def parts(region: Counting) -> list[Part]:
    """Give the editions of the quarter."""
    with region.store.read() as connection:
        return editions.load_parts(connection).get(region.quarter.id, [])


def total(region: Counting) -> object:
    """Give the region's total of ratings in the newest of them."""
    found = figures(parts(region), REGION, RATINGS)
    return None if found is None else found.places[0]


def standings(region: Counting) -> list[Coverage]:
    """Tell where each agency stands with the quarter."""
    with region.store.read() as connection:
        told = coverage_of(connection, region.now)[region.quarter.id]
    return [told[each.id] for each in region.agencies]
