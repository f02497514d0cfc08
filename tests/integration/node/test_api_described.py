"""The JSON interface is what its description says: calls that it allows and calls that it forbids, by schemathesis.

Source: issue "two consoles"; node/console/api_document.py.
"""

import operator
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi import checks

from node.console import api
from node.console.api_document import REFUSALS
from tests.api_callers import INCIDENT, CalledNode, Caller, called_node

SCHEMA = schemathesis.openapi.from_dict(api.document())
CALLS = {call.label: call for call in map(operator.methodcaller("ok"), SCHEMA.get_all_operations())}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]
ONCE = [checks.ignored_auth, checks.unsupported_method]
BODIES = {"member": "M-0001", "due": "2026-12-01", "incident": INCIDENT}
QUICK = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalledNode]:
    with called_node(tmp_path_factory.mktemp("api"), is_limited=False) as called:
        yield called


@pytest.fixture(scope="module")
def caller(node: CalledNode) -> Caller:
    return node.caller()


@pytest.fixture(scope="module")
def token(caller: Caller) -> str:
    return caller.token


@pytest.fixture(scope="module")
def known(caller: Caller) -> dict[str, str]:
    return {"incident": INCIDENT, "check_in": caller.check_in().said["id"]}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", CALLS)
def test_every_call_is_answered_as_described(node: CalledNode, token: str, label: str, mode: GenerationMode) -> None:
    base, sent = f"{node.served.origin}/api/v1", {"Authorization": f"Bearer {token}"}
    statuses: set[int] = set()

    @QUICK
    @given(case=CALLS[label].as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        statuses.add(case.call_and_validate(base_url=base, headers=sent, checks=CHECKS).status_code)

    call()
    assert statuses


@pytest.mark.parametrize("label", CALLS)
def test_every_call_is_answered_as_described_about_what_there_is(
    node: CalledNode, token: str, known: dict[str, str], label: str
) -> None:
    base, sent = f"{node.served.origin}/api/v1", {"Authorization": f"Bearer {token}"}
    statuses: set[int] = set()

    @QUICK
    @given(case=CALLS[label].as_strategy())
    def call(case: Any) -> None:
        case.path_parameters = {name: known.get(name, said) for name, said in (case.path_parameters or {}).items()}
        if isinstance(case.body, dict):
            case.body |= {name: said for name, said in BODIES.items() if name in case.body}
            case.body |= {"supporters": []} if "supporters" in case.body else {}
        statuses.add(case.call_and_validate(base_url=base, headers=sent, checks=CHECKS).status_code)

    call()
    assert statuses & {200, 201}
    assert statuses <= {200, 201, 404, 409, 422}


@pytest.mark.parametrize("label", CALLS)
def test_without_a_token_and_with_another_method_each_call_is_refused(node: CalledNode, label: str) -> None:
    base = f"{node.served.origin}/api/v1"

    @settings(QUICK, max_examples=2)
    @given(case=CALLS[label].as_strategy())
    def call(case: Any) -> None:
        case.call_and_validate(base_url=base, checks=[*CHECKS, *ONCE])

    call()


def test_every_call_says_what_it_does_and_how_it_is_refused() -> None:
    calls = [call for path in api.document()["paths"].values() for call in path.values()]
    assert len(calls) == 6
    for call in calls:
        assert call["description"].endswith(".")
        assert "Permission: " in call["description"]
        assert {str(status) for status in REFUSALS} < set(call["responses"])
        assert [each for each in call["responses"].values() if not each["description"]] == []
        assert call["security"] == [{"token": []}]


def test_every_field_has_its_bounds_and_nothing_else_is_taken() -> None:
    told = api.document()
    fields = [
        (f"{name}.{field}", said)
        for name, schema in told["components"]["schemas"].items()
        for field, said in schema["properties"].items()
    ]
    fields += [
        (each["name"], each["schema"] | {"description": each.get("description", "")})
        for path in told["paths"].values()
        for call in path.values()
        for each in call.get("parameters", ())
    ]
    assert len(fields) > 30
    assert [name for name, said in fields for each in _values(said) if not _is_bounded(each)] == []
    assert [name for name, schema in told["components"]["schemas"].items() if schema["additionalProperties"]] == []


def _values(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what a field may be, and what each of its rows may be; another model is looked at by itself."""
    found = [each for each in said.get("anyOf", [said]) if each.get("type") != "null" and "$ref" not in each]
    return found + [each["items"] for each in found if "items" in each and "$ref" not in each["items"]]


def _is_bounded(said: dict[str, Any]) -> bool:
    if "enum" in said or "const" in said:
        return True
    wanted = {"string": ("maxLength",), "integer": ("minimum", "maximum"), "array": ("maxItems",)}[said["type"]]
    return all(each in said for each in wanted) or said.get("format") == "date-time"
