"""What a hostile or broken caller sends to the JSON interface: refused in one form, stored nowhere, and bounded.

Source: TRUST.md t07, d04, e01; node/console/api_answering.py.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api_callers import INCIDENT, PROBLEM, CalledNode, Caller, called_node
from tests.care import do

NUMBERS, CHECK_INS = f"/incidents/{INCIDENT}/numbers/cad", "/check-ins"
HOSTILE = {
    "invalid UTF-8": b'{"numbers": ["F26-\xff\xfe"]}',
    "half a pair": b'{"numbers": ["F26-\\ud800"]}',
    "NUL": b'{"numbers": ["F26-\\u0000"]}',
    "a line break": b'{"numbers": ["F26-1\\n"]}',
    "an override": '{"numbers": ["F26-1\u202e"]}'.encode(),
    "deep": b"[" * 30_000 + b"]" * 30_000,
    "deep below a field": b'{"numbers": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a huge number": b'{"numbers": [' + b"9" * 6_000 + b"]}",
    "a number beyond 64 bits": b'{"numbers": [1e999]}',
    "no number": b'{"numbers": [NaN]}',
    "another type": b'{"numbers": "F26-1"}',
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "no JSON": b"numbers=F26-1",
    "a field too many": b'{"numbers": ["F26-1"], "note": "x"}',
    "a field that is no text": b'{"numbers": ["F26-1"], "\\ud800": 1}',
    "too many": json.dumps({"numbers": [f"F{n}" for n in range(21)]}).encode(),
    "too long": json.dumps({"numbers": ["1" * 41]}).encode(),
    "a sentence": b'{"numbers": ["Ann Ek was there 1"]}',
    "no digit": b'{"numbers": ["smith"]}',
    "SQL": b'{"numbers": ["1\'); DROP TABLE incident; --"]}',
    "script": b'{"numbers": ["<script>alert(1)</script>"]}',
    "a formula": b'{"numbers": ["=1+1"]}',
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalledNode]:
    with called_node(tmp_path_factory.mktemp("api"), is_limited=False) as called:
        yield called


@pytest.fixture(scope="module")
def cad(node: CalledNode) -> Caller:
    return node.caller()


def numbers_held(node: CalledNode) -> Any:
    return node.served.do("incidents")[0]["numbers"]


def test_t07_d04_e01_what_is_no_call_is_refused_as_what_was_sent_and_nothing_of_it_is_kept_or_repeated(
    node: CalledNode, cad: Caller
) -> None:
    for what, raw in HOSTILE.items():
        answer = cad.call("PUT", NUMBERS, raw=raw)
        assert (answer.status, answer.headers["content-type"]) == (422, PROBLEM), (what, answer.body)
        assert set(answer.said) == {"type", "title", "status", "detail", "field"}
        assert b"alert" not in answer.body
        assert b"DROP" not in answer.body
    assert numbers_held(node) == []
    for good in (["F26-1"], []):
        assert len(cad.call("PUT", NUMBERS, {"numbers": good}).said["numbers"]) == len(good)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"due": "2026-11-02"}, "due"),
        ({"due": "9999-99-99"}, "due"),
        ({"due": "2026-12-01\n"}, "due"),
        ({"due": 20261201}, "due"),
        ({"due": "3d"}, "due"),
        ({"member": "Ann Ek"}, "member"),
        ({"member": "M-" + "9" * 400}, "member"),
        ({"member": ["M-0001"]}, "member"),
        ({"incident": "11"}, "incident"),
        ({"incident": "1" * 33}, "incident"),
        ({"reference": "7K3M-PXRA"}, "reference"),
        ({"reference": "' OR 1=1"}, "reference"),
        ({"supporter": "S-01"}, ""),
        ({"note": "was upset"}, ""),
    ],
)
def test_a_check_in_with_something_wrong_is_refused_with_the_field_and_none_is_made(
    node: CalledNode, cad: Caller, said: dict[str, Any], field: str
) -> None:
    answer = cad.check_in(**({"member": "M-0001"} | said))
    assert (answer.status, answer.said["field"]) == (422, field)
    assert node.served.run(lambda opened: do(opened, "check_ins")) == []


@pytest.mark.parametrize("key", ["", "short", "a" * 65, "cad call 0001", "cad-call-0001\xff", "../../etc/passwd"])
def test_a_check_in_needs_a_key_of_the_callers_own(node: CalledNode, cad: Caller, key: str) -> None:
    body = {"due": "2026-12-01", "member": "M-0001"}
    assert cad.call("POST", CHECK_INS, body, Idempotency_Key=key).said["field"] == "Idempotency-Key"
    assert cad.call("POST", CHECK_INS, body).status == 422
    assert node.served.run(lambda opened: do(opened, "check_ins")) == []


@pytest.mark.parametrize(
    "path",
    [
        "/incidents/%00", "/incidents/..%2f..%2fnode.db", "/incidents/%ff%fe", "/incidents/" + "1" * 5_000,
        "/incidents?limit=0", "/incidents?limit=101", "/incidents?limit=" + "9" * 5_000, "/incidents?limit=1e3",
        "/incidents?after=%27%20OR%201=1", "/incidents?number=%00", "/incidents?order=title;DROP", "/incidents?limit",
        "/check-ins/%C0%AE", "/check-ins/" + "g" * 32,
    ],
)  # fmt: skip
def test_e01_e03_an_address_with_something_wrong_in_it_is_refused(cad: Caller, path: str) -> None:
    answer = cad.call("GET", path)
    assert answer.status in (404, 422)
    assert answer.headers["content-type"] == PROBLEM


def test_d04_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(node: CalledNode, cad: Caller) -> None:
    large = b'{"numbers": ["F26-1"], "note": "' + b"x" * 70_000 + b'"}'
    assert cad.call("PUT", NUMBERS, raw=large).status == 413
    chunked = cad.call("PUT", NUMBERS, raw=None, pieces=[large[:40_000], large[40_000:]])
    assert (chunked.status, chunked.headers["content-type"]) == (413, PROBLEM)
    assert numbers_held(node) == []


def test_an_address_and_a_method_that_there_are_not_are_refused_in_the_same_form(cad: Caller) -> None:
    for method, path, status in (
        ("GET", "/members", 404), ("GET", "/", 404), ("GET", "/incidents/", 404), ("DELETE", "/incidents", 405),
        ("GET", CHECK_INS, 405), ("TRACE", "/incidents", 405),
    ):  # fmt: skip
        answer = cad.call(method, path)
        assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM), (method, path)
    assert cad.call("DELETE", "/incidents").headers["allow"] == "GET"
