"""What a reader can suppose of a withheld count, found by trying every count there is.

The suppression and the audit solve programmes; here nothing is solved. `make soak` tries 10,000 histories.
"""

import itertools
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pytest

from common.disclosure.attacker import Demand
from common.disclosure.audit import bounds, newly_pinned
from common.disclosure.cell import Cell, Rule
from common.disclosure.chance import chance_of
from common.disclosure.completion import Contradiction
from common.disclosure.cover import Cover
from common.disclosure.suppression import suppress
from tests.small_tables import LINKED, MONTHS, ONE_WAY, STRUCTURES, THREE, TWO_WAY, Structure, cell, possible

Counts = dict[Cell, int]
Released = dict[Cell, int | None]
K = 3
SOME, MANY = 40, 2_500  # histories of each structure
WITHHELD_IN = {  # of which releases zeros are withheld
    "zeros shown": slice(0),
    "zeros withheld": slice(None),
    "zeros withheld at first": slice(1),
    "zeros withheld later on": slice(1, None),
    "zeros withheld in the second": slice(1, 2),
}


def history(structure: Structure, rule: Rule, rng: np.random.Generator) -> tuple[Counts, Released]:
    """Release random counts one release after another; one that the audit refuses is not made."""
    counts = structure.counts(rng, largest=structure.cap - rule.k)
    relations, released = structure.all_relations(), Released()
    for names in structure.releases:
        draw = {cell(name): counts[cell(name)] for name in names}
        found = suppress(draw, released, relations, rule)
        if not newly_pinned(found.figures, released, relations, rule):
            released |= found.figures
    return counts, released


def check_that_nothing_is_pinned(structure: Structure, rule: Rule, seed: int) -> Released:
    counts, released = history(structure, rule, np.random.default_rng(seed))

    for each, values in possible(structure, released, rule).items():
        assert counts[each] in values, "what is true must be among what a reader supposes"
        if each in released:
            assert len(values) >= rule.k, (seed, each, sorted(values), released)
    assert not any(count is not None and rule.is_small(count, each.window) for each, count in released.items())
    return released


def rule_of(structure: Structure, withheld_in: slice) -> Rule:
    """Give the rule under which zeros are withheld in some of a structure's releases."""
    return Rule(K, frozenset(cell(name).window for names in structure.releases[withheld_in] for name in names))


@pytest.mark.parametrize("withheld_in", WITHHELD_IN.values(), ids=list(WITHHELD_IN))
@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda structure: structure.name)
def test_i02_no_withheld_count_has_fewer_than_k_possible_values(structure: Structure, withheld_in: slice) -> None:
    rule, made = rule_of(structure, withheld_in), set[Cell]()
    for seed in range(SOME):
        made |= check_that_nothing_is_pinned(structure, rule, seed).keys()

    assert made == structure.columns.keys(), "the audit let every release pass in some history"


@pytest.mark.parametrize("structure", [ONE_WAY, LINKED, TWO_WAY], ids=lambda structure: structure.name)
def test_i02_the_suppression_alone_protects_what_is_released_at_once(structure: Structure) -> None:
    rng, rule = np.random.default_rng(3), Rule(K)
    for _ in range(SOME):
        counts = structure.counts(rng, largest=structure.cap - K)
        figures = suppress(counts, {}, structure.all_relations(), rule).figures
        for each, values in possible(structure, figures, rule).items():
            assert len(values) >= K, (each, sorted(values), counts)


@pytest.mark.soak
@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda structure: structure.name)
def test_i02_no_withheld_count_has_fewer_than_k_possible_values_in_any_of_10_000_histories(
    structure: Structure,
) -> None:
    rules = [rule_of(structure, withheld_in) for withheld_in in WITHHELD_IN.values()]
    for seed in range(SOME, SOME + MANY):
        check_that_nothing_is_pinned(structure, rules[seed % len(rules)], seed)


@pytest.mark.parametrize("withheld_in", WITHHELD_IN.values(), ids=list(WITHHELD_IN))
@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda structure: structure.name)
def test_i02_the_audit_finds_the_same_lowest_and_highest_values(structure: Structure, withheld_in: slice) -> None:
    rng, relations, rule = np.random.default_rng(7), structure.all_relations(), rule_of(structure, withheld_in)
    for _ in range(SOME):
        counts = structure.counts(rng, largest=2)
        hidden = {each for each in counts if rng.random() < 0.5 and counts[each] >= rule.least_withheld(each.window)}
        figures = {each: None if each in hidden else count for each, count in counts.items()}
        found = bounds(figures, relations, rule)
        for each, values in possible(structure, figures, rule).items():
            high = found[each].high
            assert found[each].low == min(values)
            # what is not bounded by the figures is bounded by what was tried
            assert high == max(values) or high is None or high > structure.cap


@pytest.mark.parametrize("structure", [ONE_WAY, LINKED, TWO_WAY], ids=lambda structure: structure.name)
def test_what_is_withheld_is_the_least_that_protects(structure: Structure) -> None:
    rng, rule = np.random.default_rng(11), Rule(K)
    for _ in range(12):
        counts = structure.counts(rng, largest=structure.cap - K)

        found = suppress(counts, {}, structure.all_relations(), rule)

        withheld = {each for each, count in found.figures.items() if count is None}
        assert found.is_least
        assert cost(counts, withheld) == pytest.approx(
            min(cost(counts, each) for each in _sufficient(structure, counts, rule))
        )


def test_where_the_time_is_over_more_is_withheld_and_nothing_less_is_protected() -> None:
    rng, rule = np.random.default_rng(5), Rule(K)
    gave_up = 0
    for _ in range(SOME):
        counts = TWO_WAY.counts(rng, largest=TWO_WAY.cap - K)
        found = suppress(counts, {}, TWO_WAY.all_relations(), rule, within_s=0.0)
        gave_up += not found.is_least
        for each, values in possible(TWO_WAY, found.figures, rule).items():
            assert len(values) >= K, (each, values)
    assert gave_up


@pytest.mark.soak
def test_i02_who_knows_how_it_is_chosen_but_not_the_agencys_secret_can_conclude_no_count() -> None:
    """Every table and 30 secrets: no withheld count is the only one that could have led to what is shown."""
    rule, relations = Rule(K), THREE.all_relations()
    could_be: dict[tuple[int | None, ...], set[tuple[int, ...]]] = defaultdict(set)
    for number in range(30):
        chance = chance_of(number.to_bytes(16, "big"))
        for row in THREE.grid:
            counts = {each: int(row[place]) for each, place in THREE.columns.items()}
            figures = suppress(counts, {}, relations, rule, chance=chance).figures
            could_be[tuple(figures.values())].add(tuple(counts.values()))

    for shown, tables in could_be.items():
        for place, count in enumerate(shown):
            if count is None:
                assert len({table[place] for table in tables}) > 1, (shown, tables)


def test_a_choice_that_is_not_found_in_time_is_given_up() -> None:
    rng = np.random.default_rng(1)
    cells = [cell(str(number)) for number in range(300)]
    cover = Cover({each: 1 + rng.random() for each in cells})
    for _ in range(400):
        some = rng.choice(len(cells), 40, replace=False)
        cover.add(cell("always withheld"), Demand({cells[place]: rng.uniform(1, 7) for place in some}, 60.0))

    assert cover.least(0.01) is None


def test_the_same_secret_gives_the_same_choice_and_another_may_give_another() -> None:
    counts = {cell(name): count for name, count in zip(["a", "b", "c", "d", "total"], (2, 4, 4, 5, 15), strict=True)}

    def choice(secret: bytes) -> frozenset[Cell]:
        found = suppress(counts, {}, ONE_WAY.all_relations(), Rule(K), chance=chance_of(secret))
        return frozenset(found.reasons)

    choices = [choice(bytes([number]) * 16) for number in range(16)]
    assert choices == [choice(bytes([number]) * 16) for number in range(16)]
    assert len(set(choices)) > 1


def test_counts_that_do_not_fit_what_was_released_are_refused() -> None:
    released: Mapping[Cell, int | None] = {cell("a,m1"): 4, cell("b,m1"): 4, cell("m1"): 8}
    wrong = {cell(name): 0 for name in ("a", "b", "both")}

    with pytest.raises(Contradiction):
        suppress({**wrong, cell("a1"): 3}, released, MONTHS.all_relations(), Rule(K))


def cost(counts: Mapping[Cell, int], withheld: set[Cell]) -> float:
    """Give what the suppression weighs: the share of the events and the share of the cells."""
    return sum(counts[each] / max(counts.values()) + 1 / len(counts) for each in withheld)


def _sufficient(structure: Structure, counts: Mapping[Cell, int], rule: Rule) -> list[set[Cell]]:
    small = {each for each, count in counts.items() if rule.is_small(count, each.window)}
    more = [each for each, count in counts.items() if count and each not in small]
    choices = [small | set(extra) for size in range(len(more) + 1) for extra in itertools.combinations(more, size)]
    return [choice for choice in choices if _is_sufficient(structure, counts, choice, rule)]


def _is_sufficient(structure: Structure, counts: Mapping[Cell, int], choice: set[Cell], rule: Rule) -> bool:
    figures = {each: None if each in choice else count for each, count in counts.items()}
    return all(len(values) >= rule.k for values in possible(structure, figures, rule).values())
