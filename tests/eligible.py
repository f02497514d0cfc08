"""A node of a jurisdiction, opened in this process, that a hub has told things: no hub is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from common.access.roles import Action, Role
from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS
from common.wire.canonical import encode
from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from common.wire.v1.codes_pb2 import Discipline, FollowUpOffer, FollowUpVerb
from common.wire.v1.report_pb2 import Report
from node.domain.agreement import Agreement
from node.domain.member import Member
from node.domain.supporter import Supporter, Topic, Training
from node.opened import OpenNode
from node.operations import GUARDED, WRITING
from node.persistence import agreements
from node.use_cases import delivery, notices
from node.use_cases.members import add_members
from node.use_cases.membership import take_membership
from node.use_cases.supporters import add_supporters
from tests.builders import NOON
from tests.local_node import local_node, person
from tests.nodes import AGENCY_ID, INCIDENT_ID, MEMBERSHIP, OTHER_AGENCY, incident_notice, numbered
from tests.telling import ID, told

COORDINATOR = person(Role.COORDINATOR, name="morgan")
DESIGNATED_ON = date(2026, 11, 2)  # the day before the incident


@contextmanager
def node_in(jurisdiction: str, directory: Path) -> Iterator[OpenNode]:
    """Open a node under a pack; it belongs to a region, and signed its agreement."""
    signed_by = frozenset({AGENCY_ID, OTHER_AGENCY})
    encoded = encode_terms(DEFAULT_TERMS)
    bound = Agreement(1, b"\x22" * 16, "Region agreement", encoded, DEFAULT_TERMS, NOON, signed_by)
    with local_node(directory, jurisdiction=jurisdiction) as node:
        (node.data / "identity" / "chain.pem").write_bytes(b"")  # what a node that joined has
        node.write("test", partial(take_membership, told=MEMBERSHIP, now=NOON))
        node.write("test", partial(agreements.save_agreement, agreement=bound))
        yield node


def hear(node: OpenNode, **kind: Any) -> None:
    """Have the node hear the next notice of its mailbox."""
    cursor = node.membership().mailbox_cursor + 1
    node.write("test", partial(notices.apply, raw=encode(numbered(cursor, **kind)), now=NOON))


def hear_offer(node: OpenNode, **changes: Any) -> str:
    """Have the node hear that the other agency offers it a follow-up of the mill fire, and give the follow-up's id."""
    hear(node, incident_opened=incident_notice().incident_opened)
    offered: dict[str, Any] = {
        "origin_agency_id": OTHER_AGENCY,
        "accountable_agency_id": OTHER_AGENCY,
        "incident_id": INCIDENT_ID,
        "offer": FollowUpOffer.FOLLOW_UP_OFFER_OFFERED,
        "offered_to": [AGENCY_ID],
        "accept_by": timestamp(NOON + timedelta(hours=4)),
        "agreement_version": 1,
    }
    hear(node, offer_received=told(1, **(offered | changes)))
    return ID.hex()


def hear_of_agency(node: OpenNode, jurisdiction: str, agency_id: bytes = OTHER_AGENCY) -> None:
    """Have the node hear what an agency, by default the other one, is under, as the hub's operator wrote it."""
    other = wire.DirectoryEntry(
        agency_id=agency_id,
        name="Cedar Valley Ambulance",
        discipline=Discipline.DISCIPLINE_EMS,
        jurisdiction=jurisdiction,
        active=True,
    )
    hear(node, directory=wire.DirectoryNotice(entries=[other], version=node.membership().mailbox_cursor + 1))


def ready(**changes: Any) -> Supporter:
    """A supporter who was designated the day before, with every topic in date."""
    trainings = tuple(Training(topic, DESIGNATED_ON) for topic in Topic)
    values: dict[str, Any] = {"name": "Dana", "designated_on": DESIGNATED_ON, "trainings": trainings}
    return Supporter(code="", **(values | changes))


def with_members(node: OpenNode, *given: Member) -> list[bytes]:
    """Record members at the node, and give their ids."""

    def write(connection: Connection) -> list[bytes]:
        made = add_members(connection, node.vault, "user morgan", Action.CHANGE_ROSTER, given, NOON)
        return [each.id for each in made]

    return node.write("test", write)


def with_supporters(node: OpenNode, *given: Supporter) -> list[bytes]:
    """Put supporters on the node's roster, and give their ids; they are called S-01, S-02, ..."""

    def write(connection: Connection) -> list[bytes]:
        made = add_supporters(connection, node.vault, "user morgan", Action.CHANGE_ROSTER, given, NOON)
        return [each.id for each in made]

    return node.write("test", write)


def accept(node: OpenNode, follow_up: str) -> Any:
    """Accept an offer, as `holdfast node followup accept` does."""
    return WRITING["followup_command"](node, {"follow_up": follow_up, "verb": "accept"})


def do(node: OpenNode, name: str, **arguments: Any) -> Any:
    """Do something as a coordinator."""
    return GUARDED[name].do(node, COORDINATOR, arguments)


def judged(node: OpenNode, follow_up: str) -> Any:
    """What the rules say of this agency and each supporter."""
    return GUARDED["followup_eligibility"].do(node, COORDINATOR, {"follow_up": follow_up})


def written(node: OpenNode) -> list[str]:
    """The verbs that would leave the node."""
    batch = node.read(delivery.next_batch)
    bodies = () if batch is None else batch.bodies
    return [FollowUpVerb.Name(Report.FromString(body).follow_up.verb) for body in bodies]
