"""The collaboration agreement at a node: kept as the hub told it, signed once, waiting until the hub says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest

from common.agreement.encoding import encode_terms
from common.agreement.signature import Agreeing, verify_agreement
from common.agreement.terms import DEFAULT_TERMS, Terms
from common.errors import NotFound, WrongState
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import OUTCOME_REFUSED_SIGNATURE
from common.wire.v1.notice_pb2 import HubEpochNotice
from common.wire.v1.report_pb2 import Report
from node.domain.agreement import Agreement, Standing
from node.persistence import agreements
from node.persistence.notices import StoredNotice
from node.persistence.outbox import OutboxEntry
from node.use_cases import agreements as use_cases
from tests.agreements import AGREEMENT_ID, HIDDEN, TERMS, hash_of, published_notice
from tests.builders import NOON, TRUST_DOMAIN
from tests.nodes import AGENCY_ID, BOUND_KEY, OTHER_AGENCY, NodeStore, numbered

LATER = NOON + timedelta(days=30)


def held(node: NodeStore) -> Sequence[Agreement]:
    return node.read(agreements.list_agreements)


def tell(node: NodeStore, version: int = 1, terms: Terms = TERMS, begins: datetime = NOON, *signers: bytes) -> None:
    cursor = node.membership.mailbox_cursor + 1
    node.apply(published_notice(cursor, version, terms=terms, in_force_from=timestamp(begins), signed_by=signers))


def sign(node: NodeStore, version: int = 1, now: datetime = NOON, shown: bytes | None = None) -> OutboxEntry:
    return node.write(partial(use_cases.sign, key=BOUND_KEY, version=version, now=now, shown=shown))


def standing(node: NodeStore, version: int = 1) -> Standing:
    [agreement] = [each for each in held(node) if each.version == version]
    return node.read(partial(use_cases.standing_of, agreement=agreement))


def test_an_agreement_is_kept_as_it_was_told(node: NodeStore) -> None:
    tell(node, 1, TERMS, LATER, OTHER_AGENCY)

    [agreement] = held(node)
    assert agreement == Agreement(
        version=1,
        id=AGREEMENT_ID,
        title="Ridgeline agreement, version 1",
        encoded=encode_terms(TERMS),
        terms=TERMS,
        in_force_from=LATER,
        signed_by=frozenset([OTHER_AGENCY]),
    )


def test_who_signed_only_grows(node: NodeStore) -> None:
    tell(node, 1, TERMS, NOON, OTHER_AGENCY)
    tell(node, 1, TERMS, NOON, AGENCY_ID)
    tell(node, 1, TERMS, NOON)

    assert [agreement.signed_by for agreement in held(node)] == [{AGENCY_ID, OTHER_AGENCY}]


def test_t04_other_terms_under_a_version_from_a_restored_hub_are_not_signed_yet(node: NodeStore) -> None:
    tell(node, 1, TERMS, NOON, AGENCY_ID, OTHER_AGENCY)
    tell(node, 1, HIDDEN, NOON, OTHER_AGENCY)

    assert [(each.terms, each.signed_by) for each in held(node)] == [(HIDDEN, frozenset([OTHER_AGENCY]))]
    assert standing(node) is Standing.NOT_SIGNED


@pytest.mark.parametrize(
    "changes",
    [
        {"terms": b"story"},
        {"terms": encode_terms(TERMS) + b"\xfa\x01\x01x"},
        {"terms": b""},
        {"agreement_id": b"short"},
        {"version": 0},
        {"version": 65_536},
        {"signed_by": [b"short"]},
    ],
)
def test_t05_an_agreement_that_cannot_be_read_is_kept_and_skipped(node: NodeStore, changes: dict[str, object]) -> None:
    notice = published_notice(1)
    for name, value in changes.items():
        if isinstance(value, list):
            notice.agreement_published.signed_by.extend(value)
        else:
            setattr(notice.agreement_published, name, value)

    stored = node.apply(notice)

    assert isinstance(stored, StoredNotice)
    assert not stored.is_applied
    assert (held(node), node.membership.mailbox_cursor) == ([], 1)


def test_r02_a_title_cannot_act_on_a_screen(node: NodeStore) -> None:
    node.apply(published_notice(1, title="\x1b[2J" + "x" * 300))

    [agreement] = held(node)
    assert (len(agreement.title), agreement.title[:4]) == (200, "\N{REPLACEMENT CHARACTER}[2J")


def test_a_signature_leaves_as_a_report_that_the_bound_key_proves(node: NodeStore) -> None:
    tell(node)

    entry = sign(node)

    batch = node.next_batch()
    assert batch is not None
    signed = Report.FromString(batch.bodies[entry.sequence - 1]).agreement_signature
    assert (signed.agreement_id, signed.version, signed.terms_hash) == (AGREEMENT_ID, 1, hash_of(TERMS))
    agreeing = Agreeing(TRUST_DOMAIN, AGENCY_ID, AGREEMENT_ID, 1, hash_of(TERMS))
    verify_agreement(BOUND_KEY.public_key().public_bytes_raw(), agreeing, signed.signature)


def test_a_signature_waits_until_the_hub_lists_the_agency(node: NodeStore) -> None:
    tell(node)
    stages = [standing(node)]
    sign(node)
    stages.append(standing(node))
    node.acknowledge(node.send())
    stages.append(standing(node))
    signed_before = node.read(partial(use_cases.has_signed, now=NOON))

    tell(node, 1, TERMS, NOON, AGENCY_ID)

    assert stages == [Standing.NOT_SIGNED, Standing.WAITING, Standing.WAITING]
    assert not signed_before
    assert standing(node) is Standing.SIGNED
    assert node.read(partial(use_cases.has_signed, now=NOON))
    assert not node.read(partial(use_cases.has_signed, now=NOON, agency_id=OTHER_AGENCY))


def test_a_version_is_signed_once(node: NodeStore) -> None:
    tell(node)
    sign(node)

    with pytest.raises(WrongState, match="signed, waiting for the hub"):
        sign(node)
    tell(node, 1, TERMS, NOON, AGENCY_ID)
    with pytest.raises(WrongState, match="version 1: signed; there is nothing more to do"):
        sign(node)

    assert node.stream.head == 1


def test_a_signature_that_the_hub_refused_may_be_given_again(node: NodeStore) -> None:
    tell(node)
    sign(node)
    node.acknowledge(node.send(), outcomes=[OUTCOME_REFUSED_SIGNATURE])

    assert standing(node) is Standing.NOT_SIGNED
    assert sign(node).sequence == 2
    assert standing(node) is Standing.WAITING


def test_a_version_that_is_unknown_superseded_or_not_what_was_shown_is_not_signed(node: NodeStore) -> None:
    tell(node, 1)
    tell(node, 2, HIDDEN, LATER)

    with pytest.raises(NotFound, match="no version 3"):
        sign(node, 3)
    with pytest.raises(WrongState, match="version 1 is superseded"):
        sign(node, 1, LATER)
    with pytest.raises(WrongState, match="read it again"):
        sign(node, 1, shown=hash_of(HIDDEN))

    assert node.stream.head == 0
    assert sign(node, 1, shown=hash_of(TERMS)).sequence == 1
    assert sign(node, 2).sequence == 2


def test_a_new_version_supersedes_at_its_date(node: NodeStore) -> None:
    tell(node, 2, HIDDEN, LATER)
    tell(node, 1)

    in_force = [
        found and found.version
        for at in (NOON - timedelta(seconds=1), NOON, LATER - timedelta(seconds=1), LATER)
        for found in [node.read(partial(use_cases.agreement_in_force, now=at))]
    ]

    assert in_force == [None, 1, 1, 2]
    assert node.read(partial(use_cases.terms_of, version=0)) == DEFAULT_TERMS
    assert node.read(partial(use_cases.terms_of, version=2)) == HIDDEN
    assert node.read(partial(use_cases.terms_of, version=3)) == DEFAULT_TERMS  # it joined too late to be told of it


def test_what_is_to_be_signed_first_is_what_holds_first(node: NodeStore) -> None:
    def next_to_sign(now: datetime = NOON) -> int:
        return node.read(partial(use_cases.agreement_to_sign, now=now)).version

    with pytest.raises(NotFound, match="told of no agreement yet"):
        next_to_sign()
    tell(node, 1)
    tell(node, 2, HIDDEN, LATER)

    assert (next_to_sign(), next_to_sign(LATER)) == (1, 2)
    sign(node, 1)
    assert next_to_sign() == 2
    sign(node, 2)
    with pytest.raises(WrongState, match="signed every version"):
        next_to_sign()


def test_t04_a_mailbox_read_again_from_its_beginning_takes_no_signature_back(node: NodeStore) -> None:
    told = [published_notice(1), published_notice(2, signed_by=[AGENCY_ID])]
    for notice in told:
        node.apply(notice)
    before = held(node)
    node.apply(numbered(3, hub_epoch_changed=HubEpochNotice(hub_epoch=2)))
    assert node.membership.mailbox_cursor == 0

    for notice in told:
        node.apply(notice)
        assert held(node) == before
