"""A notice to a pager's webhook: one POST over TLS, one sentence in it.

1. No redirect is followed, no proxy asked, no cookie kept: the sentence goes where its recipient said, or nowhere.
2. The server's certificate is proved before anything is sent.
3. What is read from the server is bounded, in bytes and in time.

Source: DOMAIN.md 2; TRUST.md i01.
"""

import json
import ssl
from http.client import HTTPException, HTTPSConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

from common.notify.patience import TIMEOUT_S, cut_off
from common.notify.trouble import Trouble, Undelivered


def page(url: str, text: str, notice_id: bytes, ca_file: Path | None = None) -> None:
    """Hand one notice to a webhook; comes back when it answered that it took it.

    Raises:
        Undelivered: it has not, as far as is known.
    """
    parts = urlsplit(url)
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError:
        raise Undelivered(Trouble.NOT_SECURE) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps({"id": notice_id.hex(), "text": text}).encode()
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S, context=context)
    with cut_off(lambda: connection.sock) as is_cut_off:
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", "Connection": "close"})
            status = connection.getresponse().status
        except Exception as error:  # whatever a server can bring about: the queue tries again, the loop goes on
            raise Undelivered(Trouble.SLOW if is_cut_off() else _trouble_of(error)) from None
        finally:
            connection.close()
    if not 200 <= status < 300:
        raise Undelivered(_refusal(status))


def _trouble_of(error: Exception) -> Trouble:
    match error:
        case ssl.SSLError():
            return Trouble.NOT_SECURE
        case TimeoutError():
            return Trouble.SLOW
        case RemoteDisconnected():
            return Trouble.HUNG_UP
        case HTTPException() | ValueError():
            return Trouble.GARBAGE
        case OSError():
            return Trouble.UNREACHABLE
    return Trouble.GARBAGE


def _refusal(status: int) -> Trouble:
    if 300 <= status < 400:
        return Trouble.REDIRECTED  # 1
    return Trouble.REFUSED if status in (404, 405, 410) else Trouble.BUSY
