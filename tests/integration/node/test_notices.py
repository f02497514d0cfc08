"""The mailbox: each notice once, in order, with its cursor; a bad one blocks nothing."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest, WrongState
from common.wire.canonical import encode
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import Discipline, IncidentStatus, Outcome
from node.domain.delivery import Flow
from node.persistence import directory, incidents, notices, outbox
from node.use_cases import notices as use_case
from tests.builders import NOON, capacity_report
from tests.nodes import AGENCY_ID, INCIDENT_ID, NodeStore, incident_notice, numbered, told_line


def test_an_incident_is_shown_as_the_hub_told_it(node: NodeStore) -> None:
    node.tell_incident()

    [incident] = node.read(incidents.list_incidents)
    assert (incident.id, incident.title, incident.agency_ids) == (
        INCIDENT_ID,
        "Fire at Stonegate, B wing",
        (AGENCY_ID,),
    )
    assert node.membership.mailbox_cursor == 1


def test_d01_the_same_notice_again_changes_nothing(node: NodeStore) -> None:
    notice = incident_notice()
    assert node.apply(notice) is not None

    assert node.apply(notice) is None

    assert len(node.read(notices.list_notices)) == 1
    assert node.membership.mailbox_cursor == 1


def test_a_gap_is_refused_and_nothing_of_it_is_kept(node: NodeStore) -> None:
    node.tell_incident()

    with pytest.raises(WrongState, match="notice 2 is missing"):
        node.apply(told_line(3))

    assert node.membership.mailbox_cursor == 1
    assert [line.version for line in node.board()] == [1]


def test_an_older_version_is_kept_but_not_applied(node: NodeStore) -> None:
    node.apply(incident_notice(1, version=5))
    node.apply(incident_notice(2, version=4, title="what it was called before"))
    node.apply(told_line(3, version=7, supporters_deployed=3))
    node.apply(told_line(4, version=6, supporters_deployed=1))

    [incident] = node.read(incidents.list_incidents)
    _, line = node.board()
    assert incident.title == "Fire at Stonegate, B wing"
    assert (line.version, line.counts.supporters_deployed) == (7, 3)
    assert node.membership.mailbox_cursor == 4


def test_a_notice_of_a_newer_hub_is_stored_and_skipped(node: NodeStore) -> None:
    unknown = encode(numbered(1)) + b"\xba\x06\x03new"  # a kind of the oneof that this version has no name for

    assert node.write(lambda connection: use_case.apply(connection, unknown, NOON)) is not None

    [stored] = node.read(notices.list_notices)
    assert (stored.kind, stored.is_applied, stored.body) == ("unknown", False, unknown)
    assert node.membership.mailbox_cursor == 1


@pytest.mark.parametrize(
    "notice",
    [
        numbered(1, incident_opened=wire.IncidentNotice(incident_id=b"short", version=1)),
        numbered(1, incident_opened=wire.IncidentNotice(incident_id=INCIDENT_ID, version=1)),  # no times
        told_line(1, agency_id=b""),
        numbered(1, quarantine=wire.QuarantineNotice(), follow_up_changed=wire.FollowUpNotice()),
        numbered(1, directory=wire.DirectoryNotice(entries=[{"agency_id": b"x"}], version=1)),
    ],
    ids=["short id", "no times", "no agency", "kind without behaviour", "directory entry"],
)
def test_a_notice_that_cannot_be_applied_blocks_nothing(node: NodeStore, notice: wire.Notice) -> None:
    node.apply(notice)
    node.apply(incident_notice(2))

    first, second = node.read(notices.list_notices)
    assert (first.is_applied, second.is_applied) == (False, True)


def test_bytes_that_are_no_notice_are_refused(node: NodeStore) -> None:
    for raw in (b"\xff\xff\xff", b""):
        with pytest.raises(InvalidRequest):
            node.write(lambda connection, raw=raw: use_case.apply(connection, raw, NOON))  # type: ignore[misc]


@given(st.text(max_size=600))
def test_t07_text_from_the_hub_is_cut_and_cannot_act_on_a_screen(text: str) -> None:
    shown = use_case.bounded(text, 200)

    assert len(shown) <= 200
    assert all(sign.isprintable() or sign == "\N{REPLACEMENT CHARACTER}" for sign in shown)


def test_t07_a_megabyte_in_a_title_is_cut(node: NodeStore) -> None:
    node.apply(incident_notice(title="\u202e\x1b[2J\n" + "x" * 1_000_000))

    [incident] = node.read(incidents.list_incidents)
    assert len(incident.title) == use_case.MAX_TITLE
    assert incident.title.startswith("\N{REPLACEMENT CHARACTER}" * 2 + "[2J")


def test_a_refusal_is_kept_with_its_report(node: NodeStore) -> None:
    node.append(capacity_report())
    node.tell_refused(1, "No such incident.", outcome=Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT)

    [entry] = node.read(lambda connection: outbox.list_from(connection, node.stream.stream_id, 1))
    assert entry.reason == "No such incident."
    assert entry.outcome is None  # that comes with the receipt


def test_a_refusal_of_another_report_at_that_sequence_is_not_taken_for_this_ones(node: NodeStore) -> None:
    node.append(capacity_report())  # in a restored database, where the hub has the report of before
    node.tell_refused(1, "No such incident.", command_id=os.urandom(16))

    [entry] = node.read(lambda connection: outbox.list_from(connection, node.stream.stream_id, 1))
    assert entry.reason == ""
    assert node.membership.mailbox_cursor == 1


def test_s06_a_quarantine_stops_sending_until_it_is_lifted(node: NodeStore) -> None:
    stream_id = node.stream.stream_id
    found = wire.QuarantineNotice(stream_id=stream_id, sequence=3, reason="two histories")
    node.apply(numbered(1, quarantine=found))
    assert (node.stream.flow, "two histories" in node.stream.flow_reason) == (Flow.QUARANTINED, True)

    node.apply(numbered(2, quarantine=wire.QuarantineNotice(lifted=True, stream_id=stream_id)))
    assert node.stream.flow is Flow.FLOWING


def test_the_directory_replaces_the_one_before(node: NodeStore) -> None:
    def told(version: int, *names: str) -> wire.DirectoryNotice:
        entries = [
            wire.DirectoryEntry(agency_id=name.encode() * 16, name=name, discipline=Discipline.DISCIPLINE_EMS)
            for name in names
        ]
        return wire.DirectoryNotice(entries=entries, version=version)

    node.apply(numbered(1, directory=told(1, "a", "b")))
    node.apply(numbered(2, directory=told(3, "c")))
    node.apply(numbered(3, directory=told(2, "d")))

    assert [entry.name for entry in node.read(directory.list_directory)] == ["c"]


def test_a_closed_incident_is_shown_closed(node: NodeStore) -> None:
    node.tell_incident()
    closed = incident_notice(2, version=2, status=IncidentStatus.INCIDENT_STATUS_CLOSED).incident_opened
    node.apply(numbered(2, incident_closed=closed))

    [incident] = node.read(incidents.list_incidents)
    assert incident.is_closed


def test_t04_a_new_epoch_told_by_notice_starts_the_mailbox_over(node: NodeStore) -> None:
    node.tell_incident()
    node.apply(numbered(2, hub_epoch_changed=wire.HubEpochNotice(hub_epoch=2)))

    assert (node.membership.hub_epoch, node.membership.mailbox_cursor) == (2, 0)
    node.apply(numbered(1, hub_epoch_changed=wire.HubEpochNotice(hub_epoch=2)))
    assert node.membership.mailbox_cursor == 1
