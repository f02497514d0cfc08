"""The reports of every ledger, read out of what the hub and the nodes have stored."""

from collections.abc import Iterator, Sequence

from google.protobuf.message import DecodeError

from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from deploy.demo.stores import HubStore, NodeStore, StoredReport


def answered(hub: HubStore, nodes: Sequence[NodeStore]) -> Iterator[tuple[bytes, Report, int]]:
    """Give every report that was answered, with its agency and its outcome, each ledger in its order.

    As its node wrote it, else as the hub holds it: a report that the hub has lost since counts too.
    """
    streams: dict[bytes, dict[int, StoredReport]] = {}
    agencies = {}
    for stream in [*hub.streams, *(stream for node in nodes for stream in node.streams)]:
        agencies[stream.stream_id] = stream.agency_id
        found = {report.sequence: report for report in stream.reports if report.outcome is not None}
        streams.setdefault(stream.stream_id, {}).update(found)
    for stream_id, reports in streams.items():
        for _, stored in sorted(reports.items()):
            yield from ((agencies[stream_id], report, stored.outcome or 0) for report in parsed(stored))


def applied(hub: HubStore, nodes: Sequence[NodeStore]) -> Iterator[tuple[bytes, Report]]:
    """Give every report that was applied, with its agency, each ledger in its order."""
    for agency_id, report, outcome in answered(hub, nodes):
        if outcome == Outcome.OUTCOME_APPLIED:
            yield agency_id, report


def parsed(stored: StoredReport) -> list[Report]:
    """Read a report; nothing when it is damaged, which counts as lost."""
    try:
        return [Report.FromString(stored.body)]
    except DecodeError:
        return []
