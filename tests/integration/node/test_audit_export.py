"""An exported audit trail is proved by an auditor on another machine, with the trail's public key (TRUST.md t02)."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.access.roles import Role
from common.audit.export import parse_trail_key, trail_key, verdict_on_file
from common.audit.verification import verify_trail
from common.errors import AlreadyExists, InvalidRequest
from common.identity.keys import make_ed25519
from common.ledger import LedgerBroken
from node.operations.answering import answer
from node.persistence.audit import TRAIL
from tests.integration.node.test_audit_trail import LINES, write_lines
from tests.local_node import local_node
from tests.node_command import command
from tests.people import sign_in_as

Rows = list[dict[str, Any]]


@pytest.fixture
def exported(tmp_path: Path) -> tuple[Path, str, str]:
    """A trail as a file, its key, and the checkpoint that an auditor kept before."""
    path = tmp_path / "trail.jsonl"
    with local_node(tmp_path) as node:
        token = write_lines(node)
        kept = answer(node, "audit_verify", {"session": token})
        told = answer(node, "audit_export", {"session": token, "file": str(path)})
        with pytest.raises(AlreadyExists):
            answer(node, "audit_export", {"session": token, "file": str(path)})
    assert kept["key"] == told["key"]
    return path, told["key"], kept["checkpoint"]


def rewrite(path: Path, change: Callable[[Rows], object]) -> None:
    rows: Rows = [json.loads(line) for line in path.read_text().splitlines()]
    change(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_whole_trail_is_proved_elsewhere_and_against_the_checkpoint(exported: tuple[Path, str, str]) -> None:
    path, key, kept = exported
    found = verdict_on_file(path, key, kept.encode())

    rows = [json.loads(line) for line in path.read_text().splitlines()]
    lines = [row["line"] for row in rows if "line" in row]
    assert (found["verified"], found["entries"]) == (True, len(lines))
    assert len(lines) > LINES
    assert lines[-1][2:4] == ["user aud", "audit export"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def edited(rows: Rows) -> None:
    rows[5]["line"][4] = "member 99"


def removed(rows: Rows) -> None:
    del rows[5]


def swapped(rows: Rows) -> None:
    rows[5]["line"], rows[6]["line"] = rows[6]["line"], rows[5]["line"]


def cut(rows: Rows) -> None:
    rows[:] = [row for row in rows if row.get("line", [0])[0] < 5]


@pytest.mark.parametrize("change", [edited, removed, swapped, cut])
def test_t02_a_changed_file_names_the_first_bad_line(
    exported: tuple[Path, str, str], change: Callable[[Rows], object]
) -> None:
    path, key, _ = exported
    rewrite(path, change)

    found = verdict_on_file(path, key, None)
    assert (found["verified"], found["first_bad"]) == (False, 5)


def test_t02_an_older_export_is_known_by_the_checkpoint(exported: tuple[Path, str, str]) -> None:
    path, key, kept = exported
    rewrite(path, lambda rows: rows.__setitem__(slice(None), [row for row in rows if _at(row) <= 4]))

    assert verdict_on_file(path, key, None)["verified"] is True
    found = verdict_on_file(path, key, kept.encode())
    assert (found["verified"], found["first_bad"]) == (False, 5)


def _at(row: dict[str, Any]) -> int:
    return int(row["line"][0] if "line" in row else row.get("signed", 0))


def no_header(rows: Rows) -> None:
    del rows[0]


def no_hash(rows: Rows) -> None:
    del rows[3]["hash"]


def no_number(rows: Rows) -> None:
    rows[3]["line"][0] = "3"


def both(rows: Rows) -> None:
    rows[3] |= {"signed": 3}


@pytest.mark.parametrize("change", [no_header, no_hash, no_number, both])
def test_what_is_no_such_file_is_refused(exported: tuple[Path, str, str], change: Callable[[Rows], object]) -> None:
    path, key, _ = exported
    rewrite(path, change)

    with pytest.raises(InvalidRequest, match="line [14]"):
        verdict_on_file(path, key, None)


def test_the_key_comes_from_elsewhere_than_the_file(exported: tuple[Path, str, str]) -> None:
    path, key, _ = exported
    other = trail_key(make_ed25519().public_key())

    with pytest.raises(InvalidRequest, match="of another trail than the key that you gave"):
        verdict_on_file(path, other, None)
    for none in ("", "x", key[:-4], key.replace("holdfast-audit/", "other/")):
        with pytest.raises(InvalidRequest):
            parse_trail_key(none)


async def test_the_auditor_needs_no_node(exported: tuple[Path, str, str], tmp_path: Path) -> None:
    path, key, _ = exported
    nowhere = tmp_path / "nowhere"

    proved = await command("audit", "verify", "--file", str(path), "--key", key, data=nowhere)
    assert (proved.returncode, proved.stdout.split(" under")[0][-15:]) == (0, "lines verified,")
    alone = await command("audit", "verify", "--file", str(path), data=nowhere)
    assert alone.stderr.startswith("holdfast: --file and --key go together")
    rewrite(path, edited)
    broken = await command("audit", "verify", "--file", str(path), "--key", key, data=nowhere)
    assert (broken.returncode, broken.stdout.startswith("BROKEN at line 5: ")) == (1, True)
    assert not nowhere.exists()


def test_no_word_of_a_verdict_names_a_side_that_may_be_the_other(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        sign_in_as(node, Role.AUDITOR)
        key = make_ed25519().public_key()
        with node.store.read() as connection, pytest.raises(LedgerBroken) as broken:
            verify_trail(TRAIL.read_hashed(connection), TRAIL.read_checkpoints(connection), key)
    assert "node" not in broken.value.reason
