"""The collaboration agreement at the hub, on both databases: published, superseded at a date, signed, gone by."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from common.agreement.encoding import decode_terms, encode_terms
from common.agreement.terms import DEFAULT_TERMS
from common.errors import InvalidRequest, NotFound, WrongState
from common.identity.keys import make_ed25519
from common.wire.times import moment
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.notice_pb2 import AgreementNotice
from hub.domain.agency import Membership
from hub.domain.agreement import Agreement
from hub.persistence import agencies, agreements, audit
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import agreement_in_force, has_signed, publish, terms_of
from tests.agreements import HIDDEN, TERMS, published, signature_report
from tests.builders import NOON, NodeLedger, agency
from tests.intake_world import World

APPLIED = Outcome.OUTCOME_APPLIED
LATER = NOON + timedelta(days=30)


def holds(world: World, at: datetime) -> int | None:
    with world.store.begin() as connection:
        agreement = agreement_in_force(Transaction(connection, at), at)
    return agreement.version if agreement else None


def told(world: World, agency_id: bytes) -> list[AgreementNotice]:
    kinds = [notice for notice in world.mail(agency_id) if notice.HasField("agreement_published")]
    return [notice.agreement_published for notice in kinds]


def signers(world: World, version: int) -> frozenset[bytes]:
    with world.store.read() as connection:
        return agreements.load_agreements(connection)[version].signed_by


def signs(world: World, by: NodeLedger, agreement: Agreement, **changes: Any) -> Outcome:
    report = signature_report(by.key, by.agency_id, agreement, **changes)
    return world.push_one(by.batch(report)).outcomes[0]


def test_a_publication_is_told_to_every_agency_that_joined_or_is_invited(world: World) -> None:
    invited, banned = agency("three-rivers", membership=Membership.INVITED), agency("x", membership=Membership.BANNED)
    with world.store.begin() as connection:
        agencies.add_agency(connection, invited)
        agencies.add_agency(connection, banned)

    agreement = published(world, title="Ridgeline agreement")

    for agency_id in (world.fire.id, world.ems.id, invited.id):
        [notice] = told(world, agency_id)
        assert (notice.agreement_id, notice.version, notice.title) == (agreement.id, 1, "Ridgeline agreement")
        assert (moment(notice.in_force_from), decode_terms(notice.terms)) == (NOON, TERMS)
        assert list(notice.signed_by) == []
    assert told(world, banned.id) == []
    with world.store.read() as connection:
        assert [(entry["action"], entry["subject"]) for entry in audit.list_entries(connection)] == [
            ("agreement publish", "version 1")
        ]


def test_a_new_version_supersedes_at_its_date(world: World) -> None:
    first, second = published(world), published(world, HIDDEN, LATER)

    assert (first.id, first.version, second.version) == (second.id, 1, 2)
    assert holds(world, NOON) == 1
    assert holds(world, LATER - timedelta(seconds=1)) == 1
    assert holds(world, LATER) == 2
    assert holds(world, NOON - timedelta(seconds=1)) is None


def test_before_the_first_version_the_defaults_hold_and_nobody_has_signed(world: World) -> None:
    with world.store.begin() as connection:
        tx = Transaction(connection, NOON)

        assert agreement_in_force(tx, NOON) is None
        assert terms_of(tx, 0) == DEFAULT_TERMS
        assert not has_signed(tx, NOON, world.fire.id)
        with pytest.raises(NotFound, match="no version 1"):
            terms_of(tx, 1)


@pytest.mark.parametrize(
    ("begins", "error", "says"),
    [
        (NOON - timedelta(seconds=61), InvalidRequest, "must not lie in the past"),
        (LATER, WrongState, "version 1 holds from 2026-12-03T12:00:00"),
        (NOON, WrongState, "version 1 holds from"),
    ],
)
def test_a_version_begins_neither_in_the_past_nor_before_the_one_before_it(
    world: World, begins: datetime, error: type[Exception], says: str
) -> None:
    published(world, in_force_from=LATER)

    with pytest.raises(error, match=says):
        published(world, HIDDEN, begins)

    assert len(told(world, world.fire.id)) == 1


def test_what_was_just_said_to_begin_now_still_may(world: World) -> None:
    assert published(world, in_force_from=NOON - timedelta(seconds=59)).version == 1


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "two\nlines"])
def test_t07_a_title_that_could_not_be_shown_is_refused(world: World, title: str) -> None:
    with pytest.raises(InvalidRequest, match="title"):
        published(world, title=title)


def test_a_signature_is_kept_and_told_to_every_agency(world: World) -> None:
    agreement = published(world)

    assert signs(world, world.ledger, agreement) == APPLIED

    assert signers(world, 1) == {world.fire.id}
    assert [list(notice.signed_by) for notice in told(world, world.ems.id)] == [[], [world.fire.id]]
    with world.store.begin() as connection:
        tx = Transaction(connection, NOON)
        assert has_signed(tx, NOON, world.fire.id)
        assert not has_signed(tx, NOON, world.ems.id)
        [kept] = agreements.list_signatures(connection, 1)
    assert (kept.agency_id, kept.node, kept.signed_at, len(kept.signature)) == (world.fire.id, 1, NOON, 64)


def test_the_agencies_of_one_group_are_told_in_one_notice(world: World) -> None:
    agreement = published(world)
    batches = [
        each.batch(signature_report(each.key, each.agency_id, agreement)) for each in (world.ledger, world.other)
    ]

    world.push(*batches)

    assert signers(world, 1) == {world.fire.id, world.ems.id}
    assert [len(notice.signed_by) for notice in told(world, world.fire.id)] == [0, 2]


def test_signing_twice_is_taken_and_changes_nothing(world: World) -> None:
    agreement = published(world)
    second_node = world.join(world.fire.id, node=2)

    outcomes = [signs(world, by, agreement) for by in (world.ledger, world.ledger, second_node)]
    twice_in_a_group = [signature_report(world.other.key, world.ems.id, agreement) for _ in range(2)]
    outcomes += world.push_one(world.other.batch(*twice_in_a_group)).outcomes

    assert outcomes == [APPLIED] * 5
    assert [len(notice.signed_by) for notice in told(world, world.ems.id)] == [0, 1, 2]


def test_a_version_that_is_coming_can_be_signed_and_does_not_count_before_its_date(world: World) -> None:
    published(world)
    second = published(world, HIDDEN, LATER)

    assert signs(world, world.ledger, second) == APPLIED

    with world.store.begin() as connection:
        tx = Transaction(connection, NOON)
        assert not has_signed(tx, NOON, world.fire.id)
        assert has_signed(tx, LATER, world.fire.id)


@pytest.mark.parametrize("changes", [{"version": 2}, {"agreement_id": b"\x00" * 16}])
def test_a_version_or_an_id_that_was_not_published_is_refused(world: World, changes: dict[str, object]) -> None:
    agreement = published(world)

    assert signs(world, world.ledger, agreement, **changes) == Outcome.OUTCOME_REFUSED_UNKNOWN_AGREEMENT

    assert world.mail(world.fire.id)[-1].report_refused.reason == (
        "This hub has published no such version of the agreement."
    )


def test_where_nothing_was_published_there_is_nothing_to_sign(world: World) -> None:
    elsewhere = Agreement(b"\x01" * 16, 1, "Theirs", encode_terms(TERMS), TERMS, NOON, NOON)

    assert signs(world, world.ledger, elsewhere) == Outcome.OUTCOME_REFUSED_UNKNOWN_AGREEMENT


def test_r01_only_the_sending_nodes_own_key_over_these_very_terms_signs(world: World) -> None:
    first, second = published(world), published(world, HIDDEN, LATER)
    stranger, fire, ems = make_ed25519(), world.ledger, world.other
    second_node = world.join(world.fire.id, node=2)
    forged = [
        signature_report(fire.key, fire.agency_id, first, terms_hash=second.terms_hash),
        signature_report(fire.key, fire.agency_id, first, version=2, terms_hash=second.terms_hash),
        signature_report(fire.key, fire.agency_id, first, signature=bytes(64)),
        signature_report(stranger, fire.agency_id, first),
        signature_report(ems.key, fire.agency_id, first),  # another agency's key
        signature_report(ems.key, ems.agency_id, first),  # another agency's signature, word for word
        signature_report(second_node.key, fire.agency_id, first),  # the agency's other node, which sent nothing
        signature_report(fire.key, ems.agency_id, first),
    ]

    accepted = world.push_one(fire.batch(*forged))

    assert accepted.outcomes == (Outcome.OUTCOME_REFUSED_SIGNATURE,) * len(forged)
    assert (signers(world, 1), signers(world, 2)) == (frozenset(), frozenset())
    assert [list(notice.signed_by) for notice in told(world, world.ems.id)] == [[], []]


def test_a_busy_hub_reads_the_agreements_once(world: World) -> None:
    unknown = Agreement(b"\x01" * 16, 9, "Theirs", encode_terms(TERMS), TERMS, NOON, NOON)
    statements: list[str] = []
    event.listen(world.store.writing, "before_cursor_execute", lambda *arguments: statements.append(str(arguments[2])))
    for begins in (NOON, LATER):  # while there is none, and when there is one
        del statements[:]
        for _ in range(3):
            signs(world, world.ledger, unknown)
        assert len([each for each in statements if "FROM agreement " in f"{each} "]) == 1
        published(world, in_force_from=begins)


def test_within_one_group_of_commands_a_publication_holds_at_once_for_the_next(world: World) -> None:
    with world.store.begin() as connection:
        tx = Transaction(connection, NOON)
        assert agreement_in_force(tx, NOON) is None

        publish("Ours", HIDDEN, NOON, tx, NOON)

        held = agreement_in_force(tx, NOON)
        assert held is not None
        assert (held.terms, terms_of(tx, 1)) == (HIDDEN, HIDDEN)
