"""Versions of what a hub tells and nodes keep: the newer one wins, also after the hub was restored from a backup.

A restored hub has forgotten its last changes, and would give their versions again to other ones. So the versions of
each hub epoch begin a million above those of the epoch before: what changes after a restore is newer than everything
that any node was told before it.

Source: DESIGN.md 3, "Restores"; TRUST.md t04, invariant 6.
"""

EPOCH_LEAP = 1_000_000  # changes of one subject in one epoch: far more than people make


def versions_from(hub_epoch: int) -> int:
    """Give what every version of an epoch is greater than."""
    return (max(hub_epoch, 1) - 1) * EPOCH_LEAP


def version_after(held: int, hub_epoch: int) -> int:
    """Give the version that a change makes.

    Args:
        held: the version before it; 0 for what is new.
        hub_epoch: the hub's, at the time of the change.
    """
    return max(held, versions_from(hub_epoch)) + 1
