"""Watches a simulated region, and says after every step whether what TRUST.md promises still holds.

It keeps a model of its own, far simpler than the code: who owns each follow-up, to whom it is offered, and until when.
What moves the model are the reports that the hub stores and its list of changes; a change without its cause is a fault.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from common.agreement.terms import DEFAULT_TERMS
from common.followup.state import NO_OFFER, FollowUp
from common.versions import versions_from
from common.wire.v1.codes_pb2 import FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand, Report
from hub.domain.delivery import StoredReport
from hub.persistence import follow_ups, streams
from hub.persistence.follow_ups import Change
from node.persistence import ledger
from tests.simulated_hub import SimulatedHub
from tests.simulated_node import SimulatedNode

_V = FollowUpVerb
_OPEN, _OFFER, _ACCEPT = _V.FOLLOW_UP_VERB_OPEN, _V.FOLLOW_UP_VERB_OFFER, _V.FOLLOW_UP_VERB_ACCEPT
_DECLINE, _CLAIM = _V.FOLLOW_UP_VERB_DECLINE, _V.FOLLOW_UP_VERB_CLAIM
_TREES = "SELECT stream_id, count(*) FROM ledger_leaf GROUP BY stream_id"
Shown = tuple[bytes, int, int, int]  # accountable, work, offer, escalation


@dataclass(frozen=True)
class Held:
    """One follow-up, as the referee has it."""

    owner: bytes
    version: int
    offered_to: frozenset[bytes] = frozenset()
    accept_by: datetime | None = None
    known: int = 0  # the newest version of an earlier epoch that the hub knows of


@dataclass
class Seen:
    """What the hub had come to. A restore of the hub puts it back."""

    held: dict[bytes, Held] = field(default_factory=dict)
    answers: dict[tuple[bytes, bytes], int] = field(default_factory=dict)  # (agency, command id) -> outcome
    sequences: dict[bytes, int] = field(default_factory=dict)  # stream -> the sequence wanted
    heads: dict[bytes, int] = field(default_factory=dict)

    def copy(self) -> "Seen":
        """Keep it with a backup."""
        return Seen(dict(self.held), dict(self.answers), dict(self.sequences), dict(self.heads))


@dataclass
class _Told:
    """What one node had been told."""

    life: int = 0
    versions: dict[bytes, int] = field(default_factory=dict)
    mailbox: tuple[int, int] = (0, 0)  # epoch, cursor
    heads: dict[bytes, int] = field(default_factory=dict)


class Referee:
    """Holds what was seen so far."""

    def __init__(self, nodes: dict[bytes, SimulatedNode]) -> None:
        self._nodes = nodes
        self.seen = Seen()
        self.epoch = 1
        self.given: dict[tuple[bytes, int], Shown] = {}  # each version, in every life of the hub
        self.torn: dict[bytes, int] = {}  # stream -> how far its node's copy went when it was restored
        self._told: dict[bytes, _Told] = defaultdict(_Told)

    def hub_was_restored(self, seen: Seen, hub_epoch: int) -> None:
        """Go back with the hub to its backup."""
        assert hub_epoch > self.epoch, f"the hub begins epoch {hub_epoch} again: nodes have seen {self.epoch}"
        self.epoch, self.seen = hub_epoch, seen.copy()
        self.seen.held = {id_: replace(held, known=held.version) for id_, held in seen.held.items()}

    def node_was_restored(self, node: SimulatedNode) -> None:
        """Note how much of each of its streams a restored node still has."""
        with node.store.read() as connection:
            left = {stream_id: head for stream_id, head in connection.exec_driver_sql(_TREES)}  # noqa: C416
        for stream_id, head in self._told[node.id].heads.items():
            self.torn[stream_id] = min(left.get(stream_id, 0), self.torn.get(stream_id, head))

    def watch_hub(self, hub: SimulatedHub, now: datetime) -> None:
        """Look at everything that the hub has written since the last look."""
        with hub.store.read() as connection:
            new: dict[bytes, list[tuple[bytes, FollowUpCommand]]] = defaultdict(list)
            for row in connection.exec_driver_sql("SELECT stream_id, next_sequence FROM stream").all():
                if self.seen.sequences.get(row.stream_id) == row.next_sequence:
                    continue
                (stream,) = streams.load_streams(connection, [row.stream_id]).values()
                before = self.seen.sequences.get(stream.stream_id, 1)
                assert stream.next_sequence >= before, "a stream went back at the hub"
                assert stream.next_sequence == stream.frontier.size + 1, "a tree has another size than its stream"
                self.seen.sequences[stream.stream_id] = stream.next_sequence
                if stream.next_sequence > before:
                    for stored in streams.read_reports(connection, stream.number, before, stream.next_sequence - 1):
                        self._look_at_report(stream.stream_id, stream.agency_id, stored, new)
            boxes = connection.exec_driver_sql("SELECT id, mailbox_head FROM agency")
            heads = {agency_id: head for agency_id, head in boxes}  # noqa: C416
            for agency_id, head in self.seen.heads.items():
                assert heads[agency_id] >= head, "a mailbox went back"
            self.seen.heads = heads
            rows = connection.exec_driver_sql("SELECT id, version FROM follow_up").all()
            assert self.seen.held.keys() <= {id_ for id_, _ in rows}, "a follow-up is gone"
            changed = [
                id_ for id_, version in rows if id_ not in self.seen.held or self.seen.held[id_].version != version
            ]
            states = follow_ups.load_follow_ups(connection, changed) if changed else {}
            for id_, state in states.items():
                assert state.accountable in heads, "an agency that is not known is accountable"
                self._look_at_changes(state, follow_ups.list_changes(connection, id_), new[id_], now)

    def _look_at_report(
        self,
        stream_id: bytes,
        agency_id: bytes,
        stored: StoredReport,
        new: dict[bytes, list[tuple[bytes, FollowUpCommand]]],
    ) -> None:
        if stored.sequence <= self.torn.get(stream_id, stored.sequence):
            with self._nodes[agency_id].store.read() as connection:
                leaves = list(ledger.read_leaves(connection, stream_id, stored.sequence, 1))
            assert [leaf.body for leaf in leaves] == [stored.body], "the hub holds other bytes than the node's ledger"
        report = Report.FromString(stored.body)
        if not report.HasField("follow_up"):
            return
        key = (agency_id, report.command_id)
        first = self.seen.answers.get(key)
        assert first in (None, stored.outcome), f"one command was answered {first}, then {stored.outcome}"
        self.seen.answers[key] = stored.outcome
        if first is None and stored.outcome == Outcome.OUTCOME_APPLIED:
            new[report.follow_up.follow_up_id].append((agency_id, report.follow_up))

    def _look_at_changes(
        self, state: FollowUp, every: list[Change], commands: list[tuple[bytes, FollowUpCommand]], now: datetime
    ) -> None:
        held = self.seen.held.get(state.id)
        since = 0 if held is None else held.version
        assert state.version > since, "a version went back at the hub"
        waiting = list(commands)
        for change in every:
            if change.version <= since:
                continue
            told = _cause(change, waiting, 0 if held is None else held.known)
            held = self._after(held, change, told, now)
            shown = (change.accountable, change.work, change.offer, change.escalation)
            assert self.given.setdefault((state.id, change.version), shown) == shown, "a version was given twice"
        assert held is not None
        assert (held.owner, held.version) == (state.accountable, state.version), "the hub's own list says otherwise"
        offer = (frozenset(state.may_answer), state.accept_by)
        is_the_hubs_own = not every[-1].verb  # it offers, and ends offers, by rules that are not modelled here
        assert is_the_hubs_own or (held.offered_to, held.accept_by) == offer, "another offer is open than was made"
        self.seen.held[state.id] = replace(held, offered_to=offer[0], accept_by=offer[1])

    def _after(self, held: Held | None, change: Change, told: FollowUpCommand | None, now: datetime) -> Held:
        owner = change.accountable
        if held is None:
            assert told is not None, "a follow-up came from nowhere"
            assert owner == change.agency_id, "somebody else was made accountable"
            assert told.verb == _OPEN or (told.verb == _CLAIM and self.epoch > 1), "it began with neither of the two"
            return Held(owner, change.version, known=told.version if told.verb == _CLAIM else 0)
        if told is not None and told.verb == _CLAIM:
            assert held.known < told.version <= versions_from(self.epoch), (
                f"a claim of version {told.version} outweighs version {held.known}, which the hub knew"
            )
            return Held(owner, change.version, known=told.version)
        if owner != held.owner:
            assert told is not None, "an agency became accountable that said nothing"
            assert told.verb == _ACCEPT, f"an agency became accountable by {_V.Name(told.verb)}"
            assert owner == change.agency_id, "an agency became accountable by another one's word"
            assert owner in held.offered_to, "an agency became accountable to whom no open offer was made"
            assert held.accept_by is not None, "an agency became accountable without an open offer"
            assert now < held.accept_by, "an agency became accountable after accept-by"
        offered_to, accept_by = held.offered_to, held.accept_by
        if told is not None and told.verb == _OFFER:
            within = told.accept_within.ToTimedelta() if told.HasField("accept_within") else timedelta(0)
            offered_to = frozenset(told.offered_to)
            accept_by = now + (within or DEFAULT_TERMS.accept_within)
        elif told is not None and told.verb == _DECLINE:
            offered_to -= {change.agency_id or b""}
        if change.offer == NO_OFFER:
            offered_to, accept_by = frozenset(), None
        return Held(owner, change.version, offered_to, accept_by, held.known)

    def watch_node(self, node: SimulatedNode) -> None:
        """Look at what a node believes."""
        told = self._told[node.id]
        if told.life != node.lives:
            told = self._told[node.id] = _Told(node.lives)
        with node.store.read() as connection:
            mailbox = connection.exec_driver_sql("SELECT hub_epoch, mailbox_cursor FROM membership").one()
            trees = connection.exec_driver_sql(_TREES).all()
            known = connection.exec_driver_sql(
                "SELECT id, version, accountable, work, offer, escalation FROM follow_up"
            ).all()
        assert tuple(mailbox) >= told.mailbox, "a node's mailbox went back within an epoch"
        told.mailbox = tuple(mailbox)
        for stream_id, head in trees:
            assert head >= told.heads.get(stream_id, 0), "a node's tree went back"
            told.heads[stream_id] = head
        for id_, version, *shown in known:
            assert version >= told.versions.get(id_, 0), "a node went back to an older version"
            told.versions[id_] = version
            if version:
                assert self.given.get((id_, version)) == tuple(shown), "a node believes what the hub never had"


def _cause(change: Change, waiting: list[tuple[bytes, FollowUpCommand]], known: int) -> FollowUpCommand | None:
    """Find the applied command behind a change, and use it up; None for what the hub did itself."""
    if not change.verb:
        return None
    able = [each for each in waiting if (each[0], each[1].verb) == (change.agency_id, change.verb)]
    assert able, f"{_V.Name(change.verb)} changed it, and no command said so that had not done so before"
    newer = [each for each in able if each[1].verb == _CLAIM and each[1].version > known]
    found = (newer or able)[0]
    waiting.remove(found)
    return found[1]
