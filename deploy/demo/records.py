"""The agencies' own records: people who sign in, two years of history from each agency's own spreadsheet, the roster.

1. Each node gets an operator, who adds a coordinator; both set a password of their own, as people do.
2. The coordinator imports the sheet that the agency kept so far. The volunteers kept none: their roster has one name.
3. What no sheet says is recorded then: who is designated, trained, and has read the policy. Without that nobody
   is eligible to own a follow-up.
4. Passwords live in this process alone, for as long as the demo plays.
"""

import secrets
from datetime import date
from pathlib import Path
from typing import Any

from common.errors import NotAuthenticated
from deploy.demo.region import Region
from deploy.demo.scenario import Agency

SHEETS = Path(__file__).with_name("sheets")
SHEET_OF = {
    "fire": "ridgeline-fire.csv",
    "ems": "cedar-valley-ems.csv",
    "911": "three-rivers-911.csv",
    "sheriff": "alder-county-sheriff.csv",
    "corrections": "stonegate-corrections.xlsx",
}
TOPICS = (
    "active_listening", "psychological_first_aid", "referral_options", "confidentiality", "suicide_recognition",
    "de_escalation", "self_care",
)  # fmt: skip
DESIGNATED_ON = date(2024, 9, 2).isoformat()  # before the first contact in any of the sheets
_OPERATOR, _COORDINATOR, _SUPPORTER = "robin", "morgan", "casey"
_POLICY = "What is said to a peer supporter stays with the peer supporter, except where the law asks otherwise."


class Records:
    """One agency's records, reached as its people reach them."""

    def __init__(self, region: Region, agency: Agency) -> None:
        self._region, self._agency = region, agency
        self._passwords: dict[str, str] = {}
        self._sessions: dict[str, str] = {}

    def set_up(self) -> dict[str, Any]:
        """Add people, import the sheet, complete the roster (1 to 3); give what the import told."""
        added = self._region.ask_node(self._agency, "found_operator", name=_OPERATOR, roles=["operator"])
        self._set_password(_OPERATOR, added)
        self._add(_COORDINATOR, "coordinator")
        imported = self._import()
        self._publish_policy()
        for supporter in self._as(_COORDINATOR, "supporters"):
            self._prepare(supporter["code"])
        return imported

    def log_encounters(self, incident: str, count: int) -> int:
        """Have a supporter of the roster log post-incident contacts; tell how many the node holds for the incident."""
        first = self._as(_COORDINATOR, "supporters")[0]
        if _SUPPORTER not in self._sessions:
            self._add(_SUPPORTER, "supporter", supporter_id=first["id"])
        for number in range(count):
            told = {"activation_type": "post_incident_check_in", "kind": "critical_incident", "incident": incident}
            mode = ("in_person", "phone", "video")[number % 3]
            self._as(_SUPPORTER, "encounter_log", **told, mode=mode, duration="15_29", recipient_class="corrections")
        return len(self._as(_COORDINATOR, "encounters", incident=incident, limit=500)["encounters"])

    def _import(self) -> dict[str, Any]:
        sheet = SHEET_OF.get(self._agency.key)
        if sheet is None:
            self._as(_COORDINATOR, "supporter_add", name="Dana Ash")
            return {"read": 0, "imported": 0, "refused": 0}
        told: dict[str, Any] = self._as(_COORDINATOR, "import", file=str(SHEETS / sheet))
        return told

    def _publish_policy(self) -> None:
        told = {"policy": "CONF", "title": "Confidentiality", "text": _POLICY}
        self._as(_COORDINATOR, "policy_publish", **told)

    def _prepare(self, code: str) -> None:
        self._as(_COORDINATOR, "supporter_edit", supporter=code, designated_on=DESIGNATED_ON)
        self._as(_COORDINATOR, "supporter_train", supporter=code, topic=list(TOPICS), completed=DESIGNATED_ON)
        self._as(_COORDINATOR, "policy_acknowledge_for", supporter=code, policy="CONF")

    def _add(self, name: str, role: str, **more: Any) -> None:
        self._set_password(name, self._as(_OPERATOR, "user_add", name=name, roles=[role], **more))

    def _set_password(self, name: str, added: dict[str, Any]) -> None:
        password = secrets.token_urlsafe(24)
        code = added["setup_code"]
        made = self._region.ask_node(self._agency, "set_up", name=name, setup_code=code, password=password)
        self._passwords[name], self._sessions[name] = password, made["token"]

    def _as(self, who: str, operation: str, /, **arguments: Any) -> Any:
        """Have the node do something for a person, who signs in again after a quarter of an hour without a word."""
        try:
            return self._region.ask_node(self._agency, operation, session=self._sessions[who], **arguments)
        except NotAuthenticated:
            again = self._region.ask_node(self._agency, "sign_in", name=who, password=self._passwords[who])
            self._sessions[who] = again["token"]
            return self._region.ask_node(self._agency, operation, session=again["token"], **arguments)
