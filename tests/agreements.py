"""Terms, signatures and publications, valid by default; a test changes only what it is about."""

import os
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from common.agreement.encoding import encode_terms, terms_hash
from common.agreement.signature import Agreeing, sign_agreement
from common.agreement.terms import ActivationProtocol, Terms
from common.identity.keys import Ed25519PrivateKey
from common.wire.times import timestamp
from common.wire.v1.agreement_pb2 import CountsAudience, DocumentationMinimum, ReportingPeriod
from common.wire.v1.codes_pb2 import Discipline, IncidentType
from common.wire.v1.notice_pb2 import AgreementNotice, Notice
from common.wire.v1.report_pb2 import AgreementSignature, Report
from hub.domain.agreement import Agreement
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import publish
from tests.builders import NOON, TRUST_DOMAIN
from tests.intake_world import World

AGREEMENT_ID = b"\x22" * 16
FIRE_PROTOCOL = ActivationProtocol((Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_EMS), timedelta(hours=2))
TERMS = Terms(protocols={IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE: FIRE_PROTOCOL})
HIDDEN = Terms(counts_seen_by=CountsAudience.COUNTS_AUDIENCE_HUB)


def _codes(kind: Any) -> st.SearchStrategy[int]:
    return st.sampled_from([int(number) for number in kind.values() if number])


def _spans(low_s: int, high_s: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low_s, high_s).map(lambda seconds: timedelta(seconds=seconds))


_TEXT = st.text(max_size=200).filter(str.isprintable)
ANY_TERMS = st.builds(
    Terms,
    protocols=st.dictionaries(
        _codes(IncidentType),
        st.builds(
            ActivationProtocol,
            st.lists(_codes(Discipline), min_size=1, max_size=6, unique=True).map(tuple),
            _spans(60, 604_800),
        ),
    ),
    accept_within=_spans(60, 2_592_000),
    contact_within=_spans(3_600, 2_592_000),
    check_ins=st.lists(_spans(3_600, 31_708_800), max_size=16).map(tuple),
    escalate_every=_spans(600, 604_800),
    documentation=_codes(DocumentationMinimum),
    reporting_period=_codes(ReportingPeriod),
    k=st.integers(2, 100),
    counts_seen_by=_codes(CountsAudience),
    regional_coordinator=_TEXT,
    state_coordinator=_TEXT,
    anniversary=st.booleans(),
)


def signature_report(
    key: Ed25519PrivateKey, agency_id: bytes, agreement: Agreement, *, at: datetime = NOON, **changes: Any
) -> Report:
    """A report that an agency signs a version; changes are made after it was signed."""
    agreeing = Agreeing(TRUST_DOMAIN, agency_id, agreement.id, agreement.version, agreement.terms_hash)
    values: dict[str, Any] = {
        "agreement_id": agreement.id,
        "version": agreement.version,
        "terms_hash": agreement.terms_hash,
        "signature": sign_agreement(key, agreeing),
    }
    body = AgreementSignature(**(values | changes))
    return Report(command_id=os.urandom(16), occurred_at=timestamp(at), agreement_signature=body)


def published_notice(cursor: int, version: int = 1, *, terms: Terms = TERMS, **changes: Any) -> Notice:
    """A notice that a version was published, signed by nobody."""
    values: dict[str, Any] = {
        "agreement_id": AGREEMENT_ID,
        "in_force_from": timestamp(NOON),
        "title": f"Ridgeline agreement, version {version}",
        "terms": encode_terms(terms),
    }
    told = AgreementNotice(version=version, **(values | changes))
    return Notice(cursor=cursor, notice_id=os.urandom(16), issued_at=timestamp(NOON), agreement_published=told)


def hash_of(terms: Terms) -> bytes:
    """What a signature under these terms covers."""
    return terms_hash(encode_terms(terms))


def published(world: World, terms: Terms = TERMS, in_force_from: datetime = NOON, title: str = "Ours") -> Agreement:
    """Publish as the writer does it: what it remembers is forgotten before a command."""
    world.memory.forget()
    with world.store.begin() as connection:
        tx = Transaction(connection, world.now, world.memory)
        agreement = publish(title, terms, in_force_from, tx, world.now)
        tx.deliver()
    return agreement
