"""An acceptance is judged before it leaves the node: by the law of both agencies, and by this one's roster."""

from pathlib import Path

import pytest

from common.errors import WrongState
from common.wire.v1.codes_pb2 import FollowUpOffer
from node.domain.eligibility import NO_ROSTER
from node.operations import WRITING
from node.operations.standing import is_listed_otherwise
from node.use_cases.status import store_status
from tests.eligible import (
    accept,
    hear_of_agency,
    hear_offer,
    judged,
    node_in,
    written,
)
from tests.nodes import AGENCY_ID

FORBIDDEN = "in Florida a supporter must be designated by the person's own agency, and Cedar Valley Ambulance opened it"


@pytest.mark.parametrize(
    ("own", "other", "may"),
    [
        ("default", "default", True),
        ("fl", "default", False),
        ("default", "FL", False),
        ("wa", "US-FL", False),
        ("fl", "fl", False),
        ("wa", "CO", True),
        ("mt", "tx", True),
    ],
)
def test_the_law_of_both_agencies_decides_before_an_acceptance_leaves(
    tmp_path: Path, own: str, other: str, may: bool
) -> None:
    with node_in(own, tmp_path) as node:
        hear_of_agency(node, other)
        offered = hear_offer(node)
        assert judged(node, offered)["may_own"] is may

        if may:
            assert NO_ROSTER in accept(node, offered)["notes"]
            assert written(node) == ["FOLLOW_UP_VERB_ACCEPT"]
        else:
            with pytest.raises(WrongState) as refused:
                accept(node, offered)
            assert str(refused.value) == (
                f"this agency is not eligible to own it: {FORBIDDEN}. Its eligibility says it for each supporter; "
                "declined as not eligible, the offer is answered"
            )
            assert written(node) == []
            WRITING["followup_command"](node, {"follow_up": offered, "verb": "decline", "reason": "not_eligible"})
            assert written(node) == ["FOLLOW_UP_VERB_DECLINE"]


def test_a_follow_up_that_comes_back_to_the_agency_that_opened_it_crosses_no_border(tmp_path: Path) -> None:
    with node_in("fl", tmp_path) as node:
        hear_of_agency(node, "default")
        offered = hear_offer(node, origin_agency_id=AGENCY_ID)

        assert accept(node, offered)["notes"] == [NO_ROSTER]
        assert written(node) == ["FOLLOW_UP_VERB_ACCEPT"]


@pytest.mark.parametrize(
    ("listed", "note"),
    [
        ("NV", "Cedar Valley Ambulance is listed under NV, for which there is no pack: default was taken"),
        ("", "Cedar Valley Ambulance is listed under no jurisdiction, for which there is no pack: default was taken"),
        (None, "the hub has not told which agency opened it: the default pack's rules were taken for it"),
    ],
)
def test_an_agency_of_an_unknown_jurisdiction_counts_as_default_and_that_is_said(
    tmp_path: Path, listed: str | None, note: str
) -> None:
    with node_in("wa", tmp_path) as node:
        if listed is not None:
            hear_of_agency(node, listed)
        offered = hear_offer(node)

        assert judged(node, offered)["notes"] == [
            NO_ROSTER,
            "in Washington any agency's supporter is covered",
            note,
        ]
        assert note in accept(node, offered)["notes"]


def test_an_offer_that_is_not_open_is_refused_for_that_before_any_other_reason(tmp_path: Path) -> None:
    with node_in("fl", tmp_path) as node:
        hear_of_agency(node, "default")
        offered = hear_offer(node, offered_to=[], offer=FollowUpOffer.FOLLOW_UP_OFFER_NONE, accept_by=None)

        with pytest.raises(WrongState, match="no offer of it is open to this agency any more"):
            accept(node, offered)


@pytest.mark.parametrize(
    ("own", "listed", "otherwise"),
    [
        ("co", "US-CO", False),
        ("default", "CO", True),
        ("fl", "", True),
        ("default", "NV", False),
        ("fl", "NV", True),
        ("co", None, False),
    ],
)
def test_the_doctor_hears_when_the_hub_lists_the_agency_under_another_law(
    tmp_path: Path, own: str, listed: str | None, otherwise: bool
) -> None:
    with node_in(own, tmp_path) as node:
        if listed is not None:
            hear_of_agency(node, listed, agency_id=AGENCY_ID)

        found = node.read(store_status)

        assert found.listed_under == listed
        assert is_listed_otherwise(node.settings.law, found.listed_under) is otherwise
