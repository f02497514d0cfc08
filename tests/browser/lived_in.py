"""A node of a region in which something has happened everywhere: no page of its console is empty."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from common.access.roles import Role
from hub.domain.agreement_template import TEMPLATE
from node.domain.encounter import SupportKind
from node.opened import OpenNode
from node.operations.releases import draw_due
from tests.care import Somebody, add_member, add_supporter
from tests.consoles import ServedNode, ServedRegion
from tests.importing import HEADING
from tests.records import Somebody as Writer
from tests.releasing import contacts, decide, hub_answers
from tests.signing_in import PASSWORD
from tests.waiting import wait_until

ROLES = (Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR)
SETTINGS = {"notes": "on", "jurisdiction": "ca"}  # notes may be kept, and most disclosures are told in writing
_TOPICS = ("active_listening", "psychological_first_aid", "referral_options", "confidentiality", "suicide_recognition")
_LONG_NAME = "Bartholomew Featherstonehaugh-Wollstonecraft"
_LONG_TEXT = "What is said to a peer stays with the peer, except where the law asks otherwise.\n\n" * 4


@dataclass
class LivedIn:
    """A region, one node of it, and a session of somebody in each role there."""

    region: ServedRegion
    node: ServedNode
    other: ServedNode
    tokens: dict[Role, str]

    def do(self, role: Role, operation: str, **said: Any) -> Any:
        """Have somebody do something at the node."""
        return self.node.do(operation, session=self.tokens[role], **said)


def live_in(region: ServedRegion) -> LivedIn:
    """Have something happen everywhere, at the first node of a region of two."""
    node, other = region.nodes.values()
    casey, robin, *_ = (
        node.run(partial(add_supporter, name=name)) for name in ("Casey Roe", "Robin Vale", _LONG_NAME, "Sam Ort")
    )
    lived_in = LivedIn(region, node, other, _people(node, casey))
    members = [node.run(partial(add_member, name=name))[1] for name in ("Ann Ek", "Bo Lind", _LONG_NAME)]
    _kept(lived_in, robin.code)
    _supported(lived_in, members)
    incident = _between_agencies(lived_in, robin.code)
    _ran(lived_in, incident, members, casey.code, robin.code)
    _told(lived_in, members)
    _operated(lived_in)
    _counted(lived_in, casey)
    return lived_in


def _people(node: ServedNode, casey: Somebody) -> dict[Role, str]:
    """Somebody in each role, who set a password as people do: it makes their key for notes."""
    tokens = {Role.OPERATOR: node.sign_in_as(Role.OPERATOR, name="olga")}
    names = dict(zip(ROLES, ("casey", "morgan", "quinn", "lena", "anna", "olga"), strict=True))
    for role, name in names.items():
        more = {"supporter_id": casey.id.hex()} if role is Role.SUPPORTER else {}
        if role is not Role.OPERATOR:
            said = {"session": tokens[Role.OPERATOR], "name": name, "roles": [role.value]}
            code = node.do("user_add", **said, **more)["setup_code"]
            tokens[role] = str(node.do("set_up", name=name, setup_code=code, password=PASSWORD)["token"])
    node.do("user_add", session=tokens[Role.OPERATOR], name="jo.of-the-night-watch", roles=["coordinator", "leader"])
    return {role: tokens[role] for role in ROLES}


def _kept(lived_in: LivedIn, robin: str) -> None:
    """What a program is made of: policies, training, resources, the rota, feedback, retention."""
    morgan = partial(lived_in.do, Role.COORDINATOR)
    for policy, title in (("CONF", "Confidentiality"), ("SELF", "Care for those who care")):
        morgan("policy_publish", policy=policy, title=title, text=_LONG_TEXT)
    morgan("supporter_train", supporter=robin, topic=list(_TOPICS), completed="2025-01-01")
    morgan("supporter_train", supporter=robin, topic=["self_care"], completed="2025-01-01", expires="2026-01-01")
    morgan("policy_acknowledge_for", supporter=robin, policy="CONF")
    for kind, name in (("chaplain", "Chaplain Ruiz"), ("crisis_line", "Crisis line"), ("eap", "Employee assistance")):
        morgan("resource_add", kind=kind, name=name, reach="555 0100, at all hours", languages=["spanish"])
    for day in ("monday", "tuesday", "wednesday"):
        morgan("rota_set", user="morgan", weekday=day, starts="08:00", ends="20:00")
    for rating in (4, 5):
        code = morgan("feedback_issue", count=2)["codes"][0]
        lived_in.node.do("feedback_rate", code=code, rating=rating)
    morgan("retention_set", record_class="member", days=3650)


def _supported(lived_in: LivedIn, members: list[str]) -> None:
    """Contacts with their notes, check-ins that are due, overdue and closed, a hand-over: what a supporter does."""
    casey = partial(lived_in.do, Role.SUPPORTER)
    for kind, member in zip(("grief_or_loss", "work_stress", "suicide_concern"), members, strict=True):
        casey("encounter_log", kind=kind, member=member, follow_up="3d", duration="15_29")
    overdue = casey("encounter_log", kind="moral_injury", at="9d ago", follow_up="1d", duration="under_15")
    casey("encounter_edit", encounter=overdue["reference"], kind="other", referrals=["eap", "chaplain"])
    casey("note_write", encounter=overdue["reference"], text="Wants to speak to Robin, not to me.\nCall after nine.")
    wrong = casey("encounter_log", kind="other", duration="under_15")
    casey("encounter_void", encounter=wrong["reference"])
    soon = datetime.now(ZoneInfo("America/Denver")) + timedelta(seconds=2)
    for due in ("tomorrow", "90d", f"{soon:%Y-%m-%dT%H:%M:%S}"):
        casey("own_followup_open", due=due, member=members[0])
    casey("own_followup_change", check_in="C-1", verb="close", outcome="completed")


def _between_agencies(lived_in: LivedIn, robin: str) -> str:
    """Incidents, follow-ups, mutual aid: what several agencies have to do with."""
    region, node, other = lived_in.region, lived_in.node, lived_in.other
    slugs = list(region.nodes)
    ask = {"type": "structure_fire", "agencies": slugs}
    mill = region.hub.ask("incident open", title="Mill fire, with two crews lost in the east wing", **ask)["id"]
    quarry = region.hub.ask("incident open", title="Quarry slide", **ask)["id"]
    for each in (node, other):
        wait_until(lambda each=each: len(each.do("incidents")) == 2)  # type: ignore[misc]
    region.hub.ask("incident status", incident=quarry, status="closed", keep_open=True)
    node.do("activate", incident=mill, status="active", supporters_deployed=4, contacts_made="1_to_10")
    other.do("activate", incident=mill, status="declined", decline_reason="no_capacity")
    for _ in range(3):
        node.do("followup_open", cohorts=["2_to_4"], incident=mill)
    theirs = other.do("followup_open", cohorts=["1"], incident=mill)[0]["reference"]
    wait_until(lambda: all(row["version"] for row in node.do("followups")))
    wait_until(lambda: other.do("followup", follow_up=theirs)["version"])
    own = [row["reference"] for row in node.do("followups")]
    node.do("followup_command", follow_up=own[0], verb="offer", to=[slugs[1]])
    node.do("followup_command", follow_up=own[1], verb="contact")
    other.do("followup_command", follow_up=theirs, verb="offer", to=[slugs[0]])
    wait_until(lambda: node.do("followups", which="offers"))
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    node.do("aid_request", supporters=3, until=until, languages=["spanish"], disciplines=["fire"], incident=mill)
    request = other.do("aid_request", supporters=2, until=until)["request"]
    wait_until(lambda: len(node.do("aid_list")) == 2)
    node.do("aid_offer", request=request, supporters=1)
    node.do("request_incident", type="wildland_fire", agencies=slugs)
    region.hub.ask("agreement publish", text=TEMPLATE, in_force_from=until)
    wait_until(lambda: len(node.do("agreement_list")) == 2)
    return str(mill)


def _ran(lived_in: LivedIn, incident: str, members: list[str], casey: str, robin: str) -> None:
    """Check-ins after an incident, who was there, requests for a peer, hand-overs, an import: a coordinator's work."""
    morgan = partial(lived_in.do, Role.COORDINATOR)
    morgan("incident_numbers", incident=incident, system="cad", numbers=["26-114207"])
    morgan("incident_roster_set", incident=incident, witness=[robin])
    morgan("check_in_plan", incident=incident, members=members[:2], supporter=casey)
    morgan("check_in_open", due="tomorrow")
    morgan("check_ins_hand_over", **{"from": casey}, to=robin, check_ins=["C-2"])
    lived_in.node.do("ask_for_peer", wish="named", named="Robin", contact="555 0100", when="after nine tonight")
    lived_in.node.do("ask_for_peer", wish="outside", kind="grief_or_loss")
    morgan("hold_place", scope="member", subject=members[0], reason="subpoena")
    sheet = HEADING + "10/25/2025,Peer 1,Ann Lee,work\n10/35/2025,Peer 1,Ann Lee,work\n"
    file = lived_in.node.node.opened.data.parent / "sheet.csv"
    Path(file).write_text(sheet, "utf-8")
    morgan("import", file=str(file))
    morgan("notice_settings", mail="morgan@agency.example", quiet="22:00-06:00")


def _told(lived_in: LivedIn, members: list[str]) -> None:
    """Disclosures at each stage, and a first notice."""
    quinn = partial(lived_in.do, Role.CLINICIAN)
    for at in ("9d ago", "1h ago", "2h ago", "3h ago"):
        quinn("disclosure_record", reason="harm_to_others", told=["law_enforcement"], member=members[0], at=at)
    for code in ("D-3", "D-4"):
        quinn("disclosure_notice_given", disclosure=code, way="by_post")
    quinn("disclosure_close", disclosure="D-4", because="notice_given")
    quinn("disclosure_first_notice", member=members[0], way="in_person")


def _operated(lived_in: LivedIn) -> None:
    """Tokens of other systems, backups."""
    olga = partial(lived_in.do, Role.OPERATOR)
    for name, may in (("cad-2026", ["read_incidents"]), ("rms", ["create_check_ins"])):
        olga("api_token_add", name=name, may=may)
    olga("api_token_remove", name="rms")


def _counted(lived_in: LivedIn, casey: Somebody) -> None:
    """Quarters that were counted: one that was released, one that waits to be."""
    node, writer = lived_in.node, Writer(casey.person, casey.id)
    newest = _quarter_before(datetime.now(UTC) - timedelta(days=20))
    first = _quarter_before(newest)

    def count(opened: OpenNode) -> None:
        for of, many in ((first, 39), (newest, 14)):
            day = date(of.year, of.month, 5)
            contacts(opened, writer, many, day, kind=SupportKind.WORK_STRESS)
            contacts(opened, writer, 5, day, kind=SupportKind.GRIEF_OR_LOSS, is_incident_related=True)

    node.run(count)
    opened = lived_in.region.hub.ask("reporting open", **{"from": first.date().isoformat()})
    wait_until(lambda: {row["id"] for row in opened} <= {row["window"] for row in _windows(lived_in)})
    node.run(lambda opened: decide(opened, "after_grace"))
    node.run(hub_answers)
    node.run(draw_due)
    drawn = [row for row in _windows(lived_in) if row["state"] == "drawn"]
    lived_in.do(Role.COORDINATOR, "release_send", window=drawn[0]["window"])


def _windows(lived_in: LivedIn) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lived_in.do(Role.COORDINATOR, "release_list")["windows"]
    return rows


def _quarter_before(moment: datetime) -> datetime:
    """Give the start of the last quarter that was over at a moment."""
    quarter = moment.year * 4 + (moment.month - 1) // 3 - 1
    return datetime(quarter // 4, quarter % 4 * 3 + 1, 1, tzinfo=UTC)
