"""Lists of encounters narrowed by what stands in their sealed bodies."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from node.domain.encounter import Mode, Referral, SupportKind
from node.opened import OpenNode
from node.persistence import encounter_matches
from node.persistence.encounters import Span
from node.use_cases import encounters
from node.use_cases.encounters import Page
from node.vault.fields import DataKey
from node.vault.vault import Vault
from tests.builders import NOON
from tests.local_node import local_node
from tests.records import Somebody, added, encounter, supporter

EVERY = Span()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        yield opened


@pytest.fixture
def casey(node: OpenNode) -> Somebody:
    return supporter(node)


def page(node: OpenNode, span: Span = EVERY, limit: int = 50, **wanted: Any) -> Page:
    allowed = {name: frozenset(words) for name, words in wanted.items()}
    return node.read(lambda c: encounters.list_page(c, node.vault, span, allowed, limit))


def test_a_list_is_narrowed_by_what_stands_in_the_body(node: OpenNode, casey: Somebody) -> None:
    told = [
        encounter(casey.supporter_id, kind=SupportKind.MORAL_INJURY, mode=Mode.PHONE),
        encounter(casey.supporter_id, kind=SupportKind.MORAL_INJURY),
        encounter(casey.supporter_id, referrals=(Referral.EAP, Referral.OTHER)),
    ]
    ids = added(node, casey, *told)

    def found(**wanted: Any) -> set[bytes]:
        return {each.id for each in page(node, **wanted).rows}

    assert found(kind=[SupportKind.MORAL_INJURY]) == set(ids[:2])
    assert found(kind=[SupportKind.MORAL_INJURY], mode=[Mode.PHONE]) == {ids[0]}
    assert found(referrals=[Referral.OTHER, Referral.CHAPLAIN]) == {ids[2]}
    assert found(kind=[SupportKind.OTHER]) == set()


def test_a_search_for_what_is_rare_ends_early_and_says_where_to_go_on(
    node: OpenNode, casey: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encounter_matches, "_AT_ONCE", 4)
    monkeypatch.setattr(encounters, "MOST_OPENED", 10)
    at = [NOON - timedelta(minutes=number) for number in range(23)]
    rare = [SupportKind.OTHER if number == 21 else SupportKind.WORK_STRESS for number in range(23)]
    told = [encounter(casey.supporter_id, occurred_at=t, kind=k) for t, k in zip(at, rare, strict=True)]
    ids = added(node, casey, *told)

    first = page(node, kind=[SupportKind.OTHER])
    assert (first.rows, first.after, first.is_whole) == ([], ids[9], False)
    second = page(node, Span(after=(at[9], ids[9])), kind=[SupportKind.OTHER])
    third = page(node, Span(after=(at[19], ids[19])), kind=[SupportKind.OTHER])
    assert (second.after, [each.id for each in third.rows], third.after) == (ids[19], [ids[21]], None)


def test_pages_of_a_narrowed_list_follow_each_other_without_a_gap_and_in_its_order(
    node: OpenNode, casey: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encounter_matches, "_AT_ONCE", 4)
    monkeypatch.setattr(encounters, "MOST_OPENED", 10)  # the second page ends there, full
    at = [NOON - timedelta(hours=number // 3) for number in range(15)]
    kinds = [SupportKind.OTHER if number % 3 else SupportKind.WORK_STRESS for number in range(15)]
    told = [encounter(casey.supporter_id, occurred_at=t, kind=k) for t, k in zip(at, kinds, strict=True)]
    ids = added(node, casey, *told)
    when = dict(zip(ids, at, strict=True))
    span, seen, whole = Span(), list[bytes](), list[bool]()

    while True:
        found = page(node, span, limit=4, kind=[SupportKind.OTHER])
        seen += [each.id for each in found.rows]
        whole.append(found.is_whole)
        if found.after is None:
            break
        span = Span(after=(when[found.after], found.after))

    wanted = [id_ for id_, kind in zip(ids, kinds, strict=True) if kind is SupportKind.OTHER]
    assert seen == sorted(wanted, key=lambda id_: (when[id_], id_), reverse=True)
    assert whole == [True, True, True]


def test_a_narrowed_list_opens_no_record_after_the_one_that_fills_its_page(
    node: OpenNode, casey: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [NOON - timedelta(hours=number) for number in range(30)]
    ids = added(node, casey, *(encounter(casey.supporter_id, occurred_at=each) for each in at))
    opened, unwrap = list[bytes](), Vault.unwrap

    def told(vault: Vault, subject_id: bytes, wrapped: bytes) -> DataKey:
        opened.append(subject_id)
        return unwrap(vault, subject_id, wrapped)

    monkeypatch.setattr(Vault, "unwrap", told)
    found = page(node, limit=3, kind=[SupportKind.WORK_STRESS])

    assert [each.id for each in found.rows] == ids[:3]
    assert found.after == ids[2]
    assert set(opened) == set(ids[:4])  # one more tells whether the list goes on
