"""`page`: how long each page of both consoles takes, and what a first visit of the heaviest one loads.

1. A node with 100,000 encounters, 5,000 check-ins, 5,000 shared follow-ups and 100,000 reports that left, and a hub
   with 500 agencies, 5,000 follow-ups, 200 incidents and twelve quarters; each in a process of its own, as it is run.
2. Every page that a link leads to is asked for, by the first role that is led there; besides, lists that are narrowed,
   and the ends of long ones. A page is asked for over a kept connection, compressed, as a browser asks.
3. Rounds alternate over all pages; a page's time is the p95 of its best round, since the machine does other things
   too. `cpu_ms` is what its server needed of a processor. Files (reports to keep, proofs) are told apart.
4. The limit is a bare page of as many bytes by the same kind of server, in rounds between; `bare_most_ms` is the
   slowest of those: what of a page's time is the machine's.
5. `first_load` is the page that weighs most, with the stylesheet and the code that it loads, as they come on the wire.

`HOLDFAST_BENCH_WORLD` may name a directory in which the filled stores are kept from one run to the next.
"""

import asyncio
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from common.access.roles import Role
from hub.console.site import HOMES as HUB_HOMES
from hub.console.site import PLACES as HUB_PLACES
from node.console.site import HOMES, PLACES
from tests.bench import filled_hub, filled_node
from tests.bench.end_to_end import free_port, join_node
from tests.bench.measurement import Line, Scale, line
from tests.bench.page_finding import Answer, Browser, Page, find_pages, routes_of
from tests.bench.processes import Server, bare_pages, console_process, hub_process
from tests.bench.region import Region, found_region
from tests.console_routes import OF_SIDE

ROUNDS, ASKED, FOR_CPU, MEMBERS = 6, 5, 10, 499
_ASSET = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
Browsers = dict[Role | None, Browser]


class Asked(NamedTuple):
    """A page as it is asked for."""

    browser: Browser
    address: str
    server: Server
    first: Answer

    @property
    def is_file(self) -> bool:
        """Tell whether it is no page, but a file to keep."""
        return not self.first.headers["content-type"].startswith("text/html")


def measure(scale: Scale) -> Iterator[Line]:
    """Measure p95 of each page; the value is the slowest one's."""
    with _world() as (region, node), ExitStack() as running:
        tokens: dict[str, Mapping[Role, str]] = {"node": filled_node.sign_in(node), "hub": filled_hub.sign_in(region)}
        pages: dict[str, Asked] = {}
        for side, data in (("node", node), ("hub", region.data)):
            server = running.enter_context(console_process(side, data, free_port()))
            browsers: Browsers = {None: Browser(server.port)}
            browsers |= {role: Browser(server.port, token) for role, token in tokens[side].items()}
            for each in _pages(side, browsers):
                first = browsers[each.role].get(each.address)
                assert first.status == 200, f"{each}: {first.status}"
                pages[f"{side} {each.name}"] = Asked(browsers[each.role], each.address, server, first)
        bare = running.enter_context(bare_pages(free_port()))
        yield from _measured(pages, Browser(bare.port), scale.nodes or ASKED)


def _measured(pages: dict[str, Asked], bare: Browser, count: int) -> Iterator[Line]:
    asked_bare = {name: (bare, f"/{len(each.first.text)}") for name, each in pages.items() if not each.is_file}
    ours, limit = dict[str, float](), dict[str, float]()
    for _ in range(ROUNDS):
        for best, asked in ((limit, asked_bare), (ours, {name: each[:2] for name, each in pages.items()})):
            taken: dict[str, list[float]] = {name: [] for name in asked}
            for name in list(asked) * count:
                browser, address = asked[name]
                taken[name].append(browser.get(address).ms)
            best |= {name: min(_p95(some), best.get(name, inf)) for name, some in taken.items()}
    cpu = {name: _cpu_ms(each) for name, each in pages.items()}
    files = {name for name, each in pages.items() if each.is_file}
    slowest = max(ours.keys() - files, key=ours.__getitem__)
    told = {
        "bare_most_ms": round(max(limit.values()), 1),
        "over_100_ms": sum(ours[name] > 100 for name in ours.keys() - files),
        "p95_ms": _sorted({name: ms for name, ms in ours.items() if name not in files}),
        "cpu_ms": _sorted(cpu),
        "files_p95_ms": _sorted({name: ours[name] for name in files}),
    }
    yield line("page", ours[slowest], "ms p95", limit[slowest], slowest=slowest, pages=len(ours) - len(files), **told)
    heaviest = max(pages.keys() - files, key=lambda name: len(pages[name].first.body))
    yield _first_load(pages[heaviest], heaviest)


def _cpu_ms(asked: Asked) -> float:
    """Give the processor time that the server takes for a page: less of a busy machine's noise than a clock."""
    before = asked.server.cpu_s
    for _ in range(FOR_CPU):
        asked.browser.get(asked.address)
    return (asked.server.cpu_s - before) * 1000 / FOR_CPU


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def _sorted(ms: Mapping[str, float]) -> dict[str, float]:
    return {name: round(each, 1) for name, each in sorted(ms.items(), key=lambda found: -found[1])}


def _first_load(page: Asked, name: str) -> Line:
    """Load a page as a browser does that was never here (5). The limit is the same, not compressed."""
    whole = page.first
    parts = {each: page.browser.get(each) for each in dict.fromkeys(_ASSET.findall(whole.text))}
    sent = {"page": len(whole.body)} | {each.rpartition("/")[2]: len(got.body) for each, got in parts.items()}
    bare = sum(len(got.text.encode()) for got in (whole, *parts.values()))
    kept = all("immutable" in got.headers["cache-control"] for got in parts.values())
    are_small = all(got.headers.get("content-encoding") == "gzip" for got in (whole, *parts.values()))
    told = {"page": name, "bytes": sent, "is_each_compressed": are_small, "are_assets_kept": kept}
    return line("first_load", sum(sent.values()) / 1024, "KiB", bare / 1024, **told)


def _pages(side: str, browsers: Browsers) -> Iterator[Page]:
    places, homes = (PLACES, HOMES) if side == "node" else (HUB_PLACES, HUB_HOMES)
    routes = routes_of(OF_SIDE[side])
    begin: dict[Role | None, Sequence[str]] = {None: BY_ANYBODY}
    begin |= {
        role: ["/", *(each.path for each in places if role in each.roles), "/account", homes.get(role, "/")]
        for role in browsers
        if role is not None
    }
    found = {each.name: each for each in find_pages(browsers, begin, routes)}
    yield from found.values()
    gaps = _gaps(found)
    for role, address in NODE_MORE if side == "node" else HUB_MORE:
        yield Page(address, role, address.format_map(gaps))


BY_ANYBODY = ("/", "/ask", "/answer", "/rate", "/kept", "/resources", "/sign-in", "/set-up")
_C, _A, _R = Role.COORDINATOR, Role.AUDITOR, Role.REGIONAL_COORDINATOR
NODE_MORE = (
    (_C, "/encounters?kind=grief_or_loss"),
    (_C, "/encounters?kind=grief_or_loss&duration=15_29&mode=video&activation_type=self_referral"),
    (_C, "/encounters?supporter=S-3"),
    (_C, "/encounters?member=M-0005"),
    (_C, "/encounters?supporter=S-3&kind=work_stress"),
    (_C, "/encounters?until={long_ago}"),
    (_C, "/encounters?since={long_ago}&until={later}&kind=grief_or_loss"),
    (_C, "/check-ins?supporter=S-3"),
    (_C, "/check-ins?unassigned=on"),
    (_C, "/check-ins?ended=on"),
    (_C, "/members?q=ann"),
    (_C, "/members?q=ann1%20perso"),
    (_C, "/left?kind=activation"),
    (_C, "/left?kind=agreement_signature"),
    (_C, "/left?incident={incident}"),
    (_C, "/left?waiting=on"),
    (_C, "/left?since={long_ago}&until={later}"),
    (_C, "/left?before=1.60"),
    (_C, "/shared-follow-ups?which=ours&page=2"),
    (_C, "/shared-follow-ups?which=others&page=20"),
    (_C, "/supporters?ended=on"),
    (_A, "/trail?before=60"),
    (_A, "/trail?user=bench"),
    (_A, "/trail?action=change%20roster"),
    (_A, "/trail?outcome=refused"),
    (_A, "/trail?since={long_ago}&until={later}"),
    (_A, "/trail?subject=nothing"),
    (_A, "/access-review?since={month_ago}"),
)
HUB_MORE = (
    (_R, "/follow-ups?show=open"),
    (_R, "/follow-ups?show=all"),
    (_R, "/follow-ups?show=all&first=4900"),
    (_R, "/follow-ups?show=open&agency=agency-7"),
    (_R, "/follow-ups?show=all&incident={incident}"),
    (_R, "/directory?q=agency&first=450"),
    (_R, "/directory?q=agency%2049"),
    (_R, "/report?discipline=fire"),
    (Role.BOARD, "/report?last=12"),
    (Role.OPERATOR, "/nodes?page=5"),
    (Role.OPERATOR, "/certificates?page=5"),
    (_A, "/trail?before=60"),
    (_A, "/trail?action=agreement%20publish"),
    (_A, "/trail?outcome=refused"),
    (_A, "/access-review?since={month_ago}"),
)


def _gaps(found: Mapping[str, Page]) -> dict[str, str]:
    """Give what stands in the gaps of addresses."""
    today = datetime.now(UTC).date()
    days = {"long_ago": f"{today - timedelta(days=720)}", "later": f"{today - timedelta(days=700)}"}
    days |= {"month_ago": f"{today - timedelta(days=30)}"}
    return days | {"incident": found["/incidents/{incident}"].address.rpartition("/")[2]}


@contextmanager
def _world() -> Iterator[tuple[Region, Path]]:
    """Give a filled region, and a filled node of it."""
    kept = os.environ.get("HOLDFAST_BENCH_WORLD", "")
    with TemporaryDirectory(prefix="holdfast-bench-") as made:
        directory = Path(kept or made)
        if (directory / "filled").exists():
            hub = directory / "hub"
            yield Region(hub, (hub / "authority" / "root.crt").read_bytes(), ()), directory / "node"
            return
        region = found_region(directory, MEMBERS)
        filled_hub.fill_hub(region)
        with hub_process(region.data, enrollment_port=free_port(), listen_port=free_port()):
            asyncio.run(join_node(directory, region, "node"))
        filled_node.fill_node(directory / "node")
        (directory / "filled").touch()
        yield region, directory / "node"
