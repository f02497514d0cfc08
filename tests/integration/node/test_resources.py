"""The resource directory: read by everybody who is signed in, kept by a coordinator, every version there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import NODE_MAY, Action, Role
from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from node.opened import OpenNode
from node.operations import GUARDED
from tests.care import COORDINATOR, do, try_as
from tests.local_node import local_node

EAP = {"kind": "eap", "name": "County EAP", "reach": "+1 303 555 0100", "hours": "weekdays 8-17"}
NODE_ROLES = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path) as opened:
        yield opened


def names(found: Any) -> list[str]:
    return [each["name"] for each in found]


def test_a_new_directory_has_the_national_crisis_line_once(node: OpenNode) -> None:
    for _ in range(2):
        [line] = do(node, "resource_list")
    assert (line["resource"], line["name"], line["kind"]) == ("R-1", "988 Suicide & Crisis Lifeline", "crisis_line")
    do(node, "resource_end", resource="R-1")
    assert do(node, "resource_list") == []
    assert len(do(node, "resource_list", ended=True)) == 1


@pytest.mark.parametrize("role", NODE_ROLES)
def test_everybody_who_is_signed_in_reads_it_and_a_coordinator_keeps_it(node: OpenNode, role: Role) -> None:
    assert len(try_as(node, role, "resource_list")) == 1
    assert NODE_MAY[GUARDED["resource_add"].action] == {Role.COORDINATOR}
    assert {GUARDED[name].action for name in ("resource_edit", "resource_end")} == {Action.CHANGE_RESOURCES}


def test_an_entry_is_added_found_changed_and_ended_each_version_kept(node: OpenNode) -> None:
    do(node, "resource_list")
    added = do(node, "resource_add", languages=["English", "Diné"], confidential=True, **EAP)
    assert (added["resource"], added["needs_check"]) == ("R-2", True)

    do(node, "resource_edit", resource="r2", reach="+1 303 555 0199", checked="today")

    assert names(do(node, "resource_list", kind="eap")) == ["County EAP"]
    assert names(do(node, "resource_list", language="DINÉ")) == ["County EAP"]
    assert do(node, "resource_list", kind="chaplain") == []
    shown = do(node, "resource_show", resource="R-2")
    assert [each["reach"] for each in shown["versions"]] == ["+1 303 555 0100", "+1 303 555 0199"]
    do(node, "resource_end", resource="R-2")
    with pytest.raises(WrongState, match="R-2 has ended"):
        do(node, "resource_edit", resource="R-2", name="x")


def test_after_180_days_it_is_to_be_checked_again(node: OpenNode) -> None:
    do(node, "resource_add", checked="today", **EAP)
    for days, wanted in ((179, []), (1, ["County EAP"])):
        node.clock.advance(timedelta(days=days))  # type: ignore[attr-defined]
        assert names(do(node, "resource_list", unchecked=True)) == wanted
    do(node, "resource_edit", resource="R-1", checked="today")
    assert do(node, "resource_list", unchecked=True) == []


def test_what_is_there_or_says_the_same_is_told(node: OpenNode) -> None:
    do(node, "resource_add", **EAP)
    with pytest.raises(AlreadyExists, match="R-1 is called so already"):
        do(node, "resource_add", **(EAP | {"name": "COUNTY EAP"}))
    with pytest.raises(WrongState, match="R-1 says that already"):
        do(node, "resource_edit", resource="R-1", name="County EAP")
    with pytest.raises(NotFound, match="there is no resource R-7"):
        do(node, "resource_show", resource="R-7")


@pytest.mark.parametrize("field", ["name", "reach", "hours"])
@pytest.mark.parametrize("said", ["a\0b", "abc\u202edef", "a\nb", "a\ud800", "x" * 10**6, 7, "\x1b[31m"])
def test_t07_no_entry_takes_what_cannot_be_shown(node: OpenNode, field: str, said: Any) -> None:
    with pytest.raises(InvalidRequest, match=f"^{field}: "):
        do(node, "resource_add", **(EAP | {field: said}))
    with pytest.raises(InvalidRequest, match=r"^language: "):
        do(node, "resource_add", languages=[said], **EAP)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"kind": "none"}, "kind: none is no place"),
        ({"kind": None}, "kind: must be said"),
        ({"name": ""}, "name: must be said"),
        ({"checked": "2027-01-01"}, "checked: lies in the future"),
        ({"confidential": "maybe"}, "confidential: yes or no"),
        ({"languages": "English"}, "language: a list"),
        ({"languages": ["x"] * 31}, "language: at most 30"),
    ],
)
def test_what_is_wrong_is_refused_naming_the_field(node: OpenNode, changes: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{wrong}"):
        do(node, "resource_add", **(EAP | changes))


def test_e01_sql_and_script_in_a_name_are_kept_as_they_are(node: OpenNode) -> None:
    said = "Robert'); DROP TABLE resource;-- <script>alert(1)</script> =1+1"
    do(node, "resource_add", COORDINATOR, **(EAP | {"name": said}))
    assert names(do(node, "resource_list")) == [said]


FORGED = {
    "another number to call": "UPDATE resource SET reach = '+1 900 555 0000' WHERE number = 2 AND version = 2",
    "the first version put back": "DELETE FROM resource WHERE number = 2 AND version = 2",
    "one that nobody wrote": "INSERT INTO resource SELECT number, 3, kind, name, '+1 900 555 0000', hours, languages, "
    "is_confidential, checked_on, ended_on, written_at, author FROM resource WHERE number = 2 AND version = 2",
}


@pytest.mark.parametrize("forged", FORGED)
def test_t03_an_entry_that_was_altered_or_put_back_is_flagged_and_the_others_are_not(
    node: OpenNode, forged: str
) -> None:
    do(node, "resource_list")
    do(node, "resource_add", COORDINATOR, **EAP)
    do(node, "resource_edit", COORDINATOR, resource="R-2", hours="any time")
    assert [row["flag"] for row in do(node, "resource_list")] == [None, None]
    with node.store.begin() as connection:
        connection.execute(text(FORGED[forged]))

    first, second = (row["flag"] for row in do(node, "resource_list"))
    assert first is None
    assert second.startswith("altered: it is not what was written")
    assert do(node, "resource_show", resource="R-2")["flag"] == second
