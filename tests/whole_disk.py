"""Somebody who has a node's whole disk, and knows its code: every key that is found, tried on everything sealed.

1. A key is whatever is 32 bytes long: in a file, a cell of a table, or inside what another key opened; in hex too.
2. Every cell, at any nesting, is decrypted under every key without asking whether it was meant so: no place, no tag.
3. Every cell, and what the right data keys open, is tried as a sealed copy for every key as somebody's private one.
4. What sessions carry is tried with every text found as the token; a private key is tried with each as the password.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import inspect, text

from common.access.sessions import open_carried
from node.opened import OpenNode
from node.persistence.data_keys import find_wrapped
from node.vault.fields import Altered, DataKey, Place
from node.vault.personal_keys import unwrap
from node.vault.sealing import open_sealed

KEY, NONCE, TAG, SALT = 32, 12, 16, 16
_HEX = re.compile(r"\b[0-9a-f]{24,}\b")


@dataclass
class Disk:
    """What lies on a copy of a node's data directory, opened with its own keys.

    Args:
        known: keys that somebody brings along, such as a clinician's: the test of the search itself.
    """

    node: OpenNode
    known: frozenset[bytes] = frozenset()
    cells: list[tuple[str, dict[str, Any]]] = field(init=False)
    said: set[str] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read everything."""
        self.cells = list(self._rows())
        files = [path.read_bytes() for path in sorted(self.node.data.rglob("*")) if path.is_file()]
        small = [content for content in files if len(content) < 100_000]
        for content in (*small, *self._values(bytes)):
            self._take(content)
        for said in (*(content.decode("utf-8", "ignore") for content in small), *self._values(str)):
            self.said |= {word.strip("\"',") for word in (said, *said.split()) if 4 <= len(word) <= 200}
            for digits in _HEX.findall(said):
                self._take(bytes.fromhex(digits[: len(digits) // 2 * 2]))
        self.keys |= {*self.node.keys.root.values(), *self._data_keys().values(), *self.known}

    def opened(self) -> Iterator[bytes]:
        """Give whatever any of the keys makes of anything (2, 3)."""
        sealed = [*self._values(bytes), *self._inner_copies()]
        for token in self.said:  # 4
            with suppress(ValueError):
                self.keys |= {key for each in sealed if (key := open_carried(token, each)) and len(key) == KEY}
        for key in self.keys:
            for each in sealed:
                yield from _decrypted(key, each)
        for copy, info in self._copies():
            for key in self.keys:
                with suppress(Altered):
                    yield open_sealed(key, copy, info)

    def guess(self, more: Iterable[str] = ()) -> list[bytes]:
        """Try every short text as a password or recovery code of every user (4)."""
        words = sorted({word for word in self.said if len(word) <= 60 and not _HEX.search(word)}, key=len)
        return [
            key
            for row in (row for table, row in self.cells if table == "note_key")
            for wrapped in (row["under_password"], row["under_recovery"])
            if wrapped is not None
            for word in (*more, *words[-3:])
            if (key := unwrap(bytes(row["user_id"]), word, bytes(wrapped))) is not None
        ]

    def _rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        with self.node.store.read() as connection:
            for table in inspect(connection).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608
                    yield table, dict(row._mapping)

    def _values(self, kind: type[Any]) -> list[Any]:
        return [value for _, row in self.cells for value in row.values() if isinstance(value, kind)]

    def _take(self, content: bytes) -> None:
        if len(content) == KEY:
            self.keys.add(content)

    def _data_keys(self) -> dict[bytes, bytes]:
        ids = [bytes(row["subject_id"]) for table, row in self.cells if table == "data_key"]
        with self.node.store.read() as connection:
            wrapped = find_wrapped(connection, ids)
        return {id_: self.node.vault.unwrapped(id_, sealed) for id_, sealed in wrapped.items()}

    def _inner_copies(self) -> list[bytes]:
        return [copy for copy, info in self._copies() if info]

    def _copies(self) -> list[tuple[bytes, bytes]]:
        """Give what the machine's own keys open of each note: the copy that is sealed to its reader."""
        keys, found = self._data_keys(), []
        for table, row in self.cells:
            if table == "note":
                id_, version = bytes(row["encounter_id"]), row["version"]
                place = Place("note", "sealed", id_ + bytes(row["recipient"]), version)
                info = b"holdfast note\0" + id_ + version.to_bytes(8, "big")
                found.append((DataKey(keys[id_]).open(place, bytes(row["sealed"])), info))
        return found


def _decrypted(key: bytes, sealed: bytes) -> Iterator[bytes]:
    """Decrypt by AES-GCM's own stream, whatever the place and tag; with a salt before the nonce too."""
    for start in (0, SALT):
        nonce, content = sealed[start : start + NONCE], sealed[start + NONCE :]
        if len(nonce) == NONCE and len(content) > TAG:
            counter = nonce + (2).to_bytes(4, "big")
            yield Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor().update(content[:-TAG])
