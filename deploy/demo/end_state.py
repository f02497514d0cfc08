"""How everything ended, in few words: the same however slow the lines were, and wherever they were cut.

Ids, times and versions are of one run alone, and so is who won a race: "a racer" stands for whoever did.
"""

import hashlib
import json
from typing import Any

from common.codes import word
from common.wire.v1 import codes_pb2 as codes
from deploy.demo.ownership import Ownership

_DIGITS = 16


def end_state(ownership: Ownership) -> dict[str, Any]:
    """Give the end state: every follow-up in its origin's order of opening, every line of a board, every request."""
    hub = ownership.hub
    return {
        "follow_ups": [
            [hub.joined.get(origin, ""), *_outcome(ownership, id_)]
            for id_, origin in sorted(ownership.opened.items(), key=lambda item: hub.joined.get(item[1], ""))
        ],
        "activations": sorted(
            [hub.titles[incident_id], hub.joined.get(agency_id, ""), word(codes.ActivationStatus, line["status"])]
            for incident_id, lines in hub.boards.items()
            for agency_id, line in lines.items()
        ),
        "incidents": sorted([hub.titles[id_], word(codes.IncidentStatus, at)] for id_, at in hub.statuses.items()),
        "peers": sorted(
            [hub.joined.get(each.asking_agency_id, ""), word(codes.PeerAidStatus, each.status), each.matched]
            for each in hub.requests.values()
        ),
    }


def digest(ownership: Ownership) -> str:
    """Give the end state as a few digits."""
    canonical = json.dumps(end_state(ownership), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:_DIGITS]


def _outcome(ownership: Ownership, id_: bytes) -> list[str]:
    """Say how one follow-up ended: work, outcome, cohort, accountable agency."""
    each = ownership.hub.follow_ups.get(id_)
    if each is None:
        return ["lost"]
    raced_by = ownership.raced.get(id_, frozenset())
    accountable = "a racer" if each.accountable in raced_by else ownership.hub.joined.get(each.accountable, "nobody")
    outcome = "" if each.outcome is None else word(codes.FollowUpOutcome, each.outcome)
    return [word(codes.FollowUpWork, each.work), outcome, word(codes.CohortBand, each.cohort), accountable]
