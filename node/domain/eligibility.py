"""Who may own a follow-up, and whether this agency may: decided before an acceptance leaves the node.

The rules; each that fails is told in one sentence. Sentences about one supporter are for those who may see the roster;
a refusal says only which rules fail, since whoever holds the machine reads it too.
1. Cross-agency ownership is allowed in both jurisdictions.
2. At least one supporter meets every rule below.
3. Designated before the incident; without one, before the follow-up was opened. A designation counts from the next day.
4. Trained: every topic in date.
5. Every policy in force is acknowledged, in the version in force.
6. Available: not paused, not off duty.
7. Under the cap that the agency set; where it set none there is none.
8. Not at the incident, where either jurisdiction ends the privilege of who was.
9. Not the person's supervisor.

An agency that keeps no roster at its node is judged by rule 1 alone, and is told so.

Source: DOMAIN.md 3, "Eligibility to own a follow-up".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from node.domain.incident_roster import Presence
from node.domain.jurisdiction import Pack
from node.domain.supervision import why_not_supervisor

ROSTER_MISSING = "nobody recorded which supporters were at the incident, or that none was: set its roster"
NO_ROSTER = "not checked: this node keeps no roster of supporters yet"


class Rule(StrEnum):
    """What must hold; the numbers stand above."""

    CROSS_AGENCY = "allowed between agencies"  # 1
    SOMEBODY = "at least one supporter"  # 2
    DESIGNATED = "designated before"  # 3
    TRAINED = "trained in date"  # 4
    POLICY = "policies acknowledged"  # 5
    AVAILABLE = "available"  # 6
    UNDER_CAP = "under the cap"  # 7
    NOT_AT_INCIDENT = "not at the incident"  # 8
    NOT_SUPERVISOR = "not the person's supervisor"  # 9


@dataclass(frozen=True)
class Failure:
    """A rule that does not hold, in one sentence."""

    rule: Rule
    sentence: str


@dataclass(frozen=True)
class Candidate:
    """One supporter of the agency, as the rules see them."""

    code: str
    designated_on: date | None
    training_lacking: tuple[str, ...]  # topics that were never trained, or ran out
    policies_lacking: tuple[str, ...]  # as `CONF version 2`
    away_because: str  # empty when available
    caseload: int
    cap: int | None
    presence: Presence | None  # at the incident
    presence_altered: bool  # what was recorded of that was tampered with: nobody becomes eligible by it
    supervises_person: bool


@dataclass(frozen=True)
class Case:
    """What would be owned.

    Args:
        began_on: the day of the incident, where the agency is; without one, the day on which it was opened.
        has_incident: it belongs to an incident.
        own: this agency's pack.
        origin: the pack of the agency that opened it.
        opened_by: that agency's name; empty when it is this one.
        roster_known: somebody recorded who of the supporters was at the incident.
    """

    began_on: date
    has_incident: bool
    own: Pack
    origin: Pack
    opened_by: str
    roster_known: bool

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs that hold, each once."""
        return (self.own,) if self.own == self.origin else (self.own, self.origin)


@dataclass(frozen=True)
class Judged:
    """One supporter, and the rules that fail for them; none: may own it."""

    code: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Eligibility:
    """What the rules say of one agency for one follow-up."""

    supporters: tuple[Judged, ...]
    agency: tuple[Failure, ...]  # rules 1 and 2
    notes: tuple[str, ...]  # what a person should know besides

    @property
    def eligible(self) -> tuple[str, ...]:
        """The codes of the supporters that may own it."""
        return tuple(each.code for each in self.supporters if not each.failures)

    @property
    def may_own(self) -> bool:
        """Tell whether the agency may own it."""
        return not self.agency

    @property
    def refusal(self) -> str:
        """Why the agency may not own it, in one line."""
        return "; ".join(failure.sentence for failure in self.agency)


def judge(case: Case, candidates: Sequence[Candidate]) -> Eligibility:
    """Judge an agency by every rule.

    Args:
        candidates: every supporter of the agency; none: it keeps no roster here.
    """
    supporters = tuple(Judged(each.code, failures_of(each, case)) for each in candidates)
    agency = list(_cross_agency(case))
    if supporters and all(each.failures for each in supporters):  # 2
        agency.append(Failure(Rule.SOMEBODY, _nobody(supporters)))
    return Eligibility(supporters, tuple(agency), tuple(_notes(case, bool(supporters))))


def failures_of(candidate: Candidate, case: Case) -> tuple[Failure, ...]:
    """Give the rules that fail for one supporter, in their order (3 to 9)."""
    said = {
        Rule.DESIGNATED: _designated(candidate, case),
        Rule.TRAINED: _lacks("has no training in date in", candidate.training_lacking),
        Rule.POLICY: _lacks("has not acknowledged", candidate.policies_lacking),
        Rule.AVAILABLE: candidate.away_because,
        Rule.UNDER_CAP: _under_cap(candidate),
        Rule.NOT_AT_INCIDENT: _not_at_incident(candidate, case),
        Rule.NOT_SUPERVISOR: why_not_supervisor(case.packs, supervises_person=candidate.supervises_person),
    }
    return tuple(Failure(rule, f"{candidate.code} {sentence}") for rule, sentence in said.items() if sentence)


def _designated(candidate: Candidate, case: Case) -> str:
    what = "the incident of" if case.has_incident else "it was opened on"
    if candidate.designated_on is None:
        return "was never designated"
    if candidate.designated_on < case.began_on:
        return ""
    return f"was designated on {candidate.designated_on}, not before {what} {case.began_on}"


def _lacks(what: str, lacking: Sequence[str]) -> str:
    return f"{what} {_listed(lacking)}" if lacking else ""


def _under_cap(candidate: Candidate) -> str:
    if candidate.cap is None or candidate.caseload < candidate.cap:
        return ""
    plural = "" if candidate.caseload == 1 else "s"
    return f"has {candidate.caseload} open follow-up{plural}, and the agency's cap is {candidate.cap}"


def _not_at_incident(candidate: Candidate, case: Case) -> str:
    strict = [pack.title for pack in case.packs if pack.witness_loses_privilege]
    if strict and candidate.presence_altered:
        return "has a record of this incident that was altered: set the incident's roster again"
    if not strict or candidate.presence is None:
        return ""
    return f"was at the incident ({candidate.presence}), and has no privilege for it in {_listed(strict)}"


def _cross_agency(case: Case) -> Iterable[Failure]:
    strict = [pack.title for pack in case.packs if pack.own_agency_only]
    if strict and case.opened_by:
        yield Failure(
            Rule.CROSS_AGENCY,
            f"in {_listed(strict)} a supporter must be designated by the person's own agency, "
            f"and {case.opened_by} opened it",
        )


def _notes(case: Case, has_roster: bool) -> Iterable[str]:
    if not has_roster:
        yield NO_ROSTER
    covering = [pack.title for pack in case.packs if pack.any_agency_covered]
    if case.opened_by and covering:
        yield f"in {_listed(covering)} any agency's supporter is covered"
    elif case.opened_by:
        yield "neither jurisdiction's pack says whether another agency's supporter is covered"
    witnesses_matter = case.has_incident and any(pack.witness_loses_privilege for pack in case.packs)
    if has_roster and witnesses_matter and not case.roster_known:
        yield ROSTER_MISSING


def _nobody(supporters: Sequence[Judged]) -> str:
    failing = {failure.rule for each in supporters for failure in each.failures}
    return f"no supporter here meets every rule; what fails: {', '.join(rule for rule in Rule if rule in failing)}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
