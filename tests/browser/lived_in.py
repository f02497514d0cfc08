"""A region in which something has happened everywhere: no page of its consoles is empty."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from common.access.roles import Role
from tests.care import add_member, add_supporter
from tests.consoles import ServedNode, ServedRegion

_DESIGNATED = date(2025, 1, 1)


@dataclass(frozen=True)
class LivedIn:
    """The region, one node of it, and a session of somebody in each role there."""

    region: ServedRegion
    node: ServedNode
    tokens: dict[Role, str]


def live_in(region: ServedRegion) -> LivedIn:
    """Have something happen everywhere."""
    node = next(iter(region.nodes.values()))
    casey, robin = (
        node.run(lambda opened, name=name: add_supporter(opened, name)) for name in ("Casey Roe", "Robin Vale")
    )
    members = [node.run(lambda opened, name=name: add_member(opened, name))[1] for name in ("Ann Ek", "Bo Lind")]
    tokens = {
        role: node.sign_in_as(role, name=role.value, **({"supporter_id": casey.id} if role is Role.SUPPORTER else {}))
        for role in (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)
    }
    lived_in = LivedIn(region, node, tokens)
    _supported(lived_in, members)
    _run(lived_in, robin.code)
    return lived_in


def _supported(lived_in: LivedIn, members: list[str]) -> None:
    """Contacts, check-ins, feedback: what a supporter does."""

    def casey(operation: str, **said: Any) -> Any:
        return lived_in.node.do(operation, session=lived_in.tokens[Role.SUPPORTER], **said)

    for kind, member in zip(("grief_or_loss", "work_stress", "moral_injury"), [*members, None], strict=True):
        casey("encounter_log", kind=kind, member=member, follow_up="3d")
    last = casey("own_encounters", limit=1)["encounters"][0]["reference"]
    casey("encounter_edit", encounter=last, kind="other")
    casey("own_followup_open", due="2099-01-01", member=members[0])
    casey("own_followup_change", check_in="C-1", verb="close", outcome="completed")


def _run(lived_in: LivedIn, other: str) -> None:
    """What a coordinator does with it."""

    def morgan(operation: str, **said: Any) -> Any:
        return lived_in.node.do(operation, session=lived_in.tokens[Role.COORDINATOR], **said)

    morgan("policy_publish", policy="CONF", title="Confidentiality", text="What is said stays with the peer.")
    morgan("supporter_train", supporter=other, topic=["confidentiality"], completed=_DESIGNATED.isoformat())
    lived_in.node.do("ask_for_peer", wish="anyone", contact="555 0100")
