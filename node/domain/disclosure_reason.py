"""Why something a person said to a supporter may have to be told to somebody: a coded reason, never a narrative.

Source: DOMAIN.md 3, "Disclosure reasons".
"""

from enum import StrEnum


class DisclosureReason(StrEnum):
    """The union of the statutes' reasons. Which of them a jurisdiction refuses stands in its pack."""

    SELF_HARM_WITH_PLAN = "self_harm_with_intent_and_plan_or_means"
    SELF_HARM_OTHER = "self_harm_other"
    HARM_TO_OTHERS = "harm_to_others"
    CHILD_ABUSE = "child_abuse_or_neglect"
    VULNERABLE_ADULT_ABUSE = "vulnerable_adult_abuse"
    CRIME = "crime_admitted_or_planned"
    PROPERTY_THREAT = "property_threat"
    COURT_ORDER = "court_order"
    WRITTEN_CONSENT = "written_consent"
    TEAM_CONSULTATION = "team_consultation"
    CLINICAL_REFERRAL = "clinical_referral"
    LICENSING_BOARD = "licensing_board"
    SUPPORTER_IS_DEFENDANT = "supporter_is_defendant"
    OTHER_BY_LAW = "other_by_law"
