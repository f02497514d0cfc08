"""Whether every follow-up has exactly one owner, the same for everybody, and a history without a gap. Rows in.

1. Every follow-up that an agency opened is at the hub, and none that nobody opened.
2. Its accountable agency is one, and a joined one. Every agency that has a part in it has the hub's very state of it
   (who did not get an offer was told how that ended, and no more), and no other node takes itself for its owner.
3. Its history has exactly the changes that agencies' applied commands made: none is missing, none stands there twice.
4. A race is two agencies that accepted one offer. Whoever came too late was refused; nothing else was refused.
5. Every agency that a request for peers was told to has it as the hub has it.

Source: DESIGN.md 1, promise 4; DOMAIN.md 4.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from common.followup.reference import reference_of, spaced
from common.followup.state import FollowUp
from common.wire.v1.codes_pb2 import FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand
from deploy.demo.reports import answered
from deploy.demo.stores import HubStore, NodeStore

_TOO_LATE = {
    Outcome.OUTCOME_REFUSED_STALE_VERSION,
    Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER,
    Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE,
}
_OPEN, _ACCEPT = FollowUpVerb.FOLLOW_UP_VERB_OPEN, FollowUpVerb.FOLLOW_UP_VERB_ACCEPT
_SAME = ("version", "accountable", "origin", "work", "offer", "outcome", "cohort", "escalation", "check_ins")


@dataclass(frozen=True)
class Commanded:
    """A command about a follow-up that was answered."""

    by: bytes  # agency id
    told: FollowUpCommand
    outcome: int


@dataclass(frozen=True)
class Ownership:
    """What the stores say of follow-ups, and of peers."""

    hub: HubStore
    nodes: Sequence[NodeStore]

    @cached_property
    def commands(self) -> list[Commanded]:
        """Every command that was answered, each ledger in its order."""
        return [
            Commanded(by, report.follow_up, outcome)
            for by, report, outcome in answered(self.hub, self.nodes)
            if report.WhichOneof("kind") == "follow_up"
        ]

    @cached_property
    def opened(self) -> dict[bytes, bytes]:
        """Every follow-up that was opened, by id, with its origin: each origin's in the order of opening."""
        return {
            each.told.follow_up_id: each.by
            for each in self.commands
            if each.told.verb == _OPEN and each.outcome == Outcome.OUTCOME_APPLIED
        }

    @cached_property
    def raced(self) -> dict[bytes, frozenset[bytes]]:
        """The follow-ups that two agencies accepted, with all who did (4)."""
        accepted: dict[bytes, set[bytes]] = {}
        for each in self.commands:
            if each.told.verb == _ACCEPT:
                accepted.setdefault(each.told.follow_up_id, set()).add(each.by)
        return {id_: frozenset(agencies) for id_, agencies in accepted.items() if len(agencies) > 1}

    @cached_property
    def late(self) -> list[Commanded]:
        """The commands that were refused because another agency's came first (4)."""
        return [each for each in self.commands if each.outcome in _TOO_LATE]

    @cached_property
    def unevenness(self) -> dict[tuple[bytes, bytes, int], int]:
        """How many changes the histories have beyond the commands applied, by follow-up, agency and verb (3)."""
        applied = Counter(
            (each.told.follow_up_id, each.by, int(each.told.verb))
            for each in self.commands
            if each.outcome == Outcome.OUTCOME_APPLIED
        )
        changes = Counter(
            (change.follow_up_id, change.agency_id, change.verb)
            for change in self.hub.changes
            if change.agency_id is not None
        )
        return {key: changes[key] - applied[key] for key in [*applied, *changes] if changes[key] != applied[key]}

    @cached_property
    def unowned(self) -> list[str]:
        """What is against one accountable agency for each follow-up, as sentences (1, 2)."""
        return [*self._not_as_opened(), *self._seen_otherwise()]

    def figures(self) -> dict[str, Any]:
        """Give the figures by name."""
        return {
            "follow_ups": len(self.hub.follow_ups),
            "accountable_exactly_one": not self.unowned,
            "escalated": sum(each.escalations > 0 for each in self.hub.follow_ups.values()),
            "offers_raced": len(self.raced),
            "stale_writes_refused": len(self.late),
            "peers_matched": sum(each.matched for each in self.hub.requests.values()),
        }

    def broken(self) -> Iterator[str]:
        """Name every promise that is not kept."""
        yield from self.unowned
        refused = Counter(each.outcome for each in self.commands if each.outcome != Outcome.OUTCOME_APPLIED)
        elsewhere = sum(each.told.follow_up_id not in self.raced or each.told.verb != _ACCEPT for each in self.late)
        elsewhere += sum(count for outcome, count in refused.items() if outcome not in _TOO_LATE)
        if elsewhere:
            yield f"{elsewhere} commands about follow-ups were refused that nobody else's had come before"
        for id_, agencies in self.raced.items():
            losers = {each.by for each in self.late if each.told.follow_up_id == id_}
            if len(losers) != len(agencies) - 1:
                yield f"{_named(id_)}: {len(agencies)} agencies accepted it, {len(losers)} heard that they were late"
        yield from self._other_requests()

    def _not_as_opened(self) -> Iterator[str]:
        for id_ in self.opened.keys() - self.hub.follow_ups.keys():
            yield f"{_named(id_)}: an agency opened it, and the hub does not have it"
        for id_, each in self.hub.follow_ups.items():
            if self.opened.get(id_) != each.origin:
                yield f"{_named(id_)}: its origin did not open it"
            if each.accountable not in self.hub.joined:
                yield f"{_named(id_)}: nobody of this region is accountable for it"

    def _seen_otherwise(self) -> Iterator[str]:
        for node in self.nodes:
            for id_, at_hub in self.hub.follow_ups.items():
                at_node = node.follow_ups.get(id_)
                if node.agency_id in at_hub.audience and (at_node is None or _differ(at_hub, at_node)):
                    yield f"{_named(id_)}: {node.agency}'s node has it otherwise than the hub"
            for id_, at_node in node.follow_ups.items():
                owner = self.hub.follow_ups[id_].accountable if id_ in self.hub.follow_ups else None
                if at_node.accountable == node.agency_id != owner:
                    yield f"{_named(id_)}: {node.agency}'s node takes it for its own"

    def _other_requests(self) -> Iterator[str]:  # 5
        for id_, request in self.hub.requests.items():
            for node in self.nodes:
                held = node.requests.get(id_)
                if held != request and (held is not None or node.agency_id == request.asking_agency_id):
                    yield f"{node.agency}: has a request for peers otherwise than the hub"


def _differ(at_hub: FollowUp, at_node: FollowUp) -> bool:
    return any(getattr(at_hub, name) != getattr(at_node, name) for name in _SAME)


def _named(id_: bytes) -> str:
    return f"follow-up {spaced(reference_of(id_))}"
