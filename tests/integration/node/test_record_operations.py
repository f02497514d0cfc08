"""Records as a signed-in person reaches them: few words log an encounter, and nobody reaches another's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.errors import AlreadyExists, InvalidRequest, NotAllowed, NotFound
from node.opened import OpenNode
from node.operations import GUARDED
from node.persistence.audit import TRAIL
from tests.builders import NOON
from tests.local_node import local_node, person
from tests.records import Somebody, added, encounter, supporter

KIM = person(Role.COORDINATOR, name="kim")


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def ask(node: OpenNode, who: Any, operation: str, /, **said: Any) -> Any:
    return GUARDED[operation].do(node, getattr(who, "person", who), said)


def outcomes(node: OpenNode) -> list[tuple[str, str, str]]:
    every = node.read(lambda c: [entry for _, _, entry in TRAIL.read(c)])
    return [(e.actor, e.subject, e.outcome) for e in every if e.outcome != "done"]


def test_nothing_but_the_command_logs_an_encounter(node: OpenNode, casey: Somebody) -> None:
    made = ask(node, casey, "encounter_log")

    told = {"kind": "undisclosed", "mode": "in_person", "duration": "under_15", "participants": 1, "supporter": "S-01"}
    told |= {"activation_type": "self_referral", "referrals": ["none"], "occurred_at": "2026-11-03T05:00:00-07:00"}
    assert told.items() <= made.items()
    assert ask(node, casey, "own_encounters")["encounters"] == [made]


def test_every_field_is_said_in_words_as_people_type_them(node: OpenNode, casey: Somebody) -> None:
    ask(node, KIM, "member_add", name="Ann Ek", recipient_class="volunteer")

    made = ask(
        node, casey, "encounter_log",
        at="yesterday 4:30", kind="Family / relationship", activation_type="peer-initiated", mode="group",
        duration="45", participants=6, referrals=["EAP", "chap"], follow_up="3d", member="m1",
    )  # fmt: skip

    told: dict[str, Any] = {
        "kind": "family_or_relationship",
        "activation_type": "peer_initiated",
        "mode": "group_session",
    }
    told |= {"duration": "45_59", "participants": 6, "referrals": ["eap", "chaplain"], "recipient_class": "volunteer"}
    told |= {"occurred_at": "2026-11-02T04:30:00-07:00", "follow_up_due": "2026-11-06", "member": "M-0001"}
    assert told.items() <= made.items()


def test_the_recipient_is_as_in_the_last_entry(node: OpenNode, casey: Somebody) -> None:
    ask(node, casey, "encounter_log", recipient_class="telecom")
    assert ask(node, casey, "encounter_log")["recipient_class"] == "telecommunicator"


def test_a_follow_up_is_due_as_agreed_when_nobody_says_a_day(node: OpenNode, casey: Somebody) -> None:
    assert ask(node, casey, "encounter_log", follow_up="yes")["follow_up_due"] == "2026-11-10"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("at", "25:00"), ("at", "2d from now"), ("at", "0000-01-01"), ("at", "9999-12-31 23:59"), ("at", "tomorrow 1"),
        ("at", "1989-12-31 10:00"), ("kind", "s"), ("kind", "'; DROP TABLE encounter; --"), ("kind", 7),
        ("kind", "x" * 1_000_000), ("mode", "group"), ("mode", "\0"), ("duration", "1441"), ("duration", "٣"),
        ("participants", 2), ("participants", True), ("participants", "1"), ("referrals", ["none", "eap"]),
        ("referrals", ["eap"] * 99), ("follow_up", "2020-01-01"), ("follow_up", "3h"), ("follow_up", "9999w"),
        ("incident", "zz"), ("member", "Ann\u202e"), ("member", "\ud800"), ("recipient_class", []),
    ],
)  # fmt: skip
def test_t06_t07_e01_what_is_no_value_of_a_field_is_refused_and_nothing_is_logged(
    node: OpenNode, casey: Somebody, field: str, said: object
) -> None:
    with pytest.raises((InvalidRequest, NotFound)) as refused:
        ask(node, casey, "encounter_log", **{field: said})
    assert len(str(refused.value)) < 300
    assert ask(node, casey, "own_encounters")["encounters"] == []


@pytest.mark.parametrize("name", ["own_encounter", "encounter_edit", "encounter_void"])
def test_i03_anothers_encounter_and_none_at_all_are_refused_alike_and_stand_in_the_trail(
    node: OpenNode, casey: Somebody, name: str
) -> None:
    robin = supporter(node, "robin")
    made = ask(node, casey, "encounter_log")

    said = []
    for meant in (made["id"], made["reference"], "0" * 32, "00000000"):
        with pytest.raises(NotAllowed) as refused:
            ask(node, robin, name, encounter=meant, kind="other")
        said.append(str(refused.value))

    assert len(set(said)) == 1
    subjects = [f"encounter {made['id']}"] * 2 + [f"encounter {'0' * 32}", "encounter 00000000"]
    why = "refused: there is no such encounter of yours"
    assert outcomes(node) == [("user robin", subject, why) for subject in subjects]
    assert ask(node, casey, "own_encounter", encounter="last")["version"] == 1


def test_i03_a_list_of_own_encounters_holds_no_others_whatever_is_asked(node: OpenNode, casey: Somebody) -> None:
    robin = supporter(node, "robin")
    ask(node, casey, "encounter_log")

    for said in ({}, {"supporter": "S-01"}, {"void": True}, {"kind": ["undisclosed"]}):
        assert ask(node, robin, "own_encounters", **said)["encounters"] == []


def test_i03_a_user_who_is_no_supporter_logs_nothing(node: OpenNode) -> None:
    with pytest.raises(NotAllowed, match="an operator links your user"):
        ask(node, KIM, "encounter_log")
    assert [entry[0] for entry in outcomes(node)] == ["user kim"]


@pytest.mark.parametrize("field", ["supporter", "member", "incident", "kind", "mode", "since", "until", "after"])
@pytest.mark.parametrize("said", ["' OR 1=1 --", "%", "\0", "\ud800", "\u202e", "x" * 1_000_000])
def test_e01_t07_what_narrows_a_list_is_no_sql_and_has_an_end(
    node: OpenNode, casey: Somebody, field: str, said: str
) -> None:
    ask(node, casey, "encounter_log")
    with pytest.raises((InvalidRequest, NotFound)):
        ask(node, KIM, "encounters", **{field: said})


def test_a_coordinator_sees_each_coded_encounter_and_reads_of_a_member_stand_in_the_trail(
    node: OpenNode, casey: Somebody
) -> None:
    member_id = ask(node, KIM, "member_add", name="Ann Ek")["id"]
    made = ask(node, casey, "encounter_log", member="1")
    ask(node, KIM, "encounters", supporter="casey", since="2d", until="tomorrow")
    whole = ask(node, KIM, "encounter", encounter=made["reference"])

    assert [each["version"] for each in whole["versions"]] == [1]
    entries = node.read(lambda c: [entry for _, _, entry in TRAIL.read(c)])
    reads = [e.actor for e in entries if e.subject == f"member {member_id}" and e.version == 0]
    assert reads == ["user kim"] * 2


def test_an_own_encounter_is_corrected_and_voided(node: OpenNode, casey: Somebody) -> None:
    made = ask(node, casey, "encounter_log", mode="group", participants=4)

    changed = ask(node, casey, "encounter_edit", encounter="last", mode="phone", at="20m")
    voided = ask(node, casey, "encounter_void", encounter=made["reference"])

    assert (changed["participants"], changed["version"]) == (1, 2)
    assert changed["occurred_at"] == (NOON - timedelta(minutes=20)).astimezone(node.settings.zone).isoformat()
    assert (voided["is_void"], ask(node, casey, "own_encounters")["encounters"]) == (True, [])
    with pytest.raises(InvalidRequest, match="say what is to be corrected"):
        ask(node, casey, "encounter_edit", encounter=made["id"])


def test_pages_follow_each_other(node: OpenNode, casey: Somebody) -> None:
    added(node, casey, *(encounter(casey.supporter_id, occurred_at=NOON - timedelta(hours=h)) for h in range(5)))

    first = ask(node, casey, "own_encounters", limit=3)
    second = ask(node, casey, "own_encounters", limit=3, after=first["after"])

    assert (len(first["encounters"]), len(second["encounters"]), second["after"]) == (3, 2, None)


@pytest.mark.parametrize("field", ["name", "unit", "contact"])
@pytest.mark.parametrize("said", ["A\0", "A\u202eB", "A\ud800", "x" * 1_000_000, 7, "A\x1b[2J"])
def test_t07_no_field_of_a_member_takes_what_cannot_be_shown(node: OpenNode, field: str, said: object) -> None:
    with pytest.raises(InvalidRequest, match=f"^{field}: "):
        ask(node, KIM, "member_add", **({"name": "Ann"} | {field: said}))


@pytest.mark.parametrize("said", ["A\0", "A\u202eB", "A\ud800", "x" * 1_000_000, 7])
def test_t07_no_field_of_a_supporter_takes_what_cannot_be_shown(node: OpenNode, said: object) -> None:
    with pytest.raises(InvalidRequest, match="^name: "):
        ask(node, KIM, "supporter_add", name=said)
    ask(node, KIM, "supporter_add", name="Sam")
    with pytest.raises(InvalidRequest, match="^provider: "):
        ask(node, KIM, "supporter_train", supporter="S-01", topic="self_care", provider=said)
    for field in ("languages", "designated_on", *(["cap"] if said != 7 else [])):
        with pytest.raises(InvalidRequest, match=f"^{field}: "):
            ask(node, KIM, "supporter_edit", supporter="S-01", **{field: said})


def test_a_member_is_found_briefly_and_shown_whole(node: OpenNode) -> None:
    ask(node, KIM, "member_add", name="Bo Li", contact="radio", unit="Engine 4")
    ask(node, KIM, "member_add", name="Ann Ek", supervisor="M-0001")

    (found,) = ask(node, KIM, "member_find", said="bo")["members"]

    assert set(found) == {"code", "name", "unit", "recipient_class", "state", "flagged"}
    assert ask(node, KIM, "member_show", member="2")["supervisor"] == "M-0001"
    assert ask(node, KIM, "member_end", member="2")["state"] == "former"
    assert ask(node, KIM, "member_edit", member="1", unit="")["unit"] == ""


def test_a_supporter_pauses_themselves_and_nobody_else(node: OpenNode, casey: Somebody) -> None:
    paused = ask(node, casey, "pause", until="3d")

    assert (paused["availability"], paused["paused_until"]) == ("paused", "2026-11-06T00:00:00-07:00")
    assert ask(node, KIM, "supporter_resume", supporter="casey")["availability"] == "available"
    with pytest.raises(NotAllowed):
        ask(node, KIM, "pause")


def test_a_coordinator_keeps_the_roster(node: OpenNode) -> None:
    ask(node, KIM, "member_add", name="Sam Roe")
    ask(node, KIM, "supporter_add", member="M-0001", designated_on="2025-01-01", languages=["Spanish"])
    trained = ask(node, KIM, "supporter_train", supporter="Sam Roe", topic="self", expires="2027-01-01", hours=8)
    several = ask(node, KIM, "supporter_train", supporter="1", topic=["active", "confid"], completed="2026-01-10")
    for topics in (["de_escal", "active"], ["de_escal", "de_escal"]):
        with pytest.raises(AlreadyExists, match="recorded already: (active_listening|de_escalation)"):
            ask(node, KIM, "supporter_train", supporter="1", topic=topics, completed="2026-01-10")
    with pytest.raises(InvalidRequest, match="^topic: "):
        ask(node, KIM, "supporter_train", supporter="1", topic=[])
    ask(node, KIM, "supporter_edit", supporter="S-01", cap="3")
    capped = ask(node, KIM, "supporter_show", supporter="1")

    assert "self_care" not in trained["topics_lacking"]
    assert [each["topic"] for each in several["trainings"]] == ["active_listening", "confidentiality", "self_care"]
    assert capped["trainings"] == several["trainings"]
    assert (capped["cap"], capped["member"], capped["languages"]) == (3, "M-0001", ["spanish"])
    assert ask(node, KIM, "supporter_edit", supporter="1", cap="none", ended_on="today")["availability"] == "ended"
    assert ask(node, KIM, "supporters") == []
    assert [row["code"] for row in ask(node, KIM, "supporters", ended=True)] == ["S-01"]
