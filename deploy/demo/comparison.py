"""Whether what the hub and the nodes have stored keeps the promises. Rows in, a verdict out.

1. Lost: a report in a node's ledger that the hub does not hold byte for byte under the same stream and sequence,
   acknowledged or not (everything was let heal); or one that was applied and whose effect is missing.
2. Counted twice: a (stream, sequence) or a command that the hub applied more than once; or a line of a board, or a
   follow-up, that changed more often than reports of it were applied.
3. A ledger counts as verified when the node's verifies, the hub's mirror of it verifies, both have the same root, the
   hub holds every receipt that the node holds, and the newest receipt covers every report.
4. Boards are equal when every participant's node has each line exactly as the hub has it, and has applied its whole
   mailbox.
5. Follow-ups and peers: see `ownership`.

Source: DESIGN.md 1, promises 2 to 4.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from common.codes import word
from common.wire.v1.codes_pb2 import ActivationStatus, Outcome
from deploy.demo.end_state import digest
from deploy.demo.ownership import Ownership
from deploy.demo.reports import applied, parsed
from deploy.demo.stores import HubStore, NodeStore, StoredStream


@dataclass(frozen=True)
class LedgerFinding:
    """One agency's ledger at both ends."""

    agency: str
    written: int
    acknowledged: int
    countersigned: int  # reports that the newest receipt covers
    root: bytes  # of the current stream, at the node
    fault: str  # empty: verified (3)


@dataclass(frozen=True)
class Difference:
    """A line of a board that a node has otherwise than the hub."""

    incident_id: bytes
    node_agency_id: bytes  # whose node
    line_agency_id: bytes  # whose line
    hub: str
    node: str


@dataclass(frozen=True)
class Verdict:
    """What the comparison found."""

    agencies: int
    lost: int
    counted_twice: int
    ledgers: Sequence[LedgerFinding]
    differences: Sequence[Difference]
    ownership: Ownership
    broken: Sequence[str]  # every promise that is not kept, as a sentence; none when all are

    def figures(self) -> dict[str, Any]:
        """Give the figures by name."""
        return {
            "agencies": self.agencies,
            "reports_written": sum(ledger.written for ledger in self.ledgers),
            "reports_acknowledged": sum(ledger.acknowledged for ledger in self.ledgers),
            "lost": self.lost,
            "counted_twice": self.counted_twice,
            "ledgers_verified": sum(not ledger.fault for ledger in self.ledgers),
            "boards_equal": not self.differences,
            **self.ownership.figures(),
            "end_state": digest(self.ownership),
            "broken": list(self.broken),
        }


def compare(hub: HubStore, nodes: Sequence[NodeStore]) -> Verdict:
    """Compare the hub's store with every node's."""
    mirrors = {stream.stream_id: stream for stream in hub.streams}
    lost = sum(_lost(stream, mirrors.get(stream.stream_id)) for node in nodes for stream in node.streams)
    ownership = Ownership(hub, nodes)
    effects = [*(more for _, more in _effects(hub, nodes)), *ownership.unevenness.values()]
    lost += sum(-more for more in effects if more < 0) + _capacities_missing(hub, nodes)
    twice = sum(more for more in effects if more > 0) + _applied_twice(hub)
    ledgers = [_ledger(node, mirrors, hub) for node in nodes]
    differences = [found for node in nodes for found in _differences(hub, node)]
    verdict = Verdict(len(hub.joined), lost, twice, ledgers, differences, ownership, ())
    return replace(verdict, broken=tuple(_broken(verdict, hub, nodes)))


def _lost(stream: StoredStream, mirror: StoredStream | None) -> int:
    held = {report.sequence: report.body for report in mirror.reports} if mirror else {}
    return sum(held.get(report.sequence) != report.body for report in stream.reports)


def _effects(hub: HubStore, nodes: Sequence[NodeStore]) -> Iterator[tuple[tuple[bytes, bytes], int]]:
    """Give how many changes each line of each board has beyond the reports applied to it."""
    changed = Counter(
        (report.activation.incident_id, agency_id)
        for agency_id, report in applied(hub, nodes)
        if report.WhichOneof("kind") == "activation"
    )
    for incident_id, lines in hub.boards.items():
        for agency_id, line in lines.items():
            yield (incident_id, agency_id), line["version"] - 1 - changed[incident_id, agency_id]


def _applied_twice(hub: HubStore) -> int:
    commands = Counter(
        (stream.agency_id, report.command_id)
        for stream in hub.streams
        for stored in stream.reports
        if stored.outcome == Outcome.OUTCOME_APPLIED
        for report in parsed(stored)
    )
    places = Counter((stream.stream_id, report.sequence) for stream in hub.streams for report in stream.reports)
    return sum(count - 1 for counts in (commands, places) for count in counts.values())


def _capacities_missing(hub: HubStore, nodes: Sequence[NodeStore]) -> int:
    newest = {
        agency_id: {name.name: value for name, value in report.supporter_capacity.ListFields()}
        for agency_id, report in applied(hub, nodes)
        if report.WhichOneof("kind") == "supporter_capacity"
    }
    stored = {
        agency_id: {name: value for name, value in counts.items() if value is not None}
        for agency_id, counts in hub.capacities.items()
    }
    return sum(stored.get(agency_id) != counts for agency_id, counts in newest.items())


def _ledger(node: NodeStore, mirrors: dict[bytes, StoredStream], hub: HubStore) -> LedgerFinding:
    faults = [_ledger_fault(stream, mirrors.get(stream.stream_id)) for stream in node.streams]
    if node.hub_ledger_key != hub.ledger_key:
        faults.append("the node verifies receipts with another key than the hub's")
    reports = [report for stream in node.streams for report in stream.reports]
    return LedgerFinding(
        agency=node.agency,
        written=len(reports),
        acknowledged=sum(report.outcome is not None for report in reports),
        countersigned=sum(_covered(stream) for stream in node.streams),
        root=node.streams[-1].root,
        fault=next(filter(None, faults), ""),
    )


def _ledger_fault(stream: StoredStream, mirror: StoredStream | None) -> str:
    """Say why a ledger does not count as verified (3); empty when it does."""
    if stream.fault:
        return stream.fault
    if not stream.reports:
        return ""
    if mirror is None:
        return "the hub does not know this stream"
    if mirror.fault:
        return f"the hub's mirror: {mirror.fault}"
    if mirror.root != stream.root:
        return "the hub has another root"
    if stream.receipts - mirror.receipts:
        return "a receipt that the hub does not know"
    if _covered(stream) < len(stream.reports):
        return f"receipts cover {_covered(stream)} of {len(stream.reports)} reports"
    return ""


def _covered(stream: StoredStream) -> int:
    return max((size for size, *_ in stream.receipts), default=0)


def _differences(hub: HubStore, node: NodeStore) -> Iterator[Difference]:
    for incident_id, lines in hub.boards.items():
        shown = node.boards.get(incident_id, {})
        for agency_id in dict.fromkeys([*lines, *shown] if node.agency_id in lines else shown):
            at_hub, at_node = lines.get(agency_id), shown.get(agency_id)
            if at_hub != at_node:
                yield Difference(incident_id, node.agency_id, agency_id, _said(at_hub), _said(at_node))


def _said(line: Any) -> str:
    if line is None:
        return "no line"
    on_task = "" if line["supporters_deployed"] is None else f", {line['supporters_deployed']} on task"
    return f"{word(ActivationStatus, line['status'])}{on_task}, version {line['version']}"


def _broken(verdict: Verdict, hub: HubStore, nodes: Sequence[NodeStore]) -> Iterator[str]:
    if verdict.lost:
        yield f"{verdict.lost} reports, or their effects, are not at the hub"
    if verdict.counted_twice:
        yield f"{verdict.counted_twice} reports or effects count twice at the hub"
    for ledger in verdict.ledgers:
        if ledger.fault:
            yield f"{ledger.agency}: ledger: {ledger.fault}"
        if ledger.acknowledged < ledger.written:
            yield f"{ledger.agency}: {ledger.written - ledger.acknowledged} reports were never answered"
    if verdict.differences:
        yield f"{len(verdict.differences)} lines of a board differ between a node and the hub"
    for agency_id in set(hub.joined) - {node.agency_id for node in nodes}:
        yield f"{hub.joined[agency_id]}: its node's store is not here"
    for node in nodes:
        if node.agency_id not in hub.joined:
            yield f"{node.agency}: the hub does not know it as joined"
        elif node.cursor != hub.heads[node.agency_id]:
            yield f"{node.agency}: applied {node.cursor} of {hub.heads[node.agency_id]} notices"
    yield from verdict.ownership.broken()
    yield from _unheard(hub, nodes)
    yield from _other_outcomes(hub, nodes)


def _unheard(hub: HubStore, nodes: Sequence[NodeStore]) -> Iterator[str]:
    """Name what the hub holds and no node wrote."""
    written = {(s.stream_id, report.sequence) for node in nodes for s in node.streams for report in s.reports}
    held = {(stream.stream_id, report.sequence) for stream in hub.streams for report in stream.reports}
    if held - written:
        yield f"the hub holds {len(held - written)} reports that no node wrote"


def _other_outcomes(hub: HubStore, nodes: Sequence[NodeStore]) -> Iterator[str]:
    """Name answers that a node remembers otherwise than the hub."""
    at_hub = {(s.stream_id, report.sequence): report.outcome for s in hub.streams for report in s.reports}
    for node in nodes:
        told = ((s.stream_id, report) for s in node.streams for report in s.reports if report.outcome is not None)
        other = sum(at_hub.get((stream_id, report.sequence)) != report.outcome for stream_id, report in told)
        if other:
            yield f"{node.agency}: {other} answers are not what the hub stored"
