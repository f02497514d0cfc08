"""Where a node's key-encryption key comes from."""

from enum import StrEnum


class KeySource(StrEnum):
    """The three sources; the words of the setting `key_source`."""

    FILE = "file"
    PASSPHRASE = "passphrase"  # noqa: S105  (a word, no secret)
    CREDENTIAL = "credential"
