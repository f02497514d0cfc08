"""A browser without a screen: what a console answers to requests that Chromium would never send.

client = Client(served.origin, served.certificate)
client.get("/kept").status
client.send("POST", "/ask", {"wish": "anyone"}, {"Sec-Fetch-Site": "cross-site"})
"""

import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from common.web.tickets import SESSION_COOKIE

_TICKET = re.compile(r'name="ticket" value="([^"]*)"')
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: tuple[str, ...]

    @property
    def ticket(self) -> str:
        """The ticket of the page's forms."""
        found = _TICKET.search(self.text)
        assert found is not None, self.text[:500]
        return unescape(found[1])


class Client:
    """One browser's cookies.

    Args:
        certificate: PEM that the console's is checked against; None: no TLS.
        token: of a session.
    """

    def __init__(self, origin: str, certificate: Path | None = None, token: str = "") -> None:
        self.origin = origin
        self.where = urlsplit(origin)
        self.cookies = {SESSION_COOKIE: token} if token else {}
        self._tls = None if certificate is None else ssl.create_default_context(cafile=str(certificate))

    def connect(self) -> HTTPConnection:
        """Open a connection."""
        host, port = self.where.hostname or "", self.where.port
        if self._tls is None:
            return HTTPConnection(host, port, timeout=20)
        return HTTPSConnection(host, port, timeout=20, context=self._tls)

    def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:
        """Ask for a page."""
        return self.send("GET", path, None, headers)

    def post(self, path: str, page: str = "", **fields: str) -> Answer:
        """Send a form of this console's own.

        Args:
            page: where the form stands, if not at the same address.
        """
        return self.send("POST", path, fields | {"ticket": self.get(page or path).ticket}, OWN)

    def send(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | bytes | Iterable[bytes] | None,
        headers: Mapping[str, str] = OWN,
    ) -> Answer:
        """Send anything."""
        body = urlencode(fields).encode() if isinstance(fields, Mapping) else fields
        kind = {} if body is None else {"Content-Type": "application/x-www-form-urlencoded"}
        connection = self.connect()
        try:
            connection.request(method, path, body, kind | self._cookie() | dict(headers))
            return self._read(connection.getresponse())
        finally:
            connection.close()

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def _read(self, response: HTTPResponse) -> Answer:
        set_ = tuple(response.headers.get_all("set-cookie") or ())
        for each in set_:
            for name, morsel in SimpleCookie(each).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, response.read().decode("utf-8", "replace"), set_)
