"""What keeps a choice from telling: a factor of each count's cost that follows from the agency's own secret.

Without it, who knows how the choice is made could conclude from what is shown: "had this one been smaller than that
one, it would have been chosen". With it, counts within the factor's reach of each other could have been chosen either
way. The same secret gives the same choice, so that what was previewed is what leaves.
"""

import hashlib
import hmac
from collections.abc import Callable

from common.disclosure.cell import Cell

REACH = 4.0  # up to which factor; with less, single counts of small tables could be concluded (tests)


def chance_of(secret: bytes) -> Callable[[Cell], float]:
    """Give the factor of each cell, from 1 up to the reach.

    Args:
        secret: at least 16 random bytes that never leave the agency.
    """

    def factor(cell: Cell) -> float:
        place = b"%b/%d/%d/%d" % (cell.window, cell.table, cell.row, cell.column)
        drawn = int.from_bytes(hmac.digest(secret, place, hashlib.sha256)[:8], "big") / 2**64
        return 1 + (REACH - 1) * drawn

    return factor
