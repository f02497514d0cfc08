"""What somebody who is signed in needs for each operation of a hub; every one stands in one of two lists.

Whoever holds the machine asks without a session, and may; the console never asks so.
"""

from collections.abc import Mapping

from common.access.roles import Action

_A = Action
ACTIONS: Mapping[str, Action] = {
    **dict.fromkeys(("invite", "agencies", "evict", "ban", "quarantine lift", "new epoch"), _A.OPERATE),
    **dict.fromkeys(
        ("intermediate prepare", "intermediate activate", "intermediate rollback", "intermediate retire"), _A.OPERATE
    ),
    **dict.fromkeys(("intermediate status", "doctor", "doctor store"), _A.OPERATE),
    **dict.fromkeys(("notices list", "notices settings", "notices forget", "notices test"), _A.OPERATE),
    **dict.fromkeys(("incident open", "incident add", "incident status"), _A.OPEN_INCIDENT),
    **dict.fromkeys(("incident requests", "incident decline-request", "incident asks"), _A.OPEN_INCIDENT),
    **dict.fromkeys(("incident list", "board", "incident called"), _A.SEE_BOARD),
    **dict.fromkeys(("followups", "followup", "followup offer", "followup called"), _A.RUN_QUEUE),
    "report coverage": _A.RUN_QUEUE,
    **dict.fromkeys(("aid list", "aid show"), _A.RUN_MUTUAL_AID),
    **dict.fromkeys(("directory list", "directory set"), _A.KEEP_DIRECTORY),
    **dict.fromkeys(("agreement template", "agreement preview", "agreement publish"), _A.PUBLISH_AGREEMENT),
    **dict.fromkeys(("reporting open", "reporting run"), _A.PUBLISH_AGREEMENT),  # like the agreement, they bind all
    # Which version holds and who signed it is what the board watches over. The coordinators' report asks for more.
    **dict.fromkeys(("agreement list", "agreement show", "incident report"), _A.SEE_AGGREGATES),
    **dict.fromkeys(("reporting list", "report"), _A.SEE_AGGREGATES),
    **dict.fromkeys(("audit show", "audit export"), _A.SEE_AUDIT),
    "audit verify": _A.VERIFY_LEDGER,
    "verify": _A.VERIFY_LEDGER,
    "audit review": _A.REVIEW_ACCESS,
    **dict.fromkeys(("user add", "user list", "user reset"), _A.MANAGE_USERS),
    **dict.fromkeys(("user roles", "user disable", "user enable", "user unlock"), _A.MANAGE_USERS),
}
# Everybody's own: signing in and out, the own account; and how whoever holds the machine resets an operator.
OWN = frozenset(
    {
        "sign in",
        "sign out",
        "set up",
        "whoami",
        "change password",
        "new recovery codes",
        "one-time begin",
        "one-time finish",
        "one-time end",
        "passkey begin",
        "passkey finish",
        "passkey list",
        "passkey remove",
        "passkey sign-in begin",
        "passkey sign-in finish",
        "operator reset by machine",
    }
)
