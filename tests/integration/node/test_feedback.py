"""Anonymous feedback: a code works once, ratings are counted, and nothing in the store joins the two."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from common.access.roles import Role
from common.errors import HoldfastError, InvalidRequest, NotAllowed, TooMuch
from node.domain.one_time_code import ALPHABET, LENGTH, RANDOM_BYTES, code_from, grouped, read_code
from node.opened import OpenNode
from node.operations.answering import answer
from node.use_cases.feedback import MOST_WRONG
from tests.local_node import local_node
from tests.on_duty import SignedIn, coordinator, signed_in
from tests.people import audited

HOUR = timedelta(hours=1)


def rate(node: OpenNode, code: str, rating: Any = 5) -> None:
    answer(node, "feedback_rate", {"code": code, "rating": rating})


def issued(who: SignedIn, count: int) -> list[str]:
    return list(who.do("feedback_issue", count=count)["codes"])


def test_a_code_counts_once_and_the_coordinator_sees_counts_by_month(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        sam, dana = signed_in(node, "sam", Role.SUPPORTER), coordinator(node)
        codes = issued(sam, 20)
        for number, code in enumerate(codes[:7]):
            rate(node, code.lower(), 5 - number % 2)

        with pytest.raises(NotAllowed, match="was used"):
            rate(node, codes[0])
        assert dana.do("feedback_counts") == {
            "months": [{"month": "2026-11", "1": 0, "2": 0, "3": 0, "4": 3, "5": 4, "total": 7}], "codes_out": 13,
        }  # fmt: skip
        with pytest.raises(NotAllowed):
            sam.do("feedback_counts")
        with pytest.raises(NotAllowed):
            signed_in(node, "lea", Role.LEADER).do("feedback_issue")


def test_nothing_joins_a_rating_to_a_code_a_person_or_a_time_within_the_month(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with local_node(tmp_path) as node:
        sam = signed_in(node, "sam", Role.SUPPORTER)
        codes = issued(sam, 30)
        trail, before = audited(node), caplog.text
        for code in codes:
            rate(node, code)

        def rows(connection: Connection) -> tuple[list[bytes], list[str], list[str]]:
            digests = connection.execute(text("SELECT digest FROM feedback_code")).scalars().all()
            columns = connection.execute(text("SELECT name FROM pragma_table_info('feedback_code')")).scalars().all()
            counts = connection.execute(text("SELECT name FROM pragma_table_info('feedback_count')")).scalars().all()
            return list(digests), list(columns), list(counts)

        digests, columns, counted = node.read(rows)
        made_by = [node.vault.blind("feedback.code", read_code(code)) for code in codes]
        assert audited(node) == trail, "a line that tells when somebody rated"
        assert caplog.text == before
        assert trail[-1][:3] == ("user sam", "issue feedback code", "30 codes")
    assert (columns, counted) == (["digest", "month", "is_used"], ["month", "rating", "count"])
    assert digests == sorted(digests) != made_by
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(read_code(code).encode() in stored or code.encode() in stored for code in codes)


def test_the_rows_have_no_hidden_order_of_their_own(tmp_path: Path) -> None:
    with local_node(tmp_path) as node, pytest.raises(Exception, match="no such column: rowid"):
        node.read(lambda connection: connection.execute(text("SELECT rowid FROM feedback_code")))


def test_e05_wrong_codes_are_bounded_by_the_hour_and_a_good_one_waits_too(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        [code] = issued(coordinator(node), 1)
        for number in range(MOST_WRONG):
            with pytest.raises(NotAllowed):
                rate(node, f"{number:020}")
        with pytest.raises(TooMuch):
            rate(node, code)
        node.clock.advance(HOUR)  # type: ignore[attr-defined]
        rate(node, code)


def test_a_code_is_good_for_a_year_and_old_ones_are_deleted(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        old, kept = issued(coordinator(node), 2)
        node.clock.advance(timedelta(days=365))  # type: ignore[attr-defined]
        rate(node, kept)
        node.clock.advance(timedelta(days=31))  # type: ignore[attr-defined]
        with pytest.raises(NotAllowed):
            rate(node, old)
        issued(coordinator(node, "kim"), 1)
        left = node.read(lambda connection: connection.execute(text("SELECT count(*) FROM feedback_code")).scalar_one())
        assert left == 1


@pytest.mark.parametrize("code", ["", "x", "\x00" * 20, "U" * 20, "\u202e" * 20, "9" * 10**6, None, 7, "' OR 1=1; --"])
def test_t07_what_is_no_code_is_refused_and_not_counted_as_a_guess(tmp_path: Path, code: Any) -> None:
    with local_node(tmp_path) as node:
        for _ in range(MOST_WRONG + 1):
            with pytest.raises(InvalidRequest, match="code: "):
                rate(node, code)


@pytest.mark.parametrize("rating", [0, 6, -1, 2.5, "5", None, True, 10**30])
def test_a_rating_is_one_to_five_and_a_wrong_one_uses_nothing_up(tmp_path: Path, rating: Any) -> None:
    with local_node(tmp_path) as node:
        [code] = issued(coordinator(node), 1)
        with pytest.raises(HoldfastError):
            rate(node, code, rating)
        rate(node, code)


@pytest.mark.parametrize("count", [0, -1, 501, "3", None, 10**30])
def test_how_many_codes_is_bounded(tmp_path: Path, count: Any) -> None:
    with local_node(tmp_path) as node, pytest.raises(InvalidRequest, match="count: "):
        coordinator(node).do("feedback_issue", count=count)


@given(st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))
def test_a_code_is_read_as_it_was_shown_whatever_its_capitals_and_look_alikes(random: bytes) -> None:
    code = code_from(random)
    shown = grouped(code).lower().replace("1", "l").replace("0", "o")

    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert len(ALPHABET) ** LENGTH >= 2**80
    assert read_code(f" {shown} ") == code
