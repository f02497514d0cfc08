"""A region in which something has happened on every page of its hub's console.

Its past is written by the rules of the hub (`tests/region_history.py`); then it is served, and its nodes join.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from common.access.roles import Role
from common.storage.store import Store
from common.wire.times import duration
from common.wire.v1.codes_pb2 import (
    ActivationStatus,
    CohortBand,
    CountBand,
    DeclineReason,
    Discipline,
    DiskFreeBand,
    FollowUpOutcome,
    IncidentStatus,
    IncidentType,
    Language,
)
from hub.domain.agreement_template import TEMPLATE
from tests.browser.walking import PICTURES
from tests.builders import peer_command
from tests.consoles import ServedHub, ServedNode, served_region
from tests.fakes import SetClock
from tests.heartbeats import JoinedAgency
from tests.region_history import History
from tests.waiting import wait_until

FIRE, EMS, DISPATCH = "ridgeline-fire", "cedar-valley-ems", "tri-county-911"
COUNTY, STATE, LAKE = "ridgeline-county-fire", "state-forest-fire", "lakeside-ems"
SHERIFF, JAIL, MILL = "ridgeline-sheriff", "stonegate-corrections", "mill-creek-ems"
_D, _S = Discipline, ActivationStatus
_AGENCIES: dict[str, tuple[int, str, str, str]] = {
    FIRE: (_D.DISCIPLINE_FIRE, "Ridgeline Fire District", "Duty desk, +1 555 0100", "US-CO"),
    COUNTY: (_D.DISCIPLINE_FIRE, "Ridgeline County Volunteer Fire and Rescue Association", "Pager 555 0177", "US-CO"),
    STATE: (_D.DISCIPLINE_FIRE, "State Forest Fire Service", "", "US-CO"),
    EMS: (_D.DISCIPLINE_EMS, "Cedar Valley Emergency Medical Services Authority", "peers@cedar.example", "US-CO"),
    LAKE: (_D.DISCIPLINE_EMS, "Lakeside EMS", "+1 555 0131, nights: +1 555 0132", "US-WY"),
    MILL: (_D.DISCIPLINE_EMS, "Mill Creek Ambulance", "+1 555 0140", "US-CO"),
    DISPATCH: (_D.DISCIPLINE_911, "Tri-County 911 Communications", "Shift lead, +1 555 0911", "US-CO"),
    SHERIFF: (_D.DISCIPLINE_LAW_ENFORCEMENT, "Ridgeline Sheriff's Office", "+1 555 0150", "US-CO"),
    JAIL: (_D.DISCIPLINE_CORRECTIONS, "Stonegate Correctional Institution", "Captain on duty, +1 555 0160", "US-CO"),
}
_CONTACTS = dict(zip((FIRE, COUNTY, STATE, EMS, LAKE, MILL, SHERIFF), (220, 130, 300, 260, 90, 180, 340), strict=True))
_ROLES = (Role.REGIONAL_COORDINATOR, Role.STATE_COORDINATOR, Role.BOARD, Role.AUDITOR, Role.OPERATOR)


@dataclass(frozen=True)
class LivedInRegion:
    """A region's hub, and a session of somebody in each role there."""

    hub: ServedHub
    tokens: dict[Role, str]


@contextmanager
def lived_in_region(directory: Path) -> Iterator[LivedInRegion]:
    """Serve such a region."""
    now = datetime.now(UTC)  # certificates are judged by the machine's clock
    clock, past = SetClock(now), partial(_write_past, now=now)
    with served_region(directory, FIRE, clock=clock, agreed=False, prepare=past) as region:
        _sign(region.hub, region.nodes[FIRE])
        _report_on(region.hub)
        nodes = _join(region.hub, directory)
        _let_run(clock, nodes)
        yield LivedInRegion(region.hub, _enter(region.hub))


def _write_past(store: Store, now: datetime) -> None:
    past = History(store, now, quarters=4 if PICTURES else 2)
    for slug, (discipline, name, duty_contact, jurisdiction) in _AGENCIES.items():
        past.joined(slug, discipline, name, duty_contact=duty_contact, jurisdiction=jurisdiction)
    past.sign(*(slug for slug in _AGENCIES if slug not in (FIRE, STATE)))
    past.reports(_CONTACTS, late=LAKE)
    past.goes_to(now - timedelta(days=20))
    _play_what_is_over(past)
    past.goes_to(now - timedelta(hours=76))
    _play_what_runs(past)
    past.goes_to(now)


def _play_what_is_over(past: History) -> None:
    """Two incidents that are closed; of the first, follow-ups ended in every way."""
    over = past.opens("Shooting at Main and 4th", IncidentType.INCIDENT_TYPE_OFFICER_INVOLVED_SHOOTING, [SHERIFF, EMS])
    past.goes_on(minutes=48)
    past.stands(over, SHERIFF, _S.ACTIVATION_STATUS_ACTIVE, deployed=3)
    opened = [past.follow_up(SHERIFF, over) for _ in range(14)]
    past.goes_on(hours=5)
    past.says(SHERIFF, "offer", opened[0], offered_to=[past.by_slug[EMS].id])
    past.says(EMS, "accept", opened[0])
    ways = list(FollowUpOutcome.values())[1:]
    for number, follow_up in enumerate(opened):
        owner = SHERIFF if number else EMS
        past.says(owner, "first_contact", follow_up)
        past.says(owner, "close", follow_up, outcome=ways[max(0, number - 9)])
    past.goes_on(days=6)
    past.closes(over)
    other = past.opens("Line of duty death", IncidentType.INCIDENT_TYPE_LINE_OF_DUTY_DEATH, [COUNTY, DISPATCH])
    past.goes_on(days=2)
    past.closes(other)


def _play_what_runs(past: History) -> None:
    fire = past.opens(
        "Fire at Stonegate Correctional Institution, B wing and infirmary",
        IncidentType.INCIDENT_TYPE_FACILITY_DISTURBANCE,
        [FIRE, EMS, COUNTY, JAIL, DISPATCH, SHERIFF, LAKE, MILL],
        jurisdictions=["US-CO", "US-WY"],
    )
    past.goes_on(hours=1)
    exposed = {"people_exposed": CountBand.COUNT_BAND_26_TO_50, "contacts_made": CountBand.COUNT_BAND_11_TO_25}
    past.stands(fire, JAIL, _S.ACTIVATION_STATUS_ACTIVE, deployed=6, follow_ups_open=14, follow_ups_due=3, **exposed)
    past.stands(fire, EMS, _S.ACTIVATION_STATUS_ACTIVE, deployed=2, supporters_for_mutual_aid=3)
    past.stands(fire, DISPATCH, _S.ACTIVATION_STATUS_ACKNOWLEDGED)
    past.stands(fire, MILL, _S.ACTIVATION_STATUS_UNABLE)
    declined = DeclineReason.DECLINE_REASON_HANDLED_INTERNALLY
    past.stands(fire, SHERIFF, _S.ACTIVATION_STATUS_DECLINED, decline_reason=declined)
    past.stands(fire, LAKE, _S.ACTIVATION_STATUS_MONITORING)
    past.follow_up(JAIL, fire)  # nobody made contact: it is overdue, and has gone up step by step
    past.follow_up(JAIL, fire, "first_contact", cohort=CohortBand.COHORT_BAND_2_TO_4)
    past.follow_up(DISPATCH, fire, "first_contact", "check_in", "hold")
    past.follow_up(SHERIFF, None, "ask_hub_to_offer")
    past.follow_up(EMS, fire, "first_contact", "close")
    declined_by_all = past.follow_up(JAIL, fire, cohort=CohortBand.COHORT_BAND_11_OR_MORE)
    past.says(JAIL, "offer", declined_by_all, offered_to=[past.by_slug[LAKE].id])
    past.says(LAKE, "decline", declined_by_all, decline_reason=declined)
    past.follow_up(MILL, past.opens("Flood at Mill Creek", IncidentType.INCIDENT_TYPE_DISASTER, [MILL, COUNTY]))
    _ask_for_peers(past, fire.id)
    past.goes_to(past.ends - timedelta(hours=1))
    offered = past.follow_up(JAIL, fire)
    past.says(JAIL, "offer", offered, offered_to=[past.by_slug[EMS].id, past.by_slug[DISPATCH].id])
    past.says(EMS, "acknowledge", offered)
    watched = past.opens("Pile-up on Highway 9", IncidentType.INCIDENT_TYPE_MASS_CASUALTY, [DISPATCH, COUNTY])
    past.change_status(watched, IncidentStatus.INCIDENT_STATUS_MONITORING)
    past.asks_for_incident(DISPATCH, IncidentType.INCIDENT_TYPE_CRITICAL_PAEDIATRIC_CALL, EMS, SHERIFF)


def _ask_for_peers(past: History, incident: bytes) -> None:
    """Requests for supporters: one that nobody could fill, one that is filled, one in part, one that ended."""
    languages = [Language.LANGUAGE_SPANISH, Language.LANGUAGE_AMERICAN_SIGN_LANGUAGE]
    past.asks_for_peers(DISPATCH, 4, disciplines=[Discipline.DISCIPLINE_911], languages=languages)
    filled, ended = past.asks_for_peers(JAIL, 2, incident_id=incident), past.asks_for_peers(MILL, 1)
    past.aids(EMS, peer_command("offer", filled, 3))
    past.aids(MILL, peer_command("release", ended))
    past.goes_to(past.ends - timedelta(hours=9))
    part = past.asks_for_peers(JAIL, 5, incident_id=incident)
    past.aids(EMS, peer_command("offer", part, 2))
    past.aids(SHERIFF, peer_command("offer", part, 1))
    past.asks_for_incident(LAKE, IncidentType.INCIDENT_TYPE_OTHER)


def _sign(hub: ServedHub, fire: ServedNode) -> None:
    """Have the agency with a node sign; another version is published, which nobody has signed."""
    wait_until(lambda: bool(fire.do("agreement_list")))
    fire.do("agreement_sign", version=1)
    wait_until(lambda: any(each["agency"] == FIRE for each in hub.ask("agreement show", version=1)["signed"]))
    begins = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    next_terms = TEMPLATE.replace('accept_within = "4h"', 'accept_within = "2h"')
    hub.ask("agreement publish", text=next_terms, in_force_from=begins)


def _report_on(hub: ServedHub) -> None:
    """What coordinators did today: a call, a request declined, a report made for the board."""
    [asked] = [each for each in hub.ask("incident requests") if each["type"] == "other"]
    hub.ask("incident decline-request", request=asked["id"], reason="handled_internally")
    running = next(each for each in hub.ask("incident list") if each["type"] == "facility_disturbance")
    hub.ask("incident called", incident=running["id"], agency=FIRE)
    over = next(each for each in hub.ask("incident list") if each["type"] == "officer_involved_shooting")
    hub.ask("incident report", incident=over["id"], **{"for": "board"})
    late = next(each for each in hub.ask("followups", open=True) if each["escalation"] != "none")
    hub.ask("followup called", follow_up=late["id"], agency=late["accountable"])


def _join(hub: ServedHub, directory: Path) -> dict[str, JoinedAgency]:
    """Join nodes; invite others; one agency is evicted, one banned."""
    nodes = {slug: JoinedAgency(hub, directory, slug) for slug in (COUNTY, EMS, DISPATCH, SHERIFF, JAIL, LAKE, MILL)}
    for slug, verb in (("old-station", "evict"), ("false-claims", "ban")):
        JoinedAgency(hub, directory, slug)
        hub.ask(verb, agency=slug)
    for slug, hours in (("north-fork-fire", 1), ("harbor-patrol", 24)):
        hub.ask("invite", agency=slug, discipline="fire", name=slug.replace("-", " ").title(), hours=hours)
    return nodes


def _let_run(clock: SetClock, nodes: dict[str, JoinedAgency]) -> None:
    """Let the hub listen on: in the end one node is well, one is silent, and something is wrong with each other one."""
    clock.advance(timedelta(hours=2))
    nodes[MILL].says()
    for _ in range(40):
        clock.advance(timedelta(seconds=30))  # so often does the hub look whether it was held up itself
        for slug in (JAIL, LAKE):
            nodes[slug].says(head=40, queue_depth=12)
    nodes[JAIL].says()
    nodes[COUNTY].says(clock_off=timedelta(hours=1))
    nodes[EMS].says(backup_age=timedelta(days=4))
    nodes[DISPATCH].says(disk_free=DiskFreeBand.DISK_FREE_BAND_UNDER_5_PERCENT, backup_age=None)
    nodes[SHERIFF].is_quarantined()
    nodes[LAKE].says(head=40, queue_depth=12, oldest_unsent_age=duration(timedelta(hours=5)))
    nodes[LAKE].has_certificate_until(clock.now() + timedelta(hours=20))


def _enter(hub: ServedHub) -> dict[Role, str]:
    """Have somebody in each role sign in; of the others one never did, and one is disabled."""
    tokens = {role: hub.sign_in_as(role, name=role.value) for role in _ROLES}
    by = {"session": tokens[Role.OPERATOR]}
    for name in ("noor.haddad", "pat.oconnell"):
        hub.ask("user add", name=name, roles=["regional_coordinator"], **by)
    hub.ask("user disable", name="pat.oconnell", **by)
    return tokens
