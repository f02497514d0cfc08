"""Mutual aid of peers: the rules of `hub.domain.mutual_aid` by their numbers, and matching for any course of offers."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import Discipline, Language, Outcome
from common.wire.v1.report_pb2 import PeerAidCommand
from hub.domain import mutual_aid
from hub.domain.mutual_aid import (
    FILL_WITHIN,
    FILLED,
    OPEN,
    RELEASED,
    UNABLE_TO_FILL,
    WITHDRAWN,
    AidRefused,
    PeerOffer,
    PeerRequest,
    answered,
    at,
    audience,
    is_repeated,
    matched,
    new_request,
)
from tests.builders import NOON, peer_command, peer_request

ID, ASKER = b"\x01" * 16, b"\x0a" * 16
EMS, JAIL, POLICE = b"\x0b" * 16, b"\x0c" * 16, b"\x0d" * 16
TRANSITION, RANGE, TIME = (
    Outcome.OUTCOME_REFUSED_TRANSITION,
    Outcome.OUTCOME_REFUSED_RANGE,
    Outcome.OUTCOME_REFUSED_TIME,
)
LATER = NOON + FILL_WITHIN
END = NOON + timedelta(days=7)


def asked(supporters: int = 5, **changes: object) -> PeerRequest:
    """A request that was just made."""
    return new_request(peer_request(ID, supporters, **changes), ASKER, 1, NOON)


def offer(request: PeerRequest, by: bytes, supporters: int, now: object = NOON) -> PeerRequest:
    return answered(request, peer_command("offer", ID, supporters), by, now)  # type: ignore[arg-type]


def withdraw(request: PeerRequest, by: bytes, now: object = NOON) -> PeerRequest:
    return answered(request, peer_command("withdraw", ID), by, now)  # type: ignore[arg-type]


def refusal(request: PeerRequest, command: PeerAidCommand, by: bytes) -> Outcome:
    with pytest.raises(AidRefused) as refused:
        answered(request, command, by, NOON)
    return refused.value.outcome


def shares(request: PeerRequest) -> list[tuple[bytes, int]]:
    return [(each.agency_id, each.matched) for each in request.offers]


def test_rule_1_a_request_says_how_many_and_until_a_time_ahead() -> None:
    lacking = [peer_request(ID), peer_request(ID), peer_request(ID, until=timestamp(NOON))]
    lacking[0].ClearField("supporters")
    lacking[1].ClearField("until")

    outcomes = []
    for command in lacking:
        with pytest.raises(AidRefused) as refused:
            new_request(command, ASKER, 1, NOON)
        outcomes.append(refused.value.outcome)

    assert outcomes == [RANGE, RANGE, TIME]
    assert (asked().status, asked().matched, asked().due_at) == (OPEN, 0, LATER)


def test_rule_1_only_the_same_content_of_the_same_agency_is_the_same_request() -> None:
    ems, jail = Discipline.DISCIPLINE_EMS, Discipline.DISCIPLINE_CORRECTIONS
    held = asked(disciplines=[ems, jail])

    assert is_repeated(held, peer_request(ID, disciplines=[jail, ems, jail]), ASKER)
    assert not is_repeated(held, peer_request(ID, disciplines=[jail, ems]), EMS)
    for other in (
        peer_request(ID, 6, disciplines=[jail, ems]),
        peer_request(ID, disciplines=[ems]),
        peer_request(ID, disciplines=[jail, ems], languages=[Language.LANGUAGE_SPANISH]),
        peer_request(ID, disciplines=[jail, ems], incident_id=bytes(16)),
        peer_request(ID, disciplines=[jail, ems], until=timestamp(LATER)),
        peer_command("request", ID, 5),
    ):
        assert not is_repeated(held, other, ASKER)


def test_rule_2_the_audience_signed_has_a_discipline_that_is_named_and_takes_part() -> None:
    fire, ems = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_EMS
    members, signed = {ASKER: fire, EMS: ems, JAIL: fire, POLICE: fire}, {EMS, JAIL}

    assert audience(asked(), None, members, signed) == (ASKER, EMS, JAIL)
    assert audience(asked(disciplines=[ems]), None, members, signed) == (ASKER, EMS)
    assert audience(asked(), [JAIL, POLICE, b"\x0e" * 16], members, {*signed, b"\x0e" * 16}) == (ASKER, JAIL)
    assert audience(offer(asked(), POLICE, 1), [], members, signed) == (ASKER, POLICE)


def test_rule_3_offers_are_matched_in_the_order_of_arrival_and_what_is_over_waits() -> None:
    request = offer(offer(asked(5), EMS, 3), JAIL, 4)

    assert (request.status, shares(request)) == (FILLED, [(EMS, 3), (JAIL, 2)])
    assert refusal(request, peer_command("offer", ID, 1), POLICE) == TRANSITION
    assert refusal(asked(), peer_command("offer", ID), EMS) == RANGE
    assert refusal(asked(), peer_command("offer", ID, 1), ASKER) == TRANSITION


def test_rule_3_a_second_offer_replaces_the_first_and_arrives_anew() -> None:
    request = offer(offer(offer(asked(5), EMS, 2), JAIL, 2), EMS, 4)

    assert (request.status, shares(request)) == (FILLED, [(JAIL, 2), (EMS, 3)])


def test_rule_3_the_same_offer_again_changes_nothing_also_when_it_filled_the_request() -> None:
    once, full = offer(asked(5), EMS, 2), offer(asked(5), EMS, 5)

    assert offer(once, EMS, 2) is once
    assert offer(full, EMS, 5) is full
    assert refusal(full, peer_command("offer", ID, 4), EMS) == TRANSITION


def test_rule_4_what_waits_moves_up_when_an_earlier_offer_is_withdrawn() -> None:
    full = offer(offer(asked(5), EMS, 4), JAIL, 5)

    still_full = withdraw(full, EMS)
    short = withdraw(full, JAIL)

    assert (still_full.status, shares(still_full)) == (FILLED, [(JAIL, 5)])
    assert (short.status, shares(short)) == (OPEN, [(EMS, 4)])
    assert withdraw(short, POLICE) is short


def test_rule_4_a_request_that_is_short_again_after_48_hours_is_unable_to_fill() -> None:
    full = offer(offer(asked(5), EMS, 4), JAIL, 5)

    assert withdraw(full, JAIL, LATER - timedelta(seconds=1)).status == OPEN
    assert withdraw(full, JAIL, LATER).status == UNABLE_TO_FILL


def test_rule_5_the_clock_ends_what_is_not_filled_and_what_is_over() -> None:
    request, full = offer(asked(), EMS, 2), offer(asked(), EMS, 5)

    unable = at(request, LATER)
    assert at(request, LATER - timedelta(seconds=1)) is request
    assert (unable.status, shares(unable), unable.due_at) == (UNABLE_TO_FILL, [(EMS, 2)], END)
    assert at(full, LATER) is full
    for live in (request, full, unable):
        assert (at(live, END).status, at(live, END).offers, at(live, END).due_at) == (RELEASED, live.offers, None)
    withdrawn = withdraw(request, ASKER)
    assert at(withdrawn, END) is withdrawn
    assert asked(until=timestamp(NOON + timedelta(hours=1))).due_at == NOON + timedelta(hours=1)


def test_rule_6_only_the_asker_releases_at_any_time_before_the_end() -> None:
    release = peer_command("release", ID)

    for live in (asked(), offer(asked(), EMS, 5), at(asked(), LATER)):
        assert answered(live, release, ASKER, NOON).status == RELEASED
        assert refusal(live, release, EMS) == TRANSITION


def test_rule_7_what_has_ended_takes_nothing_more_but_the_command_that_ended_it() -> None:
    withdrawn, released = withdraw(asked(), ASKER), at(offer(asked(), EMS, 1), END)

    assert withdrawn.status == WITHDRAWN
    assert withdraw(withdrawn, ASKER) is withdrawn
    assert answered(released, peer_command("release", ID), ASKER, NOON) is released
    assert refusal(withdrawn, peer_command("release", ID), ASKER) == TRANSITION
    assert refusal(released, peer_command("withdraw", ID), ASKER) == TRANSITION
    for command, by in ((peer_command("offer", ID, 1), EMS), (peer_command("withdraw", ID), EMS)):
        assert refusal(released, command, by) == TRANSITION


AGENCIES = [bytes([number]) * 16 for number in range(20, 26)]
OFFERS = st.lists(st.builds(PeerOffer, st.binary(min_size=16, max_size=16), st.integers(1, 30)), max_size=12)
STEPS = st.lists(st.tuples(st.sampled_from(AGENCIES), st.none() | st.integers(1, 12)), max_size=30)


@given(OFFERS, st.integers(1, 60))
def test_never_more_are_matched_than_wanted_and_a_later_offer_only_when_every_earlier_one_is_whole(
    offers: list[PeerOffer], wanted: int
) -> None:
    made = matched(offers, wanted)

    assert sum(each.matched for each in made) == min(wanted, sum(each.supporters for each in offers))
    assert [replace(each, matched=0) for each in made] == offers
    for earlier, later in pairwise(made):
        assert later.matched == 0 or earlier.matched == earlier.supporters


@given(STEPS, st.integers(1, 30))
def test_any_course_of_offers_and_withdrawals_gives_what_the_standing_offers_give_alone(
    steps: list[tuple[bytes, int | None]], wanted: int
) -> None:
    request, standing = asked(wanted), dict[bytes, int]()
    for by, supporters in steps:
        command = peer_command("withdraw", ID) if supporters is None else peer_command("offer", ID, supporters)
        try:
            request = answered(request, command, by, NOON)
        except AidRefused:
            assert request.status == FILLED
            continue
        if standing.get(by) != supporters:
            standing.pop(by, None)
            if supporters is not None:
                standing[by] = supporters

        replayed = asked(wanted)
        for agency_id, offered in standing.items():
            if replayed.status == OPEN:
                replayed = mutual_aid.answered(replayed, peer_command("offer", ID, offered), agency_id, NOON)
        assert [each for each in request.offers if each.matched] == [each for each in replayed.offers if each.matched]
        assert request.status == replayed.status
        assert {each.agency_id: each.supporters for each in request.offers} == standing
        assert (request.matched == wanted) is (request.status == FILLED)
