"""What was drawn stays as it is, whatever becomes of the records; and what a node draws for itself, without a hub."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from common.disclosure.release import draw
from common.errors import WrongState
from node.domain.encounter import SupportKind
from node.domain.release import SetAside, State
from node.opened import OpenNode
from node.operations.releases import draw_due, release_by_itself
from node.persistence import releases
from node.persistence.bodies import Flagged
from node.use_cases import drawing
from node.use_cases.erasure import erase_member
from tests.builders import NOON
from tests.care import do
from tests.local_node import local_node
from tests.node_backups import back_up, restored, with_key_of
from tests.records import Somebody, member, supporter
from tests.releasing import (
    AFTER,
    KIND,
    at,
    contacts,
    decide,
    drawn,
    hub_answers,
    in_a_region,
    opened,
    pass_time,
    prepared,
    release,
    sent,
    total,
    windows,
)

DAY = timedelta(days=1)
NEXT = datetime(2027, 1, 1, tzinfo=UTC)


def test_t02_the_database_refuses_to_change_a_figure_and_what_is_changed_all_the_same_is_flagged(
    region: OpenNode, casey: Somebody
) -> None:
    window, later = opened(region), opened(region, NEXT)
    contacts(region, casey, 20, date(2026, 10, 5))
    drawn(region, window)
    for statement in ("UPDATE release_figures SET figures = zeroblob(48)", "DELETE FROM release_figures"):
        with pytest.raises(DatabaseError, match="never changed"), region.store.begin() as connection:
            connection.execute(text(statement))
    with region.store.begin() as connection:
        connection.execute(text("DROP TRIGGER release_figures_no_update"))
        changed = 'UPDATE release_figures SET figures = zeroblob(length(figures)) WHERE "table" = :kind'
        connection.execute(text(changed), {"kind": KIND})

    assert isinstance(release(region, window).kept, Flagged)
    with pytest.raises(WrongState, match="figures of 2026-Q4 are altered"):
        drawn(region, later)
    decide(region, "at_once")
    hub_answers(region)
    with pytest.raises(WrongState, match="figures of 2026-Q4 are altered"):
        release_by_itself(region)
    assert sent(region) == 0, "what was altered does not leave either"
    assert "altered" in do(region, "release_preview", window="2026-Q4")["tables"][0]["refused"]


def test_i04_erasing_a_member_changes_no_release_and_keeps_nothing_of_them_in_one(
    region: OpenNode, casey: Somebody
) -> None:
    window, later = opened(region), opened(region, NEXT)
    ann = member(region)
    contacts(region, casey, 20, date(2026, 10, 5), member_id=ann)
    found = drawn(region, window)
    contacts(region, casey, 30, date(2026, 12, 5), member_id=ann)
    contacts(region, casey, 14, date(2027, 1, 5))

    region.write("erase", lambda c: erase_member(c, region.vault, "user kim", ann, region.clock.now()))

    assert release(region, window) == found
    assert total(drawn(region, later)) == 14, "what was erased before it counted does not count"


def test_a_record_that_cannot_be_believed_does_not_count_until_it_is_mended(region: OpenNode, casey: Somebody) -> None:
    window, later = opened(region), opened(region, NEXT)
    [first, *_] = contacts(region, casey, 20, date(2026, 10, 5))
    with region.store.begin() as connection:
        said = {"id": first}
        body = connection.execute(
            text("SELECT body FROM encounter_version WHERE encounter_id = :id"), said
        ).scalar_one()
        connection.execute(text("UPDATE encounter_version SET body = zeroblob(80) WHERE encounter_id = :id"), said)

    found = drawn(region, window)
    mended = text("UPDATE encounter_version SET body = :body WHERE encounter_id = :id")
    with region.store.begin() as connection:
        connection.execute(mended, {"id": first, "body": body})
    contacts(region, casey, 14, date(2027, 1, 5))

    assert total(found) == 19
    assert not isinstance(found.kept, Flagged)
    assert found.kept.flagged == 1
    assert total(drawn(region, later)) == 15


def test_two_draws_at_once_keep_one(region: OpenNode, casey: Somebody) -> None:
    window = opened(region)
    contacts(region, casey, 20, date(2026, 10, 5))
    at(region, window.ends_at + AFTER)
    one, two = prepared(region, window), prepared(region, window)

    settled = [
        region.write("draw", partial(drawing.settle, vault=region.vault, prepared=each, drawn=drawing.decide(each)))
        for each in (one, two)
    ]

    assert [each is None for each in settled] == [False, True]
    assert total(release(region, window)) == 20


def test_a_backup_holds_what_was_drawn_and_what_counted(backed_up: OpenNode, tmp_path: Path) -> None:
    in_a_region(backed_up)
    casey = supporter(backed_up)
    window, later = opened(backed_up), opened(backed_up, NEXT)
    contacts(backed_up, casey, 20, date(2026, 10, 5))
    found = drawn(backed_up, window)
    backup = back_up(backed_up, tmp_path / "backups")

    with restored(backup, tmp_path / "new", with_key_of(backed_up.data)) as node:
        assert release(node, window) == found
        at(node, backed_up.clock.now())
        assert total(drawn(node, later)) == 0
        with pytest.raises(DatabaseError, match="never changed"), node.store.begin() as connection:
            connection.execute(text("DELETE FROM release_figures"))


def test_a_node_alone_opens_its_own_quarters_and_nothing_of_them_leaves(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        casey = supporter(node)
        contacts(node, casey, 20, date(2026, 5, 5))
        draw_due(node)

        own = windows(node)
        assert [each.label for each in own] == ["2026-Q2", "2026-Q3", "2026-Q4"]
        assert all(each.is_own and each.k == 11 for each in own)
        assert node.read(releases.list_states) == {}, "an import may still be on its way"
        pass_time(node, NOON + AFTER)
        assert total(release(node, own[0])) == 20
        assert {each.state for each in node.read(releases.list_states).values()} == {State.DRAWN}
        contacts(node, casey, 12, date(2026, 6, 1))
        pass_time(node, own[2].ends_at + AFTER)
        assert total(release(node, own[2])) == 12
        assert [each.label for each in windows(node)][3:] == ["2027-Q1"]


def test_a_window_of_the_hubs_over_the_nodes_own_figures_is_set_aside_and_what_counted_does_not_count_again(
    tmp_path: Path,
) -> None:
    with local_node(tmp_path) as node:
        casey = supporter(node)
        contacts(node, casey, 20, date(2026, 7, 5))
        draw_due(node)
        pass_time(node, NOON + AFTER)
        in_a_region(node)
        before = opened(node, datetime(2026, 7, 1, tzinfo=UTC))
        window = opened(node)
        contacts(node, casey, 15, date(2026, 7, 6))
        contacts(node, casey, 30, date(2026, 10, 6))

        assert sorted((each.label, each.is_own) for each in windows(node)) == [
            ("2026-Q3", False),
            ("2026-Q3", True),
            ("2026-Q4", False),
        ], "what was not drawn gives way"
        found = drawn(node, window)

        assert node.read(releases.list_states)[before.id].why is SetAside.OWN_FIGURES
        assert total(found) == 45, (
            "the late ones count in the next window, those in the node's own figures nowhere else"
        )


def test_the_preview_says_where_no_time_was_left_to_withhold_as_little_as_can_be(
    region: OpenNode, casey: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(region)
    contacts(region, casey, 3, date(2026, 10, 5))
    contacts(region, casey, 40, date(2026, 10, 5), kind=SupportKind.MORAL_INJURY)
    at(region, NEXT)
    said = "The time for finding the least that must be withheld was over: more may be withheld than needed."
    assert said not in do(region, "release_preview")["says"]
    assert draw.__kwdefaults__ is not None
    monkeypatch.setitem(draw.__kwdefaults__, "within_s", 0.0)

    coming = do(region, "release_preview")
    drawn(region, window)
    monkeypatch.undo()
    kept = do(region, "release_preview")

    for shown in (coming, kept):
        assert said in shown["says"]
        assert not shown["is_least"]
