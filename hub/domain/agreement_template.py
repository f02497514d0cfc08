"""The file that an operator begins with: every term with its default, a protocol for each type of incident."""

TEMPLATE = """\
# The terms of a regional collaboration agreement. Change what your agencies agreed on, then publish it:
#     holdfast hub agreement publish FILE --from 2027-01-01T00:00:00+00:00
# Times are minutes, hours or days: "30m", "4h", "7d". A term that is left out has the value that stands here.

title = "Regional peer support agreement"

# Follow-ups and offers
accept_within = "4h"              # an offer that nobody took by then is escalated; an owner may name another time
contact_within = "72h"            # first contact, counted from a follow-up's opening
check_ins = ["7d", "7d", "14d"]   # after first contact, each since the one before: 7, 14 and 28 days
anniversary = false               # a check-in a year after the incident
escalate_every = "4h"             # what is late escalates again after this long
documentation = "first_contact"   # recorded before one is closed as completed: outcome, first_contact or check_ins
regional_coordinator = ""         # whose queue an escalation reaches: a name and how to reach them
state_coordinator = ""

# Counts
reporting_period = "quarter"      # month or quarter
k = 11                            # counts of 1 to k-1 are withheld
release_grace = "14d"             # after a period's end, until its counts leave by themselves
counts_seen_by = "participants"   # who sees counts on an incident's board: participants, or hub (its coordinators)

# Who is asked to activate, and how soon, for each type of incident.
# Disciplines: fire, ems, 911, law_enforcement, corrections, regional_hub.

[protocols.structure_fire]
asked = ["fire", "ems", "911"]
activate_within = "4h"

[protocols.wildland_fire]
asked = ["fire", "ems", "911"]
activate_within = "24h"

[protocols.mass_casualty]
asked = ["fire", "ems", "911", "law_enforcement"]
activate_within = "2h"

[protocols.officer_involved_shooting]
asked = ["law_enforcement", "911", "ems"]
activate_within = "2h"

[protocols.line_of_duty_death]
asked = ["fire", "ems", "911", "law_enforcement", "corrections"]
activate_within = "1h"

[protocols.critical_paediatric_call]
asked = ["fire", "ems", "911"]
activate_within = "4h"

[protocols.prolonged_911_event]
asked = ["911"]
activate_within = "4h"

[protocols.facility_disturbance]
asked = ["corrections", "law_enforcement", "fire", "ems", "911"]
activate_within = "2h"

[protocols.in_custody_death]
asked = ["corrections", "law_enforcement", "ems"]
activate_within = "4h"

[protocols.disaster]
asked = ["fire", "ems", "911", "law_enforcement", "corrections"]
activate_within = "12h"

[protocols.other]
asked = ["fire", "ems", "911", "law_enforcement", "corrections"]
activate_within = "24h"
"""
