"""Members ask for a peer with no account: only the coordinators on duty read it, and the answer is found by code."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import Role
from common.errors import HoldfastError, InvalidRequest, NotAllowed, TemporarilyUnavailable, TooMuch, WrongState
from node.domain.support_request import MOST_AN_HOUR, MOST_WAITING
from node.operations.answering import answer
from tests.local_node import local_node
from tests.on_duty import CANARIES, asked, asks, coordinator, signed_in
from tests.people import audited

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SEVERAL = ("wish", "named", "contact", "when", "kind")


def test_a_request_is_read_answered_and_found_by_its_code(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        dana.is_on_call()
        code = asks(node, wish="named", kind="grief or loss", **CANARIES)

        assert answer(node, "look_for_answer", {"code": code})["state"] == "waiting"
        [row] = dana.do("support_requests")
        assert (row["sealed_to"], row["is_yours"], set(CANARIES.values()) & set(map(str, row.values()))) == (
            "dana",
            True,
            set(),
        )
        shown = dana.do("support_request_show", id=row["id"][-6:])
        assert {name: shown[name] for name in SEVERAL} == {"wish": "named", "kind": "grief_or_loss", **CANARIES}
        assert dana.do("support_request_take", id=row["id"], by="S-07")["state"] == "taken"
        dana.do("support_request_answer", id=row["id"], text="Kim calls you\nat nine.")
        found = answer(node, "look_for_answer", {"code": code.lower().replace("-", " ")})
        assert (found["state"], found["answer"]) == ("answered", "Kim calls you\nat nine.")
        assert dana.do("support_request_close", id=row["id"], reason="peer_found")["state"] == "closed"
        assert dana.do("support_requests") == []
        assert answer(node, "look_for_answer", {"code": code})["state"] == "closed"


def test_it_is_sealed_to_those_on_duty_now_or_soon_and_another_coordinator_is_refused(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:  # it is noon
        dana, kim, lee = (coordinator(node, name) for name in ("dana", "kim", "lee"))
        dana.is_on_call("06:00", "18:00")
        kim.is_on_call("18:00", "02:00")
        lee.is_on_call("02:00", "06:00")
        request = asked(node, dana)

        assert dana.do("support_requests")[0]["sealed_to"] == "dana, kim"
        for operation in ("show", "take", "answer", "close", "share"):
            with pytest.raises(NotAllowed, match="not sealed to you"):
                lee.do(f"support_request_{operation}", id=request, text="x", reason="peer_found", to="lee")
        assert ("user lee", "see requests for a peer", f"support_request {request}") in [
            entry[:3] for entry in audited(node) if entry[3].startswith("refused")
        ]
        dana.do("support_request_share", id=request, to="lee")
        assert lee.do("support_request_show", id=request)["contact"] == CANARIES["contact"]
        assert audited(node)[-1] == ("user lee", "see requests for a peer", f"support_request {request}", "done: read")


def test_with_no_key_on_duty_it_goes_to_all_coordinators_and_else_it_is_refused_unstored(
    tmp_path: Path,
) -> None:
    with local_node(tmp_path) as node:
        keyless = signed_in(node, "noor", Role.COORDINATOR, has_key=False)
        keyless.is_on_call()
        with pytest.raises(TemporarilyUnavailable, match="988") as refused:
            asks(node, **CANARIES, wish="named")
        assert "nothing was kept" in str(refused.value)
        assert keyless.do("support_requests", all=True) == []

        dana = coordinator(node)
        asks(node)
        assert keyless.do("support_requests")[0]["sealed_to"] == "dana"
        dana.node.write(
            "t",
            lambda connection: connection.execute(
                text("UPDATE user_account SET state = 'disabled' WHERE name = 'dana'")
            ),
        )
        with pytest.raises(TemporarilyUnavailable):
            asks(node)


def test_a_coordinator_whose_key_is_closed_is_told_to_sign_in_with_the_password(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        request = asked(node, dana)
        node.write("t", lambda connection: connection.execute(text("UPDATE user_session SET carried = NULL")))

        with pytest.raises(NotAllowed, match="sign in with your password"):
            dana.do("support_request_show", id=request)


def test_a_bounded_number_waits_and_is_made_in_an_hour(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        coordinator(node)
        for _ in range(MOST_AN_HOUR):
            asks(node)
        with pytest.raises(TooMuch, match="988"):
            asks(node)
        made = MOST_AN_HOUR
        while made < MOST_WAITING:
            node.clock.advance(HOUR + MINUTE)  # type: ignore[attr-defined]
            for _ in range(MOST_AN_HOUR):
                asks(node)
            made += MOST_AN_HOUR
        node.clock.advance(2 * HOUR)  # type: ignore[attr-defined]
        with pytest.raises(TooMuch):
            asks(node)


def test_e05_codes_are_guess_limited_and_a_wrong_one_says_nothing_more(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        coordinator(node)
        code = asks(node)
        for number in range(30):
            with pytest.raises(NotAllowed):
                answer(node, "look_for_answer", {"code": f"{number:020}"})
        with pytest.raises(TooMuch):
            answer(node, "look_for_answer", {"code": code})
        node.clock.advance(HOUR)  # type: ignore[attr-defined]
        assert answer(node, "look_for_answer", {"code": code})["state"] == "waiting"


@pytest.mark.parametrize("field", ["named", "contact", "when", "kind", "wish"])
@pytest.mark.parametrize("said", ["a\x00b", "\u202egnp.exe", "x" * 1_000_000, "\ud800", "a\nb", 7, ["x"]], ids=ascii)
def test_t07_what_cannot_be_shown_is_refused_at_every_text_entry(tmp_path: Path, field: str, said: Any) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        wish = {"wish": "named", "named": "dana"} if field == "named" else {}
        with pytest.raises(InvalidRequest, match=f"^{field}: ") as refused:
            asks(node, **wish | {field: said})
        assert len(str(refused.value)) < 300
        assert dana.do("support_requests") == []


@pytest.mark.parametrize("said", ["a\x00b", "\u202egnp.exe", "x" * 1_000_000, "\ud800", "", None])
def test_t07_an_answer_that_cannot_be_shown_is_refused(tmp_path: Path, said: Any) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        request = asked(node, dana)
        with pytest.raises(InvalidRequest):
            dana.do("support_request_answer", id=request, text=said)
        for wrong in (said, "'; DROP TABLE support_request; --"):
            with pytest.raises(HoldfastError):
                answer(node, "look_for_answer", {"code": wrong})
            with pytest.raises(HoldfastError):
                dana.do("support_request_show", id=wrong)


def test_e01_sql_and_script_are_kept_as_they_are(tmp_path: Path) -> None:
    said = "'); DROP TABLE support_request; -- <script>alert(1)</script> =1+1"
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        asks(node, contact=said)

        assert dana.do("support_request_show", id=dana.do("support_requests")[0]["id"])["contact"] == said


def test_two_who_change_one_request_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        dana = coordinator(node)
        request = asked(node, dana)
        dana.do("support_request_close", id=request, reason="not wanted any more")

        for operation in ("take", "answer", "close"):
            with pytest.raises(WrongState, match="closed"):
                dana.do(f"support_request_{operation}", id=request, text="x", reason="peer_found")
