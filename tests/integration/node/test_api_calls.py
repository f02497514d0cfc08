"""What a CAD or RMS does over the JSON interface, through a node's real listener.

Source: issue "two consoles"; node/operations/api_calls.py.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.web.tickets import SESSION_COOKIE
from node.domain.api_token import Permission
from node.domain.incident_roster import Presence
from node.persistence.incident_rosters import list_recorded
from node.use_cases.api_tokens import remove_token
from tests.api_callers import INCIDENT, PROBLEM, CalledNode, Caller, called_node
from tests.builders import NOON
from tests.canaries import STEM, canary, forms, hits
from tests.care import add_incident, do
from tests.nodes import INCIDENT_ID

Call = tuple[str, str, Any]  # method, path, body
OTHER = (b"\x22" * 16).hex()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[CalledNode]:
    with called_node(tmp_path) as called:
        yield called


@pytest.fixture
def cad(node: CalledNode) -> Caller:
    return node.caller()


def test_a_cad_links_an_incident_to_its_own_number_and_finds_it_by_it(node: CalledNode, cad: Caller) -> None:
    node.served.run(lambda opened: add_incident(opened, id=bytes.fromhex(OTHER), title="Bus on Route 9"))
    link = f"/incidents/{INCIDENT}/numbers/cad"
    told = cad.call("PUT", link, {"numbers": ["F26-0012345", "F26-0012346"]})
    assert (told.status, [each["number"] for each in told.said["numbers"]]) == (200, ["F26-0012345", "F26-0012346"])
    [found] = cad.call("GET", "/incidents?number=F26-0012345").said["incidents"]
    assert (found["id"], found["title"]) == (INCIDENT, "Mill fire")
    assert cad.call("GET", "/incidents?number=F26-9").said["incidents"] == []
    assert len(cad.call("GET", "/incidents").said["incidents"]) == 2
    [row] = node.served.do("incidents", number="F26-0012346")  # as the command line and the incident's page see it
    assert row["numbers"] == ["cad F26-0012345", "cad F26-0012346"]


def test_linking_again_changes_nothing_and_another_list_takes_the_place_of_the_first(
    node: CalledNode, cad: Caller
) -> None:
    link = f"/incidents/{INCIDENT}/numbers/cad"
    first = [cad.call("PUT", link, {"numbers": ["F26-1"]}) for _ in range(2)]
    assert (first[0].status, first[0].said) == (first[1].status, first[1].said)
    assert sum(action == "link incident" for _, action, _, _ in node.audited()) == 1
    cad.call("PUT", f"/incidents/{INCIDENT}/numbers/rms", {"numbers": ["R-7"]})
    told = cad.call("PUT", link, {"numbers": ["F26-2"]}).said["numbers"]
    assert told == [{"system": "cad", "number": "F26-2"}, {"system": "rms", "number": "R-7"}]
    assert cad.call("PUT", link, {"numbers": []}).said["numbers"] == [{"system": "rms", "number": "R-7"}]


def test_a_number_that_belongs_to_another_incident_is_refused(node: CalledNode, cad: Caller) -> None:
    node.served.run(lambda opened: add_incident(opened, id=bytes.fromhex(OTHER)))
    cad.call("PUT", f"/incidents/{INCIDENT}/numbers/cad", {"numbers": ["F26-1"]})
    answer = cad.call("PUT", f"/incidents/{OTHER}/numbers/cad", {"numbers": ["F26-2", "F26-1"]})
    assert (answer.status, answer.headers["content-type"]) == (409, PROBLEM)
    assert [each["numbers"] for each in node.served.do("incidents", number="F26-2")] == []
    assert cad.call("PUT", f"/incidents/{OTHER}/numbers/rms", {"numbers": ["F26-1"]}).status == 200


def test_incidents_come_a_page_at_a_time(node: CalledNode, cad: Caller) -> None:
    for number in range(3):
        told: dict[str, Any] = {"id": bytes([number]) * 16, "opened_at": NOON + timedelta(hours=1 + number)}
        node.served.run(partial(add_incident, **told))
    first = cad.call("GET", "/incidents?limit=3").said
    rest = cad.call("GET", f"/incidents?limit=3&after={first['after']}").said
    assert [each["id"][:2] for each in first["incidents"]] == ["02", "01", "00"]
    assert ([each["id"] for each in rest["incidents"]], rest["after"]) == ([INCIDENT], None)


def test_who_was_at_an_incident_is_recorded_by_code_and_only_counted_in_the_answer(
    node: CalledNode, cad: Caller
) -> None:
    roster = f"/incidents/{INCIDENT}/roster"
    was_there = {"supporters": [{"supporter": "S-01", "presence": "responder"}]}
    for _ in range(2):
        assert cad.call("PUT", roster, was_there).said == {"incident": INCIDENT, "supporters": 1}
    opened = node.served.node.opened
    read = opened.read(lambda c: list_recorded(c, opened.vault, INCIDENT_ID))
    assert [(each.presence, each.version) for each in read] == [(Presence.RESPONDER, 1)]
    assert cad.call("PUT", roster, {"supporters": []}).said["supporters"] == 0
    assert cad.call("PUT", roster, {"supporters": [{"supporter": "S-99", "presence": "witness"}]}).status == 404
    assert cad.call("PUT", roster, {"supporters": [{"supporter": "casey", "presence": "witness"}]}).status == 422


def test_a_check_in_is_made_once_however_often_it_is_sent(node: CalledNode, cad: Caller) -> None:
    sent = [cad.check_in(incident=INCIDENT) for _ in range(3)]
    assert [each.status for each in sent] == [201, 200, 200]
    assert len({each.body for each in sent}) == 1
    [held] = node.served.run(lambda opened: do(opened, "check_ins"))
    assert (held["id"], held["member"], held["owner"], held["incident"]) == (
        sent[0].said["id"], "M-0001", "unassigned", INCIDENT,
    )  # fmt: skip
    assert cad.check_in(due="2026-12-02", incident=INCIDENT).status == 409
    assert cad.check_in(key="cad-call-0002").status == 201
    assert node.caller(name="rms").check_in(due="2026-12-03").status == 201  # another token's keys are its own
    assert len(node.served.run(lambda opened: do(opened, "check_ins"))) == 3


def test_who_made_a_check_in_learns_that_it_ended_and_not_how(node: CalledNode, cad: Caller) -> None:
    made = cad.check_in().said
    assert cad.call("GET", f"/check-ins/{made['id']}").said == made | {"state": "open"}
    node.served.run(lambda opened: do(opened, "check_in_change", check_in="C-1", verb="close", outcome="referred_on"))
    assert cad.call("GET", f"/check-ins/{made['id']}").said == made | {"state": "ended"}
    assert cad.check_in().said == made | {"state": "ended"}  # the first call, sent again


def test_i03_somebody_elses_check_in_is_as_if_it_were_not_there(node: CalledNode, cad: Caller) -> None:
    rms = node.caller(name="rms")
    theirs = rms.check_in().said["id"]
    own = node.served.run(lambda opened: do(opened, "check_in_open", due="2026-12-01", member="M-0001"))["id"]
    answers = [cad.call("GET", f"/check-ins/{id_}") for id_ in (theirs, own, OTHER)]
    assert [each.status for each in answers] == [404, 404, 404]
    assert len({each.body for each in answers}) == 1
    assert node.audited()[-1][:2] == ("api cad", "api check in")
    assert node.audited()[-1][3].startswith("refused: ")


def test_an_erased_members_check_in_is_ended_and_its_call_can_be_sent_again(node: CalledNode, cad: Caller) -> None:
    made = cad.check_in().said
    node.served.run(lambda opened: do(opened, "erase_member", member="M-0001"))
    assert cad.check_in().said == made | {"state": "ended"}
    assert cad.check_in(key="cad-call-0002").status == 404


def test_each_permission_opens_its_own_calls_alone(node: CalledNode) -> None:
    numbers: Call = ("PUT", f"/incidents/{INCIDENT}/numbers/cad", {"numbers": ["F26-1"]})
    roster: Call = ("PUT", f"/incidents/{INCIDENT}/roster", {"supporters": []})
    calls: dict[Permission, list[Call]] = {
        Permission.READ_INCIDENTS: [("GET", "/incidents", None), ("GET", f"/incidents/{INCIDENT}", None)],
        Permission.LINK_INCIDENTS: [numbers],
        Permission.SET_ROSTERS: [roster],
        Permission.CREATE_CHECK_INS: [("GET", f"/check-ins/{OTHER}", None)],
    }
    assert set(calls) == set(Permission)
    for held in Permission:
        caller = node.caller(held, name=held.value)
        for needed, every in calls.items():
            for method, path, body in every:
                refused = caller.call(method, path, body).status == 403
                assert refused is (held is not needed), (held, method, path)


def test_every_call_stands_in_the_trail_under_the_tokens_name(node: CalledNode, cad: Caller) -> None:
    made = cad.check_in().said["id"]
    cad.call("GET", "/incidents")
    cad.call("GET", "/openapi.json")
    told = [line for line in node.audited() if line[0] == "api cad"]
    assert told == [
        ("api cad", "assign follow-up", f"local_follow_up {made}", "done"),
        ("api cad", "api check in create", f"local_follow_up {made}", "done"),
        ("api cad", "api incidents", "", "done"),
        ("api cad", "api document", "", "done"),
    ]


def test_a_token_that_is_removed_between_two_calls_does_nothing_more(node: CalledNode, cad: Caller) -> None:
    assert cad.call("GET", "/incidents").status == 200
    node.served.run(lambda opened: opened.write("t", lambda c: remove_token(c, "user robin", "cad", NOON)))
    refused = [cad.call("GET", "/incidents"), cad.check_in(), cad.call("GET", "/openapi.json")]
    assert [(each.status, each.headers["www-authenticate"]) for each in refused] == [(401, "Bearer")] * 3
    assert node.served.run(lambda opened: do(opened, "check_ins")) == []


def test_a_token_that_expired_meanwhile_is_refused(node: CalledNode) -> None:
    cad = node.caller(until=NOON + timedelta(hours=1))
    assert cad.call("GET", "/incidents").status == 200
    node.clock.advance(timedelta(hours=1))
    answer = cad.call("GET", "/incidents")
    assert (answer.status, answer.said["detail"]) == (
        401, "This token is expired: an operator of this node makes another.",
    )  # fmt: skip


def test_e02_a_sessions_cookie_calls_nothing_and_a_token_opens_no_page(node: CalledNode, cad: Caller) -> None:
    session = node.served.sign_in_as(Role.OPERATOR, name="robin")
    cookie = SimpleCookie({SESSION_COOKIE: session}).output(header="").strip()
    nobody = Caller(node.served, "")
    for path in ("/incidents", "/openapi.json", f"/check-ins/{OTHER}"):
        assert nobody.call("GET", path, Cookie=cookie).status == 401
        assert Caller(node.served, session).call("GET", path, Cookie=cookie).status == 401
    as_session = SimpleCookie({SESSION_COOKIE: cad.token}).output(header="").strip()
    senders: list[dict[str, Any]] = [{}, {"Cookie": as_session}]
    for path in ("/account", "/api-tokens", "/api-tokens/openapi.json"):
        for sent in senders:
            answer = cad.call("GET", path, below="", **sent)
            assert (answer.status, answer.headers["location"][:9]) == (303, "/sign-in?")
    assert nobody.call("GET", "/api-tokens/openapi.json", below="", Cookie=cookie).said["openapi"] == "3.1.0"


def test_e02_another_sites_page_calls_nothing_with_or_without_a_token(node: CalledNode, cad: Caller) -> None:
    senders: list[dict[str, Any]] = [
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Origin": "https://evil.example"},
    ]  # fmt: skip
    for sent in senders:
        answer = cad.call("GET", "/incidents", **sent)
        assert (answer.status, answer.headers["content-type"]) == (403, PROBLEM)
        assert "access-control-allow-origin" not in answer.headers
        assert cad.call("OPTIONS", "/incidents", **sent).status == 403
    assert cad.call("GET", "/incidents", Sec_Fetch_Site="same-origin").status == 200


def test_i01_nothing_that_is_stored_of_a_person_comes_out(tmp_path: Path) -> None:
    with called_node(tmp_path, member=canary(1), supporter=f"{STEM}2") as node:
        cad = node.caller()
        made = cad.check_in(incident=INCIDENT).said["id"]
        calls = [
            ("GET", "/incidents", None),
            ("GET", f"/incidents/{INCIDENT}", None),
            ("PUT", f"/incidents/{INCIDENT}/numbers/cad", {"numbers": ["F26-1"]}),
            ("PUT", f"/incidents/{INCIDENT}/roster", {"supporters": [{"supporter": "S-01", "presence": "party"}]}),
            ("PUT", f"/incidents/{INCIDENT}/roster", {"supporters": [{"supporter": "S-02", "presence": "party"}]}),
            ("GET", f"/check-ins/{made}", None),
            ("GET", "/openapi.json", None),
        ]
        answers = [cad.call(method, path, body) for method, path, body in calls]
        answers += [
            cad.check_in(incident=INCIDENT),
            cad.check_in(due="2026-12-05"),
            cad.check_in("M-0002", key="cad-call-0009"),
        ]
        said = b"\n".join(repr(each.headers).encode() + each.body for each in answers)
        assert hits(said, forms(STEM)) == set()
        assert b"M-0001" not in said.replace(b"such as M-0017", b"")
        assert sum(each.status < 300 for each in answers) == len(answers) - 3
