"""Encounters in a store: nothing is taken away, what was altered is flagged, pages go on where they ended."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from common.audit.entry import Entry
from common.errors import InvalidRequest, NotFound, WrongState
from node.domain.encounter import Duration, Encounter, EncounterState, Mode, Referral, SupportKind
from node.opened import OpenNode
from node.persistence import encounter_ids
from node.persistence import encounters as stored_encounters
from node.persistence.audit import TRAIL
from node.persistence.encounters import Span, StoredEncounter
from node.use_cases import encounters
from node.use_cases.encounters import NewEncounter
from tests.builders import NOON
from tests.local_node import local_node
from tests.records import Somebody, added, change, encounter, listed, log, member, page, supporter


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        yield opened


def void(node: OpenNode, by: Somebody, of: StoredEncounter) -> StoredEncounter:
    return node.write("e", lambda c: encounters.void_encounter(c, node.vault, by.person, of.id, NOON))


def versions(node: OpenNode, id_: bytes) -> list[StoredEncounter]:
    return node.read(lambda c: stored_encounters.list_versions(c, node.vault, id_))


def test_an_encounter_comes_back_as_it_was_logged_with_every_field(node: OpenNode, here: Somebody) -> None:
    told = encounter(
        here.supporter_id,
        mode=Mode.GROUP_SESSION,
        participants=9,
        referrals=(Referral.EAP, Referral.CHAPLAIN),
        follow_up_due=date(2026, 11, 6),
        incident_id=os.urandom(16),
        is_incident_related=True,
        member_id=member(node),
    )
    made = log(node, here, told)

    assert made.encounter == told
    assert listed(node) == [made]


def test_an_imported_encounter_that_says_little_comes_back_saying_no_more(node: OpenNode, here: Somebody) -> None:
    told = Encounter(datetime(2024, 10, 1, 2, 27, tzinfo=UTC), here.supporter_id, participants=None)
    added(node, here, told)

    assert [each.encounter for each in listed(node)] == [told]


def test_an_edit_keeps_every_version(node: OpenNode, here: Somebody) -> None:
    first = log(node, here, encounter(here.supporter_id))

    second = change(node, here, first, kind=SupportKind.GRIEF_OR_LOSS, occurred_at=NOON - timedelta(days=3))
    third = change(node, here, first, duration=Duration.FROM_60)

    assert [each.encounter for each in versions(node, first.id)] == [
        first.encounter,
        second.encounter,
        third.encounter,
    ]
    assert listed(node) == [third]
    assert listed(node, since=NOON - timedelta(days=1)) == []


def test_a_void_encounter_stays_is_listed_when_asked_for_and_changes_no_more(node: OpenNode, here: Somebody) -> None:
    made = log(node, here, encounter(here.supporter_id))

    voided = void(node, here, made)

    assert (voided.version, voided.state) == (2, EncounterState.VOID)
    assert (listed(node), listed(node, has_void=True)) == ([], [voided])
    assert [each.state for each in versions(node, made.id)] == [EncounterState.CURRENT, EncounterState.VOID]
    with pytest.raises(WrongState, match="is void"):
        void(node, here, made)
    with pytest.raises(WrongState, match="is void"):
        change(node, here, made, duration=Duration.FROM_60)


def test_every_version_stands_in_the_trail_with_its_digest(node: OpenNode, here: Somebody) -> None:
    made = log(node, here, encounter(here.supporter_id))
    change(node, here, made, duration=Duration.FROM_60)
    void(node, here, made)

    entries: list[Entry] = [entry for _, _, entry in node.read(lambda c: list(TRAIL.read(c)))]
    told = [(e.actor, e.action, e.version, len(e.digest)) for e in entries if e.subject == f"encounter {made.id.hex()}"]
    assert told == [
        ("user casey", "log own encounter", 1, 32),
        ("user casey", "correct own encounter", 2, 32),
        ("user casey", "correct own encounter", 3, 32),
    ]


def test_a_rule_that_is_broken_leaves_nothing(node: OpenNode, here: Somebody) -> None:
    with pytest.raises(InvalidRequest, match="occurred"):
        log(node, here, encounter(here.supporter_id, occurred_at=NOON + timedelta(hours=1)))
    with pytest.raises(NotFound, match="supporter"):
        log(node, here, encounter(os.urandom(16)))
    with pytest.raises(NotFound, match="member"):
        log(node, here, encounter(here.supporter_id, member_id=os.urandom(16)))
    assert listed(node) == []


def test_what_an_older_log_left_out_may_stay_so_when_it_is_corrected(node: OpenNode, here: Somebody) -> None:
    added(node, here, encounter(here.supporter_id, duration=None))

    changed = change(node, here, listed(node)[0], kind=SupportKind.OTHER)
    complete = change(node, here, changed, duration=Duration.FROM_15)

    with pytest.raises(InvalidRequest, match="duration: must be said"):
        change(node, here, complete, duration=None)


def test_pages_follow_each_other_without_a_gap_also_where_times_are_equal(node: OpenNode, here: Somebody) -> None:
    times = [NOON - timedelta(hours=number // 3) for number in range(20)]
    ids = added(node, here, *(encounter(here.supporter_id, occurred_at=at) for at in times))
    span, seen = Span(), list[bytes]()

    for _ in range(3):
        found = page(node, span, limit=7)
        seen += [each.id for each in found.rows]
        span = Span(after=(found.rows[-1].occurred_at, found.rows[-1].id))

    assert (len(seen), found.after) == (20, None)
    assert set(seen) == set(ids)
    assert seen == sorted(seen, key=lambda id_: (times[ids.index(id_)], id_), reverse=True)


def test_a_list_is_narrowed_by_what_stands_clear(node: OpenNode, here: Somebody) -> None:
    robin, ann, incident = supporter(node, "robin"), member(node), os.urandom(16)
    told = [
        encounter(here.supporter_id, occurred_at=NOON - timedelta(days=9)),
        encounter(robin.supporter_id),
        encounter(here.supporter_id, member_id=ann),
        encounter(here.supporter_id, incident_id=incident, is_incident_related=True),
    ]
    ids = added(node, here, *told)

    narrowed = {
        0: Span(until=NOON - timedelta(days=8)),
        1: Span(supporter_id=robin.supporter_id),
        2: Span(member_id=ann),
        3: Span(incident_id=incident),
    }
    for number, span in narrowed.items():
        assert [each.id for each in page(node, span).rows] == [ids[number]]
    assert len(page(node, Span(since=NOON - timedelta(days=8))).rows) == 3


def test_a_row_is_imported_once(node: OpenNode, here: Somebody) -> None:
    rows = [NewEncounter(encounter(here.supporter_id), os.urandom(16)) for _ in range(3)]
    node.write("e", lambda c: encounters.add_encounters(c, node.vault, rows[:2], here.person, NOON))

    known = node.read(lambda c: encounter_ids.known_import_keys(c, [r.import_key for r in rows if r.import_key]))

    assert known == {rows[0].import_key, rows[1].import_key}
    with pytest.raises(IntegrityError):
        node.write("e", lambda c: encounters.add_encounters(c, node.vault, rows, here.person, NOON))
    assert len(listed(node)) == 2


def test_nothing_of_what_it_was_about_stands_clear(node: OpenNode, here: Somebody) -> None:
    log(node, here, encounter(here.supporter_id, member_id=member(node, "Zanzibar")))
    with node.store.read() as c:
        rows = [c.execute(text(f"SELECT * FROM {table}")).all() for table in ("encounter", "encounter_version")]  # noqa: S608
    assert not [word for word in ("work_stress", "in_person", "Zanzibar", "M-0001") if word in repr(rows)]


def test_an_edit_by_the_same_values_is_a_version_too(node: OpenNode, here: Somebody) -> None:
    made = log(node, here, encounter(here.supporter_id))
    assert replace(change(node, here, made), version=1, written_at=made.written_at) == made
