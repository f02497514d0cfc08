"""A report in plain words leaves nothing out."""

from common.wire.v1.codes_pb2 import ActivationStatus, CountBand, Discipline, PeerAidVerb
from common.wire.v1.report_pb2 import PeerAidCommand, Report
from node.domain.wording import report_fields, report_words
from tests.builders import activation_report


def test_an_activation_reads_like_a_sentence() -> None:
    report = activation_report(
        b"\x0a" * 16,
        status=ActivationStatus.ACTIVATION_STATUS_STOOD_DOWN,
        deployed=0,
        contacts_made=CountBand.COUNT_BAND_1_TO_10,
    )

    assert report_words(report) == (
        f"activation: incident id {'0a' * 16}, status stood down, supporters deployed 0, contacts made 1 to 10"
    )


def test_codes_in_lists_are_named_too() -> None:
    aid = PeerAidCommand(
        verb=PeerAidVerb.PEER_AID_VERB_REQUEST,
        request_id=b"\x0b" * 16,
        supporters=6,
        disciplines=[Discipline.DISCIPLINE_CORRECTIONS, Discipline.DISCIPLINE_911],
    )

    assert "disciplines [corrections; 911]" in report_words(Report(peer_aid=aid))
    assert report_fields(Report(peer_aid=aid))["peer_aid"]["disciplines"] == ["corrections", "911"]


def test_a_code_of_a_newer_version_is_shown_as_its_number() -> None:
    report = activation_report(b"\x0a" * 16)
    report.activation.status = 77  # type: ignore[assignment]

    assert "status code 77" in report_words(report)
