"""What the hub's console says of codes: none of them is left without words."""

from common.codes import words
from common.wire.v1.codes_pb2 import FollowUpVerb
from hub.console.follow_ups import STEPS
from hub.console.reporting import STANDINGS
from hub.domain.coverage import Coverage


def test_every_step_of_a_follow_up_has_its_words() -> None:
    assert set(STEPS) == {*words(FollowUpVerb), "by clock or hub"}


def test_every_standing_with_a_period_says_what_it_means() -> None:
    assert set(STANDINGS) == set(Coverage)
