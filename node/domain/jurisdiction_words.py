"""A pack's rules in plain words, each as it holds there.

Source: DOMAIN.md 3.
"""

from collections.abc import Iterable

from node.domain.disclosure_reason import DisclosureReason
from node.domain.jurisdiction import Pack

_WORDS = {  # rule -> (said where it is true, said where it is false)
    "notes_allowed": (
        "An encounter may have a sealed note; it is off unless somebody writes one.",
        "No recording of a session: an encounter has no note.",
    ),
    "notice_before_first_session": (
        "Before the first session the person is told in writing what stays confidential, and what does not.",
        "No written notice is asked for before the first session.",
    ),
    "ideation_needs_plan_or_means": (
        "Thoughts of suicide alone are no reason to disclose: it takes intent, and a plan or the means.",
        "Danger of self-harm is a reason to disclose, with a plan or means or without.",
    ),
    "witness_loses_privilege": (
        "A supporter who was witness, party or responder at an incident may not own its follow-ups.",
        "A supporter who was at an incident may own its follow-ups.",
    ),
    "supervisor_may_not_support": (
        "Nobody is assigned a supporter who supervises them, for anything.",
        "A supporter who supervises a person may not own a follow-up of theirs; the law adds nothing to that.",
    ),
    "withhold_activation_below_k": (
        "Taking part is itself confidential: counts of an activation below k do not leave the node.",
        "Counts of an activation are told as they are, to those who are on the incident.",
    ),
    "withhold_zero_counts": (
        "In the counts that are released a zero is withheld too, like the small ones.",
        "In the counts that are released a zero is shown.",
    ),
    "own_agency_only": (
        "A supporter must be designated by the person's own agency: no follow-up is accepted from another agency, and "
        "no other agency may accept one from here.",
        "A follow-up may be accepted from another agency.",
    ),
    "any_agency_covered": (
        "Any agency's designated supporter is covered.",
        "Whether another agency's supporter is covered, this pack does not say.",
    ),
}


def rules_in_words(pack: Pack) -> dict[str, str]:
    """Say each rule of a pack in one sentence, by the rule's name."""
    plain = {rule: words[0] if getattr(pack, rule) else words[1] for rule, words in _WORDS.items()}
    if pack.own_agency_only:
        plain["any_agency_covered"] = "Another agency's supporter is not covered."
    return plain | {
        "notice_after_disclosure": _listed(
            pack.notice_after_disclosure,
            "After a disclosure the person is told of it in writing, when the reason was",
            "No written notice is asked for after a disclosure.",
        ),
        "reasons_refused": _listed(
            {reason for reason in DisclosureReason if not pack.may_disclose_for(reason)},
            "Nothing may be disclosed for",
            "Each coded reason for a disclosure may be given.",
        ),
    }


def _listed(reasons: Iterable[DisclosureReason], begin: str, when_none: str) -> str:
    chosen = set(reasons)
    if not chosen:
        return when_none
    return f"{begin}: {', '.join(each.value.replace('_', ' ') for each in DisclosureReason if each in chosen)}."
