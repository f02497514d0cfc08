"""Forms that only this console's own pages can send (TRUST.md e02).

1. Each form carries a ticket: HMAC-SHA256 of a word that only its sender's cookie tells. Another site cannot read it.
2. Who is signed in has the session's token for that cookie; who is not, one of 32 random bytes for forms alone.
3. Both cookies have the `__Host-` prefix: Secure, the whole path, no domain; no other host or plain connection sets it.
4. A ticket names the user whose page it stands on: what they had entered when their session ended is theirs alone.
"""

import hmac
import os
from hashlib import sha256

SESSION_COOKIE = "__Host-holdfast"
FORM_COOKIE = "__Host-holdfast-form"
TICKET_FIELD = "ticket"


def new_form_key() -> str:
    """Make the cookie of somebody who is not signed in (2)."""
    return os.urandom(32).hex()


def ticket_for(cookie: str, whose: str = "") -> str:
    """Give the ticket that goes with a cookie (1).

    Args:
        whose: id of the user whose page it stands on (4); empty: nobody is signed in.
    """
    return f"{hmac.new(cookie.encode(), f'holdfast form {whose}'.encode(), sha256).hexdigest()}.{whose}"


def is_ticket(said: str, cookie: str) -> bool:
    """Tell whether a form's ticket goes with the cookie that came with it."""
    return bool(cookie) and hmac.compare_digest(said.encode(), ticket_for(cookie, whose_of(said)).encode())


def whose_of(said: str) -> str:
    """Give the id of the user whose page a ticket stood on (4)."""
    return said.partition(".")[2]
