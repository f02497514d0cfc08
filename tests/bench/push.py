"""Pushes a second, over the wire to a running hub: one report each, a hundred each, and with a million stored."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import inserting
from tests.bench.filling import fill
from tests.bench.load import NODES, PUSH_RESPONSE_BYTES, Load, Requests
from tests.bench.measurement import ROUNDS, Line, Scale, line, median, shown
from tests.bench.processes import Server, bare_process, hub_process
from tests.bench.region import found_region
from tests.stores import KINDS, new_database

SECONDS = 3.0  # of a round
SINGLE_IN_FLIGHT = 4  # of one node
FASTEST_SINGLE_PER_S = 4_000
BATCH = 100
BATCH_IN_FLIGHT = 1
FASTEST_BATCH_PER_S = 150
STORED, STORED_FEW = 1_000_000, 1_000


def measure_single(scale: Scale) -> Iterator[Line]:
    """Measure durable pushes of one report. Limit: bare calls of the same sizes over the same kind of channels."""
    for kind in KINDS:
        with TemporaryDirectory(prefix="holdfast-bench-") as directory:
            requests = requests_of(Path(directory) / kind, kind)
            with (
                hub_process(requests.region.data) as server,
                bare_process(requests.region.data, PUSH_RESPONSE_BYTES) as echo,
            ):
                yield asyncio.run(_single(kind, requests, server, echo, scale.seconds or SECONDS))


async def _single(kind: str, requests: Requests, server: Server, echo: Server, seconds: float) -> Line:
    bare = Load(requests, echo, SINGLE_IN_FLIGHT, bare=True)
    ours = Load(requests, server, SINGLE_IN_FLIGHT)
    try:
        await bare.warm_up()
        await ours.warm_up()
        for _ in range(ROUNDS):
            await bare.round(seconds, FASTEST_SINGLE_PER_S)
            await ours.round(seconds, FASTEST_SINGLE_PER_S)
    finally:
        await bare.close()
        await ours.close()
    return line(
        "push_single",
        median(ours.rates),
        "pushes/s",
        median(bare.rates),
        store=kind,
        nodes=NODES,
        in_flight=NODES * SINGLE_IN_FLIGHT,
        round_s=seconds,
        rounds=shown(ours.rates),
        rounds_bare=shown(bare.rates),
        hub_cpu_us=round(median(ours.cpu_us)),
        bare_cpu_us=round(median(bare.cpu_us)),
        resent=ours.resent,
    )


def measure_batch(scale: Scale) -> Iterator[Line]:
    """Measure reports in batches of a hundred. Limit: the same rows, executemany by SQLAlchemy Core, 128 a commit."""
    for kind in KINDS:
        with TemporaryDirectory(prefix="holdfast-bench-") as directory:
            requests = requests_of(Path(directory) / kind, kind, BATCH)
            with inserting.bare_store(kind, Path(directory)) as bare, hub_process(requests.region.data) as server:
                yield asyncio.run(_batch(kind, requests, server, bare, scale.seconds or SECONDS))


async def _batch(kind: str, requests: Requests, server: Server, bare: inserting.Inserting, seconds: float) -> Line:
    ours = Load(requests, server, BATCH_IN_FLIGHT)
    try:
        await ours.warm_up()
        bare.warm_up()
        for _ in range(ROUNDS):
            bare.round(seconds)
            await ours.round(seconds, FASTEST_BATCH_PER_S)
    finally:
        await ours.close()
    return line(
        "push_batch",
        median(ours.rates),
        "reports/s",
        median(bare.rates),
        store=kind,
        nodes=NODES,
        batch=BATCH,
        in_flight=NODES * BATCH_IN_FLIGHT,
        bare_rows_a_commit=inserting.ROWS_A_COMMIT,
        round_s=seconds,
        rounds=shown(ours.rates),
        rounds_bare=shown(bare.rates),
        hub_cpu_us_a_report=round(median(ours.cpu_us) / BATCH),
    )


def measure_growth(scale: Scale) -> Iterator[Line]:
    """Measure pushes of one report at a hub with a million reports. Limit: at a hub that has a thousand."""
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        many, few = (requests_of(Path(directory) / str(stored), "sqlite") for stored in (STORED, STORED_FEW))
        fill(many.region, STORED)
        fill(few.region, STORED_FEW)
        with hub_process(many.region.data) as full, hub_process(few.region.data) as empty:
            yield asyncio.run(_growth(many, few, full, empty, scale.seconds or SECONDS))


async def _growth(many: Requests, few: Requests, full: Server, empty: Server, seconds: float) -> Line:
    ours, limit = Load(many, full, SINGLE_IN_FLIGHT), Load(few, empty, SINGLE_IN_FLIGHT)
    try:
        for load in (limit, ours):
            await load.warm_up()
        for _ in range(ROUNDS):
            await limit.round(seconds, FASTEST_SINGLE_PER_S)
            await ours.round(seconds, FASTEST_SINGLE_PER_S)
    finally:
        await limit.close()
        await ours.close()
    return line(
        "growth",
        median(ours.rates),
        "pushes/s",
        median(limit.rates),
        store="sqlite",
        stored=STORED,
        stored_limit=STORED_FEW,
        round_s=seconds,
        rounds=shown(ours.rates),
        rounds_limit=shown(limit.rates),
        hub_cpu_us=round(median(ours.cpu_us)),
        hub_cpu_us_limit=round(median(limit.cpu_us)),
    )


def requests_of(directory: Path, kind: str, batch: int = 1) -> Requests:
    """Found a region of 16 members, each with an incident of its own."""
    directory.mkdir()
    region = found_region(directory, NODES, new_database(durable=True) if kind == "postgresql" else "")
    return Requests(region, region.open_incidents([[member] for member in region.members]), batch)
