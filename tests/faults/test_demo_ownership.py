"""The demo's race, cut and kills leave each follow-up with one owner; and its comparison of that can fail."""

from pathlib import Path
from typing import Any

import pytest

from tests.demo_stores import hub_store, judged, node_store


def test_every_follow_up_has_one_owner_through_a_race_a_cut_and_two_kills(
    played: tuple[Path, dict[str, Any]],
) -> None:
    _, told = played

    assert (told["follow_ups"], told["accountable_exactly_one"]) == (25, True)
    assert (told["offers_raced"], told["stale_writes_refused"], told["peers_matched"]) == (2, 2, 3)
    # when 72 hours are over, all that nobody contacted: 25, but for fire's 7, and those of 2 that the ambulance has won
    assert told["escalated"] in (16, 17, 18)


@pytest.mark.parametrize(
    ("tampering", "figure", "found"),
    [
        ("UPDATE follow_up SET accountable = (SELECT id FROM agency WHERE slug = 'three-rivers-911') "
         "WHERE id = (SELECT min(id) FROM follow_up)", "accountable_exactly_one", False),
        ("UPDATE follow_up SET origin = (SELECT id FROM agency WHERE slug = 'three-rivers-911') "
         "WHERE id = (SELECT min(id) FROM follow_up)", "accountable_exactly_one", False),
        ("UPDATE agency SET membership = 'evicted' WHERE slug = 'alder-county-sheriff'",
         "accountable_exactly_one", False),
        ("DELETE FROM follow_up WHERE id = (SELECT min(id) FROM follow_up)", "accountable_exactly_one", False),
        ("DELETE FROM follow_up_change WHERE verb = 12 AND follow_up_id = (SELECT min(id) FROM follow_up)", "lost", 1),
        ("INSERT INTO follow_up_change SELECT opened_at, follow_up_id, version + 50, at, verb, agency_id, "
         "decline_reason, accountable, work, offer, escalation FROM follow_up_change "
         "WHERE verb = 12 AND follow_up_id = (SELECT min(id) FROM follow_up)",
         "counted_twice", 1),
        ("UPDATE peer_offer SET matched = matched - 1", "peers_matched", 2),
    ],
)  # fmt: skip
def test_what_is_wrong_with_follow_ups_in_the_hubs_store_is_found(
    copied: Path, tampering: str, figure: str, found: object
) -> None:
    with hub_store(copied) as connection:
        assert connection.exec_driver_sql(tampering).rowcount == 1

    verdict = judged(copied)

    assert verdict.figures()[figure] == found
    assert verdict.broken


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE follow_up SET version = version + 1 WHERE id = (SELECT min(id) FROM follow_up)",
        "UPDATE follow_up SET outcome = 2 WHERE id = (SELECT min(id) FROM follow_up)",
        "UPDATE follow_up SET accountable = (SELECT agency_id FROM membership) "
        "WHERE id = (SELECT min(id) FROM follow_up)",
        "DELETE FROM follow_up WHERE id = (SELECT min(id) FROM follow_up)",
    ],
)
def test_a_copy_at_an_agency_concerned_that_differs_is_found(copied: Path, tampering: str) -> None:
    with node_store(copied, "volunteer") as connection:
        assert connection.exec_driver_sql(tampering).rowcount == 1

    verdict = judged(copied)

    assert verdict.figures()["accountable_exactly_one"] is False
    assert any("Pine Hollow Volunteer Fire" in sentence for sentence in verdict.broken)


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("UPDATE outbox SET outcome = 9 WHERE sequence = (SELECT max(sequence) FROM outbox WHERE kind = 'follow_up')",
         "commands about follow-ups were refused that nobody else's had come before"),
        ("UPDATE outbox SET outcome = 1 WHERE kind = 'follow_up' AND outcome IN (9, 13)", "heard that they were late"),
        ("UPDATE peer_request SET matched = 0", "has a request for peers otherwise than the hub"),
    ],
    ids=["a refusal that no race explains", "both racers believe that they have won", "peers that only the hub knows"],
)  # fmt: skip
def test_what_an_agency_believes_and_no_other_does_is_found(copied: Path, tampering: str, says: str) -> None:
    for key in ("fire", "ems"):
        with node_store(copied, key) as connection:
            connection.exec_driver_sql(tampering)

    assert any(says in sentence for sentence in judged(copied).broken)


def test_the_end_state_is_one_whoever_wins_a_race_and_another_when_anything_else_differs(copied: Path) -> None:
    def end_state_when_owned_by(slug: str) -> str:
        with hub_store(copied) as connection:
            changed = connection.exec_driver_sql(
                "UPDATE follow_up SET accountable = (SELECT id FROM agency WHERE slug = ?) "
                "WHERE origin = (SELECT id FROM agency WHERE slug = 'pine-hollow-volunteer-fire')",
                (slug,),
            )
            assert changed.rowcount == 2
        return str(judged(copied).figures()["end_state"])

    won = judged(copied).figures()["end_state"]

    assert end_state_when_owned_by("three-rivers-911") != won
    assert end_state_when_owned_by("ridgeline-fire-district") == won
    assert end_state_when_owned_by("cedar-valley-ambulance") == won
    with hub_store(copied) as connection:
        connection.exec_driver_sql("UPDATE peer_request SET status = 1")
    assert judged(copied).figures()["end_state"] != won
