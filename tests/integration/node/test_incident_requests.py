"""An agency asks for an incident: as people and scripts do it, offline and online, up to the hub's answer."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from common.errors import InvalidRequest, NotFound
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import DeclineReason, IncidentType
from common.wire.v1.report_pb2 import Report
from node.domain.incident_request import RequestState
from node.operations import WRITING
from node.persistence import incident_requests, ledger
from node.persistence.streams import get_current_stream
from node.process import Node
from node.use_cases import delivery
from node.use_cases.incident_requests import request_incident
from tests.builders import NOON
from tests.coroutines import eventually
from tests.eligible import node_in
from tests.hubs import running_hub
from tests.live_nodes import joined_node
from tests.node_command import command
from tests.nodes import AGENCY_ID, BOUND_KEY, INCIDENT_ID, OTHER_AGENCY, NodeStore, numbered

COMMAND = b"\x21" * 16


def tell_directory(node: NodeStore) -> None:
    entries = [
        wire.DirectoryEntry(agency_id=id_, name=name, discipline=1, active=active)  # type: ignore[arg-type]
        for id_, name, active in (
            (AGENCY_ID, "Ridgeline Fire District", True),
            (OTHER_AGENCY, "Cedar Valley EMS", True),
            (b"\x09" * 16, "Twin Peaks", True),
            (b"\x0a" * 16, "Twin Peaks", True),
            (b"\x0b" * 16, "Gone Agency", False),
        )
    ]
    node.apply(numbered(1, directory=wire.DirectoryNotice(entries=entries, version=1)))


def ask(node: NodeStore, *agencies: str) -> list[bytes]:
    """Ask for an incident, and give the agencies that the report names."""
    asked = partial(
        request_incident,
        key=BOUND_KEY,
        type_=IncidentType.INCIDENT_TYPE_OTHER,
        started_at=NOON,
        agencies=agencies,
        now=NOON,
    )
    entry = node.write(asked)

    def leaf(connection: Connection) -> bytes:
        return next(ledger.read_leaves(connection, entry.stream_id, entry.sequence, 1)).body

    return list(Report.FromString(node.read(leaf)).incident_request.agency_ids)


def answers(node: NodeStore) -> list[tuple[bytes | None, int | None]]:
    listed = node.read(incident_requests.list_requests)
    return [(answer.incident_id, answer.decline_reason) for _, answer in listed if answer is not None]


def test_agencies_are_named_as_the_directory_calls_them_or_by_their_id(node: NodeStore) -> None:
    tell_directory(node)

    assert ask(node, "cedar valley ems", "0909", "Cedar Valley EMS", "Ridgeline Fire District") == [
        OTHER_AGENCY,
        b"\x09" * 16,
    ]
    for typed, said in (("Cedar", "has no 'Cedar'"), ("08", "has no '08'"), ("Gone Agency", "has no 'Gone Agency'")):
        with pytest.raises(NotFound, match=said):
            ask(node, typed)
    with pytest.raises(InvalidRequest, match="2 agencies are called 'Twin Peaks'"):
        ask(node, "Twin Peaks")
    assert node.stream.head == 1


def test_what_one_form_sends_twice_is_asked_once_and_other_words_are_asked_too(node: NodeStore) -> None:
    tell_directory(node)
    asked = partial(request_incident, key=BOUND_KEY, started_at=NOON, agencies=(), now=NOON, draft=b"d" * 16)

    fire = [node.write(partial(asked, type_=IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE)) for _ in range(2)]
    flood = node.write(partial(asked, type_=IncidentType.INCIDENT_TYPE_DISASTER))

    assert fire[0] == fire[1]
    assert flood.command_id != fire[0].command_id
    assert node.stream.head == 2


@pytest.mark.parametrize("draft", ["what casey told me", "00" * 15, "00" * 17])
def test_i01_an_id_that_leaves_is_made_of_no_text(tmp_path: Path, draft: str) -> None:
    with node_in("default", tmp_path) as opened:
        with pytest.raises(InvalidRequest, match="draft: 32 hex digits"):
            WRITING["request_incident"](opened, {"type": "disaster", "draft": draft})
        assert opened.read(delivery.next_batch) is None


def test_an_answer_that_is_not_as_the_contract_says_is_kept_and_skipped(node: NodeStore) -> None:
    ask(node)
    [(entry, _)] = node.read(incident_requests.list_requests)
    wrong: list[dict[str, Any]] = [
        {"command_id": b"short", "incident_id": INCIDENT_ID},
        {"command_id": entry.command_id},
        {"command_id": entry.command_id, "incident_id": b"short"},
        {
            "command_id": entry.command_id,
            "incident_id": INCIDENT_ID,
            "decline_reason": DeclineReason.DECLINE_REASON_OTHER,
        },
    ]
    for cursor, told in enumerate(wrong, 1):
        node.apply(numbered(cursor, incident_request_answered=wire.IncidentRequestNotice(**told)))

    assert node.membership.mailbox_cursor == len(wrong)
    assert answers(node) == []


def test_d01_an_answer_that_comes_again_is_the_same_answer(node: NodeStore) -> None:
    ask(node)
    [(entry, _)] = node.read(incident_requests.list_requests)
    told = wire.IncidentRequestNotice(command_id=entry.command_id, incident_id=INCIDENT_ID)
    for cursor in (1, 2):
        node.apply(numbered(cursor, incident_request_answered=told))
    # One of a request that this node forgot, with a restore.
    node.apply(
        numbered(3, incident_request_answered=wire.IncidentRequestNotice(command_id=COMMAND, incident_id=INCIDENT_ID))
    )

    assert answers(node) == [(INCIDENT_ID, None)]


async def listed(data: Path) -> list[dict[str, Any]]:
    ended = await command("requests", "--json", data=data)
    assert ended.returncode == 0, ended.stderr
    rows: list[dict[str, Any]] = json.loads(ended.stdout)
    return rows


async def test_a_request_is_followed_from_the_offline_node_to_the_hubs_answer(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        await hub.joined("ems")
        await hub.ask("directory set", agency="ems", duty_contact="Duty desk, +1 555 0100")
        async with Node(data) as node:
            await eventually(lambda: node.opened.membership().mailbox_cursor >= 3)
        directory = await command("directory", data=data)
        assert "Duty desk, +1 555 0100" in " ".join(directory.stdout.split())

        words = ("request-incident", "--type", "wildland-fire", "--agency", "ems")
        assert (await command(*words, data=data)).returncode == 0
        assert (await command("request-incident", "--type", "other", data=data)).returncode == 0
        future = await command(*words, "--started", "2099-01-01T00:00:00+00:00", data=data)
        assert (future.returncode, "must not lie in the future" in future.stderr) == (2, True)
        assert [row["state"] for row in await listed(data)] == [RequestState.WAITING_TO_LEAVE] * 2

        async with Node(data) as running:
            await eventually(lambda: len(hub.reports()) == 2)
            await eventually(lambda: running.opened.read(get_current_stream).acknowledged == 2)
            assert [row["state"] for row in await listed(data)] == [RequestState.WITH_THE_HUB] * 2
            waiting = {row["type"]: row for row in await hub.ask("incident requests")}
            assert waiting["wildland_fire"]["agencies"] == ["ems"]
            opened = await hub.ask("incident open", request=waiting["wildland_fire"]["id"][:8])
            await hub.ask("incident decline-request", request=waiting["other"]["id"], reason="not_involved")
            assert len(opened["agency_ids"]) == 2

            await eventually(lambda: len(_answered(running)) == 2)
            shown = {row["type"]: row for row in await listed(data)}
            assert shown["wildland_fire"]["incident"] == opened["id"]
            assert shown["other"]["decline_reason"] == "not_involved"
            assert f"opened ({opened['id'][:8]})" in (await command("requests", data=data)).stdout


def _answered(node: Node) -> list[bytes]:
    return [entry.command_id for entry, answer in node.opened.read(incident_requests.list_requests) if answer]
