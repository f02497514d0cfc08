"""The body of an encounter's version: its coded fields as plain words, and nothing for what is not recorded."""

from datetime import UTC, date, datetime
from typing import Any

from node.domain.encounter import (
    ActivationType,
    Duration,
    Encounter,
    EncounterState,
    Mode,
    RecipientClass,
    Referral,
    SupportKind,
)

_IDS = ("incident_id", "member_id")


def content_of(told: Encounter, state: EncounterState) -> dict[str, Any]:
    """Give a body."""
    content: dict[str, Any] = {
        "occurred_at": told.occurred_at.astimezone(UTC).isoformat(),
        "supporter_id": told.supporter_id.hex(),
        "kind": told.kind.value,
        "activation_type": told.activation_type,
        "recipient_class": told.recipient_class,
        "mode": told.mode,
        "duration": told.duration,
        "participants": told.participants,
        "referrals": told.referrals,
        "is_incident_related": told.is_incident_related,
        "state": state.value,
    }
    if told.follow_up_due is not None:
        content["follow_up_due"] = told.follow_up_due.isoformat()
    for name in _IDS:
        value = getattr(told, name)
        if value is not None:
            content[name] = value.hex()
    return content


def encounter_of(body: dict[str, Any]) -> tuple[Encounter, EncounterState]:
    """Read a body back."""
    due = body.get("follow_up_due")
    incident_id, member_id = (body.get(name) for name in _IDS)
    encounter = Encounter(
        occurred_at=datetime.fromisoformat(body["occurred_at"]),
        supporter_id=bytes.fromhex(body["supporter_id"]),
        kind=SupportKind(body["kind"]),
        activation_type=_word(ActivationType, body["activation_type"]),
        recipient_class=_word(RecipientClass, body["recipient_class"]),
        mode=_word(Mode, body["mode"]),
        duration=_word(Duration, body["duration"]),
        participants=body["participants"],
        referrals=tuple(map(Referral, body["referrals"])),
        follow_up_due=None if due is None else date.fromisoformat(due),
        incident_id=None if incident_id is None else bytes.fromhex(incident_id),
        is_incident_related=body["is_incident_related"],
        member_id=None if member_id is None else bytes.fromhex(member_id),
    )
    return encounter, EncounterState(body["state"])


def _word(kind: Any, said: str | None) -> Any:
    return None if said is None else kind(said)
