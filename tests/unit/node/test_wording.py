"""A report in plain words leaves nothing out."""

from common.wire.v1.codes_pb2 import ActivationStatus, CountBand, Discipline, PeerAidVerb, TableKind
from common.wire.v1.report_pb2 import PeerAidCommand, Report, TableCell, TableRelease
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


def test_a_figure_of_a_release_is_said_by_the_names_of_its_place_and_a_withheld_one_is_said_to_be() -> None:
    kind = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
    cells = [TableCell(count=41), TableCell(row=2, column=1), TableCell(row=2, column=2, count=0), TableCell(row=190)]
    told = TableRelease(window_id=b"\x0c" * 16, table=kind, catalogue_version=1, cells=cells)

    of_row = "work stress, incident related: withheld; work stress, not incident related: 0"
    assert report_words(Report(table_release=told)).endswith(f"cells [total, total: 41; {of_row}; (row 190)]")
    assert "zeros withheld" not in report_words(Report(table_release=told))
    told.zeros_withheld = True
    assert report_words(Report(table_release=told)).endswith(f"{of_row}; (row 190)], zeros withheld")
    told.catalogue_version, told.zeros_withheld = 7, False
    numbered = "(count 41); (row 2, column 1); (row 2, column 2, count 0); (row 190)"
    assert report_words(Report(table_release=told)).endswith(f"cells [{numbered}]")


def test_a_code_of_a_newer_version_is_shown_as_its_number() -> None:
    report = activation_report(b"\x0a" * 16)
    report.activation.status = 77  # type: ignore[assignment]

    assert "status code 77" in report_words(report)
