"""Who can read a request for a peer, and who cannot: other roles, whoever has the machine, whoever comes later."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import Role
from common.errors import NotAllowed, WrongState
from node.domain.support_request import ANSWERED_FOR, CLOSED_FOR
from node.opened import OpenNode
from node.persistence.data_keys import find_wrapped
from node.use_cases.support_requests import expire
from node.vault.fields import Altered
from tests.local_node import local_node
from tests.on_duty import CANARIES, SignedIn, asked, coordinator, signed_in, sql
from tests.people import audited

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.OPERATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR])
def test_i03_no_other_role_reads_a_request(tmp_path: Path, role: Role) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        request, somebody = asked(node, dana), signed_in(node, "sam", role)

        for operation in ("support_requests", "support_request_show", "support_request_share"):
            with pytest.raises(NotAllowed):
                somebody.do(operation, id=request, to="sam")
            assert audited(node)[-1][3].startswith("refused")


def test_i03_whoever_has_the_machine_and_every_key_of_it_reads_nothing(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana, kim = coordinator(node), coordinator(node, "kim")
        dana.is_on_call()
        request = bytes.fromhex(asked(node, dana))
        for somebody in (kim, signed_in(node, "pat", Role.COORDINATOR)):  # her copy, put in another's place
            sql(node, "UPDATE support_request_key SET recipient = :who", who=somebody.user_id)
            with pytest.raises(Altered):
                somebody.do("support_request_show", id=request.hex())
        with pytest.raises(NotAllowed):
            dana.do("support_request_show", id=request.hex())


def test_t03_a_version_that_was_put_back_or_moved_is_flagged_and_others_stay_readable(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        first, second = asked(node, dana), asked(node, dana)
        dana.do("support_request_take", id=first)
        sql(node, "DELETE FROM support_request_version WHERE version = 2")
        sql(node, "UPDATE support_request SET version = 1, state = 'waiting' WHERE version = 2")

        with pytest.raises(WrongState, match="put back"):
            dana.do("support_request_show", id=first)
        assert dana.do("support_request_show", id=second)["state"] == "waiting"
        sql(node, "UPDATE support_request SET state = 'taken' WHERE id = :id", id=bytes.fromhex(second))
        with pytest.raises(WrongState, match="not what was written"):
            dana.do("support_request_show", id=second)


def test_i04_answered_requests_close_and_closed_ones_are_erased_key_and_all(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        request, waiting = asked(node, dana), asked(node, dana)
        dana.do("support_request_answer", id=request, text="at nine")
        _expire(node, ANSWERED_FOR + HOUR)
        assert {row["id"]: row["state"] for row in dana_again(node).do("support_requests", all=True)} == {
            request: "closed", waiting: "waiting"
        }  # fmt: skip
        _expire(node, CLOSED_FOR + HOUR)

        lee = dana_again(node, "lee")
        assert [row["id"] for row in lee.do("support_requests", all=True)] == [waiting]
        assert node.read(lambda connection: find_wrapped(connection, [bytes.fromhex(request)])) == {}


def test_i01_nothing_of_a_request_stands_in_the_store_the_log_the_trail_or_a_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        dana.do("notice_settings", mail="dana@agency.example")
        request = asked(node, dana)
        dana.do("support_request_take", id=request, by="canary-by-kim")
        dana.do("support_request_answer", id=request, text="canary-answer")
        trail, notices = audited(node), dana.do("notice_list")
        plain = node.read(_every_row)

    assert len(notices) == 1
    seen = repr((trail, notices, plain, caplog.text)).encode()
    for path in tmp_path.rglob("*"):
        seen += path.read_bytes() if path.is_file() else b""
    for canary in (*CANARIES.values(), "canary", "grief_or_loss", "grief or loss"):
        for spelled in (canary.encode(), canary.encode().hex().encode(), canary.encode("utf-16-le")):
            assert spelled not in seen


def dana_again(node: OpenNode, name: str = "kim") -> SignedIn:
    """Another coordinator: sessions end while weeks go by."""
    return coordinator(node, name)


def _expire(node: OpenNode, after: timedelta) -> None:
    node.clock.advance(after)  # type: ignore[attr-defined]
    node.write("retention", lambda connection: expire(connection, node.clock.now()))


def _every_row(connection: Any) -> Any:
    tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    return [list(map(repr, connection.execute(text(f'SELECT * FROM "{table}"')))) for table in tables]  # noqa: S608
