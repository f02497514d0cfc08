"""An agency that is not on an incident learns nothing of it on the wire: not by its stream, not by trying its id."""

import asyncio
import os
from pathlib import Path

from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import ActivationStatus, IncidentType, Outcome
from common.wire.v1.notice_pb2 import Notice
from common.wire.v1.report_pb2 import IncidentRequest, Report
from tests.builders import NOON, activation_report
from tests.hubs import running_hub
from tests.wire_client import Mailbox


def request(*agency_ids: bytes) -> Report:
    told = IncidentRequest(
        type=IncidentType.INCIDENT_TYPE_WILDLAND_FIRE, started_at=timestamp(NOON), agency_ids=agency_ids
    )
    return Report(command_id=os.urandom(16), occurred_at=timestamp(NOON), incident_request=told)


async def until(mailbox: Mailbox, kind: str, seen: list[Notice]) -> Notice:
    """Read a stream up to the next notice of a kind."""
    while True:
        notice = await mailbox.next()
        seen.append(notice)
        if notice.WhichOneof("kind") == kind:
            return notice


async def test_an_agency_that_is_not_on_an_incident_learns_nothing_of_it_on_the_wire(tmp_path: Path) -> None:
    async with asyncio.timeout(60), running_hub(tmp_path) as hub:
        fire, ems, other = [await hub.joined(slug) for slug in ("ridgeline-fire", "cedar-valley-ems", "stonegate-jail")]
        seen: list[Notice] = []
        seen_by_fire: list[Notice] = []
        async with (
            hub.client(fire) as at_fire,
            hub.client(ems) as at_ems,
            hub.client(other) as at_other,
            at_fire.watch() as fires,
            at_ems.watch() as emss,
            at_other.watch() as others,
        ):
            asked = request(ems.agency_id)
            await at_fire.push(fire, asked)
            opened = await hub.ask(
                "incident open", title="Ridge fire", request=asked.command_id.hex()[:8], agencies=["ridgeline-fire"]
            )
            incident_id = bytes.fromhex(opened["id"])
            await until(fires, "incident_request_answered", seen_by_fire)
            await at_fire.push(fire, activation_report(incident_id))
            await until(fires, "activation_board", seen_by_fire)

            tried = await at_other.push(
                other,
                activation_report(incident_id),
                activation_report(os.urandom(16)),
                activation_report(incident_id, status=ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED),
            )
            answers = [(await until(others, "report_refused", seen)).report_refused for _ in range(3)]

            await hub.ask("incident add", incident=opened["id"][:6], agencies=["cedar-valley-ems"])
            await until(emss, "incident_changed", [])
            await at_ems.push(ems, activation_report(incident_id))
            declined = request(other.agency_id)
            await at_fire.push(fire, declined)
            await hub.ask("incident decline-request", request=declined.command_id.hex(), reason="not_involved")
            await hub.ask("incident status", incident=opened["id"], status="monitoring")
            await hub.ask("incident status", incident=opened["id"], status="closed")
            await until(fires, "incident_closed", seen_by_fire)
            late = await at_other.push(other, activation_report(incident_id))
            answers.append((await until(others, "report_refused", seen)).report_refused)
            # What is about no incident still comes: the stream is open, and now read to its end.
            await hub.ask("directory set", agency="ridgeline-fire", duty_contact="+1 555 0100")
            await until(others, "directory", seen)

        assert {"incident_opened", "activation_board", "incident_changed", "incident_closed"} <= {
            notice.WhichOneof("kind") for notice in seen_by_fire
        }
        assert {notice.WhichOneof("kind") for notice in seen} == {"directory", "report_refused"}
        assert len({refused.reason for refused in answers}) == 1  # the incident's own id gets what a random one gets
        assert {refused.outcome for refused in answers} == {Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT}
        assert [*tried.outcomes, *late.outcomes] == [Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT] * 4
        assert [incident_id in notice.SerializeToString() for notice in hub.mail(other.agency_id)] == [False] * len(
            seen
        )
        assert b"Ridge fire" not in b"".join(notice.SerializeToString() for notice in seen)
