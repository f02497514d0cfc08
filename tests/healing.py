"""The end of every example: the network works again, administrators do their part, and then everybody agrees."""

from functools import partial

from common.followup.state import FollowUp
from hub.persistence import follow_ups, streams
from hub.use_cases.verification import verify_mirror
from node.domain.delivery import Flow
from node.persistence import ledger
from node.use_cases import claims, delivery, egress
from tests.builders import TRUST_DOMAIN
from tests.simulated_hub import HUB_KEY
from tests.simulated_node import SimulatedNode
from tests.simulated_region import SimulatedRegion

MOST_ROUNDS = 40  # far more than a region needs to come to rest
PAGE = 64


def heal(region: SimulatedRegion) -> None:
    """Let everything on its way arrive, then let all nodes and the hub talk until nothing is left to say."""
    region.cut_off.clear()
    for pushed in list(region.pushes):
        region.pushes_arrive([pushed])
    for answered in list(region.answers):
        region.answer_arrives(answered)
    for page in region.pages:
        region.page_arrives(page)
    region.look()
    members = [node for node in region.nodes if region.reaches(node)]
    for _ in range(MOST_ROUNDS):
        talked = [talk(region, node) for node in members]
        if not any(talked):
            break
        region.look(*members)
    else:
        raise AssertionError("the nodes and the hub do not come to rest")
    for node in members:
        _check_at_rest(region, node)
    _check_agreement(region, members)
    _check_ledgers(region)


def talk(region: SimulatedRegion, node: SimulatedNode) -> bool:
    """Let a node and the hub say all that they have to say now; tell whether there was anything."""
    said = False
    region.heartbeat(node)
    _hear(region, node)
    stream = node.stream
    assert stream.flow is not Flow.QUARANTINED, "quarantined, and nobody has copied a node"
    if stream.flow in (Flow.AHEAD, Flow.HALTED):
        if stream.flow is Flow.HALTED and _retry(region, node):
            return True
        assert stream.stream_id in region.referee.torn, f"it stopped: {node.stream.flow_reason}"
        node.begin_new_stream(region.now + node.clock_ahead)
        said = True
    for _ in range(MOST_ROUNDS):
        if not region.push(node):
            break
        region.pushes_arrive([region.pushes[-1]])
        _hear(region, node)
        said = True
    return read_all(region, node) or said


def read_all(region: SimulatedRegion, node: SimulatedNode) -> bool:
    """Let a node read its mail to the end; tell whether there was any."""
    said = False
    while region.read_mail(node, PAGE):
        before = node.membership
        region.page_arrives(region.pages.pop())
        assert node.membership != before, "a node does not take its mail"
        said = True
    return said


def _retry(region: SimulatedRegion, node: SimulatedNode) -> bool:
    if region.push(node):
        region.pushes_arrive([region.pushes[-1]])
        _hear(region, node)
    return node.stream.flow is Flow.FLOWING


def _hear(region: SimulatedRegion, node: SimulatedNode) -> None:
    for answered in [each for each in region.answers if each.node is node]:
        region.answer_arrives(answered)


def _check_at_rest(region: SimulatedRegion, node: SimulatedNode) -> None:
    stream, own = node.stream, node.membership
    assert (stream.acknowledged, stream.flow) == (stream.head, Flow.FLOWING), "a report was not handed over"
    assert not node.read(claims.has_due_claims), "a claim was not made"
    assert node.read(delivery.next_batch) is None
    assert own.hub_epoch == region.hub.epoch
    assert own.mailbox_cursor == region.referee.seen.heads[node.id], "a notice was not read"


def _check_agreement(region: SimulatedRegion, members: list[SimulatedNode]) -> None:
    with region.hub.store.read() as connection:
        held = follow_ups.list_follow_ups(connection)
    for node in members:
        known = {each.state.id: each.state for each in node.known()}
        for state in held:
            if node.id in state.audience:
                assert state.id in known, f"{node.agency.slug} does not know of a follow-up that concerns it"
                assert _shown(known[state.id]) == _shown(state), f"{node.agency.slug} has not what the hub has"
            elif state.id in known:
                assert known[state.id].accountable != node.id, (
                    f"{node.agency.slug} takes another's follow-up for its own"
                )


def _shown(state: FollowUp) -> tuple[object, ...]:
    return (
        state.version, state.accountable, state.origin, state.work, state.offer, state.may_answer, state.accept_by,
        state.escalation, state.contact_by, state.next_check_in, state.check_ins, state.outcome,
        state.reclaim_asked, state.hub_asked_to_offer,
    )  # fmt: skip


def _check_ledgers(region: SimulatedRegion) -> None:
    with region.hub.store.read() as connection:
        assert {each.fault for each in verify_mirror(connection, TRUST_DOMAIN, HUB_KEY.public_key())} <= {""}
        mirrored = {
            (stream.agency_id, stream.stream_id): [
                report.body for report in streams.read_reports(connection, stream.number, 1, stream.next_sequence)
            ]
            for stream in streams.list_streams(connection)
        }
    for (agency_id, stream_id), bodies in mirrored.items():
        intact = min(len(bodies), region.referee.torn.get(stream_id, len(bodies)))
        assert _own_bodies(region.by_id[agency_id], stream_id)[:intact] == bodies[:intact], "the ledgers differ"
    for node in region.nodes:
        found = node.read(partial(egress.verify, node_key=node.key.public_key()))
        assert {each.reason for each in found} == {""}


def _own_bodies(node: SimulatedNode, stream_id: bytes) -> list[bytes]:
    return node.read(lambda connection: [leaf.body for leaf in ledger.read_leaves(connection, stream_id)])
