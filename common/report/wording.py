"""Codes of the declared tables as people say them."""

import re

_SPAN = re.compile(r"([0-9]+)_([0-9]+)\Z", re.ASCII)
_SPOKEN = {
    "eap": "EAP",
    "ems": "EMS",
    "another_agencys_request": "another agency's request",
    "another_agencys_responder": "another agency's responder",
    "post_incident_check_in": "post-incident check-in",
    "scheduled_follow_up": "scheduled follow-up",
    "self_harm_other": "self-harm, other",
    "self_harm_with_intent_and_plan_or_means": "self-harm with intent, and a plan or the means",
    "self_referral": "self-referral",
    "peer_initiated": "peer-initiated",
    "de_escalation": "de-escalation",
    "self_care": "self-care",
}


def spoken(code: str) -> str:
    """Say a row or a column: `15 to 29`, `critical incident`."""
    span = _SPAN.match(code)
    if span:
        return f"{span[1]} to {span[2]}"
    return _SPOKEN.get(code, code.replace("_", " "))
