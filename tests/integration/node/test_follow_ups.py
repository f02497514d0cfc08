"""Follow-ups at a node without a hub: predicted, refused here first, carried along, found by name."""

from functools import partial

import pytest

from common.errors import InvalidRequest, NotFound, WrongState
from common.followup.reference import reference_of, spaced
from common.followup.state import ACTIVE, ON_HOLD, OPEN
from common.wire.times import timestamp
from common.wire.v1 import codes_pb2 as codes
from common.wire.v1 import notice_pb2 as wire
from node.domain.delivery import Flow
from node.operations import follow_ups as operations
from node.persistence import directory, streams
from node.use_cases import delivery
from node.use_cases import follow_ups as use_case
from tests.builders import NOON
from tests.nodes import AGENCY_ID, BOUND_KEY, INCIDENT_ID, OTHER_AGENCY, NodeStore, numbered
from tests.telling import ID, STALE, THIRD, expected, known, listed, open_one, say, shown, tell, told

EMS = codes.Discipline.DISCIPLINE_EMS


def test_commands_follow_each_other_while_the_hub_is_out_of_reach(node: NodeStore) -> None:
    held = open_one(node)
    for verb in ("first_contact", "hold", "resume"):
        say(node, verb, held)

    state = expected(node, held)
    assert (state.work, state.version) == (ACTIVE, 4)
    assert known(node, held).state.version == 0  # what is true now is what the hub told: nothing yet
    assert shown(node, held)["waiting"] == ["open", "first_contact", "hold", "resume"]
    with pytest.raises(WrongState, match="that step cannot follow"):
        say(node, "resume", held)
    assert [row["reference"] for row in listed(node, "waiting")] == [spaced(reference_of(held))]


def test_what_was_answered_and_not_told_yet_still_counts_until_it_is_told(node: NodeStore) -> None:
    tell(node, told(5))
    say(node, "hold")
    node.acknowledge(node.send())

    assert expected(node).work == ON_HOLD
    say(node, "resume")  # decided on version 6, which the hub has not told
    tell(node, told(6, work=ON_HOLD))
    assert (expected(node).version, expected(node).work) == (7, ACTIVE)


def test_what_is_wrong_by_what_is_known_here_is_refused_here_and_leaves_nothing(node: NodeStore) -> None:
    tell(node, told(3, accountable_agency_id=OTHER_AGENCY))
    for verb in ("hold", "first_contact", "check_in"):
        with pytest.raises(WrongState, match="another agency is accountable for it"):
            say(node, verb)
    with pytest.raises(WrongState, match="has not signed the agreement in force"):
        say(node, "accept")
    with pytest.raises(NotFound, match="nothing is known of such a follow-up"):
        say(node, "hold", bytes(16))

    assert node.next_batch() is None


def test_an_agency_that_an_offer_passed_by_is_told_so_and_does_not_see_it_in_its_list(node: NodeStore) -> None:
    offered = told(
        3,
        origin_agency_id=OTHER_AGENCY,
        accountable_agency_id=OTHER_AGENCY,
        offer=codes.FollowUpOffer.FOLLOW_UP_OFFER_OFFERED,
        accept_by=timestamp(NOON),
        offered_to=[AGENCY_ID],
    )
    tell(node, offered, "offer_received")
    assert [row["id"] for row in listed(node, "offers")] == [ID.hex()]

    tell(node, told(4, origin_agency_id=OTHER_AGENCY, accountable_agency_id=THIRD))
    assert (listed(node), listed(node, "offers")) == ([], [])
    with pytest.raises(WrongState, match="no offer of it is open to this agency any more"):
        say(node, "acknowledge")


def test_a_refused_command_stands_beside_what_is_true_now(node: NodeStore) -> None:
    tell(node, told(3))
    say(node, "hold")
    batch = node.send()
    node.acknowledge(batch, outcomes=[STALE])
    node.tell_refused(1, "decided too early", outcome=STALE)
    tell(node, told(4, accountable_agency_id=OTHER_AGENCY))

    found = shown(node)
    assert (found["refused"], found["waiting"], found["is_mine"]) == ("decided too early", [], False)
    assert found["commands"] == [
        {
            "verb": "hold",
            "written_at": NOON.isoformat(),
            "outcome": "refused_stale_version",
            "reason": "decided too early",
        }
    ]
    assert expected(node).version == 4  # what was refused is expected no more


def test_an_opening_that_was_refused_takes_no_more_commands(node: NodeStore) -> None:
    held = open_one(node)
    node.acknowledge(node.send(), outcomes=[STALE])

    with pytest.raises(WrongState, match="the hub did not take its opening"):
        say(node, "hold", held)


def test_one_opened_here_is_provisional_until_the_hub_tells_it(node: NodeStore) -> None:
    held = open_one(node)
    (row,) = listed(node)
    assert (row["version"], row["is_mine"], row["work"], row["waiting"]) == (0, True, "open", ["open"])
    assert not known(node, held).is_told

    node.acknowledge(node.send())
    tell(node, told(1, follow_up_id=held, work=OPEN))
    assert (known(node, held).state.version, shown(node, held)["waiting"]) == (1, [])


def test_commands_carried_into_a_new_stream_are_counted_once_and_in_order(node: NodeStore) -> None:
    held = open_one(node)
    node.acknowledge(node.send())
    say(node, "first_contact", held)
    say(node, "hold", held)
    stream = node.stream.stream_id
    node.write(partial(streams.set_flow, stream_id=stream, flow=Flow.AHEAD, reason="restored", now=NOON))
    node.write(partial(delivery.start_new_stream, key=BOUND_KEY, now=NOON))
    say(node, "resume", held)

    assert [each["verb"] for each in shown(node, held)["commands"]] == ["open", "first_contact", "hold", "resume"]
    assert (expected(node, held).version, expected(node, held).work) == (4, ACTIVE)

    node.acknowledge(node.send())
    while node.next_batch() is not None:
        node.acknowledge(node.send())
    assert [each["outcome"] for each in shown(node, held)["commands"]] == ["applied"] * 4


def test_an_agency_is_named_by_its_name_or_the_beginning_of_it(node: NodeStore) -> None:
    entries = [
        wire.DirectoryEntry(
            agency_id=id_, name=name, discipline=codes.Discipline.DISCIPLINE_EMS, jurisdiction="default", active=True
        )
        for id_, name in ((OTHER_AGENCY, "Cedar Valley EMS"), (THIRD, "Cedar Valley EMS North"), (INCIDENT_ID, "Stone"))
    ]
    node.apply(numbered(1, directory=wire.DirectoryNotice(version=1, entries=entries)))
    assert len(node.read(directory.list_directory)) == 3

    def named(said: str) -> bytes:
        return node.read(lambda connection: operations._agency(connection, said))

    assert named("cedar valley ems") == OTHER_AGENCY  # exactly so, though another one begins so
    assert named("Cedar Valley EMS N") == THIRD
    assert named("  STO ") == named(INCIDENT_ID.hex()) == INCIDENT_ID
    with pytest.raises(InvalidRequest, match="may be Cedar Valley EMS or Cedar Valley EMS North: write more"):
        named("cedar")
    for said in ("", " ", "ridge"):
        with pytest.raises(InvalidRequest, match="no agency is called"):
            named(said)


def test_a_follow_up_is_named_by_its_reference_or_the_beginning_of_its_id(node: NodeStore) -> None:
    tell(node, told(3))
    reference = reference_of(ID)

    def named(said: str) -> bytes:
        return node.read(lambda connection: use_case.get_by_name(connection, said)).state.id

    names = (reference, spaced(reference).lower(), ID.hex(), ID.hex()[:8], ID.hex()[:4].upper())
    assert {named(said) for said in names} == {ID}
    tell(node, told(3, follow_up_id=b"\x21\x21" + bytes(14)))
    with pytest.raises(InvalidRequest, match="names 2, give more of the id"):
        named("2121")
    for nobodys in ("ffff", ID.hex() + "0"):
        with pytest.raises(NotFound, match=f"nothing is known of a follow-up {nobodys}"):
            named(nobodys)
    with pytest.raises(InvalidRequest, match="a wrong character"):
        named(("Y" if reference[0] != "Y" else "X") + reference[1:])


def test_a_follow_up_of_an_agreement_that_was_never_told_here_is_worked_on_all_the_same(node: NodeStore) -> None:
    tell(node, told(3, agreement_version=7))

    say(node, "hold")
    assert expected(node).work == ON_HOLD
    assert known(node).state.agreement_version == 7
