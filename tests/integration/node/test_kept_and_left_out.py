"""What no retention rule takes away: the keys of users and of how people are reached. What no backup has: tokens."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from common.ids import new_id
from node.domain.retention import RecordClass
from node.opened import OpenNode
from node.persistence.data_keys import KeyKind, find_keys, make_key
from node.persistence.due_records import find_due
from node.use_cases.retention import erase_due, set_rule
from tests.builders import NOON
from tests.node_backups import back_up, everything_in, restored, with_key_of

TOKEN = "canary-of-a-session-token-7f3a"


@pytest.mark.parametrize("kind", [KeyKind.USER, KeyKind.NOTICES, KeyKind.SUPPORTER])
def test_no_rule_of_any_class_destroys_the_keys_of_users_notices_or_supporters(
    backed_up: OpenNode, kind: KeyKind
) -> None:
    node, id_, long_after = backed_up, new_id(NOON), NOON + timedelta(days=36_500)
    node.write("test", partial(make_key, vault=node.vault, kind=kind, subject_id=id_, now=NOON))
    for record_class in RecordClass:
        node.write("test", partial(set_rule, actor="user casey", record_class=record_class, days=1, now=NOON))

    node.write("test", lambda connection: erase_due(connection, node.vault, long_after))

    assert id_ in node.read(lambda connection: find_keys(connection, node.vault, [id_]))
    for record_class in RecordClass:
        due = node.read(partial(find_due, vault=node.vault, record_class=record_class, before=long_after))
        assert id_ not in due


def test_a_backup_has_no_session_and_no_token_file(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    names = ("session", "session.new", "token", "casey.session", "secrets/session", "identity/token")
    for name in names:
        (node.data / name).parent.mkdir(exist_ok=True)
        (node.data / name).write_text(TOKEN, encoding="ascii")

    backup = back_up(node, tmp_path / "backups")
    assert TOKEN.encode() not in everything_in(tmp_path / "backups")
    with restored(backup, tmp_path / "new", with_key_of(node.data)):
        pass
    assert TOKEN.encode() not in everything_in(tmp_path / "new")
    assert [name for name in names if (tmp_path / "new" / name).exists()] == []
