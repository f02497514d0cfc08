"""What a column of a sheet may be."""

from enum import StrEnum


class Role(StrEnum):
    """What a column says; the word stands in the map."""

    WHEN = "when"  # the date, with or without a time
    TIME = "time"
    END = "end"  # the time at which it ended
    SUPPORTER = "supporter"
    MEMBER = "member"
    RECIPIENT = "recipient"
    MODE = "mode"
    ACTIVATION = "activation"
    KIND = "kind"
    DURATION = "duration"
    PARTICIPANTS = "participants"
    REFERRAL = "referral"
    FOLLOW_UP = "follow_up"  # whether there is one
    FOLLOW_UP_DUE = "follow_up_due"
    INCIDENT = "incident"  # a number, or yes and no
    RECORD = "record"  # the id of an encounter that this node exported
    IGNORE = "ignore"
    # of a roster
    LABEL = "label"
    NAME = "name"


ENCOUNTER_ROLES = tuple(role for role in Role if role not in (Role.LABEL, Role.NAME))
CODED = (Role.KIND, Role.MODE, Role.ACTIVATION, Role.RECIPIENT, Role.REFERRAL, Role.DURATION)
