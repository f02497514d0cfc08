"""The audit trail: a second ledger, of who did what at a node or a hub, and of every refusal.

`entry` is one line and its bytes, `trail` keeps them in a store, `checkpoint` is the signature over the tree and the
note that an auditor keeps, `verification` proves a whole trail, `review` sums up who may do what and who read what.

Source: DOMAIN.md 2; TRUST.md t02.
"""
