"""An incident's board at a node: lines that are implied, lines that are told, and no way back to an older one."""

from dataclasses import replace
from datetime import timedelta

from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import ActivationStatus, CountBand
from node.domain.activation import BoardLine, Counts
from tests.builders import NOON
from tests.nodes import AGENCY_ID, INCIDENT_ID, OTHER_AGENCY, NodeStore, incident_notice, numbered, told_line


def begun(agency_id: bytes) -> BoardLine:
    return BoardLine(INCIDENT_ID, agency_id, ActivationStatus.ACTIVATION_STATUS_REQUESTED, None, Counts(), NOON, 1)


def test_an_incident_brings_every_participants_first_line(node: NodeStore) -> None:
    node.apply(incident_notice(1, agency_ids=[AGENCY_ID, OTHER_AGENCY]))

    assert [begun(AGENCY_ID), begun(OTHER_AGENCY)] == node.board()

    node.apply(told_line(2, version=2))
    assert [(line.agency_id, line.version) for line in node.board()] == [(AGENCY_ID, 1), (OTHER_AGENCY, 2)]


def test_d01_a_newer_line_outlives_every_notice_of_its_incident(node: NodeStore) -> None:
    participants = [AGENCY_ID, OTHER_AGENCY]
    node.apply(told_line(1, version=3, supporters_deployed=4))  # as one that comes later is told first
    node.apply(incident_notice(2, agency_ids=participants))
    node.apply(numbered(3, incident_changed=incident_notice(version=2, agency_ids=participants).incident_opened))

    own, other = node.board()
    assert own == begun(AGENCY_ID)
    assert (other.version, other.counts.supporters_deployed) == (3, 4)


def test_an_agency_that_takes_part_later_begins_when_it_was_named(node: NodeStore) -> None:
    node.tell_incident()
    node.apply(told_line(2, agency_id=AGENCY_ID, version=2))
    named = incident_notice(version=2, agency_ids=[AGENCY_ID, OTHER_AGENCY]).incident_opened
    later = NOON + timedelta(hours=1)
    changed = numbered(3, incident_changed=named)
    changed.issued_at.CopyFrom(timestamp(later))

    node.apply(changed)

    own, other = node.board()
    assert (own.version, other) == (2, replace(begun(OTHER_AGENCY), changed_at=later))


def test_t04_a_mailbox_read_again_from_its_beginning_takes_no_line_back(node: NodeStore) -> None:
    def told() -> list[wire.Notice]:
        opened = incident_notice(1, agency_ids=[AGENCY_ID, OTHER_AGENCY])
        closed = incident_notice(version=2, agency_ids=[AGENCY_ID, OTHER_AGENCY]).incident_opened
        return [opened, told_line(2, version=2), told_line(3, version=3), numbered(4, incident_closed=closed)]

    for notice in told():
        node.apply(notice)
    before = node.board()
    node.apply(numbered(5, hub_epoch_changed=wire.HubEpochNotice(hub_epoch=2)))
    assert node.membership.mailbox_cursor == 0

    for notice in told():
        node.apply(notice)
        assert node.board() == before


def test_a_count_that_is_not_known_stays_missing(node: NodeStore) -> None:
    node.apply(told_line(1, supporters_deployed=0, contacts_made=CountBand.COUNT_BAND_NONE))

    [line] = node.board()
    assert line.counts.supporters_deployed == 0
    assert line.counts.supporters_for_mutual_aid is None
    assert (line.counts.contacts_made, line.counts.people_exposed) == (CountBand.COUNT_BAND_NONE, None)
