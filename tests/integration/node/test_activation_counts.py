"""What a status report says of an agency's follow-ups, counted by its node."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS
from common.errors import InvalidRequest
from common.followup.state import CLOSED
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import ActivationStatus, CountBand, FollowUpOutcome
from common.wire.v1.report_pb2 import ActivationReport, Report
from node.domain.activation import BANDS, Counts
from node.domain.agreement import Agreement
from node.persistence import agreements
from node.use_cases.activations import report_status
from tests.builders import NOON
from tests.nodes import BOUND_KEY, INCIDENT_ID, OTHER_AGENCY, NodeStore
from tests.telling import tell, told

ACKNOWLEDGED = ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED
LATER = timestamp(NOON.replace(year=NOON.year + 1))


def reported(node: NodeStore, counts: Counts | None = None, *, withhold_small: bool = False) -> ActivationReport:
    node.write(
        lambda connection: report_status(
            *(connection, BOUND_KEY, INCIDENT_ID, ACKNOWLEDGED, None, counts or Counts(), NOON),
            withhold_small=withhold_small,
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


def present(report: ActivationReport) -> dict[str, int]:
    return {name: getattr(report, name) for name in vars(Counts()) if report.HasField(name)}


@pytest.mark.parametrize("name", [name for name in vars(Counts()) if name not in BANDS])
def test_i02_where_taking_part_is_confidential_counts_of_1_to_10_stay_here(node: NodeStore, name: str) -> None:
    node.tell_incident()
    others = {"follow_ups_done": 99} if name != "follow_ups_done" else {"follow_ups_open": 99}

    told = {n: present(reported(node, Counts(**{name: n} | others), withhold_small=True)) for n in (0, 1, 10, 11)}

    assert {n for n, counts in told.items() if name in counts} == {0, 11}
    assert all(others.items() <= counts.items() for counts in told.values())


@pytest.mark.parametrize("name", BANDS)
def test_i02_where_taking_part_is_confidential_the_band_1_to_10_stays_here(node: NodeStore, name: str) -> None:
    node.tell_incident()

    told = {band: reported(node, Counts(**{name: band}), withhold_small=True) for band in CountBand.values()[1:]}

    assert {CountBand.Name(band) for band, report in told.items() if not present(report)} == {"COUNT_BAND_1_TO_10"}


def test_i02_what_the_node_counts_itself_is_withheld_alike_and_is_not_counted_again(node: NodeStore) -> None:
    node.tell_incident()
    tell(node, told(1, incident_id=INCIDENT_ID, next_check_in=timestamp(NOON)))

    assert present(reported(node)) == {"follow_ups_open": 1, "follow_ups_due": 1, "follow_ups_done": 0}
    assert present(reported(node, withhold_small=True)) == {"follow_ups_done": 0}


def test_i02_the_agreements_own_k_holds_and_a_band_that_may_be_below_it_stays_here(node: NodeStore) -> None:
    node.tell_incident()
    terms = replace(DEFAULT_TERMS, k=20)
    signed = frozenset[bytes]()
    bound = Agreement(1, b"\x22" * 16, "Region agreement", encode_terms(terms), terms, NOON, signed)
    node.write(partial(agreements.save_agreement, agreement=bound))
    counts = Counts(supporters_deployed=19, supporters_for_mutual_aid=20, contacts_made=CountBand.COUNT_BAND_11_TO_25)

    assert present(reported(node, counts, withhold_small=True)) == {"supporters_for_mutual_aid": 20}


def test_a_wrong_count_is_refused_where_small_ones_are_withheld_too(node: NodeStore) -> None:
    node.tell_incident()
    for wrong in (-1, 2**40):
        with pytest.raises(InvalidRequest, match=r"activation.supporters_deployed: .* out of its range"):
            reported(node, Counts(supporters_deployed=wrong), withhold_small=True)
