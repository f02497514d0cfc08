"""`encounter_save`, `encounter_list`, `encounter_add`, `search_member`: an agency's records beside plain rows.

Both stores hold the same; each round alternates between them. The times are whole transactions, with the audit trail.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import select

from common.access.roles import Action
from node.domain.encounter import ActivationType, Duration, Encounter, Mode, RecipientClass, Referral, SupportKind
from node.domain.member import Member
from node.domain.name_search import indexed_terms
from node.opened import OpenNode
from node.persistence.encounters import Span
from node.use_cases import encounters, members
from node.use_cases.encounters import NewEncounter
from tests.bench.measurement import Line, Scale, line, median
from tests.bench.plain_imports import PlainImport
from tests.bench.plain_records import ENCOUNTER, MEMBER, TERM, Plain
from tests.builders import NOON
from tests.local_node import local_node
from tests.records import Somebody, supporter

HELD, MEMBERS, CHUNK, SUPPORTERS = 100_000, 20_000, 10_000, 40
TIMED, ROUNDS, ADDED = 300, 5, 20_000
_FIRST = ("Ann", "Bo", "Carla", "Dmitri", "Esperanza", "Farid", "Grace", "Hiro", "Ines", "Jamal", "Kateryna", "Luis")
_LAST = (
    "Ek",
    "Okafor",
    "Hernandez",
    "Smith-Jones",
    "O'Brien",
    "Müller",
    "Nguyen",
    "Castellanos",
    "Baptiste",
    "Ivanova",
)


class Records:
    """A node with supporters who make up encounters.

    Args:
        now: encounters are of the two years before.
    """

    def __init__(self, node: OpenNode, now: datetime = NOON) -> None:
        self.node, self.now = node, now
        self.random = random.Random(4)
        self.people = [supporter(node, f"peer {number}") for number in range(SUPPORTERS)]
        self.about = [self.random.randbytes(16) for _ in range(3_000)]

    def add(self, told: list[Encounter]) -> list[bytes]:
        """Store encounters as an import does, in one transaction; give their ids."""
        rows = [NewEncounter(each, self.random.randbytes(16)) for each in told]
        by = self.people[0].person
        return self.node.write("bench", lambda c: encounters.add_encounters(c, self.node.vault, rows, by, self.now))

    def encounter(self, by: Somebody | None = None) -> Encounter:
        """Make up an encounter of the last two years."""
        pick = self.random.choice
        return Encounter(
            occurred_at=self.now - timedelta(seconds=self.random.randrange(63_000_000)),
            supporter_id=(by or pick(self.people)).supporter_id,
            kind=pick(list(SupportKind)),
            activation_type=pick(list(ActivationType)),
            recipient_class=pick(list(RecipientClass)),
            mode=pick([Mode.IN_PERSON, Mode.PHONE, Mode.VIDEO]),
            duration=pick(list(Duration)),
            referrals=(pick(list(Referral)),),
            member_id=pick(self.about) if self.random.random() < 0.5 else None,
        )


class World(Records):
    """A node and a plain store that hold the same encounters."""

    def __init__(self, node: OpenNode, plain: Plain) -> None:
        super().__init__(node)
        self.plain = plain

    def fill(self, count: int) -> None:
        """Store encounters on both sides."""
        for _ in range(0, count, CHUNK):
            told = [self.encounter() for _ in range(CHUNK)]
            self.add(told)
            self.plain.add(told, NOON)


def measure_save(_: Scale) -> Iterator[Line]:
    """Measure one encounter that is logged, at 100,000 held."""
    with _world() as world:
        world.fill(HELD)
        by = world.people[1]

        def ours() -> None:
            told = world.encounter(by)
            world.node.write(
                "bench",
                lambda c: encounters.log_encounter(
                    c, world.node.vault, by.person, _own(told), world.node.settings.pack, UTC, NOON
                ),
            )

        yield _compared("encounter_save", ours, lambda: world.plain.add([world.encounter(by)], NOON), held=HELD)


def measure_list(_: Scale) -> Iterator[Line]:
    """Measure a page of 50, narrowed in turn by nothing, period, supporter, member and kind, at 100,000 held."""
    with _world() as world:
        world.fill(HELD)
        table = ENCOUNTER.c
        turn = {"ours": 0, "plain": 0}

        def asked(side: str) -> tuple[Span, dict[str, Any], list[Any]]:
            turn[side] += 1
            by, about = world.random.choice(world.people).supporter_id, world.random.choice(world.about)
            since = NOON - timedelta(days=world.random.randrange(700))
            kind = world.random.choice(list(SupportKind))
            return [
                (Span(), {}, []),
                (Span(until=since), {}, [table.occurred_at < since]),
                (Span(supporter_id=by), {}, [table.supporter_id == by]),
                (Span(member_id=about), {}, [table.member_id == about]),
                (Span(supporter_id=by), {"kind": frozenset({kind})}, [table.supporter_id == by, table.kind == kind]),
            ][turn[side] % 5]

        def ours() -> None:
            span, wanted, _ = asked("ours")
            by = world.people[0].person

            def page(c: Any) -> None:
                shown = encounters.list_page(c, world.node.vault, span, wanted)
                encounters.record_reads(c, by, Action.SEE_ENCOUNTERS, shown.rows, NOON)

            world.node.write("bench", page)

        def plain() -> None:
            _, _, clauses = asked("plain")
            query = select(ENCOUNTER).where(*clauses).order_by(table.occurred_at.desc(), table.id.desc()).limit(51)
            with world.plain.engine.connect() as connection:
                connection.execute(query).all()

        yield _compared("encounter_list", ours, plain, held=HELD, page=50)


def measure_add(_: Scale) -> Iterator[Line]:
    """Measure rows a second of many encounters in one transaction, beside the same tables without encryption."""
    ours, plain = list[float](), list[float]()
    with _world() as world, tempfile.TemporaryDirectory() as folder:
        bare = PlainImport(Path(folder))
        for _round in range(ROUNDS):
            told = [world.encounter() for _each in range(ADDED)]
            plain.append(ADDED / _seconds(lambda t=told: bare.add(t, NOON, ADDED)))  # type: ignore[misc]
            ours.append(ADDED / _seconds(lambda t=told: world.add(t)))  # type: ignore[misc]
        bare.engine.dispose()
    yield line("encounter_add", median(ours), "rows/s", median(plain), rows=ADDED)


def measure_search(_: Scale) -> Iterator[Line]:
    """Measure a search by the beginnings of two words, at 20,000 members, with each shown member in the trail."""
    with _world() as world:
        names = [
            f"{world.random.choice(_FIRST)} {world.random.choice(_LAST)}{world.random.choice('abcdefghij') * 2}"
            for _ in range(MEMBERS)
        ]
        for first in range(0, MEMBERS, CHUNK):
            given = [Member("", name) for name in names[first : first + CHUNK]]
            made = world.node.write(
                "bench",
                lambda c, g=given: members.add_members(c, world.node.vault, "user kim", Action.CHANGE_ROSTER, g, NOON),  # type: ignore[misc]
            )
            with world.plain.engine.begin() as connection:
                rows = [(each.id, members.intact(each).name) for each in made]
                connection.execute(MEMBER.insert(), [{"id": id_, "name": name, "unit": ""} for id_, name in rows])
                terms = [{"term": term, "member_id": id_} for id_, name in rows for term in indexed_terms(name)]
                connection.execute(TERM.insert(), terms)

        def said() -> str:
            first, last = world.random.choice(names).split()
            return f"{first[:3]} {last[:4]}"

        def ours() -> None:
            wanted = said()
            world.node.write("bench", lambda c: members.search(c, world.node.vault, "user kim", wanted, NOON))

        def plain() -> None:
            query = select(MEMBER)
            for term in said().lower().replace("'", "").split():
                index = TERM.alias()
                query = query.join(index, (index.c.member_id == MEMBER.c.id) & (index.c.term == term))
            with world.plain.engine.connect() as connection:
                connection.execute(query.order_by(MEMBER.c.id).limit(21)).all()

        yield _compared("search_member", ours, plain, members=MEMBERS)


def _own(told: Encounter) -> Encounter:
    return Encounter(**(vars(told) | {"member_id": None}))


def _compared(name: str, ours: Callable[[], None], plain: Callable[[], None], **config: Any) -> Line:
    taken: dict[str, list[float]] = {"ours": [], "plain": []}
    for warm in range(20):
        (ours if warm % 2 else plain)()
    for _ in range(ROUNDS):
        for side, call in (("plain", plain), ("ours", ours)):
            taken[side] += [_seconds(call) * 1000 for _ in range(TIMED // ROUNDS)]
    ends = {side: sorted(times)[int(len(times) * 0.95)] for side, times in taken.items()}
    medians = {f"p50_{side}_ms": round(median(times), 3) for side, times in taken.items()}
    return line(name, ends["ours"], "ms p95", ends["plain"], **medians, **config)


def _seconds(call: Callable[[], Any]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


@contextmanager
def _world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder, local_node(Path(folder)) as node:
        plain = Plain(Path(folder))
        yield World(node, plain)
        plain.engine.dispose()
