"""Encryption at rest: a field under its own data key, bound to its place; keys wrapped by one key-encryption key.

`fields` seals one field, `keyring` holds the keys of this node. No store, no clock.

Source: DESIGN.md 6, "At rest"; TRUST.md t03, i04.
"""
