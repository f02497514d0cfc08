"""Who may do what: the one table, for the node and for the hub.

1. A user has one or several roles; an action is allowed when one of them may do it.
2. Who is signed in with no role that may, is refused, and the refusal stands in the audit trail.
3. "Own" is part of an action's name: the operation itself lets a supporter reach nothing but their own.
4. An action that is not in a side's table does not exist there.

Source: DOMAIN.md 2.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a user is, at a node or at a hub."""

    SUPPORTER = "supporter"
    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    LEADER = "leader"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    REGIONAL_COORDINATOR = "regional_coordinator"
    STATE_COORDINATOR = "state_coordinator"
    BOARD = "board"


class Action(StrEnum):
    """What can be asked of a node or a hub; the word stands in the audit trail."""

    # records, at a node
    LOG_ENCOUNTER = "log own encounter"
    SEE_OWN_ENCOUNTERS = "see own encounters"
    SEE_ENCOUNTERS = "see every coded encounter"
    CORRECT_OWN_ENCOUNTER = "correct own encounter"
    READ_NOTE = "read note"
    SEE_OWN_FOLLOW_UPS = "see own follow-ups"
    WORK_OWN_FOLLOW_UP = "work on own follow-up"
    ASSIGN_FOLLOW_UP = "assign follow-up"
    FIND_MEMBER = "find member"
    SEE_ROSTER = "see roster"
    CHANGE_ROSTER = "change roster"
    ERASE_RECORD = "erase record"
    KEEP_RECORD = "set retention or legal hold"
    PAUSE_SELF = "pause own availability"
    SEE_RESOURCES = "see resources"
    CHANGE_RESOURCES = "change resources"
    ACKNOWLEDGE_POLICY = "acknowledge policy"
    PUBLISH_POLICY = "publish policy"
    SEE_PEER_REQUESTS = "see requests for a peer"
    ISSUE_FEEDBACK_CODE = "issue feedback code"
    SEE_FEEDBACK = "see feedback counts"
    CHANGE_ROTA = "change on-call rota"
    SEE_ROTA = "see on-call rota"
    SET_OWN_NOTICES = "set own notices"
    RUN_DISCLOSURE = "necessary disclosure"
    IMPORT_RECORDS = "import records"
    EXPORT_RECORDS = "export records"
    # what an agency coordinates
    COORDINATE = "coordinate with the region"
    READ_LEDGER = "read egress ledger"
    VERIFY_LEDGER = "verify ledger"
    RELEASE = "preview or hold release"
    SEE_AGGREGATES = "see aggregates"
    # both sides
    SEE_AUDIT = "see audit trail"
    REVIEW_ACCESS = "review access"
    MANAGE_USERS = "manage users"
    OPERATE = "operate"  # health, backups, certificates, keys, updates
    # at a hub
    OPEN_INCIDENT = "open incident"
    SEE_BOARD = "see activation board"
    RUN_QUEUE = "run follow-up queue"
    RUN_MUTUAL_AID = "run mutual aid"
    KEEP_DIRECTORY = "keep directory"
    PUBLISH_AGREEMENT = "publish agreement"


_A, _R = Action, Role
_EVERYBODY = frozenset({_R.SUPPORTER, _R.COORDINATOR, _R.CLINICIAN, _R.LEADER, _R.AUDITOR, _R.OPERATOR})
_COORDINATORS = frozenset({_R.REGIONAL_COORDINATOR, _R.STATE_COORDINATOR})

NODE_MAY: Mapping[Action, frozenset[Role]] = {
    _A.LOG_ENCOUNTER: frozenset({_R.SUPPORTER}),
    _A.SEE_OWN_ENCOUNTERS: frozenset({_R.SUPPORTER}),
    _A.SEE_ENCOUNTERS: frozenset({_R.COORDINATOR}),
    _A.CORRECT_OWN_ENCOUNTER: frozenset({_R.SUPPORTER}),
    _A.READ_NOTE: frozenset({_R.SUPPORTER, _R.CLINICIAN}),  # a supporter's key opens what they wrote, nothing else
    _A.SEE_OWN_FOLLOW_UPS: frozenset({_R.SUPPORTER}),
    _A.WORK_OWN_FOLLOW_UP: frozenset({_R.SUPPORTER}),
    _A.ASSIGN_FOLLOW_UP: frozenset({_R.COORDINATOR}),
    _A.FIND_MEMBER: frozenset({_R.SUPPORTER, _R.COORDINATOR}),  # to log under the right code; each is audited
    _A.SEE_ROSTER: frozenset({_R.COORDINATOR}),
    _A.CHANGE_ROSTER: frozenset({_R.COORDINATOR}),
    _A.ERASE_RECORD: frozenset({_R.COORDINATOR}),
    _A.KEEP_RECORD: frozenset({_R.COORDINATOR}),
    _A.PAUSE_SELF: frozenset({_R.SUPPORTER}),
    _A.SEE_RESOURCES: _EVERYBODY,
    _A.CHANGE_RESOURCES: frozenset({_R.COORDINATOR}),
    _A.ACKNOWLEDGE_POLICY: _EVERYBODY,
    _A.PUBLISH_POLICY: frozenset({_R.COORDINATOR}),
    _A.SEE_PEER_REQUESTS: frozenset({_R.COORDINATOR}),
    _A.ISSUE_FEEDBACK_CODE: frozenset({_R.SUPPORTER, _R.COORDINATOR}),
    _A.SEE_FEEDBACK: frozenset({_R.COORDINATOR}),
    _A.CHANGE_ROTA: frozenset({_R.COORDINATOR}),
    _A.SEE_ROTA: frozenset({_R.SUPPORTER, _R.COORDINATOR}),
    _A.SET_OWN_NOTICES: _EVERYBODY,
    _A.RUN_DISCLOSURE: frozenset({_R.CLINICIAN}),
    _A.IMPORT_RECORDS: frozenset({_R.COORDINATOR}),
    _A.EXPORT_RECORDS: frozenset({_R.COORDINATOR}),
    _A.COORDINATE: frozenset({_R.COORDINATOR}),
    _A.READ_LEDGER: frozenset({_R.COORDINATOR, _R.AUDITOR}),
    _A.VERIFY_LEDGER: frozenset({_R.COORDINATOR, _R.AUDITOR, _R.OPERATOR}),
    _A.RELEASE: frozenset({_R.COORDINATOR}),
    _A.SEE_AGGREGATES: frozenset({_R.LEADER, _R.COORDINATOR}),
    _A.SEE_AUDIT: frozenset({_R.AUDITOR}),
    _A.REVIEW_ACCESS: frozenset({_R.AUDITOR}),
    _A.MANAGE_USERS: frozenset({_R.OPERATOR}),
    _A.OPERATE: frozenset({_R.OPERATOR}),
}

HUB_MAY: Mapping[Action, frozenset[Role]] = {
    _A.OPEN_INCIDENT: _COORDINATORS,
    _A.SEE_BOARD: _COORDINATORS,
    _A.RUN_QUEUE: _COORDINATORS,
    _A.RUN_MUTUAL_AID: _COORDINATORS,
    _A.KEEP_DIRECTORY: _COORDINATORS,
    _A.PUBLISH_AGREEMENT: _COORDINATORS,
    _A.SEE_AGGREGATES: _COORDINATORS | {_R.BOARD},
    _A.VERIFY_LEDGER: frozenset({_R.AUDITOR, _R.OPERATOR}),
    _A.SEE_AUDIT: frozenset({_R.AUDITOR}),
    _A.REVIEW_ACCESS: frozenset({_R.AUDITOR}),
    _A.MANAGE_USERS: frozenset({_R.OPERATOR}),
    _A.OPERATE: frozenset({_R.OPERATOR}),
}


def is_allowed(may: Mapping[Action, frozenset[Role]], action: Action, roles: frozenset[Role]) -> bool:
    """Tell whether somebody with these roles may do this, by one side's table."""
    return not roles.isdisjoint(may.get(action, frozenset()))
