"""How often a token may call, and an address guess one; and what a caller learns when something goes wrong inside.

Source: node/console/api_answering.py.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.api_callers import PROBLEM, CalledNode, Caller, called_node


@pytest.fixture
def node(tmp_path: Path) -> Iterator[CalledNode]:
    with called_node(tmp_path) as called:
        yield called


@pytest.fixture
def cad(node: CalledNode) -> Caller:
    return node.caller()


def test_a_token_that_calls_too_often_waits_and_the_trail_says_so_once_a_minute(node: CalledNode, cad: Caller) -> None:
    assert {cad.call("GET", "/incidents").status for _ in range(60)} == {200}
    turned_away = [cad.call("GET", "/incidents") for _ in range(5)]
    assert [(each.status, each.headers["retry-after"]) for each in turned_away] == [(429, "10")] * 5
    refusals = [line for line in node.audited() if line[3] == "refused: too many calls"]
    assert refusals == [("api cad", "api call", "", "refused: too many calls")]
    assert node.caller(name="rms").call("GET", "/incidents").status == 200
    node.clock.advance(timedelta(seconds=2))
    assert [cad.call("GET", "/incidents").status for _ in range(3)] == [200, 200, 429]


def test_an_address_that_guesses_tokens_is_not_looked_at_for_a_while_and_fills_no_trail(
    node: CalledNode, cad: Caller
) -> None:
    guesses = [Caller(node.served, f"holdfast-api-{n:064x}").call("GET", "/incidents").status for n in range(40)]
    assert guesses == [401] * 20 + [429] * 20
    assert sum(actor == "unknown" for actor, *_ in node.audited()) == 20
    assert cad.call("GET", "/incidents").status == 200  # a good token beside it is served


def test_what_goes_wrong_inside_is_told_without_its_cause(
    node: CalledNode, cad: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the table `incident` has no column title")

    monkeypatch.setattr("node.operations.api_incidents.incidents.list_incidents", fail)
    answer = cad.call("GET", "/incidents")
    assert (answer.status, answer.headers["content-type"]) == (500, PROBLEM)
    assert b"column" not in answer.body
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == ["a call failed"]
