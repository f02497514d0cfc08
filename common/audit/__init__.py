"""The audit trail: a second ledger, of who did what at a node or a hub, and of every refusal.

`entry` is one line and its bytes, `trail` keeps them in a store.

Source: DOMAIN.md 2; TRUST.md t02.
"""
