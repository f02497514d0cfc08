"""What the stores say, as tables of at most 80 columns."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from common.codes import word
from common.followup.state import CLOSED
from common.wire.v1.codes_pb2 import ActivationStatus
from deploy.demo.comparison import Verdict
from deploy.demo.stores import HubStore, NodeStore

_TICK, _CROSS = Text("✓", "green"), Text("✗", "bold red")


def board(incident_id: bytes, verdict: Verdict, hub: HubStore, nodes: Sequence[NodeStore]) -> Table:
    """Draw the hub's board, and beside each line which nodes show exactly the same."""
    other = {
        (each.node_agency_id, each.line_agency_id) for each in verdict.differences if each.incident_id == incident_id
    }
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("#", "agency", "status", "on task"):
        table.add_column(heading, justify="right" if heading == "on task" else "left")
    for number, _ in enumerate(nodes, 1):
        table.add_column(str(number))
    for number, (agency_id, line) in enumerate(hub.boards[incident_id].items(), 1):
        on_task = line["supporters_deployed"]
        table.add_row(
            str(number),
            Text(hub.joined.get(agency_id, agency_id.hex()[:8])),
            word(ActivationStatus, line["status"]).replace("_", " "),
            "-" if on_task is None else str(on_task),
            *(_CROSS if (node.agency_id, agency_id) in other else _TICK for node in nodes),
        )
    return table


def ledgers(verdict: Verdict) -> Table:
    """Draw each agency's ledger, as both ends have it."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("#", "agency", "reports", "answered", "signed", "ledger"):
        table.add_column(heading, justify="right" if heading in ("reports", "answered", "signed") else "left")
    for number, each in enumerate(verdict.ledgers, 1):
        counts = (str(each.written), str(each.acknowledged), str(each.countersigned))
        verified = Text.assemble(("✓ ", "green"), f"root {each.root.hex()[:8]}")
        table.add_row(
            str(number), Text(each.agency), *counts, Text(f"✗ {each.fault}", "red") if each.fault else verified
        )
    return table


def follow_ups(hub: HubStore) -> Table:
    """Draw what each agency opened, handed over, took over and owns; of what it owns, how much escalated and closed."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("agency", "opened", "over", "taken", "owns", "escalated", "closed"):
        table.add_column(heading, justify="left" if heading == "agency" else "right")
    every = list(hub.follow_ups.values())
    for agency_id in dict.fromkeys([*(each.origin for each in every), *(each.accountable for each in every)]):
        opened = [each for each in every if each.origin == agency_id]
        owned = [each for each in every if each.accountable == agency_id]
        counts = (
            len(opened),
            sum(each.accountable != agency_id for each in opened),
            sum(each.origin != agency_id for each in owned),
            len(owned),
            sum(each.escalations > 0 for each in owned),
            sum(each.work == CLOSED for each in owned),
        )
        table.add_row(Text(hub.joined.get(agency_id, agency_id.hex()[:8])), *(str(count) for count in counts))
    return table
