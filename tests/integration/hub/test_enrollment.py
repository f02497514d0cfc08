"""Inviting, joining, recovering and removing, on both databases."""

import hashlib
from pathlib import Path

import pytest

from common.errors import InvalidRequest, NotAllowed, NotAuthenticated, WrongState
from common.identity.keys import make_p256
from common.identity.peer import parse_der
from common.identity.recovery import RecoveryNumberWanted
from common.storage.store import Store
from hub.domain.agency import Membership
from hub.persistence import agencies, audit, invitations, nodes
from hub.use_cases.enrollment import SecondKey, report_second_key
from tests.enrolling import EnrollingHub, NodeKeys


@pytest.fixture
def hub(store: Store, tmp_path: Path) -> EnrollingHub:
    return EnrollingHub(store, tmp_path)


def membership(hub: EnrollingHub, slug: str = "ridgeline-fire") -> Membership:
    with hub.store.read() as connection:
        return agencies.get_agency_by_slug(connection, slug).membership


def actions(hub: EnrollingHub) -> list[str]:
    with hub.store.read() as connection:
        return [str(entry["action"]) for entry in audit.list_entries(connection)]


def test_an_invited_agency_joins_and_is_on_the_allow_list(hub: EnrollingHub) -> None:
    node, enrolled = hub.joined()
    leaf = parse_der(enrolled.chain[0])
    assert leaf.name is not None
    assert (leaf.name.agency_id, leaf.name.node) == (enrolled.agency.id, 1)
    assert hub.is_allowed(enrolled.chain[0])
    assert membership(hub) is Membership.JOINED
    assert actions(hub)[-2:] == ["invite", "join"]
    assert hub.last is not None
    assert hub.last.allow_list_changed
    with hub.store.read() as connection:
        stored = nodes.find_node(connection, enrolled.agency.id, 1)
    assert stored is not None
    assert stored.bound_key == node.bound_public


def test_the_secret_of_a_join_string_is_stored_as_a_hash_only(hub: EnrollingHub) -> None:
    invited = hub.invite()
    with hub.store.read() as connection:
        agency = agencies.get_agency_by_slug(connection, "ridgeline-fire")
        stored = invitations.list_invitations(connection, agency.id)
    assert [each.secret_hash for each in stored] == [hashlib.sha256(invited.secret).digest()]


def test_s07_when_the_reply_was_lost_the_same_key_gets_the_same_answer_also_after_the_hour(hub: EnrollingHub) -> None:
    invited, node = hub.invite(), NodeKeys()
    first = hub.join(invited, node)
    assert hub.join(invited, node) == first
    hub.wait(hours=30)
    assert hub.join(invited, node) == first
    assert len(hub.allow_list()) == 1


def test_s07_a_second_key_is_refused_and_reported_and_the_first_goes_on(hub: EnrollingHub) -> None:
    invited, node = hub.invite(), NodeKeys()
    first = hub.join(invited, node)
    with pytest.raises(SecondKey, match="another key") as refused:
        hub.join(invited, NodeKeys())
    hub.write(lambda tx, now: report_second_key(refused.value.secret_hash, tx, now))
    with hub.store.read() as connection:
        assert invitations.count_second_keys(connection) == 1
    assert hub.join(invited, node) == first
    assert list(hub.allow_list()) == [hashlib.sha256(first.chain[0]).digest()]


def test_s07_the_same_csr_key_with_another_bound_key_is_a_second_key(hub: EnrollingHub) -> None:
    invited, node = hub.invite(), NodeKeys()
    hub.join(invited, node)
    with pytest.raises(SecondKey):
        hub.join(invited, NodeKeys(key=node.key))


def test_s07_unknown_expired_revoked_and_spent_secrets_get_one_answer(hub: EnrollingHub) -> None:
    messages = set()

    def refused(invited: object, node: NodeKeys) -> None:
        with pytest.raises(NotAuthenticated) as refusal:
            hub.join(invited, node)  # type: ignore[arg-type]
        messages.add(str(refusal.value))

    elsewhere = hub.invite("cedar-valley-ems")
    hub.invite("cedar-valley-ems")  # replaces the first
    refused(elsewhere, NodeKeys())
    expired = hub.invite()
    hub.wait(hours=1, seconds=1)
    refused(expired, NodeKeys())
    spent, node = hub.invite(), NodeKeys()
    enrolled = hub.join(spent, node)
    hub.recover(node, enrolled, 1, make_p256())
    refused(spent, node)
    hub.wait(hours=2)
    refused(spent, NodeKeys())
    refused(type(spent)(spent.host, spent.port, spent.pin, b"a guess, no more"), NodeKeys())
    assert len(messages) == 1


def test_s07_a_secret_joins_the_agency_it_was_made_for_and_a_bound_key_stays_with_its_agency(hub: EnrollingHub) -> None:
    node, fire = hub.joined("ridgeline-fire")
    with pytest.raises(NotAllowed, match="another agency"):
        hub.join(hub.invite("cedar-valley-ems"), NodeKeys(bound=node.bound))
    _, ems = hub.joined("stonegate-ems")
    assert ems.agency.slug == "stonegate-ems"
    assert ems.agency.id != fire.agency.id


def test_a_node_that_joins_again_keeps_its_number_and_a_new_node_gets_the_next(hub: EnrollingHub) -> None:
    node, first = hub.joined()
    hub.recover(node, first, 1, make_p256())
    again = hub.join(hub.invite(), NodeKeys(bound=node.bound))
    assert (again.node, again.recovery_number) == (1, 1)
    assert hub.join(hub.invite(), NodeKeys()).node == 2


def test_an_invitation_needs_a_name_that_can_be_typed_and_shown(hub: EnrollingHub) -> None:
    for slug in ("", "Ridgeline", "a b", "-a", "a" * 65, "a\nb", "../etc"):
        with pytest.raises(InvalidRequest, match="agency"):
            hub.invite(slug)


def test_s02_a_node_that_was_away_for_weeks_comes_back_by_its_bound_key_and_that_is_counted(hub: EnrollingHub) -> None:
    node, enrolled = hub.joined()
    hub.wait(days=40)
    assert hub.why(enrolled.chain[0]) == "EXPIRED"
    assert not hub.is_allowed(enrolled.chain[0])
    key = make_p256()
    back = hub.recover(node, enrolled, 1, key)
    assert hub.is_allowed(back.chain[0])
    assert back.recovery_number == 1
    assert hub.recover(node, enrolled, 1, key) == back  # the reply was lost
    assert actions(hub)[-1] == "recover"
    assert hub.recover(node, enrolled, 2, make_p256()).recovery_number == 2
    assert hub.why(back.chain[0]) == "SUPERSEDED"


def test_a_recovery_with_another_number_or_key_is_told_the_number_wanted(hub: EnrollingHub) -> None:
    node, enrolled = hub.joined()
    hub.recover(node, enrolled, 1, make_p256())
    for number in (1, 3, 7):
        with pytest.raises(RecoveryNumberWanted) as refused:
            hub.recover(node, enrolled, number, make_p256())
        assert refused.value.wanted == 2


def test_who_cannot_prove_the_bound_key_learns_nothing_about_the_node(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    with pytest.raises(NotAuthenticated) as wrong_key:
        hub.recover(NodeKeys(), enrolled, 1, make_p256())
    stranger = type(enrolled)(enrolled.agency, 9, enrolled.chain, 0)
    with pytest.raises(NotAuthenticated) as no_node:
        hub.recover(NodeKeys(), stranger, 1, make_p256())
    hub.ban()
    with pytest.raises(NotAuthenticated) as banned:
        hub.recover(NodeKeys(), enrolled, 1, make_p256())
    assert str(wrong_key.value) == str(no_node.value) == str(banned.value)


def test_an_evicted_agency_is_out_at_once_and_may_be_invited_again(hub: EnrollingHub) -> None:
    node, enrolled = hub.joined()
    waiting = hub.invite()
    hub.evict()
    assert hub.allow_list() == {}
    assert hub.why(enrolled.chain[0]) == "EVICTED"
    with pytest.raises(NotAuthenticated):
        hub.join(waiting, node)
    invited = hub.invite()
    with pytest.raises(NotAllowed, match="new join string"):
        hub.recover(node, enrolled, 1, make_p256())
    back = hub.join(invited, NodeKeys(bound=node.bound))
    assert back.node == 1
    assert membership(hub) is Membership.JOINED
    assert not hub.is_allowed(enrolled.chain[0])
    assert hub.recover(node, enrolled, 1, make_p256()).recovery_number == 1


def test_a_banned_agency_never_comes_back(hub: EnrollingHub) -> None:
    node, enrolled = hub.joined()
    hub.ban()
    assert hub.allow_list() == {}
    assert hub.why(enrolled.chain[0]) == "BANNED"
    with pytest.raises(NotAllowed, match="banned"):
        hub.invite()
    with pytest.raises(NotAllowed, match="banned"):
        hub.recover(node, enrolled, 1, make_p256())
    with pytest.raises(WrongState, match="banned"):
        hub.evict()
    assert membership(hub) is Membership.BANNED
