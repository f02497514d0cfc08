"""The pages of a SQLCipher store as they lie on the disk, decrypted one by one: freed ones and the log's too."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24


def decrypted_pages(store: Path, key: bytes) -> bytes:
    """Every page of a store's file and of its log, in plain."""
    return b"\0".join(_pages(store, key))


def _pages(store: Path, key: bytes) -> Iterator[bytes]:
    content = store.read_bytes()
    for at in range(0, len(content), PAGE):
        yield _plain(content[at : at + PAGE], key, SALT if at == 0 else 0)
    log = store.with_name(store.name + "-wal")
    frames = log.read_bytes()[WAL_HEADER:] if log.exists() else b""
    for at in range(0, len(frames), FRAME_HEADER + PAGE):
        number = int.from_bytes(frames[at : at + 4], "big")
        yield _plain(frames[at + FRAME_HEADER : at + FRAME_HEADER + PAGE], key, SALT if number == 1 else 0)


def _plain(page: bytes, key: bytes, skipped: int) -> bytes:
    if len(page) < PAGE:
        return b""
    vector = page[PAGE - RESERVED : PAGE - RESERVED + 16]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(page[skipped : PAGE - RESERVED]) + decryptor.finalize()
