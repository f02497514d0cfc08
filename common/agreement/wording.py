"""Terms in plain words: the same lines for the operator who publishes them and the agency that signs them."""

from collections.abc import Iterator
from datetime import timedelta

from common.agreement.terms import Terms
from common.codes import word
from common.report.wording import spoken
from common.wire.v1.agreement_pb2 import CountsAudience, DocumentationMinimum, ReportingPeriod
from common.wire.v1.codes_pb2 import Discipline, IncidentType

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_DOCUMENTED: dict[int, str] = {
    DocumentationMinimum.DOCUMENTATION_MINIMUM_OUTCOME: "its outcome",
    DocumentationMinimum.DOCUMENTATION_MINIMUM_FIRST_CONTACT: "that somebody was reached",
    DocumentationMinimum.DOCUMENTATION_MINIMUM_CHECK_INS: "that somebody was reached, and every check-in",
}
_AUDIENCES: dict[int, str] = {
    CountsAudience.COUNTS_AUDIENCE_PARTICIPANTS: "every agency on the incident, and the hub's coordinators",
    CountsAudience.COUNTS_AUDIENCE_HUB: "the hub's coordinators; the other agencies see each status alone",
}


def terms_lines(terms: Terms) -> list[str]:
    """Say terms in lines that a coordinator reads before signing."""
    return [line[:1].upper() + line[1:] for line in _lines(terms)]


def span_words(span: timedelta) -> str:
    """Say a span: `3 days`, `90 minutes`."""
    seconds = int(span.total_seconds())
    name, size = next((name, size) for name, size in _UNITS if seconds % size == 0)
    count = seconds // size
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _lines(terms: Terms) -> Iterator[str]:
    for type_, protocol in sorted(terms.protocols.items()):
        asked = ", ".join(spoken(word(Discipline, discipline)) for discipline in protocol.asked)
        within = span_words(protocol.activate_within)
        yield f"{_spaced(IncidentType, type_)}: {asked} are asked to activate within {within}"
    if not terms.protocols:
        yield "no type of incident has an activation protocol"
    yield f"an offer is to be accepted within {span_words(terms.accept_within)}, unless its owner names another time"
    yield f"first contact within {span_words(terms.contact_within)} of a follow-up's opening"
    check_ins = ", then ".join(span_words(span) for span in terms.check_ins) or "none"
    yield f"check-ins after first contact, each since the one before: {check_ins}"
    yield f"a check-in a year after the incident: {'yes' if terms.anniversary else 'no'}"
    yield f"what is late escalates again every {span_words(terms.escalate_every)}"
    yield f"regional coordinator: {terms.regional_coordinator or 'not named'}"
    yield f"state coordinator: {terms.state_coordinator or 'not named'}"
    yield f"before a follow-up is closed as completed is recorded: {_said(_DOCUMENTED, terms.documentation)}"
    period = _spaced(ReportingPeriod, terms.reporting_period)
    yield f"counts are released for each {period}; those under {terms.k} are withheld, zero is not"
    yield f"they leave by themselves {span_words(terms.release_grace)} after its end, unless the agency holds them"
    yield f"counts on an incident's board are seen by: {_said(_AUDIENCES, terms.counts_seen_by)}"


def _said(sentences: dict[int, str], code: int) -> str:
    return sentences.get(code, f"code {code}")


def _spaced(kind: object, code: int) -> str:
    return word(kind, code).replace("_", " ")
