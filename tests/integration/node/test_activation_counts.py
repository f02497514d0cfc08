"""What a status report says of an agency's follow-ups, counted by its node."""

from typing import Any

from common.followup.state import CLOSED
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import ActivationStatus, FollowUpOutcome
from common.wire.v1.report_pb2 import ActivationReport, Report
from node.domain.activation import Counts
from node.use_cases.activations import report_status
from tests.builders import NOON
from tests.nodes import BOUND_KEY, INCIDENT_ID, OTHER_AGENCY, NodeStore
from tests.telling import tell, told

ACKNOWLEDGED = ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED
LATER = timestamp(NOON.replace(year=NOON.year + 1))


def reported(node: NodeStore, counts: Counts | None = None) -> ActivationReport:
    node.write(
        lambda connection: report_status(
            connection, BOUND_KEY, INCIDENT_ID, ACKNOWLEDGED, None, counts or Counts(), NOON
        )
    )
    return Report.FromString(node.send().bodies[-1]).activation


def follow_ups(report: ActivationReport) -> tuple[int, int, int]:
    return report.follow_ups_open, report.follow_ups_due, report.follow_ups_done


def test_open_due_and_done_are_counted_of_what_the_agency_is_accountable_for_in_that_incident(node: NodeStore) -> None:
    node.tell_incident()
    owned: list[dict[str, Any]] = [
        {"next_check_in": timestamp(NOON)},
        {"next_check_in": LATER},
        {"work": CLOSED, "outcome": FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED, "closed_at": timestamp(NOON)},
        {"accountable_agency_id": OTHER_AGENCY},
    ]
    for number, changes in enumerate(owned, 1):
        tell(node, told(1, follow_up_id=bytes([number] * 16), incident_id=INCIDENT_ID, **changes))
    tell(node, told(1, follow_up_id=bytes([9] * 16)))  # of no incident

    assert follow_ups(reported(node)) == (2, 1, 1)


def test_an_agency_that_handed_all_of_them_over_reports_none(node: NodeStore) -> None:
    node.tell_incident()
    tell(node, told(1, incident_id=INCIDENT_ID, accountable_agency_id=OTHER_AGENCY))

    report = reported(node)

    assert report.HasField("follow_ups_open")
    assert follow_ups(report) == (0, 0, 0)


def test_what_a_person_counted_stands_and_nothing_is_said_of_what_is_not_known(node: NodeStore) -> None:
    node.tell_incident()
    assert not reported(node).HasField("follow_ups_open")
    tell(node, told(1, incident_id=INCIDENT_ID))

    report = reported(node, Counts(follow_ups_open=7))

    assert report.follow_ups_open == 7
    assert not report.HasField("follow_ups_done")
