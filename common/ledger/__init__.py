"""The egress ledger: what left a node, provable offline to anybody who has the two public keys.

    WrongState
    ├── ProofInvalid       an inclusion or consistency proof does not lead to the root
    ├── SignatureInvalid   a checkpoint, a receipt or an agreement was not signed by this key
    └── LedgerBroken       `sequence` is the first entry that is not as it was signed

`merkle` is the tree, `note` the signed-note format, `checkpoint` the node's signature over a tree, `receipt` the hub's,
`verification` the rules that a whole ledger must keep, `export` the file that carries it elsewhere.

Source: DESIGN.md 1 (promise 2), 3; TRUST.md t02, r01.
"""

from common.errors import WrongState


class ProofInvalid(WrongState):
    """The proof does not lead from these hashes to this root."""


class SignatureInvalid(WrongState):
    """This key did not sign this."""


class LedgerBroken(WrongState):
    """The ledger is not what was signed. `sequence` is its first bad entry, `reason` says what is wrong with it."""

    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(f"entry {sequence}: {reason}")
        self.sequence = sequence
        self.reason = reason
