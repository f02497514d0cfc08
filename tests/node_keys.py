"""A stopped node with some data keys, and what is done to its keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.ids import new_id
from node import passphrase
from node.opened import OpenNode
from node.operations import WRITING
from node.persistence.data_keys import KeyKind, find_key_id, find_keys, make_keys
from node.vault.fields import Place
from tests.builders import NOON
from tests.local_node import local_node

SAID, SAID_NEXT = "five words that nobody guesses", "six other words that nobody guesses"
STORY = b"what was said"
SUBJECTS = [new_id(NOON) for _ in range(5)]
HERE = Place("encounter", "body", b"\x01" * 16)


class PowerCut(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def nobody_said_anything() -> Iterator[None]:
    passphrase.forget()
    yield
    passphrase.forget()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A stopped node with some data keys."""
    with local_node(tmp_path) as node:
        node.write("test", lambda c: make_keys(c, node.vault, KeyKind.MEMBER, SUBJECTS, NOON))
        return node.data


def sealed(data: Path) -> dict[bytes, bytes]:
    with OpenNode(data) as node:
        found = node.read(lambda c: find_keys(c, node.vault, SUBJECTS))
        return {id_: key.seal(HERE, STORY) for id_, key in found.items()}


def opens(data: Path, fields: dict[bytes, bytes]) -> bool:
    with OpenNode(data) as node:
        found = node.read(lambda c: find_keys(c, node.vault, SUBJECTS))
        assert node.read(find_key_id) == node.vault.key_id
        assert node.keys.keyring.next is None
        return all(found[id_].open(HERE, field) == STORY for id_, field in fields.items())


def rotate(data: Path, source: str = "", **given: Any) -> Any:
    with OpenNode(data) as node:
        return WRITING["keys_rotate"](node, {"source": source} | given)


def in_secrets(data: Path) -> set[str]:
    return {path.name for path in (data / "secrets").iterdir()}


def key_file_of(data: Path) -> Path:
    return data / "secrets" / "key-encryption.key"
