"""A step that may not be taken, with the code that the hub records for it."""

from common.errors import WrongState
from common.wire.v1.codes_pb2 import Outcome

SENTENCES: dict[Outcome, str] = {
    Outcome.OUTCOME_REFUSED_RANGE: "something is missing, or does not belong to this step",
    Outcome.OUTCOME_REFUSED_TRANSITION: "that step cannot follow: look at what is true now",
    Outcome.OUTCOME_REFUSED_STALE_VERSION: "it was decided on an older version: look at what is true now",
    Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE: "another agency is accountable for it: ask them, or ask for it back",
    Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP: "there is no such follow-up here",
    Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER: "no offer of it is open to this agency any more",
    Outcome.OUTCOME_REFUSED_DUPLICATE: "its id is in use for another one",
}


class Refused(WrongState):
    """The step may not be taken. `outcome` is the wire Outcome."""

    def __init__(self, outcome: Outcome, why: str = "") -> None:
        super().__init__(why or SENTENCES[outcome])
        self.outcome = outcome
