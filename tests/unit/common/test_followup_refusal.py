"""Every refusal says what is wrong and what to do, and has the code that the hub records."""

import re
from pathlib import Path

import common.followup
from common.errors import WrongState
from common.followup.refusal import SENTENCES, Refused
from common.wire.v1.codes_pb2 import Outcome


def test_every_code_that_the_rules_refuse_with_has_a_sentence() -> None:
    (folder,) = common.followup.__path__
    used = {
        Outcome.Value(name)
        for path in Path(folder).glob("*.py")
        for name in re.findall(r"OUTCOME_REFUSED_\w+", path.read_text("utf-8"))
    }

    assert used == set(SENTENCES)


def test_a_refusal_says_its_codes_sentence_or_a_better_one() -> None:
    stale = Outcome.OUTCOME_REFUSED_STALE_VERSION

    assert str(Refused(stale)) == SENTENCES[stale]
    assert (str(Refused(stale, "because")), Refused(stale, "because").outcome) == ("because", stale)
    assert isinstance(Refused(stale), WrongState)
