"""A supporter and a person whom they supervise: one rule for what is owned and what is assigned, under every pack."""

from datetime import date, timedelta

import pytest

from common.errors import WrongState
from node.domain.eligibility import Candidate, Case, Rule, failures_of
from node.domain.hand_over import Receiver, check_receiver, why_not
from node.domain.local_follow_up import LocalFollowUp, State
from node.packs import load_packs
from tests.builders import NOON

ANN = b"a" * 16
CHECK_IN = LocalFollowUp(
    id=b"i" * 16,
    version=1,
    number=42,
    member_id=ANN,
    supporter_id=None,
    due_at=NOON + timedelta(days=1),
    state=State.OPEN,
    opened_at=NOON,
)
BOSS = Receiver("S-04", supervises=frozenset({ANN}))
DAY = date(2026, 11, 3)


@pytest.mark.parametrize("law", sorted(load_packs()))
def test_a_supervisor_is_eligible_nowhere_and_the_pack_alone_decides_whether_assigning_is_refused(law: str) -> None:
    pack = load_packs()[law]
    candidate = Candidate("S-04", DAY - timedelta(days=1), (), (), "", 0, None, None, False, supervises_person=True)

    [failure] = failures_of(candidate, Case(DAY, True, pack, pack, "", True))
    assert failure.rule is Rule.NOT_SUPERVISOR
    if law == "mt":
        assert failure.sentence == "S-04 supervises the person, which the law of Montana rules out"
        assert why_not(BOSS, CHECK_IN, pack) == failure.sentence
        with pytest.raises(WrongState, match=failure.sentence):
            check_receiver(BOSS, [CHECK_IN], pack)
    else:
        assert failure.sentence == "S-04 supervises the person"
        assert why_not(BOSS, CHECK_IN, pack) == ""
        assert check_receiver(BOSS, [CHECK_IN], pack) == [f"{failure.sentence}: C-42"]
    assert check_receiver(Receiver("S-05"), [CHECK_IN], pack) == []
