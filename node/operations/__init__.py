"""What the `holdfast node` command may ask of a node, running or stopped: JSON in, JSON out.

The same functions serve both: a running process calls them for its local socket, the command calls them itself on a
node that it opened. So a status reported at night on a stopped node is the same report.
"""

from collections.abc import Callable
from typing import Any

from common.access.roles import Action
from node.opened import OpenNode
from node.operations import (
    agreements,
    api_calls,
    api_tokens,
    audit,
    backups,
    check_in_plans,
    check_ins,
    directory,
    disclosures,
    egress,
    eligibility,
    encounter_lists,
    encounters,
    erasure,
    exports,
    feedback,
    follow_ups,
    hand_overs,
    imports,
    incident_requests,
    incident_rosters,
    incidents,
    jurisdictions,
    kept,
    keys,
    left,
    members,
    mutual_aid,
    notes,
    own_account,
    own_work,
    passing_files,
    people_notices,
    policies,
    policy_standing,
    releases,
    reporting,
    reports,
    resources,
    retention,
    rota,
    second_factors,
    signing_in,
    standing,
    support_requests,
    supporters,
    today,
    users,
)
from node.operations.guarded import Guarded

Arguments = dict[str, Any]
Operation = Callable[[OpenNode, Arguments], Any]

READING: dict[str, Operation] = {
    "incidents": incidents.list_incidents,
    "board": incidents.board,
    "agreement_list": agreements.list_agreements,
    "agreement_show": agreements.show,
    "followups": follow_ups.list_,
    "followup": follow_ups.show,
    "followups_needed": follow_ups.needed,
    "aid_list": mutual_aid.list_requests,
    "directory": directory.list_directory,
    "jurisdiction": jurisdictions.own,
    "requests": incident_requests.list_requests,
    "store_check": standing.store_check,
    "refused": reporting.refused,
    "keys_show": keys.show,
    "backup_make": backups.make,  # beside the thread that writes: it takes its turns itself
    "backup_list": backups.list_,
    "backup_verify": backups.verify,
    "egress_show": egress.show,
    "egress_verify": egress.verify,
    "egress_export": egress.export,
    "left": left.newest,
    "left_report": left.one,
    "left_proof": left.proof,
    "left_standing": left.standing,
    "left_known": left.known,
    "left_about": left.about,
}
WRITING: dict[str, Operation] = {
    "activate": reporting.activate,
    "capacity": reporting.capacity,
    "agreement_sign": agreements.sign_agreement,
    "followup_open": follow_ups.open_,
    "followup_command": follow_ups.command,
    "aid_request": mutual_aid.request,
    "aid_offer": mutual_aid.offer,
    "aid_withdraw": mutual_aid.withdraw,
    "aid_release": mutual_aid.release,
    "request_incident": incident_requests.request,
    "keys_rotate": keys.rotate,
    "new_stream": standing.new_stream,
}

# What somebody who is signed in needs for the ones above. The command line asks for them without a session: whoever
# holds the machine may.
ACTIONS: dict[str, Action] = {
    **dict.fromkeys(("store_check", "keys_show", "backup_make", "backup_list", "backup_verify"), Action.OPERATE),
    **dict.fromkeys(("keys_rotate", "new_stream", "status"), Action.OPERATE),
    "uplink": Action.READ_LEDGER,  # whoever sees what leaves or waits has to know whether the hub is heard
    **dict.fromkeys(("egress_show", "egress_export", "left", "left_report", "left_proof"), Action.READ_LEDGER),
    **dict.fromkeys(("left_standing", "left_known", "left_about"), Action.READ_LEDGER),
    "egress_verify": Action.VERIFY_LEDGER,
    "jurisdiction": Action.SEE_RESOURCES,
}
ACTIONS |= {name: Action.COORDINATE for name in (*READING, *WRITING) if name not in ACTIONS}

# What touches records: each names the action that the caller's role must allow. Each runs where the store is written,
# since reads of records are audited too.
GUARDED: dict[str, Guarded] = (
    users.OPERATIONS
    | api_tokens.OPERATIONS
    | incidents.OPERATIONS
    | audit.OPERATIONS
    | erasure.OPERATIONS
    | retention.OPERATIONS
    | support_requests.OPERATIONS
    | people_notices.OPERATIONS
    | rota.OPERATIONS
    | feedback.OPERATIONS
    | policies.OPERATIONS
    | check_ins.OPERATIONS
    | hand_overs.OPERATIONS
    | check_in_plans.OPERATIONS
    | resources.OPERATIONS
    | disclosures.OPERATIONS
    | today.OPERATIONS
    | policy_standing.OPERATIONS
    | incident_rosters.OPERATIONS
    | eligibility.OPERATIONS
    | encounters.OPERATIONS
    | own_work.OPERATIONS
    | encounter_lists.OPERATIONS
    | members.OPERATIONS
    | notes.OPERATIONS
    | supporters.OPERATIONS
    | imports.OPERATIONS
    | exports.OPERATIONS
    | passing_files.OPERATIONS
    | releases.OPERATIONS
    | reports.OPERATIONS
)

# What nobody needs a role for: signing in and out, the own password, what whoever holds the machine does about
# operators, and what members do who have no account: asking for a peer, rating by a code, reading what is offered.
OPEN: dict[str, Operation] = (
    signing_in.OPEN
    | own_account.OPEN
    | second_factors.OPEN
    | {"found_operator": users.found_operator, "operator_reset_by_machine": users.reset_by_machine}
    | support_requests.OPEN_TO_ALL
    | feedback.OPEN
    | resources.OPEN
    | kept.OPEN
)
# What comes with a token of the JSON interface instead of a session, and what is asked before it is looked at.
API = api_calls.OPERATIONS
BEFORE_API: dict[str, Operation] = api_calls.BEFORE
# What tells how far it is, as `progress_of` has it, beside the long ones of GUARDED.
TELLING = ("keys_rotate", "backup_make", "backup_verify")
