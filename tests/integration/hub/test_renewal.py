"""Renewal and the rotation of the intermediate, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.errors import InvalidRequest, NotAllowed, NotAuthenticated, WrongState
from common.identity.keys import make_p256
from common.identity.peer import is_issued_by, parse_der
from common.storage.store import Store
from hub.domain.credential import Phase
from hub.identity import rotation
from hub.identity.rotation import NodePhase
from tests.builders import TRUST_DOMAIN
from tests.enrolling import PASSPHRASE, EnrollingHub


@pytest.fixture
def hub(store: Store, tmp_path: Path) -> EnrollingHub:
    return EnrollingHub(store, tmp_path)


def phases(hub: EnrollingHub) -> list[NodePhase]:
    with hub.store.read() as connection:
        return rotation.node_phases(connection, hub.now)


def prepare(hub: EnrollingHub) -> int:
    root = rotation.load_root(hub.data, hub.root_key_file, PASSPHRASE)
    return hub.write(lambda tx, now: rotation.prepare(root, TRUST_DOMAIN, hub.data, tx, now)).number


def activate(hub: EnrollingHub) -> int:
    return hub.write(lambda tx, now: rotation.activate(hub.data, tx, now)).number


def test_a_renewal_gives_a_fresh_certificate_for_the_new_key(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    hub.wait(days=4)
    renewed = hub.renew(enrolled, enrolled.chain[0], make_p256())
    fresh = parse_der(renewed.certificate_chain[0])
    assert fresh.not_after == hub.now + timedelta(days=7)
    assert fresh.name == parse_der(enrolled.chain[0]).name
    assert list(renewed.trust_roots) == list(hub.issuing.roots)
    assert hub.is_allowed(renewed.certificate_chain[0])


def test_a_renewal_whose_answer_was_lost_is_given_again(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    key = make_p256()
    first = hub.renew(enrolled, enrolled.chain[0], key)
    hub.wait(hours=1)
    assert hub.renew(enrolled, enrolled.chain[0], key) == first
    assert len(hub.allow_list()) == 2


def test_the_old_certificate_is_good_until_the_new_one_is_used_and_ten_minutes_more(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    old = enrolled.chain[0]
    new = hub.renew(enrolled, old, make_p256()).certificate_chain[0]
    hub.wait(days=2)
    assert hub.is_allowed(old)
    hub.use(new)
    hub.wait(minutes=9, seconds=59)
    assert hub.is_allowed(old)
    hub.wait(seconds=1)
    assert not hub.is_allowed(old)
    assert hub.is_allowed(new)
    assert hub.why(old) == "SUPERSEDED"
    assert hub.why(new) == "NONE"


def test_a_node_that_lost_its_new_key_renews_again_and_the_unused_one_ends(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    lost = hub.renew(enrolled, enrolled.chain[0], make_p256()).certificate_chain[0]
    hub.wait(minutes=5)
    kept = hub.renew(enrolled, enrolled.chain[0], make_p256()).certificate_chain[0]
    hub.wait(seconds=1)
    assert (hub.is_allowed(lost), hub.is_allowed(kept), hub.is_allowed(enrolled.chain[0])) == (False, True, True)


def test_a_replaced_certificate_does_not_renew(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    hub.use(hub.renew(enrolled, enrolled.chain[0], make_p256()).certificate_chain[0])
    with pytest.raises(NotAllowed, match="newer one"):
        hub.renew(enrolled, enrolled.chain[0], make_p256())
    hub.wait(minutes=11)
    with pytest.raises(NotAllowed, match="not taken any more"):
        hub.renew(enrolled, enrolled.chain[0], make_p256())


def test_a_renewal_needs_a_new_key(hub: EnrollingHub) -> None:
    node, enrolled = hub.joined()
    with pytest.raises(InvalidRequest, match="new key"):
        hub.renew(enrolled, enrolled.chain[0], node.key)


def test_the_intermediate_rotates_with_one_node_offline_throughout(hub: EnrollingHub) -> None:
    _, online = hub.joined("ridgeline-fire")
    offline_keys, offline = hub.joined("cedar-valley-ems")
    assert prepare(hub) == 2
    assert hub.renew(online, online.chain[0], make_p256()).certificate_chain[1] == online.chain[1]
    hub.wait(minutes=1)
    assert activate(hub) == 2
    renewed = hub.renew(online, online.chain[0], make_p256()).certificate_chain
    assert renewed[1] != online.chain[1]
    assert is_issued_by(renewed[0], renewed[1])
    hub.use(renewed[0])
    assert {each.agency_id: each.phase for each in phases(hub)} == {
        online.agency.id: Phase.ACTIVE,
        offline.agency.id: Phase.RETIRING,
    }
    hub.wait(minutes=11)
    with pytest.raises(WrongState, match="1 node"):
        hub.write(rotation.retire)
    assert hub.is_allowed(offline.chain[0])
    hub.wait(days=7)
    assert hub.write(rotation.retire).number == 1
    assert hub.why(offline.chain[0]) == "EXPIRED"
    back = hub.recover(offline_keys, offline, 1, make_p256())
    assert back.chain[1] == renewed[1]
    assert hub.is_allowed(back.chain[0])


def test_a_rotation_rolls_back_and_what_was_issued_meanwhile_stays_good(hub: EnrollingHub) -> None:
    _, enrolled = hub.joined()
    prepare(hub)
    activate(hub)
    renewed = hub.renew(enrolled, enrolled.chain[0], make_p256()).certificate_chain
    hub.use(renewed[0])
    assert hub.write(rotation.roll_back).number == 1
    assert hub.is_allowed(renewed[0])
    with pytest.raises(WrongState, match="wait until they have renewed"):
        hub.write(rotation.roll_back)
    again = hub.renew(enrolled, renewed[0], make_p256()).certificate_chain
    assert again[1] == enrolled.chain[1]
    hub.use(again[0])
    hub.wait(minutes=11)
    assert hub.write(rotation.roll_back).number == 1
    assert prepare(hub) == 3


def test_steps_of_a_rotation_out_of_turn_are_refused(hub: EnrollingHub) -> None:
    for step in (rotation.retire, rotation.roll_back):
        with pytest.raises(WrongState):
            hub.write(step)
    with pytest.raises(WrongState, match="prepare one first"):
        activate(hub)
    prepare(hub)
    with pytest.raises(WrongState, match="finish that rotation"):
        prepare(hub)
    activate(hub)
    with pytest.raises(WrongState, match="finish that rotation"):
        prepare(hub)


def test_the_root_key_opens_with_its_passphrase_only(hub: EnrollingHub) -> None:
    assert b"ENCRYPTED" in hub.root_key_file.read_bytes()
    with pytest.raises(NotAuthenticated, match="passphrase"):
        rotation.load_root(hub.data, hub.root_key_file, "a wrong passphrase")
