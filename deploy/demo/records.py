"""The agencies' own records: people who sign in, two years of history from each agency's own spreadsheet, the roster.

1. Each node gets an operator, who adds a coordinator; both set a password of their own, as people do.
2. The coordinator imports the sheet that the agency kept so far. The volunteers kept none: their roster has one name.
3. What no sheet says is recorded then: who is designated, trained, and has read the policy. Without that nobody
   is eligible to own a follow-up.
4. An agency's people have one password, which lives in this process alone, for as long as the demo plays.
"""

import secrets
from datetime import date
from pathlib import Path
from typing import Any

from common.errors import NotAuthenticated, WrongState
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
LAST_QUARTER = "2026-Q3"  # the last that the sheets hold whole
DESIGNATED_ON = date(2024, 9, 2).isoformat()  # before the first contact in any of the sheets
_LETTERS = "bcdfghjkmnpqrstvwxz"  # of passwords: they spell nothing, and are no two alike on paper
_OPERATOR, _COORDINATOR, _SUPPORTER = "robin", "morgan", "casey"
_MORE = {"quinn": "clinician", "lee": "leader", "audra": "auditor"}
_POLICY = "What is said to a peer supporter stays with the peer supporter, except where the law asks otherwise."


class Records:
    """One agency's records, reached as its people reach them."""

    def __init__(self, region: Region, agency: Agency) -> None:
        self._region, self.agency = region, agency
        self.password = "-".join(["demo", *("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))])
        self._sessions: dict[str, str] = {}

    def set_up(self) -> dict[str, Any]:
        """Add people, import the sheet, complete the roster (1 to 3); give what the import told."""
        added = self._region.ask_node(self.agency, "found_operator", name=_OPERATOR, roles=["operator"])
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

    def people(self) -> dict[str, str]:
        """Make sure that there is somebody of each role; give the role of each name."""
        if _SUPPORTER not in self._sessions:
            self._add(_SUPPORTER, "supporter", supporter_id=self._as(_COORDINATOR, "supporters")[0]["id"])
        for name, role in _MORE.items():
            if name not in self._sessions:
                self._add(name, role)
        return {_SUPPORTER: "supporter", _COORDINATOR: "coordinator", **_MORE, _OPERATOR: "operator"}

    def draw_counts(self) -> bool:
        """Have the coordinator send the last quarter, which draws all before it; tell whether that could be done."""
        try:
            self._as(_COORDINATOR, "release_send", window=LAST_QUARTER)
        except WrongState:
            return False
        return True

    def send_counts(self) -> int:
        """Have the coordinator send every period that is drawn; tell how many tables have left in all."""
        for row in self._as(_COORDINATOR, "release_list")["windows"]:
            if row["state"] == "drawn":
                self._as(_COORDINATOR, "release_send", window=row["window"])
        sent = [row for row in self._as(_COORDINATOR, "release_list")["windows"] if row["state"] == "sent"]
        return sum(len(row["tables"]) for row in sent)

    def _import(self) -> dict[str, Any]:
        sheet = SHEET_OF.get(self.agency.key)
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
        told = {"name": name, "setup_code": added["setup_code"], "password": self.password}
        self._sessions[name] = self._region.ask_node(self.agency, "set_up", **told)["token"]

    def _as(self, who: str, operation: str, /, **arguments: Any) -> Any:
        """Have the node do something for a person, who signs in again after a quarter of an hour without a word."""
        try:
            return self._region.ask_node(self.agency, operation, session=self._sessions[who], **arguments)
        except NotAuthenticated:
            again = self._region.ask_node(self.agency, "sign_in", name=who, password=self.password)
            self._sessions[who] = again["token"]
            return self._region.ask_node(self.agency, operation, session=again["token"], **arguments)
