"""The hub's audit trail is a signed tree: also the lines that an older version wrote (TRUST.md t02)."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

import hub.migrations
from common.audit.entry import Entry
from common.audit.verification import verify_trail
from common.identity.keys import make_ed25519
from common.ledger import LedgerBroken
from common.storage.migration import migrate
from hub.persistence.audit import TRAIL, record
from tests.builders import NOON
from tests.stores import KINDS, empty_store


@pytest.mark.parametrize("kind", KINDS)
def test_t02_lines_that_an_older_version_wrote_are_in_the_tree_and_signed(kind: str, tmp_path: Path) -> None:
    store, key = empty_store(kind, tmp_path), make_ed25519()
    before = tmp_path / "before"
    (before / "versions").mkdir(parents=True)
    for step in ("m0001_first_tables.py", "m0002_coordination.py"):
        shutil.copy(hub.migrations.FOLDER / "versions" / step, before / "versions")
    migrate(store, before)
    at, line = (
        int(NOON.timestamp() * 1_000_000),
        "INSERT INTO audit_entry VALUES (:n, :at, 'operator', 'invite', :n_, 'done')",
    )
    with store.begin() as tx:
        tx.execute(text(line), [{"n": n, "n_": f"agency {n}", "at": at} for n in (1, 2, 3)])

    migrate(store, hub.migrations.FOLDER)
    with store.begin() as tx:
        TRAIL.sign(tx, key, whatever_was_written=True)
    with store.begin() as tx:
        record(tx, NOON, "operator", "evict", "agency 3", "done")
        TRAIL.sign(tx, key)

    with store.read() as tx:
        proved = verify_trail(TRAIL.read_hashed(tx), TRAIL.read_checkpoints(tx), key.public_key())
        assert (proved.entries, proved.signatures) == (4, 2)
        assert next(TRAIL.read(tx)) == (1, NOON, Entry("operator", "invite", "agency 1"))
    with store.begin() as tx:
        tx.execute(text("UPDATE audit_entry SET outcome = 'refused: no' WHERE sequence = 2"))
    with store.read() as tx, pytest.raises(LedgerBroken, match="entry 2: its stored hash is not"):
        verify_trail(TRAIL.read_hashed(tx), TRAIL.read_checkpoints(tx), key.public_key())
    store.close()
